"""What a change of a table means to those who use it and to the bill, in sentences. Pure.

Sources: API Reference UpdateTable and UpdateTimeToLive; Developer Guide "Quotas in Amazon DynamoDB" (capacity mode, decreases a day,
table class, encryption keys), "Managing Global Secondary Indexes", "DynamoDB Streams". AWS counts the quotas: its refusal names the case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from dashboard.core.dynamodb import Table
from dashboard.tables.core.structure import ON_DEMAND, PROVISIONED, VIEWS, Definition, IndexDefinition
from dashboard.tables.core.structure_rules import MOST_GLOBAL

KB = 1024


def backfill(table: Table | None) -> Iterator[str]:
    """What filling a new index costs at most, in write units; the items are read at AWS's own cost."""
    yield (
        "To fill it DynamoDB reads every item of the table, at its own cost, and writes an entry, at yours, "
        "for each item that has all attributes of the key."
    )
    if table is not None and table.item_count:
        each = math.ceil((table.size_bytes or 0) / table.item_count / KB) or 1
        yield (
            f"That is at most about {table.item_count * each:,} write units ({table.item_count:,} items of {each} KB or less each, "
            "figures up to six hours old), and fewer where items lack the key or the projection is narrow."
        )
    elif table is not None:
        yield "By AWS's last count (up to six hours old) the table has no items, so there is next to nothing to write."


def adding(after: Definition, index: IndexDefinition) -> Iterator[str]:
    """What else a new index brings."""
    many = sum(one.is_global for one in after.indexes)
    if many > MOST_GLOBAL:
        yield (
            f"The table would have {many} global indexes. AWS allows {MOST_GLOBAL} and refuses this one, unless the quota of your account "
            "was raised."
        )
    yield (
        "It can be read once it is ACTIVE, minutes to hours later. The table works on meanwhile, "
        "but no other index can be added or dropped."
    )
    yield "An item whose key attribute has another type is left out of it; from now on a write of such a value is refused."
    if after.billing == PROVISIONED:
        yield (
            f"Its {index.read} read and {index.write} write units are billed from now on. "
            "Too few write units slow the filling down and can throttle writes to the table."
        )


DROPPING = (
    "Every Query and Scan of this index fails from now on. The items themselves stay in the table.",
    "Until it is gone no other index can be added or dropped.",
)


def capacity(before: Definition, after: Definition, table: Table | None) -> Iterator[str]:
    """What a change of capacity means."""
    if before.billing != after.billing:
        if after.billing == ON_DEMAND:
            yield "Each read and write is billed by itself; nothing is billed for capacity that stands idle."
            yield "AWS takes a switch to on-demand up to four times in 24 hours; back to provisioned at any time."
        else:
            yield "The units are billed by the hour whether they are used or not; what exceeds them is throttled."
            yield "AWS takes the switch to provisioned at any time, the one back to on-demand up to four times in 24 hours."
        yield "It takes some minutes, in which the table is UPDATING and works on."
    if after.billing == PROVISIONED:
        yield "Where auto scaling is set up it may change the units again within minutes; the Structure page shows its bounds."
    if before.billing == after.billing == PROVISIONED and _decreases(before, after):
        counted = table is not None and table.decreases_today is not None
        today = f" AWS has counted {table.decreases_today} today." if table is not None and counted else ""
        yield f"Units can be decreased four times a day (UTC), and once more in every hour without a decrease.{today}"
    if (after.billing == ON_DEMAND and before.billing == after.billing) or _limited(after):
        yield (
            "What exceeds a limit a second is throttled; to AWS it is an aim, which may be exceeded for a short time. "
            "Without a limit only the account's quotas bound the traffic and its bill."
        )


def _limited(after: Definition) -> bool:
    limits = [after.max_read, after.max_write]
    limits += [limit for index in after.indexes for limit in (index.max_read, index.max_write)]
    return any(limit is not None for limit in limits)


def _decreases(before: Definition, after: Definition) -> bool:
    pairs = [(before.read, after.read), (before.write, after.write)]
    for index in after.indexes:
        was = before.index(index.name)
        if was is not None:
            pairs += [(was.read, index.read), (was.write, index.write)]
    return any(was is not None and will is not None and will < was for was, will in pairs)


def table_class(infrequent: bool, table: Table | None) -> Iterator[str]:
    """What a change of the class means."""
    if infrequent:
        yield "Storage costs less, reads and writes cost more: right where storage is the larger part of the table's bill."
    else:
        yield "Reads and writes cost less, storage costs more: right for a table that is used a lot."
    since = (
        f" The last one was on {table.class_since[:10]}." if table is not None and table.class_since else ""
    )
    yield f"AWS takes at most two changes of the class in 30 days.{since}"
    yield "Nothing changes for those who read and write."


def encryption(after: Definition) -> Iterator[str]:
    """What a change of the key means."""
    if after.encryption:
        yield (
            "Reading and writing needs the KMS key from now on: whoever uses the table needs rights on it, "
            "and disabling or deleting it makes the table unreadable. KMS requests are billed."
        )
    else:
        yield "The table is encrypted with a key that AWS owns: no cost, and no control over it or record of its use."
    yield (
        "AWS takes four changes of the key in 24 hours, and one more where none was made in the last six. "
        "Backups made before keep the key they have."
    )


def stream(view: str) -> Iterator[str]:
    """What switching a stream on (``view``) or off (empty) means."""
    if view:
        held = VIEWS.get(view, "its record")
        yield f"Every change of an item is kept for 24 hours: {held}. Reading a stream is billed, having one is not."
    else:
        yield "Whoever reads the stream, Lambda functions and replicas among them, gets no further changes."
        yield "Its records can be read for 24 hours more."


def time_to_live(attribute: str, on: bool) -> Iterator[str]:
    """What switching the expiry of items on or off means."""
    if on:
        yield (
            f"Items whose {attribute} is a number of seconds since 1970 that has passed are deleted, "
            "usually within two days, for good: undo does not bring them back."
        )
        yield "Values of other types, and times more than five years ago, are left alone. The deletions cost nothing."
    else:
        yield "Nothing expires any more; what was deleted stays deleted."
    yield "AWS takes one change of this setting an hour."


TAGS = ("Cost reports and policies that go by tags follow them. The table itself is not touched.",)
