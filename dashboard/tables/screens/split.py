"""What is shown when an edit in several parts stopped on the way: exactly what was saved, what was not, and how to go on."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from dashboard.console.failures import STATUS
from dashboard.core.diff import apply_changes
from dashboard.core.wire import compact
from dashboard.tables.core.drafts import to_text
from dashboard.tables.operations.items import Conflict
from dashboard.tables.operations.parts import Parts
from dashboard.tables.screens.desk import Desk


def partly(desk: Desk, parts: Parts) -> HttpResponse:
    """409 where somebody else had changed the item, else AWS's status: the parts, their records, and the rest as a draft."""
    rest = to_text(apply_changes(parts.base, parts.left), desk.draft.form)
    status = 409 if parts.error is None else STATUS.get(parts.error.kind, 502)
    if parts.merge is not None and parts.theirs is None:
        conflict = Conflict(None, parts.merge, "")
        return desk.page("tables/gone.html", 409, conflict=conflict, new_url=desk.links.new, parts=parts)
    merged = to_text(parts.merge.merged, desk.draft.form) if parts.merge is not None else rest
    base = parts.base if parts.theirs is None else parts.theirs
    return desk.page(
        "tables/partly.html",
        status,
        parts=parts,
        next_part=len(parts.done) + 1,
        records=[
            (number, len(changes), reverse("history:change", args=[change]))
            for number, (changes, change) in enumerate(zip(parts.done, parts.change_ids, strict=True), 1)
        ],
        failure=parts.error,
        base_text=compact(base),
        rest_text=merged,
        conflicts=parts.merge.conflicts if parts.merge is not None else (),
    )
