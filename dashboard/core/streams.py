"""What the door answers about DynamoDB Streams, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.core.wire import Item

TTL_PRINCIPAL = "dynamodb.amazonaws.com"
"""Who deleted an item that expired, in the record's userIdentity (Developer Guide, "DynamoDB Streams and Time to Live")."""


@dataclass(frozen=True)
class Shard:
    """A piece of a stream. ``last`` is empty while it is open and gets new records; ``parent`` was read before it."""

    id: str
    parent: str = ""
    first: str = ""
    last: str = ""

    @property
    def open(self) -> bool:
        """Whether new records come into it."""
        return not self.last


@dataclass(frozen=True)
class Stream:
    """A table's stream as DescribeStream states it. ``created`` is ISO 8601 in UTC; ``view`` says which images its records hold."""

    arn: str
    status: str
    view: str
    created: str
    shards: tuple[Shard, ...]


@dataclass(frozen=True)
class Record:
    """One change of one item. Images are there as far as the stream's view has them; ``time`` is exact to the second."""

    id: str
    kind: Literal["INSERT", "MODIFY", "REMOVE"]
    time: str
    keys: Item
    old: Item | None
    new: Item | None
    sequence: str
    size: int = 0
    principal: str = ""

    @property
    def expired(self) -> bool:
        """Whether Time to Live deleted the item."""
        return self.kind == "REMOVE" and self.principal == TTL_PRINCIPAL


@dataclass(frozen=True)
class Records:
    """One answer of GetRecords; ``next`` is the following iterator, None at the end of a closed shard."""

    records: tuple[Record, ...]
    next: str | None
