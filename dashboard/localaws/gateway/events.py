"""The events that functions get: of proxy integrations (payload 1.0 and 2.0), of WebSocket APIs, of authorizers. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.gateway.exchange import Exchange, as_text, look_up

Json = dict[str, Any]
_COMMON = (
    *("accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId"),
    *("httpMethod", "path"),
    *("protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage"),
)
_IDENTITY = (
    *("cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "sourceIp", "principalOrgId"),
    *("accessKey", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent"),
    "user",
)


def rest(exchange: Exchange) -> Json:
    """The event of a REST API's AWS_PROXY integration."""
    body, encoded = _body(exchange)
    return {
        "resource": exchange.context.get("resourcePath"),
        "path": (exchange.below or exchange.incoming.path),
        "httpMethod": exchange.incoming.method,
        **_lists(exchange),
        "pathParameters": dict(exchange.params) or None,
        "stageVariables": dict(exchange.stage_variables) or None,
        "requestContext": rest_context(exchange),
        "body": body,
        "isBase64Encoded": encoded,
    }


def rest_context(exchange: Exchange) -> Json:
    """``requestContext`` of payload 1.0."""
    context = exchange.context
    identity = dict.fromkeys(_IDENTITY) | {
        name: value for name, value in (context.get("identity") or {}).items() if value is not None
    }
    found = {name: context[name] for name in _COMMON if name in context} | {"identity": identity}
    if context.get("authorizer"):
        found["authorizer"] = context["authorizer"]
    return found


def http_v1(exchange: Exchange) -> Json:
    """The event of an HTTP API's integration with payload 1.0."""
    event = rest(exchange) | {"version": "1.0", "resource": _route_path(exchange)}
    event["requestContext"] |= {
        "resourcePath": _route_path(exchange),
        "resourceId": exchange.context.get("routeKey"),
    }
    return event


def http_v2(exchange: Exchange) -> Json:
    """The event of an HTTP API's integration with payload 2.0: names in lower case, values of one name joined."""
    incoming = exchange.incoming
    cookies = [part.strip() for line in incoming.every_header("cookie") for part in line.split(";")]
    body, encoded = _body(exchange)
    event: Json = {
        "version": "2.0",
        "routeKey": exchange.context.get("routeKey"),
        "rawPath": exchange.context["path"],
        "rawQueryString": incoming.query,
        "headers": _joined((k, v) for k, v in incoming.headers if k != "cookie"),
        "requestContext": _context_v2(exchange),
        "isBase64Encoded": encoded,
    }
    more: Json = {
        "cookies": cookies,
        "queryStringParameters": _joined(incoming.parameters()),
        "pathParameters": dict(exchange.params),
        "stageVariables": dict(exchange.stage_variables),
        "body": body,
    }
    return event | {name: value for name, value in more.items() if value}


def _context_v2(exchange: Exchange) -> Json:
    context, incoming = exchange.context, exchange.incoming
    found: Json = {
        "accountId": ACCOUNT,
        "apiId": context["apiId"],
        "domainName": context["domainName"],
        "domainPrefix": context["domainPrefix"],
        "http": {
            "method": incoming.method,
            "path": context["path"],
            "protocol": context["protocol"],
            "sourceIp": incoming.source_ip,
            "userAgent": incoming.header("user-agent") or "",
        },
        "requestId": context["requestId"],
        "routeKey": context.get("routeKey"),
        "stage": context["stage"],
        "time": context["requestTime"],
        "timeEpoch": context["requestTimeEpoch"],
    }
    if authorizer := context.get("authorizer"):
        if "claims" in authorizer:
            found["authorizer"] = {
                "jwt": {"claims": authorizer["claims"], "scopes": authorizer.get("scopes")}
            }
        else:
            found["authorizer"] = {"lambda": authorizer}
    return found


