"""A transaction over several tables, built on a page: steps are added, changed, put in order, previewed, and sent as one.

Nothing is kept on the server between two requests: the form carries the steps (``basket``) and the fields of the one that is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.baskets import Line, dump, key_in, load
from dashboard.tables.core.cancelled import done_already
from dashboard.tables.core.drafts import to_text
from dashboard.tables.core.transactions import MOST_STEPS, Step, repeated
from dashboard.tables.operations import several as operations
from dashboard.tables.operations.several import ALL, Cancelled, Preview
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.several_rows import KIND_NAMES, ended_rows, preview_rows
from dashboard.tables.screens.shared import KEY_TEXT, Links, failed, undo_link
from dashboard.tables.screens.transaction_form import (
    Tables,
    added,
    button_after,
    button_of,
    moved,
    next_field,
    open_of,
    transaction_url,
    typed_into,
)

BUILD, PREVIEW = "tables/transaction.html", "tables/transaction_preview.html"
MANY = 100
"""Tables above which their names are typed with completion instead of chosen from a list."""


@dataclass(frozen=True)
class Desk:
    """One request of the page: the steps as they are now, and which is open. ``focus`` is the id of the field or button that comes next."""

    request: HttpRequest
    place: Place
    tables: Tables
    lines: tuple[Line, ...] = ()
    open: int | None = None
    focus: str = ""

    @property
    def reason(self) -> str:
        """As typed."""
        return self.request.POST.get("reason", "").strip()

    def build(
        self, problems: dict[int, InputError] | None = None, status: int | None = None, **more: Any
    ) -> HttpResponse:
        """The page on which the steps are built; 400 when something stands in the way."""
        code = status or (400 if problems else 200)
        return render(self.request, BUILD, self.build_context(problems) | more, status=code)

    def build_context(self, problems: dict[int, InputError] | None = None) -> dict[str, Any]:
        """What that page shows."""
        told = problems or {}
        names = self.tables.choices()
        rows = [_row(self.tables, place, line, told.get(place)) for place, line in enumerate(self.lines)]
        opened = rows[self.open] if self.open is not None else None
        return _frame(self.place) | {
            "rows": rows,
            "opened": opened,
            "focus": self._focus(opened, told),
            "basket": dump(self.lines),
            "kinds": list(KIND_NAMES.items()),
            "names": names,
            "many": len(names) > MANY,
            "problem": told.get(ALL),
            "draft": Draft("", reason=self.reason),
            "new_kind": self.request.POST.get("new-kind", "update"),
            "new_table": self.request.POST.get("new-table", self.lines[-1].table if self.lines else ""),
            "full": len(self.lines) >= MOST_STEPS,
            "wrong": None,
        }

    def _focus(self, opened: dict[str, Any] | None, told: dict[int, InputError]) -> str:
        """Where the keyboard goes on: at what is wrong, else at what was asked for, else in the step that is open."""
        if self.focus and not told:
            return self.focus
        return next_field(opened["line"], opened.get("key_parts", ()), opened["field"]) if opened else ""


@screen("read", "console:home", post="read")
def transaction(request: HttpRequest, place: Place) -> HttpResponse:
    """GET: no call (``table`` and ``key`` begin with those items). POST ``preview``: one TransactGetItems; ``send``: another and the write.

    Every other button makes no call, but for one GetItem when an item is to be replaced.
    """
    tables = Tables(request, place)
    if request.method != "POST":
        keys = tuple(dict.fromkeys(request.GET.getlist("key")))
        return begin(request, place, request.GET.get("table", ""), keys)
    try:
        lines = load(request.POST.get("basket", ""))
    except InputError as error:
        return Desk(request, place, tables).build({ALL: error})
    opened = open_of(request.POST, lines)
    if opened is not None:
        lines = (*lines[:opened], typed_into(lines[opened], request.POST), *lines[opened + 1 :])
    desk = Desk(request, place, tables, lines, opened)
    try:
        return _pressed(desk)
    except AwsError as error:
        return failed(request, BUILD, desk.build_context(), error)


def begin(request: HttpRequest, place: Place, table: str, keys: Sequence[str]) -> HttpResponse:
    """The page with a step for each of the keys (URL form), to be filled in."""
    tables = Tables(request, place)
    if len(keys) > MOST_STEPS:
        sentence = f"{len(keys)} items are selected; one transaction takes at most {MOST_STEPS}. Select fewer, or edit them as a selection."
        return Desk(request, place, tables).build({ALL: InputError("basket", sentence)})
    lines = tuple(Line("update", table, key) for key in keys if table and re.fullmatch(KEY_TEXT, key))
    desk = Desk(request, place, tables, lines, 0 if lines else None)
    try:
        if table and lines:
            for line in lines:
                key_in(tables.get(table), line)
        return desk.build()
    except InputError as error:
        return Desk(request, place, tables).build({ALL: error})


def _frame(place: Place) -> dict[str, Any]:
    url = reverse("tables:list", args=[place.connection.slug, place.region])
    return {
        "title": "Transaction",
        "crumbs": [("Tables", url), ("Transaction", None)],
        "tables_url": url,
        "action": transaction_url(place),
        "most_steps": MOST_STEPS,
    }


def _row(tables: Tables, place: int, line: Line, problem: InputError | None) -> dict[str, Any]:
    """One step of the page that builds them."""
    row: dict[str, Any] = {
        "place": place,
        "number": place + 1,
        "line": line,
        "kind_name": KIND_NAMES.get(line.kind, ""),
        "label": tables.label(line),
        "problem": problem,
        "field": problem.field if problem else "",
    }
    try:
        table = tables.get(line.table)
    except (InputError, AwsError):
        return row
    parts = (table.partition,) if table.sort is None else (table.partition, table.sort)
    typed = (*line.typed, "", "")
    row["key_parts"] = [(f"typed-{number}", part, typed[number]) for number, part in enumerate(parts)]
    row["may_delete"] = tables.may("delete", line.table)
    row["may_write"] = tables.may("write", line.table)
    return row


def _pressed(desk: Desk) -> HttpResponse:
    button = button_of(desk.request.POST)
    match button.do:
        case "add":
            return _add(desk)
        case "open":
            at = button.at if button.at is not None and button.at < len(desk.lines) else None
            return _filled(replace(desk, open=at)).build()
        case "up" | "down" | "drop":
            lines = moved(desk.lines, button)
            return replace(desk, lines=lines, open=None, focus=button_after(button, len(lines))).build()
        case "preview":
            return _preview(desk)
        case "send":
            return _send(desk)
        case "edit":
            return replace(desk, open=None).build()
        case "shape":
            return _filled(desk).build()
    return _keep(desk)


def _add(desk: Desk) -> HttpResponse:
    try:
        line = added(desk.tables, desk.lines, desk.request.POST)
    except InputError as error:
        return replace(desk, focus=error.field).build(status=400, wrong=error)
    return replace(desk, lines=(*desk.lines, line), open=len(desk.lines)).build()


def _keep(desk: Desk) -> HttpResponse:
    """The open step is done with, if it can be a step; otherwise it stays open with what is wrong."""
    if desk.open is None:
        return desk.build()
    filled = _filled(desk)
    if filled.lines != desk.lines:
        return filled.build()
    try:
        desk.tables.step(desk.lines[desk.open])
    except InputError as error:
        return desk.build({desk.open: error})
    return replace(desk, open=None, focus="new-kind").build()


def _filled(desk: Desk) -> Desk:
    """With the item as it stands now as the text of a replacement that has none yet: one read."""
    line = desk.lines[desk.open] if desk.open is not None else None
    if line is None or desk.open is None or line.kind != "replace" or line.text.strip():
        return desk
    try:
        key = key_in(desk.tables.get(line.table), line)
    except InputError:
        return desk
    (item,) = operations.read_together(actor_of(desk.request), desk.place, [(line.table, key)])
    if item is None:
        return desk
    whole = replace(line, text=to_text(item, "plain"))
    return replace(desk, lines=(*desk.lines[: desk.open], whole, *desk.lines[desk.open + 1 :]))


def _steps(desk: Desk) -> tuple[list[Step], dict[int, InputError]]:
    """Each line's step, and what is wrong with those that are none."""
    steps: list[Step] = []
    problems: dict[int, InputError] = {}
    for place, line in enumerate(desk.lines):
        try:
            steps.append(desk.tables.step(line))
        except InputError as error:
            problems[place] = error
    if not desk.lines:
        problems[ALL] = InputError("basket", "There is no step yet. Add one below.")
    if len(desk.lines) > MOST_STEPS:
        problems[ALL] = InputError(
            "basket", f"There are {len(desk.lines)} steps; one transaction takes at most {MOST_STEPS}."
        )
    if not problems:
        problems = {place: InputError("key", sentence) for place, sentence in repeated(steps).items()}
    return steps, problems


