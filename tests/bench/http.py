"""A plain HTTP client with one kept connection, for both sides of a comparison."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit
from uuid import uuid4


class Kept:
    """One kept connection to an address. ``headers`` go with every request; cookies are kept from the answers."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        parts = urlsplit(address)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.headers = headers
        self.cookies: dict[str, str] = {}
        self.ms = 0.0

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """The answer and its body; ``ms`` is then how long that took, to the last byte."""
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            answer, content = self._once(method, path, body, sent)
        except (HTTPException, ConnectionError):  # the server has closed the idle connection
            self._connection.close()
            answer, content = self._once(method, path, body, sent)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, content

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        if self._connection.sock is None:
            self._connection.connect()  # http.client sets TCP_NODELAY, so that a request in two pieces leaves at once
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.ms = (time.perf_counter() - started) * 1000
        return answer, content

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def multipart(fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """A form as a browser sends it: body and headers."""
    edge = uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join([*parts, f"--{edge}--\r\n"]).encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={edge}"}