def websocket(exchange: Exchange, kind: str) -> Json:
    """The event of a WebSocket route's AWS_PROXY integration; ``kind`` CONNECT, MESSAGE or DISCONNECT."""
    context = exchange.context
    names = (
        *("apiId", "connectedAt", "connectionId", "domainName", "eventType", "extendedRequestId"),
        *(
            "messageDirection",
            "messageId",
            "requestId",
            "requestTime",
            "requestTimeEpoch",
            "routeKey",
            "stage",
        ),
    )
    found = {name: context[name] for name in names if context.get(name) is not None}
    identity = {"sourceIp": exchange.incoming.source_ip, "userAgent": exchange.incoming.header("user-agent")}
    event: Json = {"requestContext": found | {"identity": identity}, "isBase64Encoded": False}
    if context.get("authorizer"):
        event["requestContext"]["authorizer"] = context["authorizer"]
    if exchange.stage_variables:
        event["stageVariables"] = dict(exchange.stage_variables)
    if kind == "MESSAGE":
        return event | {"body": exchange.incoming.text}
    return event | (
        _lists(exchange) if kind == "CONNECT" else {"headers": _titled(exchange.incoming.headers)}
    )


def token_authorizer(exchange: Exchange, arn: str, token: str) -> Json:
    """What a TOKEN authorizer's function gets."""
    return {"type": "TOKEN", "methodArn": arn, "authorizationToken": token}


def request_authorizer(exchange: Exchange, arn: str) -> Json:
    """What a REQUEST authorizer's function gets of a REST or WebSocket API."""
    return {
        "type": "REQUEST",
        "methodArn": arn,
        "resource": exchange.context.get("resourcePath"),
        "path": exchange.context.get("resourcePath") and (exchange.below or exchange.incoming.path),
        "httpMethod": exchange.incoming.method,
        **_lists(exchange),
        "pathParameters": dict(exchange.params),
        "stageVariables": dict(exchange.stage_variables),
        "requestContext": rest_context(exchange),
    }


def http_authorizer(exchange: Exchange, arn: str, identity: list[str], version: str) -> Json:
    """What a REQUEST authorizer's function gets of an HTTP API."""
    if version == "1.0":
        event = {
            name: value
            for name, value in http_v1(exchange).items()
            if name not in ("body", "isBase64Encoded")
        }
        return event | {
            "type": "REQUEST",
            "methodArn": arn,
            "identitySource": ",".join(identity),
            "authorizationToken": identity[0] if identity else "",
        }
    event = {
        name: value for name, value in http_v2(exchange).items() if name not in ("body", "isBase64Encoded")
    }
    return event | {"type": "REQUEST", "routeArn": arn, "identitySource": identity}


def flat(context: Mapping[str, Any]) -> Json:
    """An authorizer's context as ``$context.authorizer`` holds it: every value a text."""
    return {name: as_text(value) for name, value in context.items() if not isinstance(value, dict | list)}


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    """The body as text, or as base64 when it is of a binary type or no UTF-8; None when there is none."""
    data = exchange.incoming.body
    if not data:
        return None, False
    backends = exchange.backends
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode(), True
    if backends and backends.is_binary(exchange.incoming.header("content-type") or ""):
        return base64.b64encode(data).decode(), True
    return text, False


def _lists(exchange: Exchange) -> Json:
    headers, query = _sent(exchange), exchange.incoming.parameters()
    return {
        "headers": dict(headers) or None,
        "multiValueHeaders": _many(headers) or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _many(query) or None,
    }


def _sent(exchange: Exchange) -> list[tuple[str, str]]:
    """The request's headers, and those that the gateway adds."""
    incoming = exchange.incoming
    added = [
        ("X-Forwarded-For", incoming.source_ip),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]
    return [*_titled(incoming.headers).items(), *added] if incoming.headers else added


def _titled(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names as HTTP/1.1 clients write them; their own case is not known here."""
    return {"-".join(part.capitalize() for part in name.split("-")): value for name, value in headers}


def _many(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: ",".join(values) for name, values in _many(pairs).items()}


def _route_path(exchange: Exchange) -> Any:
    return str(look_up(exchange.context, "routeKey") or "").rpartition(" ")[2]
