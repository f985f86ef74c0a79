"""Integrations of WebSocket APIs."""

from __future__ import annotations

import json
import logging
import re
import time

from dashboard.localaws.apigateway.store import Json
from dashboard.localaws.gateway import backends, events, upstream
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.integrations import mock_status, with_variables
from dashboard.localaws.gateway.mapping import Sources
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.gateway.templates import TemplateError, render

logger = logging.getLogger("gatehouse.localaws")
_LONGEST = 29_000


async def ask(integration: Json, responses: Json, exchange: Exchange) -> tuple[int, str]:
    """The integration's status and text, after its ``responses``; Refused when it cannot be asked or gives no answer."""
    status, text, failure = await _asked(integration, exchange)
    if integration["integrationType"].endswith("_PROXY"):
        return status, text
    matched = failure if integration["integrationType"] == "AWS" else str(status)
    chosen = _chosen(responses, matched)
    if chosen is None:
        if failure:
            raise Refused("INTEGRATION_FAILURE")
        return status, text
    return status, _shaped(chosen, exchange, text)


def _chosen(responses: Json, matched: str) -> Json | None:
    """The response whose key, a pattern between slashes, fits; else ``$default``'s."""
    default = None
    for response in responses.values():
        key = str(response.get("integrationResponseKey", ""))
        if key == "$default":
            default = response
        elif len(key) > 2 and key[0] == key[-1] == "/":
            try:
                if re.fullmatch(key[1:-1], matched):
                    return dict(response)
            except re.error:
                logger.warning("The key %s of an integration response is no pattern.", key)
    return default


def _shaped(response: Json, exchange: Exchange, text: str) -> str:
    """The text after the response's template; as it is without one."""
    key = str(response.get("templateSelectionExpression") or "$default").removeprefix("\\")
    template = (response.get("responseTemplates") or {}).get(key)
    return text if template is None else _rendered(template, Sources(exchange, (), text), exchange)


async def _asked(integration: Json, exchange: Exchange) -> tuple[int, str, str]:
    """Status, text, and the message of a function that failed."""
    kind = integration.get("integrationType")
    if kind in ("AWS", "AWS_PROXY"):
        return await _function(integration, exchange)
    if kind not in ("MOCK", "HTTP", "HTTP_PROXY"):
        logger.warning("The integration %s is not offered here.", kind)
        raise Refused("API_CONFIGURATION_ERROR")
    body = _body(integration, exchange)
    if kind == "MOCK":
        status = mock_status(body)
        if status is None:
            raise Refused("API_CONFIGURATION_ERROR")
        return status, "", ""
    return *await _call(integration, exchange, body), ""


async def _function(integration: Json, exchange: Exchange) -> tuple[int, str, str]:
    """A function's status, text and failure. A proxy's answer is ``{"statusCode": …, "body": …}``."""
    uri = with_variables(str(integration.get("integrationUri", "")), exchange)
    region = exchange.backends.region if exchange.backends else ""
    proxy = integration["integrationType"] == "AWS_PROXY"
    kind = str(exchange.context["eventType"])
    event = events.websocket(exchange, kind) if proxy else backends.parsed(_body(integration, exchange))
    outcome = await backends.invoke(
        exchange,
        uri,
        event,
        backends.execute_arn(exchange, region, f"{exchange.context['stage']}/{exchange.context['routeKey']}"),
        seconds=int(integration.get("timeoutInMillis") or _LONGEST) / 1000,
        as_role=bool(integration.get("credentialsArn")),
    )
    assert outcome is not None
    exchange.context["integration"] = {"status": 200}
    if outcome.failed and proxy:
        raise Refused("INTEGRATION_FAILURE")
    value = outcome.value
    if not proxy:
        return 200, outcome.payload.decode(), outcome.error_message or ("failed" if outcome.failed else "")
    if not isinstance(value, dict) or not str(value.get("statusCode", "")).isdigit():
        raise Refused("INTEGRATION_FAILURE")
    body = value.get("body")
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
    return int(value["statusCode"]), text, ""


def _body(integration: Json, exchange: Exchange) -> str:
    """The message after the template that the integration selects; as it is without one."""
    key = str(integration.get("templateSelectionExpression", "$default")).removeprefix("\\")
    template = (integration.get("requestTemplates") or {}).get(key)
    if template is None:
        return exchange.incoming.text
    return _rendered(template, Sources(exchange), exchange)


def _rendered(template: str, sources: Sources, exchange: Exchange) -> str:
    try:
        return render(template, sources)
    except TemplateError as error:
        logger.warning("A template of API %s: %s", exchange.context["apiId"], error)
        raise Refused("API_CONFIGURATION_ERROR") from error


async def _call(integration: Json, exchange: Exchange, body: str) -> tuple[int, str]:
    started = time.perf_counter()
    url = with_variables(str(integration.get("integrationUri", "")), exchange)
    verb = str(integration.get("integrationMethod") or "POST")
    headers = [
        ("Content-Type", "application/json"),
        ("User-Agent", f"AmazonAPIGateway_{exchange.context['apiId']}"),
        ("connectionId", str(exchange.context["connectionId"])),
    ]
    seconds = int(integration.get("timeoutInMillis") or _LONGEST) / 1000
    try:
        reply = await upstream.call("POST" if verb == "ANY" else verb, url, headers, body.encode(), seconds)
    except upstream.BadTarget as error:
        logger.warning("API %s: %s", exchange.context["apiId"], error)
        raise Refused("API_CONFIGURATION_ERROR") from error
    except upstream.UpstreamError as error:
        exchange.context["integration"] = {"status": 504}
        raise Refused("INTEGRATION_FAILURE") from error
    finally:
        exchange.integration_ms = round((time.perf_counter() - started) * 1000)
    exchange.context["integration"] = {"status": reply.status}
    return reply.status, reply.body.decode(errors="replace")
