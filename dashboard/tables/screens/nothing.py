"""Why a search found nothing, and what to try next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, Condition
from dashboard.tables.core import nearby
from dashboard.tables.core.builder import Group, Row
from dashboard.tables.core.language import path_words
from dashboard.tables.core.operators import guess
from dashboard.tables.core.planner import SearchPlan
from dashboard.tables.core.predicates import check
from dashboard.tables.core.rows import condition_of, rows_of
from dashboard.tables.core.search import Search
from dashboard.tables.operations.reading import Found
from dashboard.tables.screens.builder import declared_types
from dashboard.tables.screens.planned import address
from dashboard.tables.screens.shared import Links

_MOST_KEYS = 3
"""Other keys that are offered."""
_DOTTED = re.compile(r"\w+(?:\.\w+)+")


@dataclass(frozen=True)
class Empty:
    """Why nothing is there, and what to try: (words, address)."""

    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()


def empty_of(links: Links, search: Search, found: Found) -> Empty:
    """Why nothing is there."""
    table, plan = found.table, found.plan
    if found.state == "page":
        return Empty(
            "None on this page, but there is more",
            "DynamoDB answered with no items and a place to go on from.",
        )
    if found.matched_so_far:
        return Empty("That was the end", "There are no more items after the ones before.")
    links_on = (*_other_searches(links, table, search, plan), *_other_texts(links, table, search, found))
    if search.where is None and plan.index:
        return Empty("The index holds no items", "Items without the index's key attributes are not in it.")
    if search.where is None:
        return Empty("The table holds no items", "Whatever is written to it shows up here.")
    if found.read_so_far:
        were = (
            "1 item was read and does not match"
            if found.read_so_far == 1
            else f"{found.read_so_far:,} items were read and none matches"
        )
        whole = "the condition" if plan.way == "scan" else "the rest of the condition"
        text = f"{were} {whole}. Comparisons heed capitals and types."
        return Empty("None of the items read matches", text, links_on)
    if plan.way == "scan":
        return Empty("There are no items to compare", "The table or index that was read is empty.", links_on)
    sparse = " Items without its key attributes are not in the index." if plan.index else ""
    links_on = (*links_on, *_other_keys(links, table, search, plan))
    return Empty(
        "No item has this key", f"A key is compared whole, with capitals and types.{sparse}", links_on
    )


def _other_searches(
    links: Links, table: Table, search: Search, plan: SearchPlan
) -> Iterator[tuple[str, str]]:
    """What to try next: the same values as another type, a name with dots, the key without the rest, the table instead of an index."""
    declared = declared_types(table)
    dotted = condition_of(_with_dots(rows_of(search.where, declared)), declared)
    if dotted is not None and dotted != search.where:
        yield "Take the dots as part of the name", address(links, replace(search, where=dotted))
    for kind, words in (("S", "Compare the numbers as text"), ("N", "Compare the texts as numbers")):
        rows = _retyped(rows_of(search.where, declared), kind, declared)
        other = condition_of(rows, declared)
        if other is not None and other != search.where:
            yield words, address(links, replace(search, where=other))
    key = _partition_only(table, search.where, plan)
    if key is not None:
        yield "All items under this key", address(links, replace(search, where=key))
    if plan.index and search.via:
        yield "Let the planner choose the way", address(links, replace(search, via=""))


def _other_texts(links: Links, table: Table, search: Search, found: Found) -> Iterator[tuple[str, str]]:
    """When items were read and none matched: the texts with other capitals, as parts, or instead of the attributes compared with."""
    if not found.read_so_far:
        return
    keys = frozenset(declared_types(table)) if found.plan.way != "scan" else frozenset[str]()
    tries = (
        ("Take the attribute compared with for a text", nearby.as_text(search.where)),
        ("Also texts that only contain it", nearby.as_part(search.where, keys)),
        ("Also with other capitals", nearby.other_capitals(search.where)),
    )
    for words, where in tries:
        if where is not None and not _too_long(table, where):
            yield words, address(links, replace(search, where=where))


def _too_long(table: Table, where: Condition) -> bool:
    try:
        check(table, where)
    except InputError:
        return True
    return False


def _other_keys(links: Links, table: Table, search: Search, plan: SearchPlan) -> Iterator[tuple[str, str]]:
    """When nothing has the key: the value as another key, keys that contain it, and what the keys look like."""
    index = table.index(plan.index) if plan.index else None
    bare = replace(search, fields=(), backward=False)
    for via, where in list(nearby.elsewhere(table, index, search.where))[:_MOST_KEYS]:
        kind, _, name = via.partition(":")
        other = table.index(name) if kind == "index" else None
        part = other.partition[0] if other else table.partition
        named = f"index {name}" if other else "table"
        yield f"Look for it as {part.name} ({named})", address(links, replace(bare, where=where, via=via))
    holding = nearby.key_holding(table, index, search.where)
    if holding is not None:
        whole = replace(bare, where=holding, via="")
        yield "Keys that contain it, by reading every item", address(links, whole, step="plan")
    shown = replace(bare, where=None, via=f"scan:{plan.index}" if plan.index else "")
    yield "See what the keys look like", address(links, shown)


def _retyped(group: Group, kind: str, declared: dict[str, str]) -> Group:
    """The rows with texts that read as numbers meant as ``kind``; keys have their type."""
    members = [
        _retyped(member, kind, declared) if isinstance(member, Group) else _as_kind(member, kind, declared)
        for member in group.members
    ]
    return replace(group, members=tuple(members))


def _with_dots(group: Group) -> Group:
    """The rows with ``a.b`` meant as the name of one attribute instead of what is inside another."""
    members = [
        _with_dots(member)
        if isinstance(member, Group)
        else replace(member, attribute=path_words((member.attribute,)))
        if _DOTTED.fullmatch(member.attribute)
        else member
        for member in group.members
    ]
    return replace(group, members=tuple(members))


def _as_kind(row: Row, kind: str, declared: dict[str, str]) -> Row:
    fits = row.entered and all(guess("=", text, "") == "N" for text in row.entered)
    if row.attribute in declared or row.kind not in ("", "S", "N") or not fits or row.op.startswith("size:"):
        return row
    if kind == "N" and guess(row.op, row.entered[0], "") == "S":
        return row  # begins_with and contains are about text
    return replace(row, kind=kind)


def _partition_only(table: Table, where: Condition | None, plan: SearchPlan) -> Condition | None:
    """The part of the condition that names the partition, None when there is no other part or it is not one comparison."""
    if not isinstance(where, And) or plan.way == "scan":
        return None
    index = table.index(plan.index) if plan.index else None
    names = {part.name for part in (index.partition if index else (table.partition,))}
    kept = tuple(part for part in where.all if getattr(part, "left", None) in {(name,) for name in names})
    if not kept or len(kept) == len(where.all):
        return None
    return kept[0] if len(kept) == 1 else And(kept)
