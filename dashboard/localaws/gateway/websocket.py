"""WebSocket APIs: connections to a stage, the routes of their messages, and ``@connections`` for a backend that answers later.

Integrations: MOCK and HTTP (HTTP_PROXY) on this machine. A route answers its client when it has a route response.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from dashboard.localaws.apigateway.store import Json, Region
from dashboard.localaws.gateway import admission, jsonpath, lambda_authorizers, metrics
from dashboard.localaws.gateway.address import Address
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin, finish
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.gateway.tools import Tools
from dashboard.localaws.gateway.websocket_calls import ask
from dashboard.localaws.refusals import Answer, as_json

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
IDLE = 600.0
"""Seconds without a message after which AWS closes a connection."""
MOST_MESSAGE = 128 * 1024
"""Bytes of a message that AWS takes."""
_STATUS = {"THROTTLED": 429, "ACCESS_DENIED": 403, "UNAUTHORIZED": 401}
_WORDS = {401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests"}


@dataclass
class Connection:
    """One client of a stage; times in epoch seconds."""

    id: str
    region: Region
    api_id: str
    stage: str
    incoming: Incoming
    send: Send
    active: float
    authorizer: Json | None = None
    """What the authorizer of ``$connect`` said of the client."""

    @property
    def api(self) -> Json | None:
        """The API, None when it is deleted meanwhile."""
        return self.region.v2.get(self.api_id)


class WebSocketPlane:
    """Serves the stages of WebSocket APIs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._connections: dict[str, Connection] = {}

    async def serve(
        self, region: Region, to: Address, incoming: Incoming, scope: Any, receive: Receive, send: Send
    ) -> None:
        """One connection, from its handshake to its end."""
        await receive()
        first = begin(incoming, api_id=to.api_id, stage="", full_path=to.path, host="", rest=False)
        name = unquote(to.staged()[0])
        here = Connection(first.request_id, region, to.api_id, name, incoming, send, self._tools.clock())
        if _served(here) is None:
            await _deny(scope, send, 403)
            return
        status, _ = await self._event(here, "CONNECT", "$connect", b"")
        if status >= 300:
            await _deny(scope, send, status)
            return
        await send({"type": "websocket.accept"})
        self._connections[here.id] = here
        try:
            await self._talk(here, receive)
        finally:
            self._connections.pop(here.id, None)
        await self._event(here, "DISCONNECT", "$disconnect", b"")

    async def _talk(self, here: Connection, receive: Receive) -> None:
        while True:
            try:
                message = await asyncio.wait_for(receive(), IDLE)
            except TimeoutError:
                await here.send({"type": "websocket.close", "code": 1001, "reason": "Going away"})
                return
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if text is None or len(text.encode()) > MOST_MESSAGE:
                await here.send({"type": "websocket.close", "code": 1003 if text is None else 1009})
                return
            here.active = self._tools.clock()
            served = _served(here)
            key = _route(served, text) if served else None
            _, reply = await self._event(here, "MESSAGE", key or "", text.encode())
            if reply:
                await here.send({"type": "websocket.send", "text": reply})
            if served is None:
                await here.send({"type": "websocket.close", "code": 1001})
                return

    async def _event(self, here: Connection, kind: str, key: str, body: bytes) -> tuple[int, str]:
        """Serve a connect, message or disconnect: its status, and what the client is told ('' for nothing)."""
        started = time.perf_counter()
        came = here.incoming
        incoming = Incoming("GET", "/", came.query, came.headers, body, came.source_ip, self._tools.clock())
        exchange = begin(
            incoming, api_id=here.api_id, stage=here.stage, full_path=came.path, host="", rest=False
        )
        exchange.context |= {
            "connectionId": here.id,
            "connectedAt": int(came.when * 1000),
            "eventType": kind,
            "messageDirection": "IN",
            "routeKey": key or None,
        } | ({"messageId": exchange.request_id} if kind == "MESSAGE" else {})
        if here.authorizer:
            exchange.context["authorizer"] = here.authorizer
        try:
            status, reply = await self._routed(here, kind, key, exchange)
        except Refused as refused:
            status = _STATUS.get(refused.kind, 500)
            message = _WORDS.get(status, "Internal server error")
            exchange.context["error"] = {"message": message, "responseType": refused.kind}
            told = {"message": message, "connectionId": here.id, "requestId": exchange.request_id}
            reply = json.dumps(told) if kind == "MESSAGE" else ""
        finish(
            exchange, Answer(status, (), reply.encode()), math.ceil((time.perf_counter() - started) * 1000)
        )
        self._write_down(here, kind, key, exchange, status)
        return status, reply

    async def _routed(self, here: Connection, kind: str, key: str, exchange: Exchange) -> tuple[int, str]:
        served = _served(here)
        if served is None or (kind == "MESSAGE" and not key):
            raise Refused("ACCESS_DENIED")
        stage, snapshot = served
        exchange.stage_variables = stage.get("stageVariables") or {}
        exchange.backends = self._tools.backends(here.region.name, snapshot["info"])
        with self._tools.store.lock:
            claims = admission.route_claims(here.region, here.api_id, stage, key)
            if kind != "DISCONNECT" and self._tools.buckets.take(claims) is not None:
                raise Refused("THROTTLED")
        route = next((each for each in snapshot["routes"].values() if each["routeKey"] == key), None)
        if route is None:  # $connect and $disconnect need no route
            return 200, ""
        if route.get("authorizationType") == "AWS_IAM":
            if not (exchange.incoming.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
                raise Refused("ACCESS_DENIED")
        elif route.get("authorizationType", "NONE") != "NONE":
            await self._authorize(here, route, snapshot, exchange)
        target = str(route.get("target", "")).removeprefix("integrations/")
        integration = snapshot["integrations"].get(target)
        if integration is None:
            raise Refused("API_CONFIGURATION_ERROR")
        responses = (snapshot.get("integrationResponses") or {}).get(target) or {}
        status, reply = await ask(integration, responses, exchange)
        return status, reply if route.get("routeResponseSelectionExpression") else ""

    async def _authorize(self, here: Connection, route: Json, snapshot: Json, exchange: Exchange) -> None:
        """Ask the Lambda authorizer of ``$connect``."""
        found = snapshot["authorizers"].get(route.get("authorizerId", ""))
        if found is None or route["authorizationType"] != "CUSTOM":
            raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
        places = [str(each).removeprefix("route.request.") for each in found.get("identitySource") or ()]
        as_rest = {
            "id": found["authorizerId"],
            "type": "REQUEST",
            "identitySource": ",".join(f"method.request.{place}" for place in places),
            "authorizerUri": found.get("authorizerUri"),
            "authorizerCredentials": found.get("authorizerCredentialsArn"),
            "authorizerResultTtlInSeconds": 0,
        }
        await lambda_authorizers.authorize(as_rest, exchange, self._tools.verdicts)
        here.authorizer = exchange.context["authorizer"]

    def _write_down(self, here: Connection, kind: str, key: str, exchange: Exchange, status: int) -> None:
        api = here.api
        stage = api["stages"].get(here.stage) if api else None
        if stage is None:
            return
        own = (stage.get("routeSettings") or {}).get(key) or {}
        setting = {**(stage.get("defaultRouteSettings") or {}), **own}
        backend = exchange.context.get("integration", {}).get("status")
        values = metrics.websocket(
            here.api_id,
            here.stage,
            key if setting.get("detailedMetricsEnabled") else None,
            metrics.Event(kind, status, exchange.integration_ms, backend is not None and backend >= 400),
        )
        self._tools.write_down(here.region.name, exchange, values, stage.get("accessLogSettings"))

    async def manage(self, region: Region, to: Address, incoming: Incoming) -> Answer:
        """``/<stage>/@connections/<id>``: send to a client, ask for it, close it."""
        name, path = to.staged()
        if not path.startswith("/@connections/"):
            return as_json(403, {"message": "Forbidden"})
        if not (incoming.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
            return as_json(403, {"message": "Missing Authentication Token"})
        here = self._connections.get(unquote(path.removeprefix("/@connections/")))
        if here is None or (here.api_id, here.stage, here.region) != (to.api_id, unquote(name), region):
            return _error(410, "GoneException", "The connection is gone.")
        if incoming.method == "POST":
            if len(incoming.body) > MOST_MESSAGE:
                return _error(
                    413, "PayloadTooLargeException", "The data has exceeded the maximum size allowed."
                )
            await here.send({"type": "websocket.send", "text": incoming.text})
            event = metrics.Event("MESSAGE", 200, None, False)
            self._tools.count(
                region.name, incoming.when, metrics.websocket(to.api_id, here.stage, None, event)
            )
            return Answer(200, (), b"")
        if incoming.method == "DELETE":
            await here.send({"type": "websocket.close", "code": 1000})
            return Answer(204, (), b"")
        identity = {
            "sourceIp": here.incoming.source_ip,
            "userAgent": here.incoming.header("user-agent") or "",
        }
        times = {"connectedAt": _iso(here.incoming.when), "lastActiveAt": _iso(here.active)}
        return as_json(200, {**times, "identity": identity})


def _served(here: Connection) -> tuple[Json, Json] | None:
    """The stage and what it serves; None when one of them is not there."""
    api = here.api
    stage = api["stages"].get(here.stage) if api else None
    deployment = api["deployments"].get(stage.get("deploymentId")) if api and stage else None
    return (stage, deployment["snapshot"]) if stage and deployment else None


def _route(served: tuple[Json, Json], text: str) -> str | None:
    """The route that the API's selection expression finds for a message, else ``$default``, else None."""
    snapshot = served[1]
    keys = {route["routeKey"] for route in snapshot["routes"].values()}
    expression = str(snapshot["info"].get("routeSelectionExpression", "")).replace("{", "").replace("}", "")
    try:
        found = jsonpath.find(json.loads(text), "$." + expression.removeprefix("$request.body."))
    except ValueError:
        found = None
    if isinstance(found, str) and found in keys and not found.startswith("$"):
        return found
    return "$default" if "$default" in keys else None


async def _deny(scope: Any, send: Send, status: int) -> None:
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.http.response.start", "status": max(status, 400), "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


def _error(status: int, code: str, message: str) -> Answer:
    plain = as_json(status, {"message": message})
    return Answer(status, (*plain.headers, ("x-amzn-errortype", code)), plain.body)


def _iso(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
