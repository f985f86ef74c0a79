"""Every address of the console that answers with a page: no finding of axe, no violation of the policy, 390 px are enough.

A new address joins by itself, as in the walk over every URL and role, from which the samples come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.test import Client
from playwright.sync_api import Page

from dashboard.accounts.operations.permissions import routes
from tests.accounts.test_permissions_table import sample, world  # noqa: F401 -- a fixture
from tests.conftest import make_user

if TYPE_CHECKING:
    from dashboard.accounts.models import User

Check = Callable[[Page], None]
ENOUGH = 50
"""Pages that the walk finds at least; fewer would mean that it no longer walks."""


TABLES = "/tables/parcels/"
"""What the addresses of one table's pages have in common."""


def pages(user: User, rows: dict[str, dict[str, Any]]) -> list[str]:
    """The addresses at which ``user`` gets a whole page of their own, with any status; the same 404 only once."""
    client = Client()
    found, refusals = [], set()
    for route in routes():
        url, _ = sample(route, rows)
        client.force_login(user)  # the last address may have been the way out
        response = client.get(url)
        whole = response.status_code not in (301, 302, 405) and response.content.lower().lstrip().startswith(
            b"<!doctype"
        )
        if not whole or response.status_code in refusals:
            continue
        if response.status_code in (403, 404):
            refusals.add(response.status_code)
        found.append(url)
    return found


def walk(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    checks: tuple[Check, ...],
    rows: dict[str, dict[str, Any]],
    *,
    tables: bool,
) -> None:
    """Every page of the tables module, or every other one."""
    user = make_user("root", superuser=True)
    urls = pages(user, rows)
    assert len(urls) >= ENOUGH
    wrong = []
    for url in urls:
        if (TABLES in url) is not tables:
            continue
        sign_in(page, user)
        goto(url)
        for check in checks:
            try:
                check(page)
            except AssertionError as error:
                wrong.append(f"{url}: {str(error).splitlines()[0]}")
    assert not wrong, "\n".join(wrong)


class TestTables:
    """A class each, because two workers share the classes of a file."""

    def test_every_page(
        self,
        page: Page,
        goto: Callable[[str], int],
        sign_in: Callable[[Page, User], None],
        axe: Check,
        narrow: Check,
        world: dict[str, dict[str, Any]],  # noqa: F811
    ) -> None:
        walk(page, goto, sign_in, (axe, narrow), world, tables=True)


class TestTheRest:
    """Everything but the pages of one table."""

    def test_every_page(
        self,
        page: Page,
        goto: Callable[[str], int],
        sign_in: Callable[[Page, User], None],
        axe: Check,
        narrow: Check,
        world: dict[str, dict[str, Any]],  # noqa: F811
    ) -> None:
        walk(page, goto, sign_in, (axe, narrow), world, tables=False)
