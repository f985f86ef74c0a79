"""AWS and AWS_PROXY integrations: a function, or an operation of DynamoDB."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import secrets
import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.functions.runner import Outcome
from dashboard.localaws.gateway import backends, events, upstream
from dashboard.localaws.gateway.exchange import Exchange, Sent
from dashboard.localaws.gateway.headers import sampled
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
Settings = Mapping[str, Any]
_ALLOWED = frozenset({"isBase64Encoded", "statusCode", "headers", "multiValueHeaders", "body"})
_LONGEST = 29_000


def seconds(integration: Settings) -> float:
    """The integration's timeout."""
    return int(integration.get("timeoutInMillis") or _LONGEST) / 1000


def method_arn(exchange: Exchange, region: str) -> str:
    """The ARN of what was called: ``…:api/stage/VERB/path``."""
    context, incoming = exchange.context, exchange.incoming
    return backends.execute_arn(
        exchange, region, f"{context['stage']}/{incoming.method}{exchange.below or incoming.path}"
    )


async def proxy(integration: Settings, exchange: Exchange, uri: str) -> Answer:
    """The answer of a REST API's AWS_PROXY integration."""
    region = exchange.backends.region if exchange.backends else ""
    outcome = await backends.invoke(
        exchange,
        uri,
        events.rest(exchange),
        method_arn(exchange, region),
        seconds=seconds(integration),
        as_role=bool(integration.get("credentials")),
    )
    assert outcome is not None
    answer = None if outcome.failed else proxied(outcome.value, exchange)
    if answer is None:
        logger.warning("API %s: malformed Lambda proxy response.", exchange.context["apiId"])
        exchange.context["integration"] = {"status": 200 if outcome.failed else 502}
        raise Refused("API_CONFIGURATION_ERROR", status=502, why="Malformed Lambda proxy response")
    exchange.context["integration"] = {"status": answer.status}
    return answer


def proxied(value: Any, exchange: Exchange) -> Answer | None:
    """What a function answered, in payload 1.0, as an answer; None when it is not of that form."""
    if not isinstance(value, dict) or not value.keys() <= _ALLOWED:
        return None
    headers, many = value.get("headers") or {}, value.get("multiValueHeaders") or {}
    if not isinstance(headers, dict) or not isinstance(many, dict):
        return None
    if not all(isinstance(each, list) for each in many.values()):
        return None
    status, body = value.get("statusCode", 200), value.get("body")
    if not str(status).isdigit() or not 100 <= int(status) <= 999 or isinstance(body, dict | list):
        return None
    pairs = [
        (name.lower(), _text(each)) for name, each in headers.items() if name.lower() not in _lower(many)
    ]
    pairs += [(name.lower(), _text(each)) for name, values in many.items() for each in values]
    if not any(name == "content-type" for name, _ in pairs):
        pairs.insert(0, ("content-type", "application/json"))
    data = _data("" if body is None else _text(body), value, exchange)
    return None if data is None else Answer(int(status), tuple(pairs), data)


def _data(body: str, value: Settings, exchange: Exchange) -> bytes | None:
    if not value.get("isBase64Encoded") or not exchange.backends or not exchange.backends.binary:
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _lower(names: Mapping[str, Any]) -> set[str]:
    return {name.lower() for name in names}


async def call(
    integration: Settings, exchange: Exchange, uri: str, body: str, headers: Mapping[str, str]
) -> tuple[str, int, tuple[tuple[str, str], ...], str]:
    """Call what an AWS integration names. What its responses are matched by ('' for a success of a function), the status,
    the headers and the text that came back.
    """
    if action := backends.dynamodb_action(uri):
        return await _dynamodb(integration, exchange, action, body)
    region = exchange.backends.region if exchange.backends else ""
    wait = headers.get("x-amz-invocation-type", "RequestResponse") != "Event"
    outcome = await backends.invoke(
        exchange,
        uri,
        backends.parsed(body),
        method_arn(exchange, region),
        seconds=seconds(integration),
        as_role=bool(integration.get("credentials")),
        wait=wait,
    )
    exchange.sent = _sent(exchange, uri, region, body)
    if outcome is None:
        exchange.sent.status = 202
        return "", 202, (), ""
    exchange.sent.status, exchange.sent.answer_body = 200, outcome.payload
    exchange.sent.answer_headers = _received(exchange, outcome)
    return _matched(outcome), 200, (("content-type", "application/json"),), outcome.payload.decode()


def _sent(exchange: Exchange, uri: str, region: str, body: str) -> Sent:
    """The call of Lambda's own address that a log shows; what is secret in it is made up."""
    api = str(exchange.context["apiId"])
    when = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(exchange.incoming.when))
    headers = (
        ("x-amzn-lambda-integration-tag", exchange.request_id),
        ("Authorization", f"{'*' * 64}{secrets.token_hex(3)}"),
        ("X-Amz-Date", when),
        ("x-amzn-apigateway-api-id", api),
        ("Accept", "application/json"),
        ("User-Agent", f"AmazonAPIGateway_{api}"),
        ("X-Amz-Security-Token", secrets.token_urlsafe(768)),
    )
    path = uri.partition(":lambda:path")[2]
    return Sent(f"https://lambda.{region}.amazonaws.com{path}", headers, body.encode())


def _received(exchange: Exchange, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """The headers of Lambda's answer."""
    return (
        ("Date", formatdate(usegmt=True)),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(outcome.payload))),
        ("Connection", "keep-alive"),
        ("x-amzn-RequestId", outcome.request_id),
        ("x-amzn-Remapped-Content-Length", "0"),
        *((("X-Amz-Function-Error", "Unhandled"),) if outcome.failed else ()),
        ("X-Amz-Executed-Version", "$LATEST"),
        ("X-Amzn-Trace-Id", sampled(exchange.trace)),
    )


def _matched(outcome: Outcome) -> str:
    return outcome.error_message if outcome.failed else ""


async def _dynamodb(
    integration: Settings, exchange: Exchange, action: tuple[str, str], body: str
) -> tuple[str, int, tuple[tuple[str, str], ...], str]:
    region, operation = action
    endpoint = exchange.backends.endpoint if exchange.backends else ""
    if not endpoint or not integration.get("credentials"):
        raise Refused("API_CONFIGURATION_ERROR", why="The integration has no credentials")
    day = time.strftime("%Y%m%d", time.gmtime())
    headers = [
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Target", f"DynamoDB_20120810.{operation}"),
        ("X-Amz-Date", time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())),
        (
            "Authorization",
            f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/{day}/{region}/dynamodb/aws4_request, "
            "SignedHeaders=host;x-amz-date, Signature=0",
        ),
    ]
    started = time.perf_counter()
    try:
        reply = await upstream.call("POST", f"{endpoint}/", headers, body.encode(), seconds(integration))
    except upstream.UpstreamTimeout as error:
        raise Refused("INTEGRATION_TIMEOUT") from error
    except (upstream.UpstreamError, upstream.BadTarget) as error:
        raise Refused("INTEGRATION_FAILURE") from error
    finally:
        exchange.integration_ms = round((time.perf_counter() - started) * 1000)
    return str(reply.status), reply.status, reply.headers, reply.body.decode(errors="replace")
