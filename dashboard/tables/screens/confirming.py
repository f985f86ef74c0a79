"""What the pages have in common that ask before a table's setting is changed: what changes, what to know, a reason, perhaps a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.core.diff import diff_items
from dashboard.core.errors import AwsError, InputError
from dashboard.history.shape import as_item
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.shared import Crumb, Links, failed, page_context

TEMPLATE = "tables/confirm.html"


@dataclass(frozen=True)
class Question:
    """One such page. ``before`` and ``after`` are plain JSON, shown as a difference; ``notes`` are sentences to know before.

    ``hidden`` goes along with the form; ``asked`` is what must be typed, empty for what does not destroy.
    """

    title: str
    before: Any
    after: Any
    notes: Sequence[str]
    button: str
    cancel: str
    back: str
    hidden: Sequence[tuple[str, str]] = ()
    asked: str = ""
    crumbs: Sequence[Crumb] = ()
    tab: str = "backups"


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
        "changes": diff_items(as_item(question.before), as_item(question.after)),
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
        "typed": request.POST.get("name", ""),
        "wrong": wrong,
        **more,
    }
    if failure is not None:
        return failed(request, TEMPLATE, context, failure)
    return render(request, TEMPLATE, context, status=400 if wrong and status == 200 else status)
