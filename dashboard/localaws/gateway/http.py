"""A request to a stage of an HTTP API, from its route to its answer."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from dashboard.localaws.apigateway.store import Json, Region
from dashboard.localaws.gateway import admission, cors, http_mapping, metrics
from dashboard.localaws.gateway.address import Address
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin, finish
from dashboard.localaws.gateway.http_lambda import lambda_proxy, route_arn
from dashboard.localaws.gateway.http_proxy import Failed, http_proxy
from dashboard.localaws.gateway.http_routes import HttpRoutes, Matched
from dashboard.localaws.gateway.jwt import JwtError
from dashboard.localaws.gateway.lambda_authorizers import http_verdict
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.gateway.tools import Tools
from dashboard.localaws.refusals import Answer, as_json

logger = logging.getLogger("gatehouse.localaws")
DEFAULT = "$default"
MOST_BODY = 10 * 1024 * 1024
_TABLES = 256


class HttpPlane:
    """Serves the stages of HTTP APIs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tables: dict[tuple[str, str], tuple[Json, HttpRoutes, dict[str, Json]]] = {}

    async def serve(self, region: Region, to: Address, incoming: Incoming, host: str) -> Answer:
        """The answer; the request is written down before it is given."""
        started = time.perf_counter()
        api = region.v2[to.api_id]
        if api["info"]["protocolType"] != "HTTP" or api["info"].get("disableExecuteApiEndpoint"):
            return as_json(403, {"message": "Forbidden"})
        stage, path = _stage(api, to)
        deployment = api["deployments"].get(stage.get("deploymentId")) if stage else None
        if stage is None or deployment is None:
            return as_json(404, {"message": "Not Found"})
        exchange = begin(
            incoming, api_id=to.api_id, stage=stage["stageName"], full_path=to.path, host=host, rest=False
        )
        exchange.stage_variables = stage.get("stageVariables") or {}
        exchange.below = path
        exchange.backends = self._tools.backends(region.name, {})
        snapshot = deployment["snapshot"]
        table, routes = self._routes(to.api_id, deployment["deploymentId"], snapshot)
        matched = table.match(incoming.method, path)
        answer = await self._answer(region, stage, snapshot, routes, matched, exchange)
        answer = _named(answer, exchange)
        exchange.context["dataProcessed"] = len(incoming.body) + len(answer.body)
        finish(exchange, answer, math.ceil((time.perf_counter() - started) * 1000))
        self._write_down(region, stage, matched, exchange, answer)
        return answer

    async def _answer(
        self,
        region: Region,
        stage: Json,
        snapshot: Json,
        routes: Mapping[str, Json],
        matched: Matched | None,
        exchange: Exchange,
    ) -> Answer:
        shared = snapshot["info"].get("corsConfiguration") or {}
        if shared and cors.is_preflight(exchange.incoming):
            return Answer(204, tuple(cors.headers(shared, exchange.incoming, preflight=True)), b"")
        try:
            if matched is None:
                raise Failed(404, "Not Found")
            answer = await self._routed(region, stage, snapshot, routes[matched.key], matched, exchange)
        except Failed as failed:
            exchange.context["error"] = {
                "message": failed.message,
                "messageString": f'"{failed.message}"',
                "responseType": failed.kind,
            }
            plain = as_json(failed.status, {"message": failed.message})
            answer = Answer(plain.status, (*plain.headers, *failed.headers), plain.body)
        if not shared:
            return answer
        kept = [each for each in answer.headers if not each[0].startswith("access-control-")]
        return Answer(answer.status, (*kept, *cors.headers(shared, exchange.incoming)), answer.body)

    async def _routed(
        self, region: Region, stage: Json, snapshot: Json, route: Json, matched: Matched, exchange: Exchange
    ) -> Answer:
        exchange.params = matched.params
        exchange.context["routeKey"] = matched.key
        if len(exchange.incoming.body) > MOST_BODY:
            raise Failed(413, "Request Entity Too Large", kind="REQUEST_TOO_LARGE")
        await self._authorize(route, snapshot, exchange)
        with self._tools.store.lock:
            wanted = admission.route_claims(region, str(exchange.context["apiId"]), stage, matched.key)
            if self._tools.buckets.take(wanted) is not None:
                raise Failed(429, "Too Many Requests", kind="THROTTLED")
        integration = snapshot["integrations"].get(str(route.get("target", "")).removeprefix("integrations/"))
        if (
            integration
            and integration["integrationType"] == "AWS_PROXY"
            and "integrationSubtype" not in integration
        ):
            return await lambda_proxy(integration, exchange)
        if integration is None or integration.get("integrationType") != "HTTP_PROXY":
            logger.warning("The integration of the route %s is not offered here.", matched.key)
            raise Failed(500, "Internal Server Error", kind="API_CONFIGURATION_ERROR")
        return await http_proxy(integration, exchange)

    async def _authorize(self, route: Json, snapshot: Json, exchange: Exchange) -> None:
        kind = route.get("authorizationType", "NONE")
        if kind == "NONE":
            return
        if kind == "AWS_IAM":  # a signature is asked for, and not checked, as nothing here does
            if not (exchange.incoming.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
                raise Failed(403, "Forbidden", kind="MISSING_AUTHENTICATION_TOKEN")
            return
        authorizer = snapshot["authorizers"].get(route.get("authorizerId", ""))
        if kind == "CUSTOM" and authorizer is not None:
            await self._ask(authorizer, exchange)
            return
        if kind != "JWT" or authorizer is None:
            logger.warning("The authorizer of the route %s cannot be asked here.", route["routeKey"])
            raise Failed(500, "Internal Server Error", kind="AUTHORIZER_CONFIGURATION_ERROR")
        await self._token(route, authorizer, exchange)

    async def _ask(self, authorizer: Json, exchange: Exchange) -> None:
        """Ask a Lambda authorizer."""
        places = [str(each) for each in authorizer.get("identitySource") or []]
        identity = [http_mapping.value(place, exchange) for place in places]
        if not all(identity):
            raise Failed(401, "Unauthorized", kind="UNAUTHORIZED")
        try:
            arn = route_arn(exchange)
            allowed = await http_verdict(authorizer, exchange, self._tools.verdicts, identity, arn)
        except Refused as refused:
            if refused.kind == "UNAUTHORIZED":
                raise Failed(401, "Unauthorized", kind="UNAUTHORIZED") from refused
            raise Failed(500, "Internal Server Error", kind=refused.kind) from refused
        if not allowed:
            raise Failed(403, "Forbidden", kind="ACCESS_DENIED")

    async def _token(self, route: Json, authorizer: Json, exchange: Exchange) -> None:
        settings = authorizer.get("jwtConfiguration") or {}
        token = _identity(authorizer.get("identitySource") or [], exchange.incoming)
        bearer = ("www-authenticate", "Bearer")
        if not token:
            raise Failed(401, "Unauthorized", kind="UNAUTHORIZED", headers=(bearer,))
        try:
            issuer, audience = str(settings.get("issuer", "")), tuple(settings.get("audience") or ())
            claims = await self._tools.tokens.claims(token, issuer, audience)
        except JwtError as error:
            exchange.context["authorizer"] = {"error": str(error)}
            why = ("www-authenticate", f'Bearer scope="" error="invalid_token" error_description="{error}"')
            raise Failed(401, "Unauthorized", kind="UNAUTHORIZED", headers=(why,)) from error
        exchange.context["authorizer"] = {"claims": claims, "principalId": claims.get("sub")}
        scopes = claims.get("scope", claims.get("scp", ""))
        held = set(scopes.split() if isinstance(scopes, str) else map(str, scopes))
        wanted = set(route.get("authorizationScopes") or ())
        if wanted and not wanted & held:
            raise Failed(403, "Forbidden", kind="ACCESS_DENIED")

    def _routes(self, api_id: str, deployment: str, snapshot: Json) -> tuple[HttpRoutes, dict[str, Json]]:
        """The deployment's table and its routes by key, built once: a deployment never changes."""
        known = self._tables.get((api_id, deployment))
        if known is None or known[0] is not snapshot:
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            routes = {route["routeKey"]: route for route in snapshot["routes"].values()}
            known = self._tables[api_id, deployment] = (snapshot, HttpRoutes(routes), routes)
        return known[1], known[2]

    def _write_down(
        self, region: Region, stage: Json, matched: Matched | None, exchange: Exchange, answer: Answer
    ) -> None:
        own = (stage.get("routeSettings") or {}).get(matched.key, {}) if matched else {}
        setting = {**(stage.get("defaultRouteSettings") or {}), **own}
        method, _, path = matched.key.rpartition(" ") if matched else ("", "", "")
        place = metrics.Place(
            stage=stage["stageName"],
            api_id=str(exchange.context["apiId"]),
            resource=path if matched else None,
            method=(method or exchange.incoming.method) if matched else None,
            detailed=bool(setting.get("detailedMetricsEnabled")),
        )
        context: Mapping[str, Any] = exchange.context
        served = metrics.Served(
            answer.status, context["responseLatency"], exchange.integration_ms, context["dataProcessed"]
        )
        values = metrics.http(place, served)
        self._tools.write_down(region.name, exchange, values, stage.get("accessLogSettings"))


def _stage(api: Json, to: Address) -> tuple[Json | None, str]:
    """The stage that the path's first part names, else ``$default``, which needs no part of its own."""
    name, path = to.staged()
    stages: Mapping[str, Json] = api["stages"]
    if unquote(name) in stages:
        return stages[unquote(name)], path
    return stages.get(DEFAULT), to.path


def _identity(sources: list[str], incoming: Incoming) -> str | None:
    """The token: ``$request.header.Name`` or ``$request.querystring.name``, the first that is there."""
    for source in sources:
        kind, _, name = source.removeprefix("$request.").partition(".")
        if kind == "header" and (found := incoming.header(name)):
            return found
        if kind == "querystring":
            found = next((value for key, value in incoming.parameters() if key == name), None)
            if found:
                return found
    return None


def _named(answer: Answer, exchange: Exchange) -> Answer:
    """The answer with the id by which its request is known, under AWS's name for HTTP APIs and the common one."""
    own = (("apigw-requestid", exchange.request_id), ("x-amzn-requestid", exchange.request_id))
    kept = [each for each in answer.headers if each[0] != "x-amzn-requestid"]
    return Answer(answer.status, (*kept, *own), answer.body)
