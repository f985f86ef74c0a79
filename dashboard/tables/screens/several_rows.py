"""Pure display: the steps of a transaction and the items of a selection as lines of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.accounts.place import Place
from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.baskets import Line
from dashboard.tables.core.cancelled import Reason
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.parts import attributes
from dashboard.tables.core.search import where_text
from dashboard.tables.core.transactions import Planned
from dashboard.tables.operations.onebyone import Result
from dashboard.tables.operations.several import Preview
from dashboard.tables.screens.cells import brief
from dashboard.tables.screens.shared import Links
from dashboard.tables.screens.values import MOST_LABEL

KIND_NAMES = {
    "put": "Put a new item",
    "replace": "Replace an item",
    "update": "Change attributes",
    "delete": "Delete an item",
    "check": "Check a condition",
}
DONE_WORDS = {
    "done": ("ok", "done"),
    "already": ("info", "done already"),
    "changed": ("warn", "not done"),
    "failed": ("bad", "not done"),
    "unknown": ("warn", "unknown"),
    "untried": ("neutral", "not tried"),
}
ROOM = 160


@dataclass(frozen=True)
class Row:
    """One step or item with what it would do, or what became of it.

    ``left_out`` is why it cannot be done; ``reason`` why AWS stopped it, ``since`` what changed meanwhile, ``result`` how it ended.
    ``facts`` are the attributes a check asks about; ``holds`` whether it would hold now.
    """

    number: int
    kind: str
    kind_name: str
    table: str
    label: str
    url: str
    planned: Planned | None = None
    left_out: str = ""
    reason: Reason | None = None
    result: Result | None = None
    badge: tuple[str, str] = ("", "")
    since: tuple[AttributeChange, ...] = ()
    where: str = ""
    facts: tuple[tuple[str, Wire | None], ...] = ()
    holds: bool = True
    there: bool = True
    text: str = ""


def preview_rows(
    place: Place, lines: Sequence[Line], preview: Preview, labels: Sequence[str]
) -> tuple[Row, ...]:
    """Each step with its changes, or why it is left out."""
    return tuple(
        _row(place, number, line, one, label, preview.problems.get(number, ""))
        for number, (line, one, label) in enumerate(zip(lines, preview.planned, labels, strict=True))
    )


def ended_rows(
    rows: Sequence[Row], reasons: Sequence[Reason] = (), results: Sequence[Result] = ()
) -> tuple[Row, ...]:
    """The same rows after an attempt: with AWS's reason for each, or the result of each that was sent."""
    if reasons:
        return tuple(
            replace(row, reason=why, since=_since(row, why.found))
            for row, why in zip(rows, reasons, strict=True)
        )
    return tuple(
        replace(row, result=result, badge=DONE_WORDS[result.state], since=_since_result(row, result))
        for row, result in zip(rows, results, strict=True)
    )


def _row(place: Place, number: int, line: Line, one: Planned | None, label: str, problem: str) -> Row:
    key = one.step.key_text if one is not None else line.key
    url = Links(place, line.table, key).item if key else ""
    row = Row(number + 1, line.kind, KIND_NAMES[line.kind], line.table, short(label), url, one, problem)
    text = brief({"M": line.shown}, ROOM) if line.shown else ""
    if one is None or one.step.where is None:
        return replace(row, text=text, there=line.shown is not None)
    where = one.step.where
    facts = tuple((name, (line.shown or {}).get(name)) for name in sorted(attributes(where)))
    return replace(
        row,
        text=text,
        where=where_text(where),
        facts=facts,
        holds=holds(where, line.shown or {}),
        there=line.shown is not None,
    )


def short(label: str) -> str:
    """A key's words, not longer than a line."""
    return label if len(label) <= MOST_LABEL else f"{label[:MOST_LABEL]}…"


def _since_result(row: Row, result: Result) -> tuple[AttributeChange, ...]:
    """What somebody else did; what was done already is this very change."""
    return () if result.state == "already" else _since(row, result.found)


def _since(row: Row, found: Item | None) -> tuple[AttributeChange, ...]:
    """What somebody did to the attributes that the step depends on, since they were shown."""
    if found is None or row.planned is None or row.planned.shown is None:
        return ()
    shown = row.planned.shown
    names = {change.name for change in row.planned.changes} | {name for name, _ in row.facts}
    return diff_items(
        {name: value for name, value in shown.items() if name in names},
        {name: value for name, value in found.items() if name in names},
    )
