"""What the door answers about backups, recovery and what else belongs to a table, as frozen values. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST_PERIOD = 35
"""Days: the longest recovery period, and the one a table has that names none (UpdateContinuousBackups)."""


@dataclass(frozen=True)
class Recovery:
    """Point-in-time recovery of a table: on or off, for how many days, and the moments it can be brought back to.

    The moments are None while it is off. ``latest`` is about five minutes ago (Developer Guide, "Point-in-time recovery").
    """

    enabled: bool
    days: int = LONGEST_PERIOD
    earliest: datetime | None = None
    latest: datetime | None = None

    def reaches(self, moment: datetime) -> bool:
        """Whether the table can be brought back to that moment."""
        return bool(self.enabled and self.earliest and self.latest and self.earliest <= moment <= self.latest)


@dataclass(frozen=True)
class Backup:
    """A backup. ``status`` is CREATING, AVAILABLE or DELETED, ``kind`` USER, SYSTEM or AWS_BACKUP; ``size`` is in bytes."""

    arn: str
    name: str
    table: str
    status: str
    kind: str
    created: datetime
    size: int | None = None
    expires: datetime | None = None

    @property
    def id(self) -> str:
        """The last part of the ARN, which tells the backups of a table apart."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True)
class Restored:
    """What DescribeTable says of a table that a restore makes: its state and where it comes from (RestoreSummary)."""

    name: str
    status: str
    table_id: str
    arn: str
    source_arn: str
    in_progress: bool
    item_count: int | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be read and changed."""
        return self.status == "ACTIVE" and not self.in_progress


@dataclass(frozen=True)
class Policy:
    """A resource policy, as its text, and the revision that a change is conditional on."""

    text: str
    revision: str


@dataclass(frozen=True)
class Replica:
    """A copy of a global table in another region. ``progress`` is AWS's own word for how far a new one is, empty when it gives none."""

    region: str
    status: str
    progress: str = ""
    message: str = ""


@dataclass(frozen=True)
class Insights:
    """Contributor Insights of a table (``index`` empty) or an index: ENABLED, ENABLING, DISABLED, DISABLING or FAILED.

    ``rules`` are the names of its rules in CloudWatch, which hold the keys it counted.
    """

    index: str
    status: str
    mode: str = ""
    updated: datetime | None = None
    failure: str = ""
    rules: tuple[str, ...] = ()

    @property
    def enabled(self) -> bool:
        """Whether it is on, or is being turned on."""
        return self.status in ("ENABLED", "ENABLING")


@dataclass(frozen=True)
class Destination:
    """A Kinesis data stream that a table's changes are sent to."""

    arn: str
    status: str
    message: str = ""
    precision: str = ""
