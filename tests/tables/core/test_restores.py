"""Prices, names, days and moments as people enter them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.core.backups import Recovery
from dashboard.core.errors import InputError
from dashboard.tables.core.restores import (
    GB,
    check_backup_name,
    check_days,
    check_table_name,
    moment_words,
    price,
    read_moment,
)

NOW = datetime(2026, 11, 21, 14, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (None, "not known, because the size is not"),
        (0, "less than $0.01"),
        (100 * GB, "about $15.00 to $30.00"),
        (GB // 20, "about $0.01 to $0.01"),
        (2000 * GB, "about $300.00 to $600.00"),
    ],
)
def test_it_works(size: int | None, words: str) -> None:
    assert price(size).words == words
    assert "us-east-1" in price(size).doubt


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20 09:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T09:00:07", datetime(2026, 11, 20, 9, 0, 7, tzinfo=UTC)),
        ("2026-11-20 09:00:07.250", datetime(2026, 11, 20, 9, 0, 7, 250_000, tzinfo=UTC)),
        (" 2026-11-20T09:00:07Z ", datetime(2026, 11, 20, 9, 0, 7, tzinfo=UTC)),
        ("14:05", datetime(2026, 11, 21, 14, 5, tzinfo=UTC)),
        ("14:05:31", datetime(2026, 11, 20, 14, 5, 31, tzinfo=UTC)),
        ("9:00 UTC", datetime(2026, 11, 21, 9, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert read_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "yesterday",
        "25:00",
        "2026-02-30 10:00",
        "2026-11-20",
        "2026-11-22 00:00",
        "20261120T0900",
        "١٤:٠٥",
        "14:05\0",
        "9" * 99,
    ],
)
def test_moments_that_are_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read_moment(text, NOW)
    assert refused.value.field == "at"


@pytest.mark.parametrize("text", ["0", "36", "-1", "1.5", "", "x", "٣", "1e1", "999999999999"])
def test_days_that_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="from 1 to 35"):
        check_days(text)
    assert check_days(" 35 ") == 35


@pytest.mark.parametrize("name", ["", "ab", "a b c", "ä" * 5, "a" * 256, "a/b/c", "<b>"])
def test_names_that_are_refused(name: str) -> None:
    for check in (check_table_name, check_backup_name):
        with pytest.raises(InputError) as refused:
            check(name)
        assert refused.value.field == "name"
        assert check(" parcels-1 ") == "parcels-1"


def test_what_a_window_reaches() -> None:
    window = Recovery(True, 35, datetime(2026, 11, 1, tzinfo=UTC), NOW)
    assert window.reaches(datetime(2026, 11, 2, tzinfo=UTC))
    assert not window.reaches(datetime(2026, 10, 31, tzinfo=UTC))
    assert not Recovery(False).reaches(NOW)


@pytest.mark.parametrize("text", ["0001-01-01 00:00:00", "2026-11-21 14:05:30", "2026-11-21 14:05:30.000250"])
def test_a_moment_written_out_reads_as_itself(text: str) -> None:
    assert moment_words(read_moment(text, datetime(2027, 1, 1, tzinfo=UTC))) == text
