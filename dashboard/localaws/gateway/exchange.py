"""One request to a stage while it is served: what came in, and what ``$context`` says of it so far."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.gateway import headers
from dashboard.localaws.refusals import Answer

if TYPE_CHECKING:
    from dashboard.localaws.gateway.backends import Backends

Context = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Incoming:
    """A request as it came. ``path`` is below the stage, percent-encoded; header names are lower case; ``when`` epoch seconds."""

    method: str
    path: str
    query: str
    headers: Pairs
    body: bytes
    source_ip: str
    when: float

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key == wanted), None)

    def every_header(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name.lower()]

    def parameters(self) -> list[tuple[str, str]]:
        """The query string's pairs, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode(errors="replace")


@dataclass
class Sent:
    """What was sent to an integration's target, and what it answered (status None as long as it has not)."""

    url: str
    headers: Pairs
    body: bytes
    status: int | None = None
    answer_headers: Pairs = ()
    answer_body: bytes = b""


@dataclass
class Exchange:
    """A request on its way: values of the path, the stage's variables and ``$context`` as a tree."""

    incoming: Incoming
    context: Context
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    integration_ms: int | None = None
    below: str = ""
    """The path below the stage; '' when ``incoming.path`` is that."""
    backends: Backends | None = None
    usage_key: str | None = None
    """The API key that an authorizer names."""
    trace: str = ""
    """The trace id of a REST API's request."""
    sent: Sent | None = None

    @property
    def request_id(self) -> str:
        """The id under which this request is known."""
        return str(self.context["requestId"])


def begin(incoming: Incoming, *, api_id: str, stage: str, full_path: str, host: str, rest: bool) -> Exchange:
    """An exchange with what is known before a route is."""
    extended = base64.b64encode(secrets.token_bytes(10)).decode()[:15] + "="
    moment = time.gmtime(incoming.when)
    context: Context = {
        "accountId": ACCOUNT,
        "apiId": api_id,
        "stage": stage,
        "domainName": host.rpartition(":")[0] or host,
        "domainPrefix": api_id,
        "requestId": str(uuid.uuid4()) if rest else extended,
        "extendedRequestId": extended,
        "httpMethod": incoming.method,
        "path": full_path,
        "protocol": "HTTP/1.1",
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", moment),
        "requestTimeEpoch": int(incoming.when * 1000),
        "identity": {"sourceIp": incoming.source_ip, "userAgent": incoming.header("user-agent")},
    }
    given = incoming.header(headers.TRACE)
    return Exchange(incoming, context, trace=headers.trace(given, incoming.when) if rest else "")


def finish(exchange: Exchange, answer: Answer, milliseconds: int) -> None:
    """Put into ``$context`` what is known only now: status, length, latencies."""
    context = exchange.context
    context["status"] = answer.status
    context["responseLength"] = len(answer.body)
    context["responseLatency"] = milliseconds
    if exchange.integration_ms is not None:
        context["integrationLatency"] = exchange.integration_ms
        context.setdefault("integration", {})["latency"] = exchange.integration_ms
    status = context.get("integration", {}).get("status")
    if status is not None:
        context["integrationStatus"] = status


def look_up(context: Mapping[str, Any], dotted: str) -> Any:
    """The value at ``identity.sourceIp`` and the like, None when there is none."""
    value: Any = context
    for part in dotted.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def as_text(value: Any) -> str:
    """A value of ``$context`` as a template or a log shows it; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
