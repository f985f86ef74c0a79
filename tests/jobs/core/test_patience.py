"""When AWS is asked again."""

from __future__ import annotations

import pytest

from dashboard.core.errors import AwsError, Kind
from dashboard.jobs.core.patience import LONGEST_WAIT, MOST_WAITS, wait


def error(kind: Kind, permanent: bool, retry_after: float | None = None) -> AwsError:
    return AwsError("Code", "message", kind=kind, permanent=permanent, retry_after=retry_after)


@pytest.mark.parametrize(
    ("failure", "waits", "seconds"),
    [
        (error(Kind.THROTTLED, False), 0, 2),
        (error(Kind.THROTTLED, False), 1, 4),
        (error(Kind.THROTTLED, False), 5, 64),
        (error(Kind.THROTTLED, False), 10, LONGEST_WAIT),
        (error(Kind.THROTTLED, False, 30.0), 0, 30),
        (error(Kind.THROTTLED, False, 1.0), 3, 16),
        (error(Kind.THROTTLED, False, 900.0), 0, 900),
        (error(Kind.THROTTLED, True), 0, 2),
        (error(Kind.UNREACHABLE, False), 0, 2),
        (error(Kind.FAULT, False), 2, 8),
        (error(Kind.THROTTLED, False), MOST_WAITS, None),
        (error(Kind.DENIED, True), 0, None),
        (error(Kind.VALIDATION, True, 5.0), 0, None),
        (error(Kind.NOT_FOUND, True), 0, None),
    ],
)
def test_cases(failure: AwsError, waits: int, seconds: float | None) -> None:
    assert wait(failure, waits) == seconds
