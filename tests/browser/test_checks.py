"""The checks that every other file here makes of a page: they find what they are there to find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import COLOURS

Check = Callable[[Page], None]
LINK = "<a href='#'>a link</a>"
PAGE = """<!doctype html><html lang="en"><head><title>T</title><meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark; background: light-dark(white, black) }} main {{ color: light-dark({light}, {dark}) }} {more}
</style></head><body><main><h1>Words</h1>{body}</main></body></html>"""


def shown(page: Page, light: str = "black", dark: str = "white", more: str = "", body: str = "") -> None:
    page.set_content(PAGE.format(light=light, dark=dark, more=more, body=body))


def test_it_works(page: Page, good: Check) -> None:
    shown(page)
    good(page)
    good(page)


@pytest.mark.parametrize(
    "what",
    [
        {"light": "#ccc"},
        {"dark": "#333"},
        {"body": "<img src='data:,'>"},
        {"body": "<div role=button tabindex=0></div>"},
        {"body": "<div class=wide>some words</div>", "more": ".wide { width: 400px }"},
        {"body": "<p class=weak>some words</p>", "more": "@media (width < 500px) { .weak { color: light-dark(#ccc, #ccc) } }"},
        {"body": f"<p>some words and {LINK} among them</p>", "more": "a { text-decoration: none; color: light-dark(#767676, #eee) }"},
    ],
)  # fmt: skip
def test_what_is_found(page: Page, good: Check, what: dict[str, str]) -> None:
    shown(page, **what)
    with pytest.raises(AssertionError):
        good(page)


def test_the_rules_of_the_other_scheme_are_all_about_colours(page: Page) -> None:
    """A version of axe with one more rule about colours says so here."""
    shown(page)
    page.evaluate(Axe().axe_script)
    rules = page.evaluate("axe.getRules(['cat.color']).map((rule) => rule.ruleId)")
    enhanced = "color-contrast-enhanced"  # AAA; axe runs it on demand alone
    assert sorted(rules) == sorted([*COLOURS["runOnly"]["values"], enhanced])
