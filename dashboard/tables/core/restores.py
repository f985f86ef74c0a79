"""What a restore costs, how long it takes, what it does not bring along, and what its table may be called. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.core.backups import LONGEST_PERIOD
from dashboard.core.errors import InputError

DOLLARS_PER_GB = 0.15
"""Restoring one GB, us-east-1 (the price list of DynamoDB, "Restoring a table"; read 2025)."""
DEAREST = 2.0
"""How many times that the dearest region may ask: an assumption, not a price."""
GB = 1024**3
TIME = "It takes minutes as a rule, hours at times: AWS promises nothing, and it does not simply follow the size."
NOT_RESTORED = (
    "auto scaling",
    "tags",
    "time to live",
    "the stream and Kinesis destinations",
    "the resource policy, and policies of IAM that name the table",
    "CloudWatch alarms and Contributor Insights",
    "point-in-time recovery and deletion protection",
    "replicas: it is a table of its own, not a part of a global table",
)
"""What must be set up again on a restored table (Developer Guide, "Restoring a table")."""
TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
BACKUP_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
TEMPORARY = "gatehouse-tm-"
"""How the names of the time machine's tables begin."""


@dataclass(frozen=True)
class Price:
    """What restoring ``size`` bytes costs: ``low`` at the price of us-east-1, ``high`` in the dearest region. Dollars."""

    size: int | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """``about $0.15 to $0.30``; says so when the size is not known."""
        if self.low is None or self.high is None:
            return "not known, because the size is not"
        if self.high < 0.01:
            return "less than $0.01"
        return f"about ${max(self.low, 0.01):,.2f} to ${self.high:,.2f}"

    @property
    def doubt(self) -> str:
        """Where the figure comes from and what it leaves out."""
        return (
            f"${DOLLARS_PER_GB:.2f} per GB restored is the price in us-east-1; other regions ask more, up to about twice as much. The "
            "size is AWS's own figure, up to about six hours old. Keeping the table, and reading it, comes on top while it stands."
        )


def price(size: int | None) -> Price:
    """Of restoring so many bytes; None when the size is not known."""
    if size is None:
        return Price(None, None, None)
    low = size / GB * DOLLARS_PER_GB
    return Price(size, low, low * DEAREST)


def check_table_name(name: str, field: str = "name") -> str:
    """The name, trimmed; InputError when no table can have it."""
    name = name.strip()
    if not TABLE_NAME.fullmatch(name):
        raise InputError(field, "The name of a table is 3 to 255 of the characters A-Z a-z 0-9 _ . -")
    return name


def check_backup_name(name: str) -> str:
    """The name, trimmed; InputError when no backup can have it (CreateBackup)."""
    name = name.strip()
    if not BACKUP_NAME.fullmatch(name):
        raise InputError("name", "The name of a backup is 3 to 255 of the characters A-Z a-z 0-9 _ . -")
    return name


def check_days(text: str) -> int:
    """The recovery period; InputError unless it is 1 to 35 whole days."""
    if not re.fullmatch(r"[0-9]{1,2}", text.strip(), re.ASCII) or not 1 <= int(text) <= LONGEST_PERIOD:
        raise InputError(
            "days", f"The recovery period is a whole number of days, from 1 to {LONGEST_PERIOD}."
        )
    return int(text)


def read_moment(text: str, now: datetime, field: str = "at") -> datetime:
    """A moment in UTC as a person enters it: ``2026-11-21 14:05:30``, with a ``T`` or without seconds; ``14:05`` is the last one."""
    text = text.strip().removesuffix("Z").removesuffix("UTC").strip()
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", text, re.ASCII):
            clock = datetime.strptime(text, "%H:%M:%S" if text.count(":") == 2 else "%H:%M")
            moment = now.replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0)
            return moment if moment <= now else _day_before(moment)
        if not re.fullmatch(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", text
        ):
            raise ValueError("not a moment")
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise InputError(
            field,
            "Enter the moment in UTC as 2026-11-21 14:05:30, or as 14:05 for the last time it was that.",
        ) from error
    if moment > now:
        raise InputError(field, "This moment is still to come. Enter one in the past, in UTC.")
    return moment


def moment_words(moment: datetime) -> str:
    """A moment written out as ``read_moment`` reads it; its fraction of a second only when it has one."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds" if moment.microsecond else "seconds")


def _day_before(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() - 86_400, UTC)
