"""The forms that write an item, as far as they are the same: the editor, the preview, and what goes wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.tables.core.forms import MOST_ROWS, approximate_size, problems
from dashboard.tables.core.itemkeys import has_key
from dashboard.tables.core.size import MAX_ITEM_BYTES, item_size
from dashboard.tables.core.values import Misplaced, refuse
from dashboard.tables.operations import items
from dashboard.tables.screens import formrows
from dashboard.tables.screens.drafts import VIEW_NAMES, Draft, check_reason
from dashboard.tables.screens.shared import Links, failed
from dashboard.tables.screens.values import key_label

EDITOR, PREVIEW = "tables/editor.html", "tables/preview.html"
VIEW_STEP = "view-"
REMOVE_STEP = "remove-"


@dataclass(frozen=True)
class Desk:
    """One request of such a form. ``frame`` is what all its pages share (title, crumbs, words), ``draft`` what was typed.

    ``table`` is None where it could not be described.
    """

    request: HttpRequest
    links: Links
    draft: Draft
    frame: dict[str, Any] = field(default_factory=dict)
    table: Table | None = None

    @property
    def step(self) -> str:
        """Which button was pressed: ``edit``, ``view-…``, ``add``, ``remove-…``, ``retype``, ``preview``, ``save`` or ``save-parts``."""
        return self.request.POST.get("step", "edit")

    @property
    def known(self) -> Table:
        """The table, in the steps that only come when it is known."""
        if self.table is None:
            raise ValueError("the table is not known yet")
        return self.table

    def at(self, table: Table) -> Desk:
        """The same with the table."""
        return replace(self, table=table)

    def page(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        """A page of the form, with the draft in it."""
        return render(self.request, template, self.frame | {"draft": self.draft} | more, status=status)

    def editor(
        self, status: int = 200, *, wrong: InputError | None = None, check: bool = False, fresh: int = 0
    ) -> HttpResponse:
        """The draft to be edited, in its view. ``check`` marks every row of the form that is wrong; ``wrong`` is about the whole."""
        return self.page(EDITOR, status, **self._editor(wrong, check, fresh))

    def _editor(self, wrong: InputError | None, check: bool, fresh: int) -> dict[str, Any]:
        draft = self.draft
        if draft.view == "form" and draft.rows is None:
            try:
                draft = draft.seen_as("form")
            except InputError as error:
                draft, wrong = replace(draft, view=draft.form), wrong or error
        context: dict[str, Any] = {
            "draft": draft,
            "wrong": wrong,
            "most": MAX_ITEM_BYTES,
            "most_rows": MOST_ROWS,
            "focus_view": self.step.startswith(VIEW_STEP),
        }
        if draft.rows is None:
            return context | {"size": _size_of_text(draft)}
        found = problems(draft.rows, self.table) if check or wrong is not None else {}
        if not found and isinstance(wrong, Misplaced):
            found = {
                row.number: wrong.within(row.name) for row in draft.rows if wrong.path[:1] == (row.name,)
            }
        if found:
            context["wrong"] = InputError("draft", found[0]) if 0 in found else None
        return context | {
            "fields": formrows.fields(draft.rows, self.table, found, fresh),
            "wrong_rows": len(set(found) - {0}),
            "size": approximate_size(draft.rows),
            "full": len(draft.rows) >= MOST_ROWS,
            "focus_add": self.step.startswith(REMOVE_STEP) and not fresh,
        }

    def preview(self, table: Table, status: int = 200, **more: Any) -> HttpResponse:
        """What the draft would change; no AWS call. The editor again, with sentences, when it cannot be saved."""
        original = self.draft.shown() if self.draft.original else None
        draft = self.draft.as_text()
        item = draft.item()
        self._check_copy(table)
        preview = items.preview(table, original, item)
        if preview.problems:
            wrong = InputError("draft", preview.problems[0])
            return replace(self, frame=self.frame | {"two_writes": preview.two_writes}).editor(
                400, wrong=wrong
            )
        more |= {"key_text": key_label(item, table.key_names)} if preview.moves else {}
        return replace(self, draft=draft).page(PREVIEW, status, preview=preview, **more)

    def answer(self, table: Table, save: Callable[[Desk], HttpResponse]) -> HttpResponse:
        """The step that was asked for. Whatever goes wrong, the page that follows holds the draft as it was typed."""
        desk = self.at(table)
        try:
            if self.step == "preview":
                return desk.preview(table)
            if self.step in ("save", "save-parts"):
                return desk._save(table, save)
            return desk._edit()
        except InputError as error:
            return desk.editor(400, wrong=error)
        except AwsError as error:
            return desk.failed(error)

    def _edit(self) -> HttpResponse:
        """A step that stays in the editor: another view, a row more, a row less, another type; no AWS call."""
        step, rows = self.step, self.draft.rows
        if step.startswith(VIEW_STEP) and step.removeprefix(VIEW_STEP) in VIEW_NAMES:
            return self._viewed(step.removeprefix(VIEW_STEP))
        if rows is None:
            return self.editor()
        fresh = 0
        if step == "add" and len(rows) < MOST_ROWS:
            rows, fresh = formrows.added(rows)
        elif step.startswith(REMOVE_STEP) and step.removeprefix(REMOVE_STEP).isdecimal():
            keys = self.known.key_names
            rows, fresh = formrows.removed(rows, int(step.removeprefix(REMOVE_STEP)), keys)
        return replace(self, draft=replace(self.draft, rows=rows)).editor(fresh=fresh)

    def _viewed(self, view: str) -> HttpResponse:
        desk = replace(self, draft=self.draft.seen_as(view))
        wrong: InputError | None = None
        if desk.draft.rows is None:
            try:
                desk.draft.item()
            except InputError as error:
                wrong = error
        return desk.editor(wrong=wrong, check=True)

    def failed(self, error: AwsError) -> HttpResponse:
        """AWS would not: its words above the draft."""
        return failed(self.request, EDITOR, self.frame | self._editor(None, False, 0), error)

    def _save(self, table: Table, save: Callable[[Desk], HttpResponse]) -> HttpResponse:
        desk = replace(self, draft=self.draft.as_text())
        self._check_copy(table)
        try:
            check_reason(self.draft)
        except InputError as error:
            return desk.preview(table, 400, wrong=error)
        return save(desk)

    def _check_copy(self, table: Table) -> None:
        """A duplicate needs a key of its own."""
        if not self.draft.copy_of:
            return
        try:
            key = decode_key(self.draft.copy_of, table.key_names)
        except InputError:
            return  # nothing but a hint; the write itself refuses a key that is taken
        if has_key(table, key, self.draft.item()):
            names = table.key_names
            raise refuse(
                (names[-1],),
                "This is the key of the item you are duplicating. Give the duplicate a key of its own.",
            )


def _size_of_text(draft: Draft) -> int | None:
    try:
        return item_size(draft.item())
    except InputError:
        return None
