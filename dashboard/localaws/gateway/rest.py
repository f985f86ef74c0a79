"""A request to a stage of a REST API, from its route to its answer."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

from dashboard.localaws.apigateway.rest import quota, settings
from dashboard.localaws.apigateway.store import Json, Region
from dashboard.localaws.gateway import admission, guards, headers, integrations, metrics
from dashboard.localaws.gateway.address import Address
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin, finish
from dashboard.localaws.gateway.responses import Refused, refuse
from dashboard.localaws.gateway.rest_routes import Found, RestRoutes
from dashboard.localaws.gateway.tools import Tools
from dashboard.localaws.refusals import Answer, as_json

MOST_BODY = 10 * 1024 * 1024
"""Bytes of a request's body that AWS takes."""
_TABLES = 256


class RestPlane:
    """Serves the stages of REST APIs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tables: dict[tuple[str, str], tuple[Json, RestRoutes]] = {}

    async def serve(self, region: Region, to: Address, incoming: Incoming, host: str) -> Answer:
        """The answer; the request is written down before it is given."""
        started = time.perf_counter()
        api = region.rest[to.api_id]
        name, path = to.staged()
        stage = api["stages"].get(unquote(name))
        if stage is None or api["info"].get("disableExecuteApiEndpoint"):
            return as_json(403, {"message": "Forbidden"})
        canary = self._canary(stage)
        deployment = api["deployments"][canary["deploymentId"] if canary else stage["deploymentId"]]
        snapshot = deployment["snapshot"]
        incoming = replace(incoming, headers=headers.entering(incoming.headers, incoming.when))
        exchange = begin(
            incoming,
            api_id=to.api_id,
            stage=stage["stageName"],
            full_path=f"/{name}{path}",
            host=host,
            rest=True,
        )
        exchange.below, exchange.backends = path, self._tools.backends(region.name, snapshot["info"])
        exchange.context |= {"deploymentId": deployment["id"], "isCanaryRequest": canary is not None}
        exchange.stage_variables = {
            **(stage.get("variables") or {}),
            **((canary or {}).get("stageVariableOverrides") or {}),
        }
        found = self._routes(to.api_id, deployment["id"], snapshot).match(incoming.method, path)
        try:
            answer = await self._answer(region, stage, snapshot, found, exchange)
        except Refused as refused:
            answer = refuse(exchange, snapshot, refused)
        answer = _named(answer, exchange, snapshot["info"])
        finish(exchange, answer, math.ceil((time.perf_counter() - started) * 1000))
        self._write_down(region, api, stage, found, exchange, answer, canary is not None)
        return answer

    async def _answer(
        self, region: Region, stage: Json, snapshot: Json, found: Found | None, exchange: Exchange
    ) -> Answer:
        if found is None:
            raise Refused("MISSING_AUTHENTICATION_TOKEN")
        exchange.params = found.params
        exchange.context["resourcePath"] = found.path
        exchange.context["resourceId"] = found.resource_id
        if len(exchange.incoming.body) > MOST_BODY:
            raise Refused("REQUEST_TOO_LARGE")
        await guards.authorize(found.settings, snapshot, exchange, self._tools.tokens, self._tools.verdicts)
        self._admit(region, stage, snapshot, found, exchange)
        guards.validate(found.settings, snapshot, exchange)
        answer = await integrations.serve(found.settings, exchange)
        if not 200 <= answer.status <= 599:
            raise Refused("API_CONFIGURATION_ERROR")
        return answer

    def _admit(self, region: Region, stage: Json, snapshot: Json, found: Found, exchange: Exchange) -> None:
        """Key, throttles and quota; who passes is counted into the plan's usage."""
        tools, api_id = self._tools, str(exchange.context["apiId"])
        with tools.store.lock:
            who = None
            if found.settings.get("apiKeyRequired"):
                from_header = snapshot["info"].get("apiKeySource", "HEADER") == "HEADER"
                value = exchange.incoming.header("x-api-key") if from_header else exchange.usage_key
                who = admission.client(region, tools.keys, value, api_id, stage["stageName"])
                if who is None:
                    raise Refused("INVALID_API_KEY")
                exchange.context["identity"] |= {"apiKeyId": who.key["id"], "apiKey": who.key["value"]}
            verb = exchange.incoming.method
            wanted = admission.claims(region, api_id, stage, found.path, verb, found.method, who)
            day = datetime.fromtimestamp(exchange.incoming.when, UTC).date()
            left = quota.left(region, who.plan, who.key["id"], day) if who else None
            if tools.buckets.take(wanted) is not None:
                raise Refused("THROTTLED")
            if left is not None and left < 1:
                raise Refused("QUOTA_EXCEEDED")
            if who:
                region.count(who.plan["id"], who.key["id"], day.isoformat())
                tools.store.changed()

    def _canary(self, stage: Json) -> Json | None:
        """The stage's canary settings when this request is one of its share."""
        canary: Json | None = stage.get("canarySettings")
        if canary and self._tools.chance() * 100 < float(canary.get("percentTraffic", 0)):
            return canary
        return None

    def _routes(self, api_id: str, deployment: str, snapshot: Json) -> RestRoutes:
        """The deployment's table, built once: a deployment never changes."""
        known = self._tables.get((api_id, deployment))
        if known is None or known[0] is not snapshot:
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            known = self._tables[api_id, deployment] = (snapshot, RestRoutes(snapshot["resources"]))
        return known[1]

    def _write_down(
        self,
        region: Region,
        api: Json,
        stage: Json,
        found: Found | None,
        exchange: Exchange,
        answer: Answer,
        canary: bool,
    ) -> None:
        verb = exchange.incoming.method
        setting = (settings.effective(stage, found.path, verb) or {}) if found else {}
        place = metrics.Place(
            stage=stage["stageName"],
            api_id=api["info"]["id"],
            api_name=api["info"]["name"],
            resource=found.path if found else None,
            method=verb if found else None,
            detailed=bool(setting.get("metricsEnabled")),
        )
        served = metrics.Served(
            answer.status, exchange.context["responseLatency"], exchange.integration_ms, len(answer.body)
        )
        values = metrics.rest(place, served)
        log = stage.get("accessLogSettings")
        self._tools.write_down(region.name, exchange, values, log, "/Canary" if canary else "")


def _named(answer: Answer, exchange: Exchange, info: Json) -> Answer:
    """The answer with the ids by which its request is known, and what each answer of the API has."""
    types = info["endpointConfiguration"]["types"]
    own = (
        *headers.own(str(types[0]) if types else ""),
        ("x-amzn-requestid", exchange.request_id),
        ("x-amz-apigw-id", str(exchange.context["extendedRequestId"])),
    )
    return Answer(answer.status, (*answer.headers, *own), answer.body)
