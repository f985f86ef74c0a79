"""StartQuery, GetQueryResults, StopQuery, DescribeQueries and GetLogRecord.

A query runs over what the groups hold when it is started, beside the requests, and is Running for a moment at least, as at AWS,
where callers have to ask again. Queries are not kept over a restart.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.logs.errors import LogsError, invalid, not_found
from dashboard.localaws.logs.groups import named
from dashboard.localaws.logs.insights.nodes import Command
from dashboard.localaws.logs.insights.parser import MOST_ROWS, parse
from dashboard.localaws.logs.insights.rows import SYSTEM
from dashboard.localaws.logs.insights.running import NOTHING, Answered, Source, row_of, run
from dashboard.localaws.logs.insights.tokens import QueryError
from dashboard.localaws.logs.insights.values import text
from dashboard.localaws.logs.store import Group, LogStore

_workers = ThreadPoolExecutor(2, thread_name_prefix="insights")
RUNNING = 400
"""Milliseconds for which a query is Running at least."""
MOST_RUNNING = 100
KEPT = 1000
"""Queries that are remembered of a region."""
_MILLIS = 100_000_000_000
"""A time from here on is in milliseconds: AWS takes both."""


@dataclass
class Query:
    """A query and its answer; ``created`` in milliseconds since 1970."""

    id: str
    text: str
    groups: list[str]
    created: int
    work: Future[Answered]
    stopped: bool = False

    def status(self, now: int) -> str:
        """Running, Complete, Failed or Cancelled at ``now`` (milliseconds)."""
        if self.stopped:
            return "Cancelled"
        if now < self.created + RUNNING or not self.work.done():
            return "Running"
        return "Failed" if self.work.exception() else "Complete"


def start_query(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """StartQuery. Events of the whole second of the end are in."""
    text_of_query = body.get("queryString") or ""
    language = body.get("queryLanguage") or "CWLI"
    if language != "CWLI":
        raise invalid(f"The query language {language} is not offered by the embedded CloudWatch Logs.")
    start, end, limit = _span(body)
    groups = _groups(store, region, body)
    commands = _commands(text_of_query)
    queries, now = store.queries.setdefault(region, {}), store.millis()
    if sum(query.status(now) == "Running" for query in queries.values()) >= MOST_RUNNING:
        raise LogsError("LimitExceededException", "Account maximum query concurrency limit of [100] reached.")
    sources = [
        Source(group.name, stream.name, list(stream.events))
        for group in groups
        for stream in group.streams.values()
    ]
    work = _workers.submit(run, commands, sources, start, end, limit, now)
    query = Query(str(uuid.uuid4()), text_of_query, [group.name for group in groups], now, work)
    queries[query.id] = query
    while len(queries) > KEPT:
        del queries[next(iter(queries))]
    return {"queryId": query.id}


def get_query_results(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """GetQueryResults: while the query is running it has none."""
    query, now = _query(store, region, body), store.millis()
    status = query.status(now)
    answer: dict[str, Any] = {"queryLanguage": "CWLI", "results": [], "status": status}
    if status == "Complete":
        answered = query.work.result()
        return answer | {"results": answered.results, "statistics": answered.statistics}
    return answer | {"statistics": dict.fromkeys(NOTHING, 0.0)}


def stop_query(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """StopQuery: refused for a query that has ended."""
    query = _query(store, region, body)
    if query.status(store.millis()) != "Running":
        raise invalid(f"The query with ID {query.id} has already ended.")
    query.stopped = True
    query.work.cancel()
    return {"success": True}


def describe_queries(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """DescribeQueries: the latest first; the token is the number of queries passed."""
    now, given = store.millis(), body.get("nextToken") or "0"
    most = body.get("maxResults") or 1000
    if not (given.isascii() and given.isdigit()):
        raise invalid("The specified nextToken is invalid.")
    if not 1 <= most <= 1000:
        raise invalid(
            f"1 validation error detected: Value '{most}' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 1000"
        )
    group, status = body.get("logGroupName"), body.get("status")
    found = [
        query
        for query in reversed(store.queries.get(region, {}).values())
        if (not group or group in query.groups) and (not status or query.status(now) == status)
    ]
    begin = int(given)
    shown = [
        {
            "createTime": query.created,
            "logGroupName": query.groups[0],
            "queryId": query.id,
            "queryLanguage": "CWLI",
            "queryString": query.text,
            "status": query.status(now),
        }
        for query in found[begin : begin + most]
    ]
    more = {"nextToken": str(begin + most)} if len(found) > begin + most else {}
    return {"queries": shown, **more}


def get_log_record(store: LogStore, region: str, body: dict[str, Any]) -> dict[str, Any]:
    """GetLogRecord: every field of the event to which an ``@ptr`` points."""
    pointer = body.get("logRecordPointer") or ""
    try:
        group_name, stream, number = base64.b64decode(pointer, validate=True).decode().split("\0")
    except (binascii.Error, ValueError):
        raise invalid("The specified logRecordPointer is invalid.") from None
    group = store.region(region).groups.get(group_name)
    events = group.streams[stream].events if group and stream in group.streams else []
    event = next((each for each in events if str(each.number) == number), None)
    if group is None or event is None:
        raise not_found("The log record does not exist.")
    row = row_of(group.name, stream, event)
    fields = {name: row.get(name) for name in SYSTEM} | row.discovered
    return {"logRecord": {name: text(value) for name, value in fields.items()}}


def _commands(query: str) -> Sequence[Command]:
    try:
        return parse(query)
    except QueryError as error:
        where = {"startCharOffset": error.start, "endCharOffset": error.end}
        raise LogsError(
            "MalformedQueryException",
            error.message,
            more={"queryCompileError": {"location": where, "message": error.message}},
        ) from None


def _span(body: dict[str, Any]) -> tuple[int, int, int]:
    """Start and end in milliseconds, both in, and the limit."""
    times = []
    for name in ("startTime", "endTime"):
        given = body.get(name)
        if given is None or given < 0:
            raise invalid(
                f"1 validation error detected: Value '{given}' at '{name}' failed to satisfy constraint: "
                "Member must have value greater than or equal to 0"
            )
        times.append(given if given >= _MILLIS else given * 1000)
    if times[1] < times[0]:
        raise invalid("The query's start time is after its end time.")
    end = times[1] + (999 if body["endTime"] < _MILLIS else 0)
    limit = body.get("limit") or MOST_ROWS
    if not 1 <= limit <= MOST_ROWS:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {MOST_ROWS}"
        )
    return times[0], end, int(limit)


def _groups(store: LogStore, region: str, body: dict[str, Any]) -> list[Group]:
    ways = [name for name in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if body.get(name)]
    if len(ways) != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.")
    given = body[ways[0]] if ways[0] != "logGroupName" else [body["logGroupName"]]
    if len(given) > 50:
        raise invalid("A query can have at most 50 log groups.")
    found = []
    for each in given:
        name = named({"logGroupIdentifier": each})
        group = store.region(region).groups.get(name)
        if group is None:
            raise not_found(f"Log group '{name}' does not exist for account ID '{ACCOUNT}'")
        found.append(group)
    return found


def _query(store: LogStore, region: str, body: dict[str, Any]) -> Query:
    query = store.queries.get(region, {}).get(body.get("queryId") or "")
    if not isinstance(query, Query):
        raise not_found(f"Query with ID {body.get('queryId')} does not exist.")
    return query
