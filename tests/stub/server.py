"""A stand-in for AWS that answers exactly what a test tells it to, over real HTTP on 127.0.0.1.

It speaks DynamoDB's JSON (with the crc32 header that botocore checks), CloudWatch's and CloudWatch Logs', API Gateway's REST
(both versions), and as much of STS as a connection needs.

    with StubAws() as stub:
        stub.reply("GetItem", {"Item": {"pk": {"S": "a"}}})
        stub.fail("Scan", "AccessDeniedException", "not allowed")
        ...
        assert stub.requests[0].operation == "GetItem"

An operation without an answer gets a ValidationException that says so.

API Gateway's two versions share names (GetStages, UpdateStage, CreateDeployment ...). A plain name means either;
``"v2:GetStages"`` means HTTP and WebSocket APIs alone and ``"v1:GetStages"`` REST alone, and wins over the plain one. Bodies,
of requests and answers, are in the SDK's form: ``{"items": [...]}`` in v1, ``{"Items": [{"ApiId": ...}]}`` in v2.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.sax.saxutils import escape
from zlib import crc32

from tests.stub import rest as gateway

Body = dict[str, Any]
Answer = Body | bytes | Callable[[Body], Body | bytes]
"""A body, ready bytes, or a function of the request's body (it may raise Failure)."""

_STS = "https://sts.amazonaws.com/doc/2011-06-15/"


class Request(NamedTuple):
    """What arrived. ``body`` is the JSON (a form's fields for STS), ``headers`` have lower-case names.

    For API Gateway ``body`` has the path's and query's parameters too, as text, and ``version`` is ``v1`` or ``v2``.
    """

    operation: str
    body: Body
    headers: dict[str, str]
    version: str = ""
    rest: gateway.Matched | None = None

    def is_(self, operation: str | None) -> bool:
        """Whether that name, plain or with its version, means this request."""
        return operation in (None, self.operation, f"{self.version}:{self.operation}")


class Failure(Exception):
    """Raised by an answering function to make AWS refuse; ``extra`` joins the body (``Item``, ``CancellationReasons``).

    Without ``status`` it is the one AWS gives API Gateway's codes, otherwise 400.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.extra = code, message, status, extra
        self.headers = headers or {}


class _Reply(NamedTuple):
    """What goes over the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = {}


class _Rule(NamedTuple):
    act: Callable[[Request], _Reply]
    times: list[int | None]  # how many more times; None is for ever
    drop: bool = False


