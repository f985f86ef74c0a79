"""The execution log that TestInvokeMethod answers, line by line as AWS writes it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

from dashboard.localaws.gateway.exchange import Exchange, Sent
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.refusals import Answer

_LONGEST = 1024
"""Characters of a line that are kept."""
_ENDINGS = {
    "INTEGRATION_TIMEOUT": "Execution failed due to a timeout error",
    "UNSUPPORTED_MEDIA_TYPE": "Execution failed due to configuration error: Unsupported Media Type",
}


def text(exchange: Exchange, answer: Answer, headers: Mapping[str, str], refused: Refused | None) -> str:
    """The whole log; ``headers`` are the answer's as they are shown, ``refused`` is why there is no other answer."""
    when = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(exchange.incoming.when))
    lines = [*_request(exchange), *(_endpoint(exchange, exchange.sent) if exchange.sent else ())]
    if refused is None:
        lines += [
            f"Method response body after transformations: {answer.body.decode(errors='replace')}",
            f"Method response headers: {java(headers.items())}",
            "Successfully completed execution",
        ]
    else:
        lines.append(_failure(refused))
    lines.append(f"Method completed with status: {answer.status}")
    head = f"Execution log for request {exchange.request_id}\n"
    return head + "".join(f"{when} : {_short(line)}\n" for line in lines)


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} [TRUNCATED]"


def _request(exchange: Exchange) -> Iterator[str]:
    incoming = exchange.incoming
    yield f"Starting execution for request: {exchange.request_id}"
    yield f"HTTP Method: {incoming.method}, Resource Path: {incoming.path}"
    yield f"Method request path: {java(exchange.params.items())}"
    yield f"Method request query string: {java(incoming.parameters())}"
    yield f"Method request headers: {java(incoming.headers)}"
    yield f"Method request body before transformations: {incoming.text}"


def _endpoint(exchange: Exchange, sent: Sent) -> Iterator[str]:
    """What the integration's target was sent, and what it answered."""
    yield f"Endpoint request URI: {sent.url}"
    yield f"Endpoint request headers: {java(sent.headers)}"
    yield f"Endpoint request body after transformations: {sent.body.decode(errors='replace')}"
    yield f"Sending request to {sent.url}"
    if sent.status is not None:
        took = exchange.integration_ms
        yield f"Received response. Status: {sent.status}, Integration latency: {took} ms"
        yield f"Endpoint response headers: {java(sent.answer_headers)}"
        body = sent.answer_body.decode(errors="replace")
        yield f"Endpoint response body before transformations: {body}"


def _failure(refused: Refused) -> str:
    if refused.kind.startswith("BAD_REQUEST"):
        return f"Request failed validation: {refused.why or refused.message}"
    why = refused.why or refused.message
    return _ENDINGS.get(refused.kind, f"Execution failed due to configuration error: {why}")


def java(values: Iterable[tuple[str, str]]) -> str:
    """A map as Java prints it; the last value of a name counts."""
    return "{" + ", ".join(f"{name}={value}" for name, value in dict(values).items()) + "}"
