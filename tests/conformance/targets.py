"""What an integration calls in a scenario: HTTP servers on this machine that answer as the recorded targets did, and functions."""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dashboard.localaws.environment import ACCOUNT
from tests.conformance.run import Run
from tests.localaws.functions.support import zipped

JSON = "application/json"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs"


@dataclass(frozen=True)
class Received:
    """A request as a target got it; header names as they were sent."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str

    def header(self, name: str) -> str:
        """A header by its name in any letters, '' without one."""
        return next((value for each, value in self.headers.items() if each.lower() == name), "")


@dataclass(frozen=True)
class Given:
    """What a target answers; Content-Length and Date are added."""

    status: int
    headers: Mapping[str, str]
    body: str


Respond = Callable[[Received], Given]


@contextmanager
def target(respond: Respond) -> Iterator[str]:
    """The address of an HTTP server that answers everything by ``respond``, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: ",".join(values) for name, values in parse_qs(parts.query, True).items()}
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            given = respond(Received(self.command, parts.path, query, dict(self.headers.items()), body))
            self.send_response_only(given.status)
            sent = {"Date": self.date_time_string(), "Content-Length": str(len(given.body.encode()))}
            for name, value in (sent | dict(given.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body.encode())

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def function_url(handler: Callable[[dict[str, Any]], Given]) -> Respond:
    """A function behind an address of its own: the headers that such an address adds, and the event it makes.

    AWS calls from another address every time; so it seems here.
    """
    turns = itertools.count(10)

    def respond(received: Received) -> Given:
        source = f"198.51.100.{next(turns)}"
        headers = {name.lower(): value for name, value in received.headers.items()}
        headers.pop("connection", None)
        through = headers.get("x-forwarded-for")
        headers |= {
            "x-amzn-trace-id": f"Self={_trace()};{headers.get('x-amzn-trace-id', '')}",
            "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
            "x-amzn-tls-version": "TLSv1.3",
            "x-forwarded-for": f"{through}, {source}" if through else source,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }
        event = {
            "rawPath": received.path,
            "headers": headers,
            "queryStringParameters": dict(received.query),
            "body": received.body,
            "domain": received.header("host"),
            "method": received.method,
            "sourceIp": source,
        }
        given = handler(event)
        own = {
            "Content-Type": JSON,
            "Connection": "keep-alive",
            "x-amzn-RequestId": str(uuid.uuid4()),
            "X-Amzn-Trace-Id": f"Root={_trace()};Sampled=0",
        }
        return Given(given.status, own | dict(given.headers), given.body)

    return respond


def _trace() -> str:
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"


def echo(trim: bool) -> Respond:
    """A function that answers what it got; ``trim`` leaves out the headers whose name begins with x-."""

    def handler(event: dict[str, Any]) -> Given:
        headers = {
            name: value for name, value in event["headers"].items() if not (trim and name.startswith("x-"))
        }
        answer = {
            "args": event["queryStringParameters"],
            "data": event["body"],
            "domain": event["domain"],
            "headers": headers,
            "method": event["method"],
            "origin": event["sourceIp"],
            "path": event["rawPath"],
        }
        return Given(200, {}, json.dumps(answer))

    return function_url(handler)


_HIDDEN = frozenset({"connection", "via", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"})


def httpbin(received: Received) -> Given:
    """As the public echo server answers a POST: names in title case, without those that its own front adds."""
    headers = {
        "-".join(part.capitalize() for part in name.split("-")): value
        for name, value in received.headers.items()
        if name.lower() not in _HIDDEN
    }
    answer = {"args": received.query, "data": received.body, "headers": headers}
    own = {
        "Content-Type": JSON,
        "Connection": "keep-alive",
        "Server": "gunicorn/19.9.0",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Credentials": "true",
    }
    return Given(200, own, json.dumps(answer, indent=2))


def function(run: Run, code: str, **more: Any) -> str:
    """The ARN of a new function; ``code`` has a ``handler(event, context)``."""
    made = run.client("lambda").create_function(
        FunctionName=run.unique("function"),
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": zipped(code)},
        **more,
    )
    return str(made["FunctionArn"])
