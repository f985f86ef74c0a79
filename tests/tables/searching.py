"""Searches by their text, for the tests of operations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.wire import Item
from dashboard.tables.core.search import Search, parse_where
from dashboard.tables.operations.reading import Found, run_page


def looking_for(where: str = "", **more: Any) -> Search:
    """The search of a condition's text."""
    return replace(Search(), where=parse_where(where) if where else None, **more)


def find(
    actor: Actor, place: Place, table: str, where: str = "", cursor: str | None = None, **more: Any
) -> Found:
    """One request; ``approved`` and ``known`` are ``run_page``'s, the rest is the search's."""
    asked = {name: more.pop(name) for name in ("approved", "known", "prepared") if name in more}
    return run_page(actor, place, table, looking_for(where, **more), cursor, **asked)


def pages(actor: Actor, place: Place, table: str, where: str = "", **more: Any) -> list[list[Item]]:
    """Every page of a search, as its reader turns them; a page may take several requests."""
    found: list[list[Item]] = [[]]
    cursor: str | None = None
    while True:
        step = find(actor, place, table, where, cursor, **more)
        assert step.state != "budget"
        found[-1] += step.items
        if step.state == "end":
            return found
        if step.state == "page":
            found.append([])
        cursor = step.next
