"""The forms that write an item, as far as they are the same: the editor, the preview, and what goes wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.operations import items
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.shared import Links, failed

EDITOR, PREVIEW = "tables/editor.html", "tables/preview.html"


@dataclass(frozen=True)
class Desk:
    """One request of such a form. ``frame`` is what all its pages share (title, crumbs, words), ``draft`` what was typed."""

    request: HttpRequest
    links: Links
    draft: Draft
    frame: dict[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> str:
        """Which button was pressed: ``edit``, ``switch``, ``preview`` or ``save``."""
        return self.request.POST.get("step", "edit")

    def page(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        """A page of the form, with the draft in it."""
        return render(self.request, template, self.frame | {"draft": self.draft} | more, status=status)

    def switch(self) -> HttpResponse:
        """The draft in its other form; no AWS call."""
        return replace(self, draft=self.draft.switched()).page(EDITOR)

    def preview(self, table: Table, status: int = 200, **more: Any) -> HttpResponse:
        """What the draft would change; no AWS call. The editor again, with sentences, when it cannot be saved."""
        original = self.draft.shown() if self.draft.original else None
        preview = items.preview(table, original, self.draft.item())
        if preview.problems:
            return self.page(
                EDITOR, 400, wrong=InputError("draft", preview.problems[0]), problems=preview.problems
            )
        return self.page(PREVIEW, status, preview=preview, **more)

    def answer(self, table: Table, save: Callable[[Table], HttpResponse]) -> HttpResponse:
        """The step that was asked for. Whatever goes wrong, the page that follows holds the draft as it was typed."""
        try:
            if self.step == "switch":
                return self.switch()
            if self.step == "preview":
                return self.preview(table)
            if self.step == "save":
                return self._save(table, save)
        except InputError as error:
            return self.page(EDITOR, 400, wrong=error)
        except AwsError as error:
            return self.failed(error)
        return self.page(EDITOR)

    def failed(self, error: AwsError) -> HttpResponse:
        """AWS would not: its words above the draft."""
        return failed(self.request, EDITOR, self.frame | {"draft": self.draft}, error)

    def _save(self, table: Table, save: Callable[[Table], HttpResponse]) -> HttpResponse:
        try:
            check_reason(self.draft)
        except InputError as error:
            return self.preview(table, 400, wrong=error)
        return save(table)
