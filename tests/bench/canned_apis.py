"""``python -m tests.bench.canned_apis``: an API Gateway of 600 REST APIs, the first of which has 300 resources, and a CloudWatch
without figures; ready answers at once, counted, in a process of its own.

``GET /calls`` answers what was called since it was last asked, one entry a call: ``GetMetricData`` with how many figures it asked for.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

from tests.bench.canned import Canned, ready
from tests.stub import rest

APIS, RESOURCES, PER_PAGE = 600, 300, 500
MADE = "2026-01-01T09:00:00+00:00"
STAGES = ("prod", "test")


def api_id(number: int) -> str:
    """The id of an API by its number from 0."""
    return f"api{number:07d}"


def _api(number: int) -> dict[str, Any]:
    return {
        "id": api_id(number),
        "name": f"carrier-{number:03d}",
        "description": "Shipping and tracking for one country",
        "createdDate": MADE,
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["REGIONAL"]},
        "rootResourceId": "root000000",
    }


def _resource(number: int) -> dict[str, Any]:
    if number == 0:
        return {"id": "root000000", "path": "/"}
    return {
        "id": f"r{number:05d}",
        "parentId": "root000000",
        "pathPart": f"parcels-{number:03d}",
        "path": f"/parcels-{number:03d}",
        "resourceMethods": {verb: _method(verb) for verb in ("GET", "POST")},
    }


def _method(verb: str) -> dict[str, Any]:
    return {
        "httpMethod": verb,
        "authorizationType": "NONE",
        "apiKeyRequired": True,
        "methodResponses": {"200": {"statusCode": "200"}},
        "methodIntegration": {
            "type": "HTTP_PROXY",
            "httpMethod": verb,
            "uri": "https://parcels.example/",
            "timeoutInMillis": 29000,
            "integrationResponses": {"200": {"statusCode": "200"}},
        },
    }


def _stage(name: str) -> dict[str, Any]:
    return {
        "stageName": name,
        "deploymentId": "dep001",
        "createdDate": MADE,
        "lastUpdatedDate": MADE,
        "methodSettings": {},
    }


LISTS: dict[str, list[Any]] = {
    "GetRestApis": [_api(number) for number in range(APIS)],
    "GetResources": [_resource(number) for number in range(RESOURCES)],
    "GetDeployments": [{"id": "dep001", "description": "First", "createdDate": MADE}],
}
ONES: dict[str, dict[str, Any]] = {
    "GetRestApi": _api(0),
    "GetStages": {"item": [_stage(name) for name in STAGES]},
    "GetAccount": {
        "throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000},
        "features": ["UsagePlans"],
    },
}


def answer(method: str, target: str) -> tuple[str, bytes]:
    """Operation and body; lists in pages of 500, what is not known is empty."""
    found = rest.match(method, target)
    if found is None:
        return "unknown", b"{}"
    name = found.model.name
    if name in ONES:
        return name, rest.encode(found.model, ONES[name])
    if name in LISTS:
        asked = parse_qs(target.partition("?")[2])
        start = int(asked.get("position", ["0"])[0])
        body: dict[str, Any] = {"items": LISTS[name][start : start + PER_PAGE]}
        if start + PER_PAGE < len(LISTS[name]):
            body["position"] = str(start + PER_PAGE)
        return name, rest.encode(found.model, body)
    return name, rest.encode(found.model, {"Items" if target.startswith("/v2") else "items": []})


class CannedApis(Canned):
    """One connection."""

    known: dict[tuple[str, str], tuple[str, bytes]] = {}

    def _answer(self, head: bytes, target: bytes, body: bytes = b"") -> bytes:
        if head.startswith(b"GET /calls"):
            return super()._answer(head, target, body)
        if target:
            asked = json.loads(body or b"{}")
            queries = asked.get("MetricDataQueries", [])
            self.called.append(f"GetMetricData {len(queries)}")
            results = [
                {"Id": query["Id"], "Timestamps": [], "Values": [], "StatusCode": "Complete"}
                for query in queries
            ]
            return ready(json.dumps({"MetricDataResults": results, "Messages": []}).encode())
        method, path = head.split(b" ", 2)[:2]
        place = (method.decode(), path.decode())
        if place not in self.known:
            name, data = answer(*place)
            self.known[place] = name, ready(data)
        self.called.append(self.known[place][0])
        return self.known[place][1]


async def serve() -> None:
    """Listen on a free port of 127.0.0.1 and say which."""
    server = await asyncio.get_running_loop().create_server(CannedApis, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
