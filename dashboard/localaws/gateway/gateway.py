"""The door of the data plane: a request to ``execute-api`` in, the stage's answer out."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from dashboard.localaws.apigateway import domains
from dashboard.localaws.apigateway.store import Region, Store
from dashboard.localaws.gateway.address import Address
from dashboard.localaws.gateway.exchange import Incoming
from dashboard.localaws.gateway.http import HttpPlane
from dashboard.localaws.gateway.rest import RestPlane
from dashboard.localaws.gateway.tools import Tools
from dashboard.localaws.gateway.websocket import Receive, Send, WebSocketPlane
from dashboard.localaws.refusals import Answer, as_json

logger = logging.getLogger("gatehouse.localaws")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_WITHOUT_BODY = frozenset({204, 304})


class Gateway:
    """Every stage of every API. ``serve`` never fails: what goes wrong here is a 500 as AWS words it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._rest = RestPlane(tools)
        self._http = HttpPlane(tools)
        self._websocket = WebSocketPlane(tools)

    async def serve(self, scope: MutableMapping[str, Any], to: Address, body: bytes) -> Answer:
        """The answer to one HTTP request, whose ASGI scope this is."""
        incoming = self._incoming(scope, to, body)
        try:
            answer = await self._serve(to, incoming)
        except Exception:  # our defect; the caller still gets what AWS would say
            logger.exception("The request %s %s failed", incoming.method, to.path)
            answer = as_json(500, {"message": "Internal server error"})
        return _sendable(answer, incoming.method, str(scope.get("http_version", "1.1")))

    async def _serve(self, to: Address, incoming: Incoming) -> Answer:
        host = incoming.header("host") or ""
        if to.domain:
            to, host = _mapped(self._tools.store, to), to.domain
            incoming = replace(incoming, path=to.path)
        region = self._region(to)
        if region is not None and to.api_id in region.rest:
            return await self._rest.serve(region, to, incoming, host)
        if region is not None and to.api_id in region.v2:
            if region.v2[to.api_id]["info"]["protocolType"] == "WEBSOCKET":
                return await self._websocket.manage(region, to, incoming)
            return await self._http.serve(region, to, incoming, host)
        return as_json(403, {"message": "Forbidden"})

    async def talk(self, scope: MutableMapping[str, Any], receive: Receive, send: Send, to: Address) -> None:
        """One WebSocket connection, whose ASGI scope this is."""
        to = _mapped(self._tools.store, to) if to.domain else to
        region = self._region(to)
        api = region.v2.get(to.api_id) if region else None
        if region is None or api is None or api["info"]["protocolType"] != "WEBSOCKET":
            await send({"type": "websocket.close", "code": 1008})
            return
        incoming = self._incoming({**scope, "method": "GET"}, to, b"")
        await self._websocket.serve(region, to, incoming, scope, receive, send)

    def _region(self, to: Address) -> Region | None:
        if to.region:
            return self._tools.store.region(to.region)
        found = self._tools.store.find_api(to.api_id)
        return found[0] if found else None

    def _incoming(self, scope: MutableMapping[str, Any], to: Address, body: bytes) -> Incoming:
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        )
        return Incoming(
            method=scope["method"],
            path=to.path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
            when=self._tools.clock(),
        )


def _mapped(store: Store, to: Address) -> Address:
    """The address of the stage to which a custom domain name's mapping leads; one without an API when there is none."""
    found = domains.find(store, to.domain)
    mapped = domains.match(found[1], to.path) if found else None
    if found is None or mapped is None:
        return Address("", "", to.path)
    mapping, below = mapped
    stage = mapping["stage"] if mapping["stage"] not in ("", "$default") else ""
    return Address(mapping["apiId"], found[0].name, f"/{quote(stage)}{below}" if stage else below)


def _sendable(answer: Answer, method: str, version: str = "1.1") -> Answer:
    """The answer without what HTTP does not allow: a body where none may be, control characters in headers, a second length."""
    headers = tuple(
        (name, _CONTROL.sub(" ", value.encode("latin-1", "replace").decode("latin-1")).strip())
        for name, value in answer.headers
        if _TOKEN.fullmatch(name)
        and name.lower() not in ("content-length", *(("connection",) if version[0] != "1" else ()))
    )
    body = b"" if method == "HEAD" or answer.status in _WITHOUT_BODY else answer.body
    return Answer(answer.status, headers, body)
