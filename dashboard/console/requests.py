"""The outermost middleware: a request's id, its collector of AWS calls, its line in the access log, and which proxy to believe."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseServerError

from dashboard.aws.calls import Calls, collect
from dashboard.config.rules import Network
from dashboard.console.logs import safe_path

access = logging.getLogger("gatehouse.access")
log = logging.getLogger("gatehouse.requests")
LAST_WORDS = "Gatehouse could not answer. Its log says why, under the request id {}.\n"
REQUEST_ID = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._=-]{7,63}\Z")
PROBES = ("/healthz", "/readyz")
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
)
Proxies = tuple[Network | str, ...]


class RequestMiddleware:
    """First in MIDDLEWARE, so that everything inside it is counted, timed and logged under one id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; the response carries its id as ``X-Request-ID``."""
        request_id = identify(request, settings.TRUSTED_PROXIES)
        request.request_id = request_id  # type: ignore[attr-defined]
        if request.path_info in PROBES:
            # A load balancer asks by address, which is in no list of hosts; these two answer nothing that depends on the host.
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].removeprefix(".")
        started = time.perf_counter()
        with collect(request_id) as calls:
            try:
                response = self.get_response(request)
            except Exception:
                # The designed page of a failure failed itself. Nothing is left but words.
                log.exception("Neither the page nor its failure page could be made.")
                response = HttpResponseServerError(LAST_WORDS.format(request_id), content_type="text/plain")
            response["X-Request-ID"] = request_id
            _log(request, response, calls, started)
        return response


def identify(request: HttpRequest, trusted: Proxies) -> str:
    """The request's id, after taking from a trusted proxy, and from nobody else, what it says about the request.

    REMOTE_ADDR becomes the last address of X-Forwarded-For that is no trusted proxy; X-Forwarded-Proto stays for Django.
    From anybody else those headers are removed and the id is a new one.
    """
    meta = request.META
    given = meta.pop("HTTP_X_REQUEST_ID", "")
    if not believed(meta.get("REMOTE_ADDR", ""), trusted):
        for header in FORWARDED:
            meta.pop(header, None)
        return uuid.uuid4().hex
    for address in reversed([part.strip() for part in meta.pop("HTTP_X_FORWARDED_FOR", "").split(",")]):
        if not _is_address(address):
            break
        meta["REMOTE_ADDR"] = address
        if not believed(address, trusted):
            break
    return given if REQUEST_ID.match(given) else uuid.uuid4().hex


def believed(address: str, trusted: Proxies) -> bool:
    """Whether ``address`` is one of the trusted proxies; a UNIX socket has the empty address."""
    if not _is_address(address):
        return address == "" and "unix" in trusted
    return any(not isinstance(network, str) and ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _log(request: HttpRequest, response: HttpResponseBase, calls: Calls, started: float) -> None:
    """One line; the user only where something in the request has asked who it is, so that logging costs no query."""
    user = getattr(request, "_cached_user", None)
    access.info(
        "%s %s %d",
        request.method,
        request.path,
        response.status_code,
        extra={
            "method": request.method,
            "path": safe_path(request.path),
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "aws_calls": len(calls.made),
            "aws_ms": round(sum(call.ms for call in calls.made), 1),
            "user": user.get_username() if user is not None else "",
            "client": request.META.get("REMOTE_ADDR", ""),
        },
    )
