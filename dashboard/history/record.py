"""How an operation writes the record: start, call AWS, say how it ended.

    with recording(actor, resource, "item.update", label=..., subject=..., reason=..., shown=..., intended=...) as change:
        written = dynamodb.update_item(place.target, ..., change=change.id)
        change.done(before=written.before, after=after, request_id=written.request_id)

The started row is committed before the block runs. An AwsError that leaves the block becomes a *refused* or *failed*
outcome, except one of kind LOST: then nobody knows, no outcome is written and the change is *unknown* until it is reconciled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.core.errors import AwsError, Kind
from dashboard.core.resources import Resource
from dashboard.history.models import Change, Outcome


@dataclass
class Recording:
    """An open change. Exactly one outcome is written: by ``done``, ``refused`` or ``partial``, or when an error leaves the block."""

    row: Change
    ended: bool = False

    @property
    def id(self) -> str:
        """The change id, which the call to AWS carries in its User-Agent."""
        return str(self.row.pk)

    def done(self, before: Any = None, after: Any = None, request_id: str = "") -> None:
        """It happened: what AWS says was there, what is there now."""
        self._end(Outcome.Result.DONE, before=before, after=after, aws_request_id=request_id)

    def refused(self, code: str, message: str, request_id: str = "", before: Any = None) -> None:
        """It did not happen because a condition did not hold; ``before`` is what stands there."""
        self._end(
            Outcome.Result.REFUSED, before=before, code=code, message=message, aws_request_id=request_id
        )

    def failed(self, error: AwsError) -> None:
        """It did not happen because AWS would not."""
        result = Outcome.Result.REFUSED if error.kind == Kind.CONDITION else Outcome.Result.FAILED
        self._end(result, code=error.code, message=error.message, aws_request_id=error.request_id)

    def partial(self, error: AwsError, before: Any = None, after: Any = None) -> None:
        """Some of its calls were carried out, then one failed; ``after`` is what stands there now."""
        self._end(
            Outcome.Result.PARTIAL,
            before=before,
            after=after,
            code=error.code,
            message=error.message,
            aws_request_id=error.request_id,
        )

    def _end(self, result: str, **fields: Any) -> None:
        Outcome.objects.create(change=self.row, result=result, **fields)
        self.ended = True


@contextmanager
def recording(
    actor: Actor,
    resource: Resource,
    action: str,
    *,
    label: str = "",
    subject: str = "",
    reason: str = "",
    shown: Any = None,
    intended: Any = None,
    undo_of: Change | None = None,
) -> Iterator[Recording]:
    """Write the started row, then run the block, which ends the change."""
    row = Change.objects.create(
        user=actor.user,
        user_name=actor.name,
        request_id=actor.request_id,
        connection=resource.connection,
        region=resource.region,
        resource=resource.name,
        action=action,
        label=label.replace("\0", "␀"),  # PostgreSQL keeps no U+0000 in text
        subject=subject,
        reason=reason,
        shown=shown,
        intended=intended,
        undo_of=undo_of,
    )
    change = Recording(row)
    try:
        yield change
    except AwsError as error:
        if error.kind != Kind.LOST and not change.ended:
            change.failed(error)
        raise