def _refused(desk: Desk, problems: dict[int, InputError]) -> HttpResponse:
    """Back to building, the first step that is wrong open."""
    places = [place for place in problems if place != ALL]
    return replace(desk, open=min(places) if places else None).build(problems)


def _preview(desk: Desk) -> HttpResponse:
    steps, problems = _steps(desk)
    if problems:
        return _refused(desk, problems)
    actor = actor_of(desk.request)
    items = operations.read_together(actor, desk.place, [(step.table.name, step.key) for step in steps])
    read = replace(
        desk, lines=tuple(line.at(item) for line, item in zip(desk.lines, items, strict=True)), open=None
    )
    return _shown(read, steps)


def _planned(desk: Desk, steps: Sequence[Step]) -> tuple[Preview, dict[int, InputError]]:
    actor = actor_of(desk.request)
    preview = operations.preview(actor, desk.place, steps, [line.shown for line in desk.lines])
    return preview, {
        place: InputError(preview.fields.get(place, "basket"), sentence)
        for place, sentence in preview.problems.items()
    }


def _shown(desk: Desk, steps: Sequence[Step]) -> HttpResponse:
    preview, problems = _planned(desk, steps)
    if problems:
        return _refused(desk, problems)
    return render(desk.request, PREVIEW, _preview_context(desk, steps, preview))


