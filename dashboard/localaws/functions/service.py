"""Lambda as a service of the layer: its REST protocol, and ``Functions``, by which the local gateway invokes."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import math
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, unquote

from dashboard.localaws.cloudwatch.store import MetricStore
from dashboard.localaws.functions import control
from dashboard.localaws.functions.errors import FunctionError, invalid
from dashboard.localaws.functions.runner import Outcome, Runner, log_stream
from dashboard.localaws.functions.store import Function, FunctionStore
from dashboard.localaws.layer import Head
from dashboard.localaws.logs.store import LogStore
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
AT_ONCE = 16
"""Invocations that run at the same time; others wait."""
_TAIL = 4096
_ROOT = "/2015-03-31/functions"
Operation = Callable[[FunctionStore, str, dict[str, Any], dict[str, Any], dict[str, Any]], tuple[int, Any]]
_OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("POST", "", control.create),
    ("GET", "", control.get_all),
    ("GET", "/(?P<name>[^/]+)", control.get),
    ("DELETE", "/(?P<name>[^/]+)", control.delete),
    ("GET", "/(?P<name>[^/]+)/configuration", control.get_configuration),
    ("PUT", "/(?P<name>[^/]+)/configuration", control.update_configuration),
    ("PUT", "/(?P<name>[^/]+)/code", control.update_code),
    ("POST", "/(?P<name>[^/]+)/policy", control.add_permission),
    ("GET", "/(?P<name>[^/]+)/policy", control.get_policy),
    ("DELETE", "/(?P<name>[^/]+)/policy/(?P<sid>[^/]+)", control.remove_permission),
)
_INVOKE = re.compile(_ROOT + "/(?P<name>[^/]+)/invocations")


class Functions:
    """The functions and what runs them."""

    def __init__(self, store: FunctionStore, logs: LogStore, metrics: MetricStore, runner: Runner) -> None:
        self.store = store
        self._logs = logs
        self._metrics = metrics
        self._runner = runner
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="function")
        self._running: set[asyncio.Task[Outcome]] = set()

    async def invoke(self, function: Function, event: Any) -> Outcome:
        """Run and write down: the lines in the function's log group, the metrics of AWS/Lambda."""
        outcome = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._runner.run, function, event
        )
        self._write_down(function, outcome)
        return outcome

    def close(self) -> None:
        """Stop every function; what still waits for its turn is not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._runner.stop()

    def start(self, function: Function, event: Any) -> None:
        """Run without waiting for the end."""
        task = asyncio.get_running_loop().create_task(self.invoke(function, event))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call; every refusal is one that SDKs read."""
        try:
            found = _INVOKE.fullmatch(raw_path.rstrip("/"))
            if found and head.method == "POST":
                return await self._invoked(head, unquote(found["name"]), body)
            return self._controlled(head, raw_path.rstrip("/"), query, body)
        except FunctionError as error:
            return error.answer()
        except (AttributeError, TypeError, KeyError, ValueError):
            logger.exception("%s %s failed", head.method, raw_path)
            return FunctionError(500, "ServiceException", "The embedded Lambda failed.").answer()

    def _controlled(self, head: Head, path: str, query: str, body: bytes) -> Answer:
        given = _json(body) if body else {}
        values = {name: found[-1] for name, found in parse_qs(query, keep_blank_values=True).items()}
        for method, pattern, operation in _OPERATIONS:
            found = re.fullmatch(_ROOT + pattern, path)
            if found is None or method != head.method:
                continue
            params = {name: unquote(value) for name, value in found.groupdict().items()}
            if not isinstance(given, dict):
                raise invalid("The request's body is not an object.")
            with self.store.lock:
                status, value = operation(self.store, head.region, params, values, given)
                if method != "GET":
                    self.store.changed()
            return _answer(status, value)
        raise FunctionError(
            404, "UnknownOperationException", f"Lambda has no operation {head.method} {path} here."
        )

    async def _invoked(self, head: Head, name: str, body: bytes) -> Answer:
        function = control.find(self.store, head.region, {"name": name})
        event = _json(body) if body else {}
        kind = head.headers.get("x-amz-invocation-type", "RequestResponse")
        version = ("x-amz-executed-version", "$LATEST")
        if kind == "DryRun":
            return Answer(204, (version,), b"")
        if kind == "Event":
            self.start(function, event)
            return Answer(202, (("x-amzn-requestid", str(uuid.uuid4())),), b"")
        outcome = await self.invoke(function, event)
        headers = [
            ("content-type", "application/json"),
            ("x-amzn-requestid", outcome.request_id),
            version,
        ]
        if outcome.failed:
            headers.append(("x-amz-function-error", "Unhandled"))
        if head.headers.get("x-amz-log-type") == "Tail":
            tail = "\n".join(_lines(outcome)).encode()[-_TAIL:]
            headers.append(("x-amz-log-result", base64.b64encode(tail).decode()))
        return Answer(200, tuple(headers), outcome.payload)

    def _write_down(self, function: Function, outcome: Outcome) -> None:
        name, region = function.config["FunctionName"], function.config["FunctionArn"].split(":")[3]
        stream, now = log_stream(outcome.request_id), time.time()
        lines = [(int(now * 1000), line) for line in _lines(outcome)]
        self._logs.region(region).extend(f"/aws/lambda/{name}", stream, lines)
        metrics = self._metrics.region(region)
        for metric, value, unit in (
            ("Invocations", 1, "Count"),
            ("Errors", int(outcome.failed), "Count"),
            ("Throttles", 0, "Count"),
            ("Duration", outcome.milliseconds, "Milliseconds"),
        ):
            metrics.put("AWS/Lambda", metric, {"FunctionName": name}, now, value, unit=unit)


def _lines(outcome: Outcome) -> list[str]:
    """The lines of an invocation as Lambda logs them."""
    request, taken = outcome.request_id, outcome.milliseconds
    error = outcome.value if outcome.failed else None
    said = [f"[ERROR] {error.get('errorType', '')}: {error.get('errorMessage', '')}"] if error else []
    report = (
        f"REPORT RequestId: {request}\tDuration: {taken:.2f} ms\tBilled Duration: {math.ceil(taken)} ms\t"
    )
    return [
        f"START RequestId: {request} Version: $LATEST",
        *outcome.log.splitlines(),
        *said,
        f"END RequestId: {request}",
        report,
    ]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise FunctionError(
            400, "InvalidRequestContentException", "Could not parse request body into json."
        ) from None


def _answer(status: int, value: Any) -> Answer:
    headers = (("content-type", "application/json"), ("x-amzn-requestid", str(uuid.uuid4())))
    return Answer(status, headers, b"" if value is None else json.dumps(value).encode())
