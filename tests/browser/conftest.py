"""Chromium for the tests of this folder: pages that are watched, people who are signed in, axe in both colour schemes.

    def test_something(page, goto, sign_in, axe, reader): ...

Every page is watched: an error in the console, an uncaught error or a violation of the policy fails the test at its end.
Without Chromium the tests are skipped with a loud word; with ``CI=true`` they fail.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

from tests.setup.needs import chromium

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import User

# Playwright's sync mode runs an event loop in this thread; the tests touch the database from it, one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`POLICY ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
});
"""
# A transition of what is not drawn any more never ends, so there is an end to waiting.
SETTLED = """
Promise.race([
  Promise.allSettled(
    document.getAnimations().filter((animation) => animation instanceof CSSTransition).map((animation) => animation.finished)
  ),
  new Promise((resolve) => setTimeout(resolve, 1000)),
]).then(() => true)
"""
# Axe would load the style sheets once more, and an import inside one relative to the page.
AXE: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
# The other scheme has other colours and nothing else: tokens.css alone knows of schemes. These are all rules of axe about colours.
COLOURS = AXE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SEEN = """
(options) => axe.run(options).then((results) => results.violations.map(({id, help, nodes}) =>
  ({id, help, nodes: nodes.slice(0, 4).map((node) => node.html)})))
"""
PATIENCE = 30_000
"""Milliseconds for what a page shall show, on a busy machine; nothing that is there waits so long."""
NOT_LOADED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives Chromium."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium, or the one that ``CHROMIUM`` names."""
    program = chromium()
    if program is None or shutil.which(program) is None:
        message = "NO BROWSER TEST RAN: there is no Chromium. Install it or set CHROMIUM to its path."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return {"executable_path": program, "args": ARGUMENTS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A desk's screen; a test that wants a telephone's sets the size itself."""
    return {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"}


@pytest.fixture(scope="session", autouse=True)
def _patient() -> None:
    """Nothing fails because the machine is busy."""
    expect.set_options(timeout=PATIENCE)


@dataclass
class Watch:
    """What went wrong on the pages of a test; ``allow`` lets pass what a test provokes."""

    findings: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    def allow(self, text: str) -> None:
        """Findings that contain ``text`` are expected."""
        self.allowed.append(text)

    def message(self, message: ConsoleMessage) -> None:
        """An error of the console; that the page itself has the status 4xx or 5xx is not one, the test asserts that."""
        if message.type != "error":
            return
        if NOT_LOADED.match(message.text) and message.location.get("url") in self.pages:
            return
        self.findings.append(f"{message.text} at {message.location.get('url')}")

    def answer(self, response: Response) -> None:
        """Remember the addresses of pages, as against those of their parts."""
        if response.request.is_navigation_request():
            self.pages.add(response.url)

    def unexpected(self) -> list[str]:
        """The findings nobody allowed."""
        return [found for found in self.findings if not any(text in found for text in self.allowed)]


@pytest.fixture(autouse=True)
def watch(context: BrowserContext) -> Iterator[Watch]:
    """Watch every page of the test; at its end nothing unexpected may have been found."""
    seen = Watch()
    context.set_default_timeout(2 * PATIENCE)
    context.add_init_script(VIOLATIONS)
    context.on("console", seen.message)
    context.on("weberror", lambda error: seen.findings.append(f"uncaught: {error.error}"))
    context.on("response", seen.answer)
    yield seen
    assert seen.unexpected() == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer) -> Callable[[Page, User], None]:
    """``sign_in(page, user)`` by a session of their own; the form and its rate limits have tests of their own."""
    from django.conf import settings
    from django.test import Client

    def signed_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": cookie.value,
                    "url": live_server.url,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    return signed_in


@pytest.fixture
def goto(page: Page, live_server: LiveServer) -> Callable[[str], int]:
    """``goto("/changes/")`` opens a path of the console and returns the status."""

    def gone(path: str) -> int:
        response = page.goto(live_server.url + path)
        assert response is not None
        return response.status

    return gone


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)``: no finding in either colour scheme."""

    def checked(page: Page) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = _violations(page, AXE if scheme == "light" else COLOURS)
            assert not found, f"{scheme}: {_described(found)}"
        page.emulate_media(color_scheme="light")

    return checked


@pytest.fixture
def narrow() -> Callable[[Page], None]:
    """``narrow(page)``: at 390 px the page does not scroll to the side, and axe finds nothing in that layout either."""

    def checked(page: Page) -> None:
        size = page.viewport_size
        page.set_viewport_size({"width": 390, "height": 844})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, f"the page is {over} px wider than 390 px"
        found = _violations(page, AXE)
        assert not found, f"at 390 px: {_described(found)}"
        if size is not None:
            page.set_viewport_size(size)

    return checked


@pytest.fixture
def good(axe: Callable[[Page], None], narrow: Callable[[Page], None]) -> Callable[[Page], None]:
    """``good(page)``: axe finds nothing in either colour scheme, and 390 px are enough."""

    def checked(page: Page) -> None:
        axe(page)
        narrow(page)

    return checked


def _violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds: ``id`` and ``help`` of the rule, and its first ``nodes`` as text."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(SETTLED)  # a colour half-way between two is nobody's contrast
    if not page.evaluate("'axe' in window"):  # half a megabyte, once a document
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(SEEN, options)
    return found


def _described(violations: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{found['id']} ({found['help']}): "
        + ", ".join(node[:160].replace("\n", " ") for node in found["nodes"])
        for found in violations
    )
