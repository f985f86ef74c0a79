"""The one error that leaves the door to AWS, and the one that bad input gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an AWS failure means for the person who meets it; it decides the page they see."""

    DENIED = "denied"  # AWS refused: the role lacks the permission
    EXPIRED = "expired"  # the credentials ran out or were never there
    THROTTLED = "throttled"  # a rate or the provisioned capacity is used up; retry later
    QUOTA = "quota"  # a limit of the account; a retry does not help
    NOT_FOUND = "not_found"  # the resource is gone, or never was
    CONDITION = "condition"  # the condition of a write did not hold
    CONFLICT = "conflict"  # another change is under way, or the resource is in use
    VALIDATION = "validation"  # AWS refused the request as malformed
    UNREACHABLE = "unreachable"  # no connection was made: nothing was sent
    LOST = "lost"  # the request may have been carried out, the answer never came
    FAULT = "fault"  # AWS's own error (5xx)


@dataclass
class AwsError(Exception):
    """A failed AWS call, in the only shape that leaves ``dashboard.aws``.

    ``permanent`` is the bit a caller needs: True when the same call will fail again.
    ``retry_after`` is in seconds. ``attempts`` counts the requests that were sent, retries included.
    ``item`` is the item AWS sent with a failed condition (wire form), ``reasons`` those of a cancelled
    transaction, one an operation in the order sent. ``unchanged`` is set where it is known that nothing was changed, because nothing was
    sent yet or because it was read afterwards.
    """

    code: str
    message: str
    kind: Kind = Kind.FAULT
    permanent: bool = True
    retry_after: float | None = None
    request_id: str = ""
    service: str = ""
    operation: str = ""
    resource: str = ""
    attempts: int = 1
    item: dict[str, Any] | None = None
    reasons: tuple[dict[str, Any], ...] = ()
    unchanged: bool = False

    def known_unchanged(self, message: str) -> AwsError:
        """The same failure once it was found out that nothing was changed, as ``message`` says: it can be sent again."""
        return replace(self, kind=Kind.FAULT, message=message, permanent=False, unchanged=True)

    def __str__(self) -> str:
        """One line for a log: the operation, the code and the request id, never a value of an item."""
        return f"{self.service}:{self.operation} {self.code} (request {self.request_id or 'none'})"


@dataclass
class InputError(Exception):
    """What a person entered and cannot be used: ``field`` names the input, ``rule`` is the sentence shown."""

    field: str
    rule: str

    def __str__(self) -> str:
        """The sentence shown."""
        return self.rule
