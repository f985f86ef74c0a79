"""Lambda behind an HTTP API's route: the event in the integration's payload version, and the answer made of what came back."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from dashboard.localaws.apigateway.store import Json
from dashboard.localaws.gateway import backends, events
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.http_proxy import Failed
from dashboard.localaws.gateway.integrations import with_variables
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.refusals import Answer


async def lambda_proxy(integration: Json, exchange: Exchange) -> Answer:
    """The function's answer; Failed when there is none."""
    second = integration.get("payloadFormatVersion") == "2.0"
    event = events.http_v2(exchange) if second else events.http_v1(exchange)
    try:
        outcome = await backends.invoke(
            exchange,
            with_variables(str(integration.get("integrationUri", "")), exchange),
            event,
            route_arn(exchange),
            seconds=int(integration.get("timeoutInMillis") or 30_000) / 1000,
            as_role=bool(integration.get("credentialsArn")),
        )
    except Refused as refused:
        exchange.context["integrationErrorMessage"] = refused.why
        if refused.kind == "INTEGRATION_TIMEOUT":
            raise Failed(503, "Service Unavailable", kind=refused.kind) from refused
        raise Failed(500, "Internal Server Error", kind=refused.kind) from refused
    assert outcome is not None
    answer = None if outcome.failed else answered(outcome.value, second)
    exchange.context["integration"] = {"status": 200}
    if answer is None:
        raise Failed(500, "Internal Server Error", kind="INTEGRATION_FAILURE")
    return answer


def route_arn(exchange: Exchange) -> str:
    """The ARN that a function's policy is asked about: ``…:api/stage/route's verb/route's path``."""
    region = exchange.backends.region if exchange.backends else ""
    key = str(exchange.context.get("routeKey") or "")
    verb, _, path = key.rpartition(" ")
    verb = "*" if verb in ("", "ANY") else verb
    return backends.execute_arn(
        exchange, region, f"{exchange.context['stage']}/{verb}{path if verb != '' else ''}"
    )


def answered(value: Any, second: bool) -> Answer | None:
    """What a function answered, as an answer; None when it is of no form that HTTP APIs take.

    In payload 2.0 whatever has no ``statusCode`` is a body of its own, with status 200 and type application/json.
    """
    if not isinstance(value, dict) or "statusCode" not in value:
        if not second:
            return None
        text = value if isinstance(value, str) else json.dumps(value)
        return Answer(200, (("content-type", "application/json"),), text.encode())
    status, headers = str(value["statusCode"]), value.get("headers") or {}
    many = value.get("multiValueHeaders") or {}
    if not status.isdigit() or not 100 <= int(status) <= 599 or not isinstance(headers, dict):
        return None
    pairs = [(str(name).lower(), str(each)) for name, each in headers.items()]
    if not second and isinstance(many, dict):
        pairs += [(name.lower(), str(each)) for name, values in many.items() for each in values]
    pairs += [("set-cookie", str(each)) for each in value.get("cookies") or () if second]
    if not any(name == "content-type" for name, _ in pairs):
        pairs.append(("content-type", "text/plain;charset=UTF-8"))
    body = value.get("body")
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
    try:
        data = base64.b64decode(text, validate=True) if value.get("isBase64Encoded") else text.encode()
    except binascii.Error:
        return None
    return Answer(int(status), tuple(pairs), data)
