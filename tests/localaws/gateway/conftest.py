"""One backend on this machine for all tests of the local gateway, and clients; each test makes its own APIs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.localaws.support import client


class Backend(BaseHTTPRequestHandler):
    """Says what it was asked; /slow waits, /status/NNN answers NNN, /break hangs up."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/break":
            self.close_connection = True
            return
        if self.path == "/slow":
            time.sleep(1)
        status = int(self.path.split("/")[2][:3]) if self.path.startswith("/status/") else 200
        asked = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
        }
        data = json.dumps(asked).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Backend", "yes")
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def log_message(self, *_: Any) -> None:
        """Nothing on the console."""


@pytest.fixture(scope="session")
def backend() -> Iterator[str]:
    """The address of a backend."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def apigw(localaws: str) -> Any:
    """boto3's client of API Gateway v1."""
    return client(localaws, "apigateway")


@pytest.fixture
def http_apis(localaws: str) -> Any:
    """boto3's client of API Gateway v2."""
    return client(localaws, "apigatewayv2")


@pytest.fixture
def cloudwatch(localaws: str) -> Any:
    """boto3's client of CloudWatch."""
    return client(localaws, "cloudwatch")


@pytest.fixture
def logs(localaws: str) -> Any:
    """boto3's client of CloudWatch Logs."""
    return client(localaws, "logs")
