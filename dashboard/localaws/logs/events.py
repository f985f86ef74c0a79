"""PutLogEvents, GetLogEvents and FilterLogEvents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dashboard.localaws.logs.errors import invalid
from dashboard.localaws.logs.groups import group_of, stream_of
from dashboard.localaws.logs.patterns import matcher
from dashboard.localaws.logs.store import Event, LogStore, Stream

MOST = 10_000
_PAST = 14 * 86_400_000
_FUTURE = 2 * 3_600_000
_TOKEN = re.compile(r"([fb])/(\d{1,18})/s")


def put_log_events(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """PutLogEvents: events too old or too new are left out, and the answer says from where to where."""
    logs = store.region(region)
    group = group_of(logs, body)
    stream, events = stream_of(group, body), body.get("logEvents") or []
    if not 1 <= len(events) <= MOST:
        raise invalid(
            "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: "
            f"Member must have length between 1 and {MOST}"
        )
    times = [event["timestamp"] for event in events]
    if times != sorted(times):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > 86_400_000:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    now = store.millis()
    old = sum(when < now - _PAST for when in times)
    new = sum(when > now + _FUTURE for when in times)
    taken = events[old : len(events) - new]
    logs.extend(group.name, stream.name, [(event["timestamp"], event["message"]) for event in taken])
    answer: dict[str, Any] = {"nextSequenceToken": f"{store.number():056d}"}
    refused = ({"tooOldLogEventEndIndex": old} if old else {}) | (
        {"tooNewLogEventStartIndex": len(events) - new} if new else {}
    )
    return answer | ({"rejectedLogEventsInfo": refused} if refused else {})


def get_log_events(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """GetLogEvents: a window of one stream; a token that comes back unchanged says that there is no more that way."""
    stream = stream_of(group_of(store.region(region), body), body)
    events = sorted(_between(stream.events, body), key=lambda event: (event.when, event.number))
    limit, given = _limit(body), body.get("nextToken")
    if given:
        found = _TOKEN.fullmatch(given)
        if not found:
            raise invalid("The specified nextToken is invalid.")
        at = min(int(found[2]), len(events))
        start, end = (at, at + limit) if found[1] == "f" else (max(0, at - limit), at)
    elif body.get("startFromHead"):
        start, end = 0, limit
    else:
        start, end = max(0, len(events) - limit), len(events)
    end = min(end, len(events))
    return {
        "events": [
            {"timestamp": event.when, "message": event.message, "ingestionTime": event.arrived}
            for event in events[start:end]
        ],
        "nextForwardToken": f"f/{end:018d}/s",
        "nextBackwardToken": f"b/{start:018d}/s",
    }


def filter_log_events(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """FilterLogEvents: the lines of a group that match, oldest first; the token is the number of lines passed."""
    group = group_of(store.region(region), body)
    names, prefix = body.get("logStreamNames") or [], body.get("logStreamNamePrefix") or ""
    if names and prefix:
        raise invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
    streams = [stream_of(group, {"logStreamName": name}) for name in names] or [
        stream for stream in group.streams.values() if stream.name.startswith(prefix)
    ]
    matches = matcher(body.get("filterPattern") or "")
    found = sorted(
        ((event, stream) for stream in streams for event in _between(stream.events, body)),
        key=lambda pair: (pair[0].when, pair[0].number),
    )
    hits = [(event, stream) for event, stream in found if matches(event.message)]
    given = body.get("nextToken") or "0"
    if not (given.isascii() and given.isdigit()):
        raise invalid("The specified nextToken is invalid.")
    start, limit = int(given), _limit(body)
    answer: dict[str, Any] = {
        "events": [_hit(event, stream) for event, stream in hits[start : start + limit]],
        "searchedLogStreams": [],
    }
    if len(hits) > start + limit:
        answer["nextToken"] = str(start + limit)
    return answer


def _hit(event: Event, stream: Stream) -> dict[str, Any]:
    return {
        "logStreamName": stream.name,
        "timestamp": event.when,
        "message": event.message,
        "ingestionTime": event.arrived,
        "eventId": f"{event.when:020d}{event.number:036d}",
    }


def _between(events: Iterable[Event], body: dict[str, Any]) -> list[Event]:
    """The start is in, the end is not."""
    start, end = body.get("startTime"), body.get("endTime")
    return [
        event
        for event in events
        if (start is None or event.when >= start) and (end is None or event.when < end)
    ]


def _limit(body: dict[str, Any]) -> int:
    limit = body.get("limit") or MOST
    if not 1 <= limit <= MOST:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value between 1 and {MOST}"
        )
    return int(limit)
