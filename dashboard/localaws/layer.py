"""Our ASGI layer in front of ministack: what may pass, what is refused, and when there is something new to save.

Only signed AWS requests to the services of ``environment.SERVICES`` reach ministack. Its own pages (``/_ministack/reset`` wipes
everything, others read messages and code) and every request that a web page could send are refused.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any, Protocol

from dashboard.localaws import refusals
from dashboard.localaws.environment import SERVICES
from dashboard.localaws.faults import answers, page, rules, unprocessed
from dashboard.localaws.faults.asked import Asked, asked
from dashboard.localaws.faults.limits import Limits
from dashboard.localaws.faults.rules import NOTHING, Faults, Verdict
from dashboard.localaws.gateway.address import Address, address
from dashboard.localaws.head import Head as Head
from dashboard.localaws.head import Scope
from dashboard.localaws.refusals import Answer

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEALTH = "/_local/health"
RESET = "/_local/reset"
TOKEN_HEADER = "x-local-token"
_FROM_A_PAGE = frozenset({"origin", "sec-fetch-site"})
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


Service = Callable[[Head, str, str, bytes], Answer | Awaitable[Answer]]
"""A service of our own: head, path as it was sent (percent-encoded), query string, body → answer, or what is to be waited for."""


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
        limits: Limits | None = None,
    ) -> None:
        self._inner = inner
        self._on_write = on_write
        self._reset = reset
        self._reset_token = reset_token
        self._services = dict(own or {})
        self._stages = stages
        self._limits = limits
        self._told_of_faults: Callable[[Asked, str, int], None] | None = None
        self.faults = Faults()

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
        if head.path == page.PATH or head.path.startswith(f"{page.PATH}/"):
            await _send(send, self._faults_page(head, await _body(receive)))
            return
        if answer := self._own(head) or refusal(head, self._services):
            await _send(send, answer)
            return
        verdict, request = NOTHING, None
        if self.faults or self._limits:
            body = await _body(receive)
            request = asked(head, scope["raw_path"].decode("latin-1"), scope["query_string"].decode(), body)
            receive, verdict = _again(body, receive), self.faults.verdict(request)
            if verdict.milliseconds:
                await asyncio.sleep(verdict.milliseconds / 1000)
            if verdict.kind == rules.DROP:
                await _drop(send)
                return
            if refused := self._refused(head, request, verdict):
                await _send(send, refused)
                return
        if service := self._services.get(head.service):
            await _send(send, await self._served(service, head, scope, receive, request, verdict))
            return
        await self._inner(scope, receive, send)
        if not head.reads_only:
            self._on_write()

    def _refused(self, head: Head, request: Asked, verdict: Verdict) -> Answer | None:
        """The error that a rule or a rate gives the request."""
        if verdict.kind:
            answer = answers.error(request, verdict.kind, head.headers.get("content-type", ""))
            if self._told_of_faults and request.service == "dynamodb":
                self._told_of_faults(request, dict(answer.headers).get("x-amzn-errortype", ""), answer.status)
            return answer
        return self._limits.refusal(request) if self._limits else None

    async def _served(
        self,
        service: Service,
        head: Head,
        scope: Scope,
        receive: Receive,
        request: Asked | None,
        verdict: Verdict,
    ) -> Answer:
        """The answer of a service of our own, in part when a rule leaves a share of a batch."""
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode()
        if request is not None and verdict.share:

            def part(body: bytes) -> Answer:
                given = service(head, path, query, body)
                assert isinstance(given, Answer), "a batch is answered at once"
                return given

            if request.operation in unprocessed.BATCHES:
                return unprocessed.served(request, verdict.share, part)
        given = service(head, path, query, await _body(receive))
        return given if isinstance(given, Answer) else await given

    def on_fault(self, told: Callable[[Asked, str, int], None]) -> None:
        """Call ``told`` with the request, code and status of every request to DynamoDB that a rule refuses."""
        self._told_of_faults = told

    def _allowed(self, head: Head) -> bool:
        """Whether the caller knows the token by which this embedded AWS was started for tests."""
        token = head.headers.get(TOKEN_HEADER, "")
        return bool(self._reset_token) and secrets.compare_digest(token, self._reset_token)

    def _faults_page(self, head: Head, body: bytes) -> Answer:
        if not self._allowed(head):
            return refusals.as_json(403, {"message": "This embedded AWS was not started to be disturbed."})
        return page.answer(self.faults, head.method, head.path, body)

    def _own(self, head: Head) -> Answer | None:
        """The layer's own pages; None for every other path."""
        if head.path == HEALTH:
            return refusals.as_json(200, {"status": "ok", "services": sorted({*SERVICES, *self._services})})
        if head.path != RESET:
            return None
        if head.method != "POST" or not self._allowed(head):
            return refusals.as_json(403, {"message": "This embedded AWS was not started to be reset."})
        self._reset()
        self.faults.clear()
        if self._limits:
            self._limits.reset()
        self._on_write()
        return refusals.as_json(200, {"status": "reset"})


def _again(body: bytes, after: Receive) -> Receive:
    """A body that was read, to be read once more."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await after()

    return receive


async def _drop(send: Send) -> None:
    """End the connection in the middle of an answer: the server closes what was promised more bytes than came."""
    head = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1048576")]}
    await send(head)
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _body(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send(send: Send, answer: Answer) -> None:
    headers = list(answer.headers)
    if all(
        name != "content-length" for name, _ in headers
    ):  # the answer to HEAD says the length of what it does not send
        headers.append(("content-length", str(len(answer.body))))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
