"""What the pages of PartiQL show of what the operations answer: the plan in words, a question, a preview, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.console.templatetags.console import number
from dashboard.core.diff import AttributeChange
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.tables.core.costs import Range
from dashboard.tables.core.partiql.drafts import Draft
from dashboard.tables.core.partiql.reach import key_given
from dashboard.tables.core.partiql.tree import Delete, Update
from dashboard.tables.operations.onebyone import Result
from dashboard.tables.operations.partiql import TOGETHER, Asking, One
from dashboard.tables.operations.partiql_writes import Executed, Preview
from dashboard.tables.screens.delete import asked_for
from dashboard.tables.screens.partiql_form import Form
from dashboard.tables.screens.partiql_found import item_url
from dashboard.tables.screens.shared import Links, undo_link
from dashboard.tables.screens.values import Shown, attributes

_WORDS = {"put": "creates", "update": "changes", "delete": "deletes", "check": "checks"}


@dataclass(frozen=True)
class Input:
    """The field of one parameter."""

    field: str
    number: int
    text: str


@dataclass(frozen=True)
class Step:
    """What one statement would do: in a word, to which table, how it finds its items and what that costs."""

    verb: str
    kind: str
    table: str
    index: str
    scans: bool
    why: str
    cost: str
    basis: str


@dataclass(frozen=True)
class Card:
    """One writing statement in a preview: what it does to which item, and how it is sent."""

    verb: str
    table: str
    label: str
    changes: Sequence[AttributeChange]
    before: Sequence[Shown]
    computed: bool
    sent: str
    values: int
    guards: Sequence[str]


@dataclass(frozen=True)
class Line:
    """What became of one statement. ``url`` is the item's, empty for one that it deleted.

    ``returning`` is what it asked to be answered with, ``answer`` that; None when nothing was answered.
    """

    text: str
    table: str
    result: Result
    url: str
    undo: str
    returning: str
    answer: Sequence[Shown] | None


def inputs(form: Form) -> list[Input]:
    """The fields of the parameters."""
    return [Input(f"p{place}", place + 1, text) for place, text in enumerate(form.parameters)]


def plan(asked: Sequence[One]) -> list[Step]:
    """What the statements would do, one line each."""
    return [_step(one) for one in asked]


def _step(one: One) -> Step:
    statement, index = one.parsed.statement, one.parsed.index
    verb = type(statement).__name__.upper()
    kind = {"read": "neutral", "write": "info", "delete": "bad"}[one.parsed.permission]
    if one.estimate is None:
        why = "One item is shown before anything is written." if one.parsed.writes else "One item is checked."
        return Step(verb, kind, one.table.name, index, False, why, "", "")
    whole, scans = one.estimate.whole, one.reach.way == "scan"
    calls, units = whole.calls.high, bounds(whole.units)
    known = (
        ""
        if calls is None or one.reach.way == "get"
        else f", at most {number(int(calls))} call{'' if calls == 1 else 's'}"
    )
    page = (
        f"; a page up to {_amount(one.estimate.page.high)}"
        if one.estimate.page.high != whole.units.high
        else ""
    )
    cost = f"{units} read units to the end{known}{page}."
    return Step(verb, kind, one.table.name, index, scans, one.reach.why, cost, whole.basis)


def bounds(found: Range) -> str:
    """``2.5``, ``0.5 to 128`` or ``at least 0.5``."""
    if found.high is None:
        return f"at least {_amount(found.low)}"
    low, high = _amount(found.low), _amount(found.high)
    return high if low == high else f"{low} to {high}"


def _amount(value: float | None) -> str:
    return number(format(value, ".1f").removesuffix(".0")) if value is not None else "an unknown number"


def saved_url(links: Links, form: Form) -> str:
    """Where a statement is kept; empty for one that is too long for an address."""
    query = urlencode([("page", "partiql"), *form.pairs])
    return f"{links.to('tables:saved-new')}?{query}" if form.statement and len(query) < 4000 else ""


def refusal(error: Refused) -> str:
    """A sentence that does not tell a table that may not be read from one that does not exist."""
    table = error.resource.name.removeprefix("table:")
    if not error.seen:
        return f"There is no table {table} that you may read in this place."
    return f"You may not {error.action} items of the table {table}. {error.reason}"


def question(request: HttpRequest, asking: Asking) -> dict[str, Any]:
    """The page that asks before it goes beyond the budget."""
    cursor = request.POST.get("cursor") or request.GET.get("cursor", "")
    return {"asked": [asking.one], "asking": asking, "asking_cursor": cursor}


def preview(form: Form, preview: Preview) -> dict[str, Any]:
    """What each statement would change, and what has to be typed when something is deleted."""
    return {
        "cards": [_card(draft) for draft in preview.drafts],
        "preview": preview,
        "shown": preview.shown,
        "how": TOGETHER.get(form.together, ""),
        "asked_name": _name(
            [(draft.planned.step.table, draft.planned.step.key) for draft in preview.deletes]
        ),
        "deletes": len(preview.deletes),
    }


def _card(draft: Draft) -> Card:
    step = draft.planned.step
    shown = draft.planned.shown
    return Card(
        _WORDS[step.kind],
        step.table.name,
        step.label,
        draft.planned.changes,
        attributes(shown, step.table.key_names) if shown and not draft.computed else (),
        draft.computed,
        draft.sent.text,
        len(draft.parameters) - draft.parsed.parameters,
        draft.guards,
    )


def check_name(asked: Sequence[One], typed: str) -> None:
    """InputError (``name``) unless what is deleted was named."""
    deleted = [
        (one.table, key_given(one.table, one.parsed, one.parameters))
        for one in asked
        if isinstance(one.parsed.statement, Delete)
    ]
    wanted = _name(deleted)
    if wanted and typed.strip() != wanted:
        raise InputError("name", f"Type {wanted} into this field to confirm what is deleted.")


def _name(deleted: Sequence[tuple[Any, Item]]) -> str:
    """What has to be typed: the key of the one item that is deleted, or how many are; empty when none is."""
    if not deleted:
        return ""
    return asked_for(*deleted[0]) if len(deleted) == 1 else f"{len(deleted)} items"


def done(place: Place, asked: Sequence[One], executed: Executed) -> dict[str, Any]:
    """What became of each statement, with the ways on."""
    lines = [
        _line(place, one, result, executed.answers.get(number))
        for number, (one, result) in enumerate(zip(asked, executed.results, strict=True))
    ]
    return {
        "lines": lines,
        "executed": executed,
        "undo_all": undo_link(executed.change_id) if executed.done else "",
        "all_done": executed.done == len(lines),
    }


def _line(place: Place, one: One, result: Result, answer: Item | None) -> Line:
    undo = undo_link(result.change_id) if result.state == "done" and result.change_id else ""
    gone = result.state == "done" and isinstance(one.parsed.statement, Delete)
    statement = one.parsed.statement
    returning = statement.returning if isinstance(statement, Update | Delete) else ""
    shown = attributes(answer, one.table.key_names) if answer is not None else None
    url = "" if gone else item_url(place, one)
    return Line(one.text, one.table.name, result, url, undo, returning, shown)
