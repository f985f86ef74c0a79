"""The components, the page that shows them, and what no template of the console may contain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from dashboard.console.icons import ICONS
from dashboard.console.registry import registry

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
