"""Filling the embedded API Gateway, once: APIs, plans and keys by its own operations, then 30 generated days of their past."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.localaws.world.apis import figures, lines, plans, rest_api, usage, v2_apis
from dashboard.localaws.world.apis.clients import HistoryClient, client
from dashboard.localaws.world.apis.past import Slot, Source, added, past
from dashboard.localaws.world.apis.shape import incident, midnight

DONE = "apis-1"
"""The mark that is set when all of it is there, so that an interrupted filling is done again."""
PROD = Source("prod", 0.62, quick=0.36, hurt=0.34)
TEST = Source("test", 0.05, client_errors=0.09, quick=0.36)
LIVE = Source("$default", 0.21, client_errors=0.018)
BETA = Source("beta", 0.02, client_errors=0.03)
SOCKET = Source("live", 0.10, client_errors=0.004, server_errors=0.001, median=3.0, spread=0.4)


@dataclass(frozen=True)
class FilledApis:
    """Ids by what they are for, and ``seconds`` taken; 0 when the APIs were there already."""

    rest: str = ""
    http: str = ""
    websocket: str = ""
    seconds: float = 0.0


def fill_apis(endpoint: str, upstream: str, now: datetime | None = None) -> FilledApis:
    """Make sure that the carrier's APIs are there. ``upstream`` is host and port of the server behind them; ``now`` is for tests."""
    began, now = time.monotonic(), now or datetime.now(UTC)
    history = HistoryClient(endpoint)
    try:
        if history.send()["mark"] == DONE:
            move(endpoint, upstream)
            return FilledApis()
        history.send(forget=True)
        rest, v2 = client(endpoint, "apigateway"), client(endpoint, "apigatewayv2")
        parcels = rest_api.build(rest, upstream)
        rest_api.build_unused(rest)
        customers = plans.build(rest, parcels.id)
        courier = v2_apis.build_http(v2, upstream)
        socket = v2_apis.build_websocket(v2)
        _history(history, parcels.id, courier.id, socket.id, customers, now)
        history.send(dates=_dates(parcels, customers, midnight(now)))
        history.send(mark=DONE)
        return FilledApis(parcels.id, courier.id, socket.id, time.monotonic() - began)
    finally:
        history.close()


def _history(
    history: HistoryClient, parcels: str, courier: str, socket: str, customers: plans.Plans, now: datetime
) -> None:
    """One call a series, so that the embedded AWS answers others in between."""
    today = midnight(now)
    prod = past(PROD, today, now)
    rest = {"ApiName": rest_api.NAME}
    _stages(history, figures.rest, rest, {"prod": prod, "test": past(TEST, today, now)})
    live, beta = past(LIVE, today, now), past(BETA, today, now)
    _stages(history, figures.http, {"ApiId": courier}, {v2_apis.LIVE: live, v2_apis.BETA: beta})
    _stages(history, figures.websocket, {"ApiId": socket}, {v2_apis.SOCKET_STAGE: past(SOCKET, today, now)})
    history.send(usage=list(usage.usage(customers, prod, today)), left=usage.near(customers))
    history.send(lines=[[rest_api.LOG_GROUP, lines.rest_lines(customers.keys, today, now)]])
    history.send(lines=[[v2_apis.LOG_GROUP, lines.http_lines(today, now)]])


def _stages(history: HistoryClient, kind: Any, api: dict[str, str], stages: dict[str, list[Slot]]) -> None:
    for series in kind(api, added(list(stages.values()))):
        history.send(metrics=[series])
    for stage, slots in stages.items():
        for series in kind({**api, "Stage": stage}, slots):
            history.send(metrics=[series])


def _dates(parcels: rest_api.Built, customers: plans.Plans, today: datetime) -> list[list[Any]]:
    """When the REST API and its parts are said to have been made; the third deployment is the incident's, the fourth its end."""
    trouble = incident(today)
    made = [
        today - timedelta(days=210, hours=-9),
        today - timedelta(days=61, hours=-10, minutes=-20),
        trouble.start - timedelta(minutes=2),
        trouble.end - timedelta(minutes=1),
        today - timedelta(days=2, hours=-8, minutes=-40),
    ]
    times = [int(when.timestamp()) for when in made]
    api = ["rest", parcels.id]
    found: list[list[Any]] = [[[*api, "info", "createdDate"], times[0]]]
    for number, deployment in enumerate(parcels.deployments):
        found.append([[*api, "deployments", deployment, "createdDate"], times[number]])
    for stage, number in (("prod", rest_api.PROD), ("test", rest_api.TEST)):
        found.append([[*api, "stages", stage, "createdDate"], times[0]])
        found.append([[*api, "stages", stage, "lastUpdatedDate"], times[number - 1]])
    for place, customer in enumerate(plans.CUSTOMERS):
        when = int((today - timedelta(days=200 - 20 * place, hours=-7)).timestamp())
        for member in ("createdDate", "lastUpdatedDate"):
            found.append([["keys", customers.keys[customer.number], member], when])
    return found


def move(endpoint: str, upstream: str) -> None:
    """Let the stages call the server behind them where it listens now; nothing is written when they do already."""
    rest = client(endpoint, "apigateway")
    for api in rest.get_rest_apis(limit=500)["items"]:
        for stage in rest.get_stages(restApiId=api["id"])["item"] if api["name"] == rest_api.NAME else ():
            if (stage.get("variables") or {}).get("upstream") not in (None, upstream):
                rest.update_stage(
                    restApiId=api["id"],
                    stageName=stage["stageName"],
                    patchOperations=[{"op": "replace", "path": "/variables/upstream", "value": upstream}],
                )
    v2 = client(endpoint, "apigatewayv2")
    for api in v2.get_apis(MaxResults="500")["Items"]:
        for stage in v2.get_stages(ApiId=api["ApiId"])["Items"] if api["Name"] == v2_apis.HTTP_NAME else ():
            variables = stage.get("StageVariables") or {}
            if variables.get("upstream") not in (None, upstream):
                v2.update_stage(
                    ApiId=api["ApiId"],
                    StageName=stage["StageName"],
                    StageVariables={**variables, "upstream": upstream},
                )
