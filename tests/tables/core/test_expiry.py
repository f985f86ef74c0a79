"""What a TTL value means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.core.wire import Wire
from dashboard.tables.core.expiry import expiry

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
DAY = 86400


@pytest.mark.parametrize(
    ("value", "state", "says"),
    [
        (
            {"N": str(SECONDS - 3 * DAY)},
            "expired",
            "expired 3 days ago; DynamoDB deletes it within a few days",
        ),
        ({"N": str(SECONDS)}, "expired", "less than a minute ago"),
        ({"N": str(SECONDS + 7200)}, "ahead", "expires in 2 hours"),
        ({"N": str(SECONDS + 1)}, "ahead", "less than a minute"),
        ({"N": f"{SECONDS + DAY}.5"}, "ahead", "expires in 1 day"),
        ({"N": str(SECONDS - 6 * 365 * DAY)}, "wrong", "more than five years"),
        ({"N": "0"}, "wrong", "more than five years"),
        ({"N": "-5"}, "wrong", "more than five years"),
        ({"N": str(SECONDS + 30 * 365 * DAY)}, "wrong", "in 30 years: is that meant?"),
        ({"N": str(SECONDS * 1000)}, "wrong", "looks like milliseconds (2026-06-01 12:00:00 UTC)"),
        ({"N": str(SECONDS * 10**6)}, "wrong", "too far away"),
        ({"N": "1E+125"}, "wrong", "too far away"),
        ({"N": "-1E+14"}, "wrong", "outside the years"),
        ({"N": "1E-130"}, "wrong", "more than five years"),
        ({"S": str(SECONDS)}, "wrong", "a string, not a number"),
        ({"NULL": True}, "wrong", "a null, not a number"),
    ],
)
def test_it_works(value: Wire, state: str, says: str) -> None:
    found = expiry(value, NOW)
    assert found.state == state
    assert says in found.text
