"""What the door answers about DynamoDB, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.core.expressions import Action, Condition
from dashboard.core.wire import Item


@dataclass(frozen=True)
class KeyPart:
    """A key attribute and its type tag (S, N or B)."""

    name: str
    tag: str


@dataclass(frozen=True)
class Index:
    """A secondary index. ``projection`` is ALL, KEYS_ONLY or INCLUDE (then ``included`` names the attributes)."""

    name: str
    partition: tuple[KeyPart, ...]
    sort: tuple[KeyPart, ...]
    is_global: bool
    projection: str
    included: tuple[str, ...] = ()
    status: str = "ACTIVE"
    item_count: int | None = None
    size_bytes: int | None = None
    backfilling: bool = False
    read_units: int | None = None
    write_units: int | None = None
    max_read: int | None = None
    max_write: int | None = None


@dataclass(frozen=True)
class Table:
    """A table as DescribeTable states it. Item count and size are AWS's own figures, up to about six hours old.

    ``read_units`` and ``write_units`` are provisioned capacity, None on demand; ``max_read`` and ``max_write`` what on-demand traffic is
    held to a second, None without such a limit. ``encryption`` is the state of a KMS key (ENABLED, UPDATING…), empty for the key that AWS
    owns. Times are ISO 8601 in UTC, empty when AWS does not say them.
    """

    name: str
    status: str
    partition: KeyPart
    sort: KeyPart | None
    indexes: tuple[Index, ...] = ()
    billing: str = "PROVISIONED"
    read_units: int | None = None
    write_units: int | None = None
    item_count: int | None = None
    size_bytes: int | None = None
    table_class: str = "STANDARD"
    deletion_protection: bool = False
    stream_view: str = ""
    arn: str = ""
    created: str = ""
    replicas: tuple[str, ...] = ()
    table_id: str = ""
    max_read: int | None = None
    max_write: int | None = None
    warm_read: int | None = None
    warm_write: int | None = None
    encryption: str = ""
    kms_key: str = ""
    stream_arn: str = ""
    decreases_today: int | None = None
    on_demand_since: str = ""
    class_since: str = ""
    restored_from: str = ""
    restored_to: str = ""
    restoring: bool = False
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The key attributes, partition key first."""
        return (self.partition.name,) if self.sort is None else (self.partition.name, self.sort.name)

    def index(self, name: str) -> Index | None:
        """The index of that name, if there is one."""
        return next((index for index in self.indexes if index.name == name), None)


@dataclass(frozen=True)
class ReadRequest:
    """A Query (``key_condition`` given) or a Scan of a table or one of its indexes.

    ``limit`` counts items read; None reads what 1 MB holds. ``segment`` is which of how many parts a Scan reads.
    """

    table: str
    index: str = ""
    key_condition: Condition | None = None
    filter: Condition | None = None
    fields: tuple[tuple[str | int, ...], ...] = ()
    limit: int | None = 100
    start: Item | None = None
    backward: bool = False
    consistent: bool = False
    segment: tuple[int, int] | None = None


@dataclass(frozen=True)
class ReadPage:
    """Items of one call, how many were read to find them, the units it cost and where the next call begins."""

    items: tuple[Item, ...]
    scanned: int
    units: float
    next: Item | None
    request_id: str = ""


@dataclass(frozen=True)
class Read:
    """One item, or None when there is none under the key."""

    item: Item | None
    units: float = 0.0
    request_id: str = ""


@dataclass(frozen=True)
class Written:
    """A write that AWS confirmed. ``before`` is the item AWS says it replaced (ALL_OLD), None when there was none.

    ``after`` is what AWS says it left behind, where it was asked for that.
    """

    before: Item | None
    units: float = 0.0
    request_id: str = ""
    attempts: int = 1
    after: Item | None = None


@dataclass(frozen=True)
class TransactStep:
    """One action of a transaction on the item under ``key``, carried out only if ``condition`` holds.

    ``put`` writes ``item`` whole (it holds ``key``), ``update`` carries out ``actions``, ``delete`` takes the item away, ``check`` changes
    nothing and must have a condition. API reference, TransactWriteItems.
    """

    kind: Literal["put", "update", "delete", "check"]
    table: str
    key: Item
    item: Item | None = None
    actions: tuple[Action, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class Transacted:
    """A transaction that AWS confirmed: all of its actions were carried out. AWS does not say what they replaced."""

    units: float = 0.0
    request_id: str = ""
    attempts: int = 1


@dataclass(frozen=True)
class Reads:
    """Several items in the order they were asked for, None where there is none, and what reading them took."""

    items: tuple[Item | None, ...]
    units: float = 0.0
    calls: int = 1
    request_id: str = ""
