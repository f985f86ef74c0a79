"""DynamoDB as a service of the layer: one call in, one whole answer out, and what follows from it."""

from __future__ import annotations

import logging
import time
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from dashboard.localaws import refusals
from dashboard.localaws.cloudwatch.store import Metrics, MetricStore
from dashboard.localaws.dynamodb import (
    batches,
    changes,
    expressions,
    hooks,
    metrics,
    recovery,
    states,
    streams,
    ttl,
)
from dashboard.localaws.dynamodb.contributors import Contributors
from dashboard.localaws.dynamodb.engine import (
    MEMBERS,
    Reply,
    Table,
    handler,
    responses,
    scope,
    table_named,
    tables,
)
from dashboard.localaws.dynamodb.journal import Journal
from dashboard.localaws.dynamodb.operations import Operations
from dashboard.localaws.dynamodb.records import State
from dashboard.localaws.dynamodb.refusals import Refused
from dashboard.localaws.faults.asked import Asked, asked
from dashboard.localaws.head import Head
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
_TARGET = "DynamoDB_20120810."
_ITEMS_ONLY = frozenset(
    {
        *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    }
)
"""Writes of items: the journal hears of each item, and nothing else changes."""
REAP_EVERY = 30.0


class DynamoDB:
    """``serve`` is a ``layer.Service``; ``work`` does a piece of what is done beside the requests."""

    def __init__(self, store: MetricStore) -> None:
        self.state = State()
        self.contributors = Contributors()
        self._metrics = store
        self._journal: Journal | None = None
        self._operations = Operations(self.state, self._copied)
        self._reaping: Iterator[None] = iter(())
        self._reaped = time.monotonic()
        self._graves: list[Any] = []

    def keep_in(self, journal: Journal) -> None:
        """Tell the journal of every change from now on."""
        self._journal = journal
        self.state.scaling.on_change = journal.touched
        self._operations.exports.on_change = journal.touched

    def install(self) -> None:
        """Take the engine's place; once, when what was kept is loaded."""
        hooks.install(self.state, self._journal)

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call."""
        operation = head.headers.get("x-amz-target", "").removeprefix(_TARGET)
        if raw_path != "/" or head.method != "POST":
            return refusals.aws_error(
                404, "UnknownOperationException", "dynamodb has no operation at this path."
            )
        responses().set_request_account_id(head.access_key)
        with scope(responses().get_account_id(), head.region):
            return self._answer(self._served(head, operation, body))

    def _served(self, head: Head, operation: str, body: bytes) -> Reply:
        began = time.perf_counter()
        try:
            data = orjson.loads(body or b"{}")
        except ValueError:
            data = None
        if not isinstance(data, dict):
            return _refusal(Refused("SerializationException", "The request's body is not a JSON object."))
        call = changes.begin(operation, data)
        try:
            reply = self._called(call)
            reply = batches.finished(call, reply)
        except Refused as refused:
            reply = _refusal(refused)
        except (
            Exception
        ):  # whatever goes wrong is our defect; the caller still gets an answer that its SDK reads
            logger.exception("%s failed", operation)
            reply = _refusal(Refused("InternalServerError", "Internal server error", 500))
        names = tuple(name for name in asked(head, "/", "", body).resources if table_named(name) is not None)
        region, now = self._metrics.region(head.region), self._metrics.clock()
        metrics.traffic(region, call, reply, names, time.perf_counter() - began, now)
        if operation == "DescribeTable":
            self._say_progress(region, names)
        if reply[0] == 200:
            self.contributors.note(operation, data, reply, False, now)
        if self._journal and not head.reads_only and operation not in _ITEMS_ONLY:
            self._journal.touched()
        return reply

    def _say_progress(self, region: Metrics, names: tuple[str, ...]) -> None:
        for table in filter(None, map(table_named, names)):
            for index, percent in states.filling(table):
                metrics.filled(region, table["TableName"], index, percent, self._metrics.clock())

    def _called(self, call: changes.Call) -> Reply:
        if call.operation.startswith(streams.TARGET):
            return streams.served(call.operation, call.data)
        own = self._operations.by_name.get(call.operation)
        if own is not None:
            value = own(call.data)
            return value if isinstance(value, tuple) else hooks.json_reply(value)
        states.check_read(call.operation, call.data)
        expressions.check(call.operation, call.data)
        served = handler(call.operation)
        if served is None:
            raise Refused("UnknownOperationException", f"Unknown operation: {call.operation}")
        return expressions.worded(served(call.data))

    def _answer(self, reply: Reply) -> Answer:
        status, headers, body = reply
        data = body if isinstance(body, bytes) else str(body).encode()
        sums = (("x-amzn-requestid", str(uuid.uuid4())), ("x-amz-crc32", str(zlib.crc32(data))))
        return Answer(status, (*((name.lower(), value) for name, value in headers.items()), *sums), data)

    def befallen(self, request: Asked, code: str, status: int) -> None:
        """A request that a fault refused counts in the metrics."""
        names = tuple(request.resources)
        region = self._metrics.region(request.region)
        metrics.refused(region, request.operation, names, code, status, self._metrics.clock())

    def work(self) -> bool:
        """A piece of counting, exporting, reaping or forgetting; False when there is nothing to do."""
        if self.state.counts.work() or self._operations.exports.work() or self._bury():
            return True
        if next(self._reaping, self) is not self:
            return True
        if time.monotonic() - self._reaped >= REAP_EVERY:
            self._reaped = time.monotonic()
            self.state.history.prune(recovery.remembered())
            self._reaping = ttl.reaping(self._expired, time.time())
        return False

    def _expired(self, region: str, table: Table) -> None:
        metrics.expired(self._metrics.region(region), table["TableName"], self._metrics.clock())

    def _copied(self, arn: str) -> None:
        if self._journal:
            self._journal.copied(arn)

    def forget(self) -> None:
        """Before the engine's reset: items are freed later and in pieces, because that takes longer than anything else."""
        for table in tables().all_values():
            self._graves += [table["items"], table.pop(MEMBERS, None)]
            table["items"] = {}
        self._graves += [self.state.backups.items, self.state.history.rows]
        self.state.history.rows = {}
        self.state.backups.reset()
        self.state.counts.forget()
        self.contributors.forget()
        self.state.scaling.reset()
        self._operations.exports.reset()

    def forgotten(self) -> None:
        """After the engine's reset."""
        if self._journal:
            self._journal.emptied()

    def _bury(self, most: int = 500) -> bool:
        """Free up to ``most`` things of what was forgotten."""
        for _ in range(most):
            if not self._graves:
                return False
            grave = self._graves[-1]
            if not grave or not isinstance(grave, dict | list):
                self._graves.pop()
                continue
            inner = grave.popitem()[1] if isinstance(grave, dict) else grave.pop()
            if isinstance(inner, dict | list) and len(inner) > 50:
                self._graves.append(inner)
        return True


def _refusal(refused: Refused) -> Reply:
    body = {
        "__type": f"com.amazonaws.dynamodb.v20120810#{refused.code}",
        "message": refused.message,
        **refused.more,
    }
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": refused.code}
    return refused.status, headers, orjson.dumps(body)
