"""Choosing columns: from the URL (`col`, repeated), else as the person left them, else as the data suggests; and the form for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.tables.core.columns import FIELD, MOST_COLUMNS, moved
from dashboard.tables.operations import columns as choices
from dashboard.tables.screens.grid import COLUMNS, Grid, Order, grid
from dashboard.tables.screens.shared import Links, page_context

MOST_OFFERED = 200
"""Names that the form offers, the columns among them."""
LONGEST_URL = 2000
"""Bytes of column names that a link takes along; a longer choice is only remembered."""


@dataclass(frozen=True)
class Panel:
    """The form that chooses columns.

    ``names`` are all that can be chosen with whether they are, in their order. ``source`` is ``url``, ``own`` (remembered) or ``""`` (the
    data). ``back`` is the address to come back to; ``link`` the same with the columns in it or, where it has them, without.
    """

    action: str
    names: tuple[tuple[str, bool], ...]
    source: str
    back: str
    link: str
    opened: bool


def wanted(request: HttpRequest, place: Place, table: str) -> tuple[tuple[str, ...] | None, str]:
    """The columns asked for and where that was said; (None, "") when nobody said anything."""
    asked = [name for name in request.GET.getlist(FIELD) if name]
    if asked:
        return tuple(dict.fromkeys(asked))[:MOST_COLUMNS], "url"
    own = choices.remembered(actor_of(request), place, table)
    return (own, "own") if own is not None else (None, "")


def grid_context(
    request: HttpRequest,
    links: Links,
    items: Sequence[Item],
    key_names: Sequence[str],
    index_keys: Sequence[str] = (),
    *,
    partial: bool = False,
    order: Order | None = None,
) -> dict[str, Any]:
    """What ``tables/grid.html`` shows of a table's items, with the reader's columns, links, boxes to select and the panel of columns."""
    chosen, source = wanted(request, links.place, links.table)
    most = MOST_COLUMNS if request.GET.get("columns") == "all" else COLUMNS
    laid = grid(items, key_names, index_keys, chosen=chosen, most=most, partial=partial)
    several = several_url(request, links)
    return {
        "grid": laid,
        "item_base": f"{links.browse}item/",
        "selectable": bool(several),
        "several_url": several,
        "order": order,
        "panel": panel(request, links, laid, source),
    }


def several_url(request: HttpRequest, links: Links) -> str:
    """Where selected items are posted to; empty for who may do nothing with them."""
    resource = links.place.resource(f"table:{links.table}")
    able = may(request.user, "write", resource) or may(request.user, "delete", resource)
    return links.to("tables:several") if able else ""


def panel(request: HttpRequest, links: Links, laid: Grid, source: str) -> Panel:
    """The form for the columns of this page."""
    shown = [column.name for column in laid.columns]
    return Panel(
        links.to("tables:columns"),
        tuple((name, place < len(shown)) for place, name in enumerate(laid.names[:MOST_OFFERED])),
        source,
        request.get_full_path(),
        with_columns(request.get_full_path(), ())
        if source == "url"
        else with_columns(_passed_on(request), shown),
        request.GET.get("columns") == "open",
    )


def _passed_on(request: HttpRequest) -> str:
    """The page's address without an approval of units, which is nobody else's."""
    params = request.GET.copy()
    params.pop("approved", None)
    return f"{request.path}?{params.urlencode()}"


def with_columns(address: str, names: Sequence[str], **more: str) -> str:
    """The address with these columns in its query and no others; without any where they would make it too long."""
    parts = urlsplit(address)
    kept = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
        if pair[0] not in (FIELD, "columns")
    ]
    said = [(FIELD, name) for name in names]
    if len(urlencode(said)) > LONGEST_URL:
        said = []
    query = urlencode([*kept, *said, *more.items()])
    return f"{parts.path}?{query}" if query else parts.path


@screen("read", "table:{table}", post="read")
def columns(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """POST keeps the choice and returns to the page it was made on; GET shows what is kept. No AWS call."""
    links = Links(place, table)
    if request.method != "POST":
        return _page(request, links, None)
    back = _back(request, links)
    if "reset" in request.POST:
        choices.forget(actor_of(request), place, table)
        return redirect(with_columns(back, ()))
    try:
        names, changed = _posted(request)
        kept = choices.remember(actor_of(request), place, table, names)
    except InputError as error:
        return _page(request, links, error)
    more = {"columns": "open"} if changed else {}
    return redirect(with_columns(back, kept, **more) + ("#columns" if changed else ""))


def _posted(request: HttpRequest) -> tuple[tuple[str, ...], bool]:
    """The names in the order of the form, and whether a button moved one of them (then there is more to come)."""
    names = tuple(_name(text) for text in request.POST.getlist(FIELD))
    for button, step in (("up", -1), ("down", 1)):
        if button in request.POST:
            return moved(names, _name(request.POST[button]), step), True
    return names, False


def _name(text: str) -> str:
    """A name as the form writes it, in JSON, because a browser changes line breaks in what it sends."""
    try:
        name = json.loads(text)
    except ValueError:
        name = None
    if not isinstance(name, str):
        raise InputError(FIELD, "A column's name did not arrive as the form wrote it. Choose again.")
    return name


def _back(request: HttpRequest, links: Links) -> str:
    """The page the choice was made on; the table's when the form names no page of ours."""
    back = request.POST.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else links.browse


def _page(request: HttpRequest, links: Links, error: InputError | None) -> HttpResponse:
    own = choices.remembered(actor_of(request), links.place, links.table)
    context = page_context(request, links, "Columns", ("Columns", None)) | {
        "wrong": error,
        "own": own or (),
        "back": _back(request, links),
    }
    return render(request, "tables/columns.html", context, status=400 if error else 200)
