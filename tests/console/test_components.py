"""The components, the page that shows them, and what no template of the console may contain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from dashboard.console.icons import ICONS
from dashboard.console.registry import registry
from dashboard.core.diff import diff_items

ROOT = Path(__file__).parent.parent.parent / "dashboard"
TEMPLATES = sorted(ROOT.glob("**/templates/**/*.html"))
COMPONENTS = sorted((ROOT / "templates/console/components").glob("*.html"))
SCRIPTS = sorted((ROOT / "static").glob("**/*.js")) + sorted(ROOT.glob("*/static/**/*.js"))
HOSTILE = "<img src=x onerror=alert(1)>"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_it_works(client_for, admin):
    response = client_for(admin).get("/components/")
    page = response.content.decode()
    assert response.status_code == 200
    assert HOSTILE not in page
    assert "<script>alert(1)" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "12345678901234567890123456789012345678" in page


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 403), ("stranger", 404)])
def test_it_is_not_for_others(request, client_for, role, status):
    assert client_for(request.getfixturevalue(role)).get("/components/").status_code == status


def test_every_component_is_shown(client_for, admin):
    shown = {template.name for template in client_for(admin).get("/components/").templates}
    assert {f"console/components/{path.name}" for path in COMPONENTS} <= shown


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_a_component_says_at_its_top_what_it_takes(path):
    assert re.match(r"\{# .{20,} #\}|\{% comment %\}\n.{20,}", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_weakens_escaping_or_the_policy(path):
    text = path.read_text()
    for pattern in (
        r"\|\s*safe\b",
        r"\|\s*safeseq\b",
        r"autoescape\s+off",
        r"<style\b",
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"<script(?![^>]*\ssrc=)",
        r"https?://",
        r"hx-on",
        r"hx-vals\s*=\s*['\"]js:",
    ):
        found = re.search(pattern, text)
        assert found is None, f"{found[0]!r} in {name_of(path)}"


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_no_script_writes_markup_or_evaluates_text(path):
    text = path.read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_icon_exists(path):
    names = re.findall(r"\{% icon \"([^\"]+)\"", path.read_text())
    assert set(names) <= set(ICONS)


def test_every_icon_of_the_menu_exists():
    assert {item.icon for item in registry.menu} <= set(ICONS)


def test_icons_are_path_data_alone():
    assert all(re.fullmatch(r"[MmLlHhVvCcSsQqAaZz0-9 .,-]+", path) for path in ICONS.values())


@pytest.mark.parametrize("kind", ["ok", "warn", "bad", "info"])
def test_a_badge_has_a_sign_beside_its_colour(kind):
    assert "<svg" in render_to_string("console/components/badge.html", {"kind": kind, "text": "x"})


@pytest.mark.parametrize(
    ("done", "total", "words", "attributes"),
    [
        (1234, 5000, "1,234 of 5,000 items", 'value="1234" max="5000"'),
        (300, 0, "300 items so far", ""),
        (0, None, "not started to count", ""),
    ],
)
def test_progress_says_its_figures(done, total, words, attributes):
    page = render_to_string(
        "console/components/progress.html",
        {"label": "Reading", "done": done, "total": total, "unit": "items"},
    )
    assert words in page
    assert (attributes in page) if attributes else ("value=" not in page)


def test_the_last_page_says_so():
    assert "This is the end." in render_to_string("console/components/pager.html", {"shown": "3 items."})
    more = render_to_string("console/components/pager.html", {"shown": "3 items.", "next": "?cursor=x"})
    assert "This is the end." not in more
    assert 'href="?cursor=x"' in more


def test_an_empty_difference_says_so():
    assert "No attribute differs." in render_to_string("console/components/diff.html", {"changes": ()})


def _diff(before, after):
    old, new = ({"note": value} if value else None for value in (before, after))
    return render_to_string("console/components/diff.html", {"changes": diff_items(old, new)})


def test_a_difference_that_nobody_sees_is_said():
    """A space at an end, an invisible character, an empty string: both sides would look alike, or like nothing."""
    page = _diff({"S": "Anna"}, {"S": "Anna "})
    assert "holds blank space at an end" in page
    assert "holds 1 invisible character (U+200B)" in _diff({"S": "Anna"}, {"S": "An\u200bna"})
    page = _diff({"S": "Anna"}, {"S": ""})
    assert "empty string" in page
    assert page.count("<pre") == 1
    assert "empty" not in _diff({"S": "Anna"}, {"S": "Anne"})
    assert "\n\nAnna" in _diff(None, {"S": "\nAnna"})  # HTML drops the first line break of a <pre>


def test_of_two_long_values_the_place_where_they_differ_is_shown():
    """The wholes are there too, folded: nothing is cut."""
    old, new = "x" * 300_000 + "old" + "y" * 1000, "x" * 300_000 + "new" + "y" * 1000
    page = _diff({"S": old}, {"S": new})
    assert "from character 300,001 of 301,003" in page
    assert f"…{'x' * 40}old{'y' * 40}…</pre>" in page
    assert f'<pre class="value-text">\n{new}</pre></details>' in page


def test_a_long_value_alone_is_folded():
    page = _diff({"S": "z" * 5000}, None)
    assert f"{'z' * 200}…</pre>" in page
    assert "where they differ" not in page
    assert "whole string, 5,000 characters" in page


def test_a_difference_of_very_many_attributes_draws_the_first_thousand():
    whole = {f"a{number:05}": {"S": "x"} for number in range(1_250)}
    page = _whole_diff(whole, {})
    assert page.count('<th scope="row">') == 1_000
    assert "250 more attributes differ and are not drawn here." in page
    assert "more attributes" not in _whole_diff(dict(list(whole.items())[:1_000]), {})


def _whole_diff(before, after):
    return render_to_string("console/components/diff.html", {"changes": diff_items(before, after)})
