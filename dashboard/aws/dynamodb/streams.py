"""DynamoDB Streams: the shards of a stream and the records in them.

Its own service with its own endpoint and permissions. AWS allows two readers of a shard at a time and five GetRecords a second for each
(Developer Guide, "Reading and processing a stream"), which a Lambda trigger shares with us.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore import xform_name

from dashboard.aws import clients
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.streams import Record, Records, Shard, Stream

MOST_PAGES = 20
"""Of DescribeStream, 100 shards each."""


def describe_stream(target: Target, arn: str) -> Stream:
    """The stream with its shards, oldest first as AWS lists them; one call for each 100 shards. Kind.NOT_FOUND when it is gone."""
    arguments: dict[str, Any] = {"StreamArn": arn, "Limit": 100}
    shards: list[Shard] = []
    for _ in range(MOST_PAGES):
        stated = _send(target, "DescribeStream", arn, arguments)["StreamDescription"]
        shards += [_shard(one) for one in stated.get("Shards", ())]
        last = stated.get("LastEvaluatedShardId")
        if not last:
            break
        arguments["ExclusiveStartShardId"] = last
    return Stream(
        arn=stated["StreamArn"],
        status=stated.get("StreamStatus", ""),
        view=stated.get("StreamViewType", ""),
        created=_time(stated.get("CreationRequestDateTime")),
        shards=tuple(shards),
    )


def shard_iterator(target: Target, arn: str, shard: str, kind: str, sequence: str = "") -> str:
    """Where to begin in a shard, good for 15 minutes.

    ``kind`` is TRIM_HORIZON (the oldest kept), LATEST, or AT_ or AFTER_SEQUENCE_NUMBER with ``sequence``.
    """
    arguments = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind}
    if sequence:
        arguments["SequenceNumber"] = sequence
    return str(_send(target, "GetShardIterator", arn, arguments)["ShardIterator"])


def get_records(target: Target, arn: str, iterator: str, limit: int = 1000) -> Records:
    """Up to ``limit`` (1000) records or 1 MB; none is not the end, only no ``next`` is."""
    body = _send(target, "GetRecords", arn, {"ShardIterator": iterator, "Limit": limit})
    return Records(tuple(_record(one) for one in body.get("Records", ())), body.get("NextShardIterator"))


def _send(target: Target, operation: str, arn: str, arguments: dict[str, Any]) -> dict[str, Any]:
    sending = Sending("dynamodbstreams", operation, arn)
    method = getattr(clients.dynamodbstreams(target), xform_name(operation))
    return measured(sending, lambda: dict(method(**arguments))).body


def _shard(raw: dict[str, Any]) -> Shard:
    numbers = raw.get("SequenceNumberRange", {})
    return Shard(
        raw["ShardId"],
        raw.get("ParentShardId", ""),
        numbers.get("StartingSequenceNumber", ""),
        numbers.get("EndingSequenceNumber", ""),
    )


def _record(raw: dict[str, Any]) -> Record:
    inner = raw["dynamodb"]
    return Record(
        id=raw.get("eventID", ""),
        kind=raw["eventName"],
        time=_time(inner.get("ApproximateCreationDateTime")),
        keys=inner.get("Keys", {}),
        old=inner.get("OldImage"),
        new=inner.get("NewImage"),
        sequence=inner.get("SequenceNumber", ""),
        size=int(inner.get("SizeBytes", 0)),
        principal=(raw.get("userIdentity") or {}).get("PrincipalId")
        or (raw.get("userIdentity") or {}).get("principalId", ""),
    )


def _time(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
