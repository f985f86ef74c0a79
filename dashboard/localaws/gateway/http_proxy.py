"""The HTTP_PROXY integration of HTTP APIs."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from dashboard.localaws.apigateway.store import Json
from dashboard.localaws.gateway import http_mapping, upstream
from dashboard.localaws.gateway.exchange import Exchange, Pairs
from dashboard.localaws.gateway.integrations import with_variables
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
_LONGEST = 30_000
_HOP = frozenset(
    {
        *("connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


class Failed(Exception):
    """The gateway answers itself: status, message, and for the log the kind of error."""

    def __init__(
        self, status: int, message: str, *, kind: str = "", headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind or None
        self.headers = headers


async def http_proxy(integration: Json, exchange: Exchange) -> Answer:
    """The target's answer, after the integration's mappings; Failed when there is none."""
    incoming, mappings = exchange.incoming, integration.get("requestParameters") or {}
    verb = str(integration.get("integrationMethod") or "ANY")
    passed = [pair for pair in incoming.headers if pair[0] not in _HOP]
    headers = http_mapping.apply(mappings, "header", passed, exchange)
    host = incoming.header("host") or ""
    headers.append(("Forwarded", f"by={incoming.source_ip};for={incoming.source_ip};host={host};proto=http"))
    reply = await _call(
        integration,
        exchange,
        incoming.method if verb == "ANY" else verb,
        _url(integration, exchange),
        headers,
    )
    own = (integration.get("responseParameters") or {}).get(str(reply.status)) or {}
    answered: Pairs = tuple((name.lower(), v) for name, v in reply.headers if name.lower() not in _HOP)
    mapped = http_mapping.apply(own, "header", list(answered), exchange, answered)
    status = reply.status
    if "overwrite:statuscode" in own:
        wanted = http_mapping.value(own["overwrite:statuscode"], exchange, answered)
        status = int(wanted) if wanted.isdigit() and 200 <= int(wanted) <= 599 else status
    return Answer(status, tuple((name.lower(), v) for name, v in mapped), reply.body)


def _url(integration: Json, exchange: Exchange) -> str:
    url = with_variables(str(integration.get("integrationUri", "")), exchange)
    for name, value in exchange.params.items():
        url = url.replace(f"{{{name}}}", quote(value, safe="/"))
    mappings = integration.get("requestParameters") or {}
    parts = urlsplit(url)
    path = parts.path
    if "overwrite:path" in mappings:
        path = quote(http_mapping.value(mappings["overwrite:path"], exchange), safe="/%:@!$&'()*+,;=~")
    query = http_mapping.apply(mappings, "querystring", exchange.incoming.parameters(), exchange)
    joined = "&".join(part for part in (parts.query, urlencode(query)) if part)
    return urlunsplit((parts.scheme, parts.netloc, path, joined, ""))


async def _call(
    integration: Json, exchange: Exchange, verb: str, url: str, headers: list[tuple[str, str]]
) -> upstream.Reply:
    started = time.perf_counter()
    timeout = int(integration.get("timeoutInMillis") or _LONGEST) / 1000
    told: dict[str, Any] = {}
    try:
        reply = await upstream.call(verb, url, headers, exchange.incoming.body, timeout)
    except upstream.BadTarget as error:
        logger.warning("API %s: %s", exchange.context["apiId"], error)
        told["error"] = "The integration's address is not on this machine"
        raise Failed(500, "Internal Server Error", kind="API_CONFIGURATION_ERROR") from error
    except upstream.UpstreamTimeout as error:
        told["error"] = "The integration did not answer in time"
        raise Failed(504, "Gateway Timeout", kind="INTEGRATION_TIMEOUT") from error
    except upstream.UpstreamError as error:
        told["error"] = "The integration could not be reached"
        raise Failed(503, "Service Unavailable", kind="INTEGRATION_FAILURE") from error
    finally:
        exchange.integration_ms = round((time.perf_counter() - started) * 1000)
        if told:
            exchange.context["integration"] = told
            exchange.context["integrationErrorMessage"] = told["error"]
    exchange.context["integration"] = {"status": reply.status}
    return reply
