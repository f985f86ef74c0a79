"""The parts of the frame that many pages share: the links in the head, the bar on top and the menu.

Their templates are given nothing but values that can be compared, so what was drawn once is right for every page with the same values.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dashboard.accounts.models import Connection
from dashboard.accounts.place import Place

TOKEN = secrets.token_hex(16)
"""Stands in what is kept for the token against forged forms, which is another one on each page. Nobody can know it: a connection of
that name would bring the token into addresses.
"""


@dataclass(frozen=True)
class Link:
    """A line of the menu; ``current`` when the page belongs to it."""

    title: str
    icon: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Menu:
    """The menu's two parts: what belongs to the chosen connection and region, and what belongs to the console."""

    place: tuple[Link, ...]
    console: tuple[Link, ...]


@dataclass(frozen=True)
class PlaceLink:
    """A connection in a region, as the switcher offers it."""

    place: Place
    url: str
    current: bool = False


@dataclass(frozen=True)
class Account:
    """A connection as the bar shows it, with regions: name, address and whether the page is there."""

    name: str
    environment: str
    environment_word: str
    read_only: bool
    regions: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True)
class Bar:
    """What the bar and the menu show. ``username`` is empty for somebody who is not signed in; ``title`` stands above the place's menu."""

    username: str
    theme: str
    here: Account | None
    region: str
    accounts: tuple[Account, ...]
    menu: Menu
    title: tuple[str, str]


def account(row: Connection, regions: Iterable[tuple[str, str, bool]] = ()) -> Account:
    """That connection for the bar."""
    word = str(row.get_environment_display())
    return Account(row.name, row.environment, word, row.read_only, tuple(regions))


def accounts(links: Sequence[PlaceLink]) -> tuple[Account, ...]:
    """The switcher's links by connection, in their order."""
    parted = groupby(links, key=lambda link: link.place.connection)
    return tuple(
        account(row, [(link.place.region, link.url, link.current) for link in own]) for row, own in parted
    )


def header(request: HttpRequest, bar: Bar) -> SafeString:
    """The bar on top as HTML."""
    drawn = _drawn("console/header.html", bar)
    return SafeString(drawn.replace(TOKEN, get_token(request))) if bar.username else drawn


def menu_lines(bar: Bar) -> SafeString:
    """The menu as HTML."""
    return _drawn("console/menu.html", bar)


def head_links() -> SafeString:
    """The style sheets and scripts of every page, as HTML."""
    return _drawn("console/links.html", None)


@lru_cache(maxsize=256)
def _drawn(template: str, bar: Bar | None) -> SafeString:
    return render_to_string(template, {"bar": bar, "csrf_token": TOKEN})
