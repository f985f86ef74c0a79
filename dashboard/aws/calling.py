"""One call, measured: counted, logged and with every failure translated.

The log line (logger ``gatehouse.aws``) names the operation, the resource and AWS's request id; never a value of an item,
an expression or a credential.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from dashboard.aws import calls
from dashboard.aws.errors import lost, never_sent, translate
from dashboard.aws.values import intact, parse_body, to_text
from dashboard.core.errors import AwsError, Kind

logger = logging.getLogger("gatehouse.aws")
_CHANGE = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class Sending:
    """What is called. ``writes`` makes an unanswered call *lost*; ``change`` is the record's id, sent in the User-Agent."""

    service: str
    operation: str
    resource: str = ""
    writes: bool = False
    change: str = ""


@dataclass(frozen=True)
class Answer:
    """AWS's answer in its JSON's own form, with what the call took."""

    body: dict[str, Any]
    request_id: str
    attempts: int
    units: float | None


@dataclass
class _Ledger:
    """What the events of the running call told: requests sent, and whether one of them may have been carried out."""

    change: str = ""
    attempts: int = 0
    unknown: bool = False
    parsed: bool = False
    corrupt: bool = False


_open: ContextVar[_Ledger | None] = ContextVar("gatehouse_ledger", default=None)


def watch(client: BaseClient) -> None:
    """Have the client's events kept in the ledger of the running call."""
    events = client.meta.events
    events.register("before-send", _before_send)
    events.register("response-received", _response_received)


def parse_quickly(client: BaseClient) -> None:
    """Let orjson read the client's JSON answers: a page of 100 items costs a sixth of botocore's own way."""
    client.meta.events.register("before-parse", _before_parse)


def measured(sending: Sending, send: Callable[[], dict[str, Any]]) -> Answer:
    """Do the call, count it and log it; AwsError for whatever goes wrong."""
    if sending.change and not _CHANGE.fullmatch(sending.change):
        raise ValueError("a change id has letters, digits and hyphens only")
    ledger = _Ledger(sending.change)
    token = _open.set(ledger)
    started = time.perf_counter()
    try:
        answer = _answer(_answered(ledger, send), ledger)
    except (ClientError, BotoCoreError, ResponseParserError, RuntimeError, AwsError) as error:
        failure = _failed(error, sending, ledger)
        nothing = Answer({}, failure.request_id, ledger.attempts, None)
        _note(sending, nothing, _milliseconds(started), failure)
        if failure is error:
            raise
        raise failure from error
    finally:
        _open.reset(token)
    _note(sending, answer, _milliseconds(started), None)
    return answer


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _answered(ledger: _Ledger, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    body = send()
    if ledger.corrupt:
        raise AwsError(
            "DamagedAnswer", "The answer arrived damaged or is not from AWS.", Kind.FAULT, permanent=False
        )
    if not ledger.parsed:  # a botocore that no longer calls the hook: slower, and just as right
        meta = body.pop("ResponseMetadata", {})
        body = {**to_text(body), "ResponseMetadata": meta}
    return body


def _answer(body: dict[str, Any], ledger: _Ledger) -> Answer:
    meta = body.pop("ResponseMetadata", {})
    capacity = body.get("ConsumedCapacity")
    units = capacity.get("CapacityUnits") if isinstance(capacity, dict) else None
    return Answer(
        body=body,
        request_id=str(meta.get("RequestId", "")),
        attempts=ledger.attempts,
        units=None if units is None else float(units),
    )


def _failed(error: Exception, sending: Sending, ledger: _Ledger) -> AwsError:
    if isinstance(error, AwsError) and error.service:
        return error  # a call within this one, AssumeRole, has failed and was translated there
    if isinstance(error, AwsError):
        error.service, error.operation, error.resource = sending.service, sending.operation, sending.resource
        failure = error
    else:
        failure = translate(error, sending.service, sending.operation, sending.resource)
    failure.attempts = ledger.attempts
    uncertain = ledger.unknown or ledger.corrupt
    return lost(failure) if sending.writes and uncertain and failure.kind is not Kind.CONDITION else failure


def _note(sending: Sending, answer: Answer, ms: float, failure: AwsError | None) -> None:
    """To the collector and the log."""
    call = calls.Call(
        service=sending.service,
        operation=sending.operation,
        resource=sending.resource,
        ms=ms,
        units=answer.units,
        retries=max(answer.attempts - 1, 0),
        request_id=answer.request_id,
        error=failure.code if failure else "",
    )
    calls.record(call)
    collector = calls.current()
    quiet = failure is None or failure.kind is Kind.CONDITION
    fields = {
        "service": call.service,
        "operation": call.operation,
        "resource": call.resource,
        "ms": call.ms,
        "units": call.units,
        "retries": call.retries,
        "aws_request_id": call.request_id,
        "request_id": collector.request_id if collector else "",
        "error": call.error,
        "change": sending.change,
    }
    logger.log(logging.INFO if quiet else logging.WARNING, "aws call", extra=fields)


def _before_send(request: Any, **_: Any) -> None:
    ledger = _open.get()
    if ledger is None:
        return
    ledger.attempts += 1
    ledger.corrupt = False
    if ledger.change:  # the User-Agent is not signed, and CloudTrail keeps it
        agent = request.headers.get("User-Agent", "")
        agent = agent.decode() if isinstance(agent, bytes) else agent
        request.headers["User-Agent"] = f"{agent} gatehouse-change/{ledger.change}".strip()


def _response_received(exception: Exception | None, response_dict: dict[str, Any] | None, **_: Any) -> None:
    ledger = _open.get()
    if ledger is None:
        return
    unanswered = exception is not None and not never_sent(exception)
    # DynamoDB's "Error handling": after a 5xx a write may have happened all the same.
    if unanswered or (response_dict is not None and response_dict["status_code"] >= 500):
        ledger.unknown = True


def _before_parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    ledger = _open.get()
    body = response_dict["body"]
    if ledger is None or response_dict["status_code"] != 200:
        return
    whole = intact(body, response_dict["headers"].get("x-amz-crc32"))
    parsed = parse_body(body) if whole else None
    ledger.parsed, ledger.corrupt = parsed is not None, parsed is None
    if parsed is not None:
        customized_response_dict.update(parsed)
        response_dict["body"] = b"{}"
