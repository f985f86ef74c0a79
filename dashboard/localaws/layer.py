"""Our ASGI layer in front of ministack: what may pass, what is refused, and when there is something new to save.

Only signed AWS requests to the services of ``environment.SERVICES`` reach ministack. Its own pages (``/_ministack/reset`` wipes
everything, others read messages and code) and every request that a web page could send are refused.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from dashboard.localaws import refusals
from dashboard.localaws.environment import SERVICES
from dashboard.localaws.gateway.address import Address, address
from dashboard.localaws.refusals import Answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEALTH = "/_local/health"
RESET = "/_local/reset"
TOKEN_HEADER = "x-local-token"
_SIGNED_FOR = re.compile(r"Credential=[^/,\s]+/\d{8}/([^/,\s]*)/([a-z0-9-]+)/aws4_request")
_READS = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet")
_FROM_A_PAGE = frozenset({"origin", "sec-fetch-site"})
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True)
class Head:
    """What the layer decides by."""

    method: str
    path: str
    headers: dict[str, str]

    @classmethod
    def of(cls, scope: Scope) -> Head:
        """The head of an ASGI HTTP scope."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        return cls(scope["method"], scope["path"], headers)

    @property
    def service(self) -> str:
        """The service that the signature names, '' when the request is not signed."""
        found = _SIGNED_FOR.search(self.headers.get("authorization", ""))
        return found[2] if found else ""

    @property
    def region(self) -> str:
        """The region that the signature names, '' when the request is not signed."""
        found = _SIGNED_FOR.search(self.headers.get("authorization", ""))
        return found[1] if found else ""

    @property
    def reads_only(self) -> bool:
        """Whether the operation certainly changes nothing; an unknown one counts as a write."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2].startswith(_READS)


Service = Callable[[Head, str, str, bytes], Answer]
"""A service of our own: head, path as it was sent (percent-encoded), query string, body → answer. It must not wait."""


def refusal(head: Head, own: Collection[str] = ()) -> Answer | None:
    """Why this request reaches neither ministack nor a service of our ``own``, or None when it may pass."""
    service, content_type = head.service, head.headers.get("content-type", "")
    host = head.headers.get("host", "").rpartition(":")[0] or head.headers.get("host", "")
    if host not in _HOSTS or head.method == "OPTIONS" or _FROM_A_PAGE & head.headers.keys():
        return refusals.as_json(
            403, {"message": "The embedded AWS answers SDKs on this machine, not web pages."}
        )
    if not service:
        return refusals.as_json(404, {"message": "The embedded AWS answers signed AWS requests only."})
    if service in own:
        return None
    if service not in SERVICES:
        return refusals.aws_error(
            400,
            "UnknownOperationException",
            f"The embedded AWS does not offer the service {service}.",
            service=service,
            content_type=content_type,
        )
    if head.path != "/" and not head.path.startswith("/service/"):
        return refusals.aws_error(
            404, "UnknownOperationException", f"{service} has no operation at this path."
        )
    return None


class Stages(Protocol):
    """The stages of APIs. Requests to them need no signature and may come from web pages, as at AWS."""

    async def serve(self, scope: Scope, to: Address, body: bytes) -> Answer:
        """The answer to an HTTP request."""

    async def talk(self, scope: Scope, receive: Receive, send: Send, to: Address) -> None:
        """Serve a WebSocket connection to its end."""


class Layer:
    """The ASGI application. ``on_write`` is told after every answer that may have changed something."""

    def __init__(
        self,
        inner: App,
        *,
        on_write: Callable[[], None],
        reset: Callable[[], None],
        reset_token: str = "",
        own: Mapping[str, Service] | None = None,
        stages: Stages | None = None,
    ) -> None:
        self._inner = inner
        self._on_write = on_write
        self._reset = reset
        self._reset_token = reset_token
        self._services = dict(own or {})
        self._stages = stages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        elif (to := self._stage(scope)) and self._stages:
            await self._stages.talk(scope, receive, send, to)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _stage(self, scope: Scope) -> Address | None:
        """The stage that a connection is for."""
        host = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"")
        return address(host.decode("latin-1"), scope["raw_path"].decode("latin-1"))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stages and (to := self._stage(scope)):
            await _send(send, await self._stages.serve(scope, to, await _body(receive)))
            return
        head = Head.of(scope)
        answer = self._own(head) or refusal(head, self._services)
        if answer is None and (service := self._services.get(head.service)):
            body = await _body(receive)
            answer = service(head, scope["raw_path"].decode("latin-1"), scope["query_string"].decode(), body)
        if answer is not None:
            await _send(send, answer)
            return
        await self._inner(scope, receive, send)
        if not head.reads_only:
            self._on_write()

    def _own(self, head: Head) -> Answer | None:
        """The layer's own pages; None for every other path."""
        if head.path == HEALTH:
            return refusals.as_json(200, {"status": "ok", "services": sorted({*SERVICES, *self._services})})
        if head.path != RESET:
            return None
        token = head.headers.get(TOKEN_HEADER, "")
        if (
            head.method != "POST"
            or not self._reset_token
            or not secrets.compare_digest(token, self._reset_token)
        ):
            return refusals.as_json(403, {"message": "This embedded AWS was not started to be reset."})
        self._reset()
        self._on_write()
        return refusals.as_json(200, {"status": "reset"})


async def _body(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send(send: Send, answer: Answer) -> None:
    headers = [*answer.headers, ("content-length", str(len(answer.body)))]
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