class StubAws:
    """The server. Answers given later win over earlier ones; those with ``times`` give way when used up."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.peak = 0
        self._rules: dict[str, list[_Rule]] = {}
        self._delay = 0.0
        self._lock = threading.Lock()
        self._busy = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self
        self._thread = threading.Thread(target=self._server.serve, daemon=True)

    @property
    def endpoint(self) -> str:
        """The URL that clients are given."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and the port."""
        self._server.end()
        self._thread.join()
        self._server.drop_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reply(self, operation: str, body: Answer, status: int = 200, times: int | None = None) -> None:
        """Answer ``operation`` with ``body``; a function gets the request's body and returns the answer's."""
        self._add(operation, _Rule(lambda request: _Reply(status, _encode(body, request)), [times]))

    def fail(
        self,
        operation: str,
        code: str,
        message: str = "",
        status: int | None = None,
        times: int | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        """Refuse ``operation`` as AWS does, for ever or ``times`` times; ``Item=...`` joins the body."""

        def act(request: Request) -> _Reply:
            raise Failure(code, message, status, headers, **extra)

        self._add(operation, _Rule(act, [times]))

    def drop(self, operation: str, times: int | None = 1, after_apply: bool = False) -> None:
        """Close the connection instead of answering; with ``after_apply`` the answering function runs first."""

        def act(request: Request) -> _Reply:
            rule = self._take(request, drops=False) if after_apply else None
            return rule.act(request) if rule else _Reply(0, b"")

        self._add(operation, _Rule(act, [times], drop=True))

    def delay(self, seconds: float) -> None:
        """Wait so long before every answer."""
        self._delay = seconds

    def clear(self) -> None:
        """Forget every answer, request and delay."""
        with self._lock:
            self._rules.clear()
            self.requests.clear()
            self._delay, self.peak = 0.0, 0

    def count(self, operation: str | None = None) -> int:
        """How many requests arrived, retries included."""
        return sum(1 for request in list(self.requests) if request.is_(operation))

    def of(self, operation: str) -> list[Body]:
        """The bodies of that operation's requests, in order."""
        return [request.body for request in list(self.requests) if request.is_(operation)]

    def _add(self, operation: str, rule: _Rule) -> None:
        with self._lock:
            self._rules.setdefault(operation, []).insert(0, rule)

    def _take(self, request: Request, drops: bool = True) -> _Rule | None:
        with self._lock:
            names = (f"{request.version}:{request.operation}", request.operation)
            rules: list[_Rule] = [rule for name in names for rule in self._rules.get(name, [])]
            for rule in rules:
                if rule.drop and not drops:
                    continue
                left = rule.times[0]
                if left is None:
                    return rule
                if left > 0:
                    rule.times[0] = left - 1
                    return rule
        return None

    def answer(self, request: Request) -> _Reply | None:
        """What a request gets, None to close the connection."""
        with self._lock:
            self.requests.append(request)
            self._busy += 1
            self.peak = max(self.peak, self._busy)
        try:
            rule = self._take(request)  # before the wait: what is given meanwhile is for later requests
            time.sleep(self._delay)
            if rule is None:
                return _default(request)
            try:
                reply = rule.act(request)
            except Failure as failure:
                reply = _refusal(failure, request)
            return None if rule.drop else reply
        finally:
            with self._lock:
                self._busy -= 1


@contextmanager
def nothing_there() -> Iterator[str]:
    """An endpoint on which connections are refused."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def _encode(answer: Answer, request: Request) -> bytes:
    value = answer(request.body) if callable(answer) else answer
    if isinstance(value, bytes):
        return value
    return gateway.encode(request.rest.model, value) if request.rest else json.dumps(value).encode()


def _refusal(failure: Failure, request: Request) -> _Reply:
    if request.version:
        status = failure.status or gateway.STATUS.get(failure.code, 400)
        headers = {"x-amzn-ErrorType": failure.code, **failure.headers}
        return _Reply(status, json.dumps({"message": failure.message, **failure.extra}).encode(), headers)
    return _Reply(failure.status or 400, _error_body(failure, request), failure.headers)


def _error_body(failure: Failure, request: Request) -> bytes:
    if "x-amz-target" not in request.headers:
        text = (
            f'<ErrorResponse xmlns="{_STS}"><Error><Type>Sender</Type><Code>{failure.code}</Code>'
            f"<Message>{escape(failure.message)}</Message></Error><RequestId>{uuid4()}</RequestId></ErrorResponse>"
        )
        return text.encode()
    name = failure.code if "#" in failure.code else f"com.amazonaws.dynamodb.v20120810#{failure.code}"
    return json.dumps({"__type": name, "message": failure.message, **failure.extra}).encode()


def _default(request: Request) -> _Reply:
    if request.operation == "GetCallerIdentity":
        inside = (
            "<Arn>arn:aws:iam::123456789012:user/stub</Arn><UserId>AIDASTUB</UserId>"
            "<Account>123456789012</Account>"
        )
    elif request.operation == "AssumeRole":
        name = request.body.get("RoleSessionName", "")
        inside = (
            "<Credentials><AccessKeyId>ASIASTUB</AccessKeyId><SecretAccessKey>stub-secret</SecretAccessKey>"
            "<SessionToken>stub-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            f"<AssumedRoleUser><AssumedRoleId>AROASTUB:{name}</AssumedRoleId>"
            f"<Arn>arn:aws:sts::123456789012:assumed-role/stub/{name}</Arn></AssumedRoleUser>"
        )
    else:
        failure = Failure("ValidationException", f"StubAws was given no answer for {request.operation}.")
        return _refusal(failure, request)
    operation = request.operation
    text = (
        f'<{operation}Response xmlns="{_STS}"><{operation}Result>{inside}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return _Reply(200, text.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stub: StubAws

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()
        self._ended = False

    def serve(self) -> None:
        """Accept until ``end``; a loop that looked for the end now and then would keep every test waiting for it."""
        while not self._ended:
            self.handle_request()

    def end(self) -> None:
        """The last connection is one of our own, so that the wait for one is over."""
        self._ended = True
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port), 5):
            pass

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Nobody is served any more after the end."""
        return not self._ended

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is no news."""

    def drop_connections(self) -> None:
        """End every kept-alive connection, so that its thread ends."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        answer = self.server.stub.answer(self._request(raw))
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        xml = answer.body.startswith(b"<")
        self.send_header("content-type", "text/xml" if xml else "application/x-amz-json-1.0")
        if answer.status != 204:
            self.send_header("content-length", str(len(answer.body)))
        self.send_header("x-amzn-requestid", f"STUB{uuid4().hex.upper()}")
        self.send_header("x-amz-crc32", str(crc32(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(answer.body)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

    def _request(self, raw: bytes) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        target = headers.get("x-amz-target", "")
        if target:
            return Request(target.rpartition(".")[2], json.loads(raw or b"{}"), headers)
        found = gateway.match(self.command, self.path)
        if found is None:
            form: Body = dict(parse_qsl(raw.decode()))
            return Request(str(form.get("Action", "")), form, headers)
        version = "v2" if self.path.startswith("/v2/") else "v1"
        body = {**gateway.sdk_names(found.model, json.loads(raw or b"{}")), **found.parameters}
        return Request(found.model.name, body, headers, version, found)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent: tests read ``requests``."""
