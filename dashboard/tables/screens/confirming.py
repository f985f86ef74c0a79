"""What the pages have in common that ask before a table's setting is changed: what changes, what to know, a reason, perhaps a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.structure_rows import Line
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.shared import Crumb, Links, failed, page_context

TEMPLATE = "tables/confirm.html"


@dataclass(frozen=True)
class Question:
    """One such page. ``before`` and ``after`` are settings in words by their names, shown as a difference; ``notes`` are sentences.

    ``hidden`` goes along with the form; ``asked`` is what must be typed, empty for what does not destroy.
    """

    title: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    notes: Sequence[str]
    button: str
    cancel: str
    back: str
    hidden: Sequence[tuple[str, str]] = ()
    asked: str = ""
    crumbs: Sequence[Crumb] = ()
    tab: str = "backups"
    way_back: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The settings that differ, in the order in which they are named."""
        was, will = self.before or {}, self.after or {}
        found = (Line(name, was.get(name, ""), will.get(name, "")) for name in {**was, **will})
        return tuple(line for line in found if line.kind != "same")


def reason_of(request: HttpRequest) -> str:
    """The reason that was entered; InputError (``reason``) when there is none that the record can hold."""
    draft = Draft("", reason=request.POST.get("reason", "").strip())
    check_reason(draft)
    return draft.reason


def check_typed(request: HttpRequest, asked: str) -> None:
    """InputError (``name``) unless what was asked for was typed."""
    if asked and request.POST.get("name", "").strip() != asked:
        raise InputError("name", f"Type {asked} into this field to confirm it.")


def ask(
    request: HttpRequest,
    links: Links,
    question: Question,
    wrong: InputError | None = None,
    *,
    failure: AwsError | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page; with ``wrong`` at its field (400 unless ``status`` says otherwise), or with AWS's refusal."""
    crumbs = tuple(question.crumbs) or (("Backups", links.to("tables:backups")),)
    context = page_context(request, links, question.title, *crumbs, (question.title, None), tab=question.tab)
    context |= {
        "question": question,
        "lines": question.lines,
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
        "typed": request.POST.get("name", ""),
        "wrong": wrong,
        **more,
    }
    if failure is not None:
        return failed(request, TEMPLATE, context, failure)
    return render(request, TEMPLATE, context, status=400 if wrong and status == 200 else status)
