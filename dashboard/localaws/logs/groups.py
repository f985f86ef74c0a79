"""Operations on groups and streams."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.logs.errors import exists, invalid, not_found
from dashboard.localaws.logs.store import Group, Logs, LogStore, Stream

T = TypeVar("T")
_GROUP = re.compile(r"[\.\-_/#A-Za-z0-9]{1,512}")
_STREAM = re.compile(r"[^:*]{1,512}")
_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


def arn(region: str, group: str) -> str:
    """The ARN of a group, without the ``:*`` at its end."""
    return f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{group}"


def named(body: dict[str, Any]) -> str:
    """The group's name, from ``logGroupName`` or ``logGroupIdentifier``, which may be an ARN."""
    name = body.get("logGroupName") or body.get("logGroupIdentifier") or ""
    if name.startswith("arn:"):
        name = name.split(":log-group:", 1)[-1].removesuffix(":*")
    if not _GROUP.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"
        )
    return str(name)


def group_of(logs: Logs, body: dict[str, Any]) -> Group:
    """The group that a call names; LogsError when there is none."""
    group = logs.groups.get(named(body))
    if group is None:
        raise not_found("The specified log group does not exist.")
    return group


def stream_of(group: Group, body: dict[str, Any]) -> Stream:
    """The stream that a call names; LogsError when there is none."""
    stream = group.streams.get(body.get("logStreamName") or "")
    if stream is None:
        raise not_found("The specified log stream does not exist.")
    return stream


def create_log_group(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """CreateLogGroup."""
    logs, name = store.region(region), named(body)
    if name in logs.groups:
        raise exists("The specified log group already exists")
    group = logs.create_group(name)
    group.tags = dict(body.get("tags") or {})
    group.kms = body.get("kmsKeyId")
    group.kind = body.get("logGroupClass") or "STANDARD"
    store.changed()
    return {}


def delete_log_group(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DeleteLogGroup."""
    logs = store.region(region)
    del logs.groups[group_of(logs, body).name]
    store.changed()
    return {}


def describe_log_groups(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DescribeLogGroups: by name, with a prefix or a part of it."""
    prefix, part = body.get("logGroupNamePrefix") or "", body.get("logGroupNamePattern") or ""
    if prefix and part:
        raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    groups = [
        group
        for name, group in sorted(store.region(region).groups.items())
        if name.startswith(prefix) and part.lower() in name.lower()
    ]
    return _page(groups, body, "logGroups", lambda group: _group(region, group))


def put_retention_policy(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """PutRetentionPolicy."""
    group = group_of(store.region(region), body)
    if body.get("retentionInDays") not in _DAYS:
        raise invalid(
            f"1 validation error detected: Value '{body.get('retentionInDays')}' at 'retentionInDays' failed to "
            f"satisfy constraint: Member must satisfy enum value set: {sorted(_DAYS)}"
        )
    group.retention = body["retentionInDays"]
    store.changed()
    return {}


def delete_retention_policy(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DeleteRetentionPolicy."""
    group_of(store.region(region), body).retention = None
    store.changed()
    return {}


def create_log_stream(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """CreateLogStream."""
    group, name = group_of(store.region(region), body), body.get("logStreamName") or ""
    if not _STREAM.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'logStreamName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [^:*]*"
        )
    if name in group.streams:
        raise exists("The specified log stream already exists")
    group.streams[name] = Stream(name, store.millis())
    store.changed()
    return {}


def delete_log_stream(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DeleteLogStream."""
    group = group_of(store.region(region), body)
    del group.streams[stream_of(group, body).name]
    store.changed()
    return {}


def describe_log_streams(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DescribeLogStreams, by name or by the time of the last event."""
    group = group_of(store.region(region), body)
    prefix, order = body.get("logStreamNamePrefix") or "", body.get("orderBy") or "LogStreamName"
    if prefix and order == "LastEventTime":
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = sorted(
        (stream for stream in group.streams.values() if stream.name.startswith(prefix)),
        key=lambda stream: (stream.last or 0, stream.name) if order == "LastEventTime" else (0, stream.name),
        reverse=bool(body.get("descending")),
    )
    return _page(streams, body, "logStreams", lambda stream: _stream(region, group, stream))


def _group(region: str, group: Group) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": f"{arn(region, group.name)}:*",
        "logGroupArn": arn(region, group.name),
        "storedBytes": group.stored,
        "logGroupClass": group.kind,
    }
    if group.retention:
        answer["retentionInDays"] = group.retention
    if group.kms:
        answer["kmsKeyId"] = group.kms
    return answer


def _stream(region: str, group: Group, stream: Stream) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "arn": f"{arn(region, group.name)}:log-stream:{stream.name}",
        "storedBytes": 0,
    }
    if stream.events:
        answer |= {
            "firstEventTimestamp": stream.first,
            "lastEventTimestamp": stream.last,
            "lastIngestionTime": stream.events[-1].arrived,
            "uploadSequenceToken": f"{stream.events[-1].number:056d}",
        }
    return answer


def _page(
    items: Sequence[T], body: dict[str, Any], name: str, shown: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """One page of a list, 50 at most; the token is the number of items passed."""
    limit, given = body.get("limit") or 50, body.get("nextToken") or "0"
    if not 1 <= limit <= 50:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value less than or equal to 50"
        )
    if not (given.isascii() and given.isdigit()):
        raise invalid("The specified nextToken is invalid.")
    start = int(given)
    answer: dict[str, Any] = {name: [shown(item) for item in items[start : start + limit]]}
    if len(items) > start + limit:
        answer["nextToken"] = str(start + limit)
    return answer