def _preview_context(desk: Desk, steps: Sequence[Step], preview: Preview) -> dict[str, Any]:
    rows = preview_rows(desk.place, desk.lines, preview, [step.label for step in steps])
    writes = sum(one.plan is not None for one in preview.ready)
    return _frame(desk.place) | {
        "rows": rows,
        "writes": writes,
        "checks": len(rows) - writes,
        "table_count": len({line.table for line in desk.lines}),
        "basket": dump(desk.lines),
        "draft": Draft("", reason=desk.reason),
    }


def _send(desk: Desk) -> HttpResponse:
    steps, problems = _steps(desk)
    if not problems and not all(line.seen for line in desk.lines):
        return _preview(desk)
    if problems:
        return _refused(desk, problems)
    preview, problems = _planned(desk, steps)
    if problems:
        return _refused(desk, problems)
    context = _preview_context(desk, steps, preview)
    try:
        check_reason(Draft("", reason=desk.reason))
        result = operations.carry_out(actor_of(desk.request), desk.place, preview.ready, desk.reason)
    except InputError as error:
        return render(desk.request, PREVIEW, context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(desk.request, PREVIEW, context, error)
    if isinstance(result, Cancelled):
        rows = ended_rows(context["rows"], result.reasons)
        context |= {"rows": rows, "cancelled": result, "already": done_already(preview.ready, result.reasons)}
        return render(desk.request, PREVIEW, context, status=409)
    count = "1 item" if result.count == 1 else f"{result.count} items"
    messages.success(
        desk.request,
        format_html(
            'Sent: {} changed in one transaction. <a class="button" href="{}">Undo…</a>',
            count,
            undo_link(result.change_id),
        ),
    )
    names = {line.table for line in desk.lines}
    if len(names) == 1:
        return redirect(Links(desk.place, names.pop()).browse)
    return redirect(context["tables_url"])
