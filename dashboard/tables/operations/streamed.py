"""One record of a table's stream, read again by its place in it: the item as it was before that change."""

from __future__ import annotations

import re

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws.dynamodb import streams as door
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.streams import Record
from dashboard.tables.operations.streams import TRIMMED

MOST_CALLS = 3
"""GetRecords may answer nothing before it answers the record."""
_GONE = (
    "AWS does not keep this record of the stream any more: it keeps them for 24 hours, of the table's latest stream. "
    "Look at the item as it was at a moment instead."
)


def record(actor: Actor, place: Place, table: Table, key_text: str, shard: str, sequence: str) -> Record:
    """The record of that item with that ``sequence``: one GetShardIterator and as a rule one GetRecords.

    Raises Refused, InputError (``record``: no such record, none of this item, not kept any more), AwsError.
    """
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    if not re.fullmatch(r"[A-Za-z0-9-]{1,65}", shard) or not re.fullmatch(r"[0-9]{1,40}", sequence):
        raise InputError(
            "record", "The address names no record of a stream. Open it from the table's stream."
        )
    if not table.stream_arn:
        raise InputError("record", "This table has no stream.")
    try:
        found = _read(place, table.stream_arn, shard, sequence)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND or error.code == TRIMMED:
            raise InputError("record", _GONE) from error
        raise
    if found is None:
        raise InputError("record", _GONE)
    if encode_key(found.keys, table.key_names) != key_text:
        raise InputError(
            "record", "This record of the stream is of another item. Open it from the table's stream."
        )
    return found


def _read(place: Place, arn: str, shard: str, sequence: str) -> Record | None:
    iterator: str | None = door.shard_iterator(place.target, arn, shard, "AT_SEQUENCE_NUMBER", sequence)
    for _ in range(MOST_CALLS):
        if iterator is None:
            return None
        answer = door.get_records(place.target, arn, iterator, limit=1)
        if answer.records:
            return next((one for one in answer.records if one.sequence == sequence), None)
        iterator = answer.next
    return None
