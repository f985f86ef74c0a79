"""The selected items of a table: edited alike, deleted, or put into a transaction; shown before, confirmed, and said item by item after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item
from dashboard.tables.core import alike
from dashboard.tables.core.baskets import VALUE_TYPES, Entry, Line, dump, edit_of, load
from dashboard.tables.core.cancelled import done_already
from dashboard.tables.core.transactions import MOST_STEPS, Step, check_edit
from dashboard.tables.operations import catalogue
from dashboard.tables.operations import several as operations
from dashboard.tables.operations.onebyone import MOST_ITEMS, Finished, one_by_one
from dashboard.tables.operations.several import Cancelled, Done, Preview
from dashboard.tables.screens import transaction
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.several_rows import ended_rows, preview_rows
from dashboard.tables.screens.shared import Links, failed, page_context, undo_link
from dashboard.tables.screens.values import key_label

EDIT, PREVIEW, RESULT, NOTHING = (
    "tables/several_edit.html",
    "tables/several_preview.html",
    "tables/several_result.html",
    "tables/several_nothing.html",
)
EMPTY_ROWS = 3
MOST_ROWS = 50
MOST_LABELS = 20
MOST_CARRIED = 8 * 1024 * 1024
"""Bytes of the items that a form can carry along; the server takes 10 MB of a form."""
STEPS = ("edit", "more", "preview", "save", "delete", "drop", "transaction")


@dataclass(frozen=True)
class Selection:
    """One request about selected items of a table, with what was typed."""

    request: HttpRequest
    links: Links
    table: Table
    keys: tuple[str, ...]
    step: str

    @property
    def deleting(self) -> bool:
        """Whether they are to be deleted."""
        return self.step in ("delete", "drop")

    @property
    def draft(self) -> Draft:
        """The reason, in the shape that its template takes."""
        return Draft("", reason=self.request.POST.get("reason", "").strip())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows of the edit as typed."""
        data = self.request.POST
        rows = zip(data.getlist("name"), data.getlist("type"), data.getlist("value"), strict=False)
        # A text area sends line breaks as CR LF; what was typed is LF.
        return tuple(Entry(name, kind, value.replace("\r\n", "\n")) for name, kind, value in rows)[:MOST_ROWS]

    @property
    def names(self) -> tuple[str, ...]:
        """Attributes of the page on which the items were selected, without the key's: what the edit can name."""
        found = alike.names_of(self.request.POST.get("names", ""))
        return tuple(name for name in found if name not in self.table.key_names)

    def labels(self) -> list[str]:
        """The keys in words."""
        names = self.table.key_names
        return [key_label(decode_key(key, names), names) for key in self.keys]

    def page(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        """A page about the selection, with everything that was typed."""
        return render(self.request, template, self.context() | more, status=status)

    def context(self) -> dict[str, Any]:
        """What all its pages share."""
        count = len(self.keys)
        items = "1 item" if count == 1 else f"{count} items"
        title = f"{'Delete' if self.deleting else 'Edit'} {items}"
        back = self.request.POST.get("back", "")
        fine = url_has_allowed_host_and_scheme(back, None) and back.partition("?")[0] == self.links.browse
        return page_context(self.request, self.links, title, (title, None)) | {
            "selection": self,
            "count": count,
            "items": items,
            "draft": self.draft,
            "back_url": back if fine else self.links.browse,
            "back": back if fine else "",
            "mode": self.mode,
            "names": self.names,
            "names_text": alike.names_text(self.names) if self.names else "",
            "as_one_possible": count <= MOST_STEPS,
            "most_steps": MOST_STEPS,
            "typed": self.request.POST.get("confirm", ""),
        }

    @property
    def mode(self) -> str:
        """``one`` transaction, or each by itself (``each``)."""
        chosen = self.request.POST.get("mode", "one")
        return "each" if chosen == "each" or len(self.keys) > MOST_STEPS else "one"


@screen("read", "table:{table}", post="read")
def several(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: how to get here. POST ``edit``, ``more``: no call. ``preview``, ``delete``: a BatchGetItem for each 100 items.

    ``save``, ``drop``: one TransactGetItems and one TransactWriteItems, or one UpdateItem or DeleteItem an item.
    """
    links = Links(place, table)
    keys = tuple(dict.fromkeys(request.POST.getlist("key")))
    step = request.POST.get("step", "")
    if request.method != "POST" or not keys or step not in STEPS:
        return _nothing(request, links)
    if step == "transaction":
        return transaction.begin(request, place, table, keys)
    permission = "delete" if step in ("delete", "drop") else "write"
    require(request.user, permission, place.resource(f"table:{table}"))
    selection = Selection(request, links, catalogue.facts(place, table).table, keys, step)
    try:
        _check_keys(selection)
    except InputError as error:
        return _nothing(request, links, error)
    return _delete(selection) if selection.deleting else _edit(selection)


def _nothing(request: HttpRequest, links: Links, wrong: InputError | None = None) -> HttpResponse:
    """Nothing is selected, or what is selected cannot be."""
    context = page_context(request, links, "Selected items", ("Selected items", None)) | {"wrong": wrong}
    return render(request, NOTHING, context, status=400 if request.method == "POST" else 200)


def _check_keys(selection: Selection) -> None:
    if len(selection.keys) > MOST_ITEMS:
        raise InputError(
            "key", f"{len(selection.keys)} items are selected; at most {MOST_ITEMS} can be worked on at once."
        )
    selection.labels()


def _edit(selection: Selection) -> HttpResponse:
    rows = selection.entries
    if selection.step in ("edit", "more"):
        more = EMPTY_ROWS if selection.step == "more" or not rows else 0
        return _form(selection, (*rows, *[Entry()] * more))
    try:
        sets, removes = edit_of(rows)
        check_edit(selection.table, sets, removes)
    except InputError as error:
        return _form(selection, rows, wrong=error, status=400)
    steps = [
        Step("update", selection.table, _key(selection, key), None, sets, removes) for key in selection.keys
    ]
    return _answer(selection, steps, (*sets, *removes))


def _form(selection: Selection, rows: Sequence[Entry], status: int = 200, **more: Any) -> HttpResponse:
    """The rows to fill in, for all the items alike."""
    wrong_row = _row_of(more.get("wrong"))
    focus = wrong_row
    if focus is None:
        focus = next((place for place, row in enumerate(rows) if not row.name), 0)
    context = _form_context(selection, rows) | more | {"wrong_row": wrong_row, "focus_row": focus}
    return selection.page(EDIT, status, **context)


def _form_context(selection: Selection, rows: Sequence[Entry]) -> dict[str, Any]:
    shown = rows or [Entry()] * EMPTY_ROWS
    return {
        "rows": shown,
        "types": list(VALUE_TYPES.items()),
        "labels": selection.labels()[:MOST_LABELS],
        "more": max(0, len(selection.keys) - MOST_LABELS),
        "full": len(shown) >= MOST_ROWS,
    }


def _row_of(wrong: InputError | None) -> int | None:
    """The row that a sentence is about, None for none or all of them."""
    place = wrong.field.removeprefix("entry-") if wrong is not None else ""
    return int(place) if place.isdigit() else None


def _delete(selection: Selection) -> HttpResponse:
    return _answer(
        selection, [Step("delete", selection.table, _key(selection, key)) for key in selection.keys], None
    )


def _key(selection: Selection, key: str) -> Item:
    return decode_key(key, selection.table.key_names)


def _answer(selection: Selection, steps: Sequence[Step], touched: Sequence[str] | None) -> HttpResponse:
    """The preview of ``steps``, or their end. ``touched`` are the attributes whose values have to be remembered; None for all."""
    try:
        if selection.step in ("preview", "delete"):
            return _preview(selection, steps, touched)
        return _save(selection, steps)
    except InputError as error:
        if error.field == "basket":
            return _nothing(selection.request, selection.links, error)
        raise
    except AwsError as error:
        if selection.deleting:
            return failed(
                selection.request,
                RESULT,
                selection.context() | {"rows": (), "basket": _basket(selection)},
                error,
            )
        context = selection.context() | _form_context(selection, selection.entries)
        return failed(selection.request, EDIT, context, error)


def _basket(selection: Selection) -> str:
    return selection.request.POST.get("basket", "")


def _preview(selection: Selection, steps: Sequence[Step], touched: Sequence[str] | None) -> HttpResponse:
    """Read all of them; what would change, and what is left out and why."""
    actor, place = actor_of(selection.request), selection.links.place
    items = operations.read_list(actor, place, selection.table.name, [step.key for step in steps])
    kept = [_kept(item, touched, selection.table) for item in items]
    lines = [
        Line("delete" if selection.deleting else "update", selection.table.name, key, seen=True, shown=item)
        for key, item in zip(selection.keys, kept, strict=True)
    ]
    preview = operations.preview(actor, place, steps, items, as_one=False)
    basket = dump(lines)
    if len(basket) > MOST_CARRIED:
        wrong = InputError(
            "key",
            "These items are too large together to be shown and confirmed on one page. Select fewer of them.",
        )
        return _nothing(selection.request, selection.links, wrong)
    if not preview.ready and not selection.deleting:
        full = [line.at(item) for line, item in zip(lines, items, strict=True)]
        why = " ".join(_notes(selection, full)) or next(iter(preview.problems.values()), "")
        wrong = InputError("entry-0", f"None of the items would change. {why}")
        return _form(selection, selection.entries, wrong=wrong, status=400)
    full = [line.at(item) for line, item in zip(lines, items, strict=True)]
    return _shown(selection, full, preview, basket)


def _kept(item: Item | None, touched: Sequence[str] | None, table: Table) -> Item | None:
    """As much of an item as the write depends on."""
    if item is None or touched is None:
        return item
    return {name: value for name, value in item.items() if name in touched or name in table.key_names}


def _shown(
    selection: Selection, lines: Sequence[Line], preview: Preview, basket: str, status: int = 200, **more: Any
) -> HttpResponse:
    return selection.page(PREVIEW, status, **_shown_context(selection, lines, preview, basket), **more)


def _shown_context(
    selection: Selection, lines: Sequence[Line], preview: Preview, basket: str
) -> dict[str, Any]:
    rows = preview_rows(selection.links.place, lines, preview, selection.labels())
    return {
        "rows": [row for row in rows if not row.left_out],
        "left_out": [row for row in rows if row.left_out],
        "ready": len(preview.ready),
        "basket": basket,
        "entries": selection.entries,
        "notes": _notes(selection, lines),
    }


def _notes(selection: Selection, lines: Sequence[Line]) -> tuple[str, ...]:
    """What an edit should be asked about: a name that is new, a type that changes."""
    if selection.deleting:
        return ()
    sets, removes = edit_of(selection.entries)
    return alike.notes(sets, [line.shown for line in lines], selection.names, removes)


def _save(selection: Selection, steps: Sequence[Step]) -> HttpResponse:
    """The writes of the items that can be written, as agreed to."""
    lines = load(_basket(selection))
    if tuple(line.key for line in lines) != selection.keys or not all(line.seen for line in lines):
        raise InputError(
            "basket", "The form did not bring back the items as they were shown. Select them again."
        )
    actor, place = actor_of(selection.request), selection.links.place
    preview = operations.preview(actor, place, steps, [line.shown for line in lines], as_one=False)
    try:
        check_reason(selection.draft)
        if selection.deleting:
            _check_confirm(selection, len(preview.ready))
        if selection.mode == "one":
            result = operations.carry_out(actor, place, preview.ready, selection.draft.reason)
        else:
            return _finished(
                selection, lines, preview, one_by_one(actor, place, preview.ready, selection.draft.reason)
            )
    except InputError as error:
        return _shown(selection, lines, preview, _basket(selection), 400, wrong=error)
    except AwsError as error:
        context = _shown_context(selection, lines, preview, _basket(selection))
        return failed(selection.request, PREVIEW, selection.context() | context, error)
    if isinstance(result, Cancelled):
        return _cancelled(selection, lines, preview, result)
    return _all_done(selection, result)


def _check_confirm(selection: Selection, count: int) -> None:
    if selection.request.POST.get("confirm", "").strip() not in (str(count), selection.table.name):
        raise InputError(
            "confirm",
            f"Type {count}, how many items are deleted, or {selection.table.name}, the table's name.",
        )


def _all_done(selection: Selection, result: Done) -> HttpResponse:
    count = "1 item" if result.count == 1 else f"{result.count} items"
    word = "Deleted" if selection.deleting else "Changed"
    messages.success(
        selection.request,
        format_html('{} {}. <a class="button" href="{}">Undo…</a>', word, count, undo_link(result.change_id)),
    )
    return redirect(selection.context()["back_url"])


def _cancelled(
    selection: Selection, lines: Sequence[Line], preview: Preview, result: Cancelled
) -> HttpResponse:
    """409: AWS carried out none of it; why, at each item."""
    ready = [line for number, line in enumerate(lines) if number not in preview.problems]
    labels = [one.step.label for one in preview.ready]
    only = Preview(preview.ready, {}, {})
    rows = ended_rows(preview_rows(selection.links.place, ready, only, labels), result.reasons)
    return selection.page(
        RESULT,
        409,
        rows=[row for row in rows if row.reason and row.reason.at_fault],
        cancelled=result,
        already=done_already(preview.ready, result.reasons),
        fine=sum(1 for row in rows if row.reason and not row.reason.at_fault),
        entries=selection.entries,
    )


def _finished(
    selection: Selection, lines: Sequence[Line], preview: Preview, result: Finished
) -> HttpResponse:
    """What became of each; the way on when all of them were written."""
    if result.done == len(result.results):
        return _all_done(selection, Done(result.change_id, result.done))
    ready = [line for number, line in enumerate(lines) if number not in preview.problems]
    labels = [one.step.label for one in preview.ready]
    rows = preview_rows(selection.links.place, ready, Preview(preview.ready, {}, {}), labels)
    return selection.page(
        RESULT,
        409,
        rows=ended_rows(rows, results=result.results),
        finished=result,
        already=result.already,
        undo_url=undo_link(result.change_id),
        entries=selection.entries,
    )
