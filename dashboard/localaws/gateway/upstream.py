"""Calls of HTTP integrations. They reach this machine only: the embedded AWS never sends anything to a stranger."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from dashboard.localaws.gateway.exchange import Pairs

WORKERS = 32
MOST = 10 * 1024 * 1024
"""Bytes of an answer that are taken."""
_SKIPPED = frozenset({"content-length", "transfer-encoding", "connection"})
_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="integration")


class UpstreamError(Exception):
    """The target gave no answer."""


class UpstreamTimeout(UpstreamError):
    """The target did not answer in time."""


class BadTarget(Exception):
    """The address is no HTTP address on this machine."""


@dataclass(frozen=True)
class Reply:
    """What the target answered."""

    status: int
    headers: Pairs
    body: bytes


def check(url: str) -> SplitResult:
    """The parts of an address on this machine; BadTarget for every other."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadTarget(f"{url} is no address.") from None
    if parts.scheme != "http" or not _is_here(parts.hostname or ""):
        raise BadTarget(f"{url} is not on this machine (http://127.0.0.1…), and nothing else is called.")
    if any(char in url for char in "{} \r\n\t"):
        raise BadTarget(f"{url} holds a character that no address may hold.")
    return parts


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def call(
    method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes, seconds: float
) -> Reply:
    """One call, without redirects; BadTarget, UpstreamTimeout or UpstreamError when there is no answer."""
    parts = check(url)
    work = asyncio.get_running_loop().run_in_executor(_pool, _call, method, parts, headers, body, seconds)
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise UpstreamTimeout(url) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UpstreamError(f"{url}: {error}") from error


def _call(
    method: str, parts: SplitResult, headers: Sequence[tuple[str, str]], body: bytes, seconds: float
) -> Reply:
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = any(name.lower() == "host" for name, _ in headers)
        connection.putrequest(method, path, skip_host=named, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in _SKIPPED:
                connection.putheader(name, value.encode("latin-1", "replace"))
        if body or method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Connection", "close")
        connection.endheaders(body or None)
        answer = connection.getresponse()
        data = answer.read(MOST + 1)
        if len(data) > MOST:
            raise ValueError("The answer is larger than 10 MB.")
        return Reply(answer.status, tuple(answer.getheaders()), data)
    finally:
        connection.close()
