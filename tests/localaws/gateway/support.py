"""Calls of stages, small REST APIs, and what was written down of the calls."""

from __future__ import annotations

import http.client
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

FORMAT = (
    '{"id":"$context.requestId","key":"$context.identity.apiKeyId","method":"$context.httpMethod",'
    '"resource":"$context.resourcePath","route":"$context.routeKey","status":"$context.status",'
    '"type":"$context.error.responseType","ms":"$context.responseLatency","backend":"$context.integration.status"}'
)


@dataclass(frozen=True)
class Got:
    """An answer: header names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def call(endpoint: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
    """One request; ``_`` in a header's name stands for ``-``."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, found, answer.read().decode())
    finally:
        connection.close()


def path(api: str, stage: str, rest: str) -> str:
    """The path of a stage on the embedded AWS's own name."""
    return f"/_aws/execute-api/{api}/{stage}{rest}"


def resource(apigw: Any, api: str, where: str) -> str:
    """The id of the resource at ``where``, made with those above it."""
    pages = apigw.get_resources(restApiId=api, limit=500)["items"]
    known = {each["path"]: each["id"] for each in pages}
    place = "/"
    for part in [part for part in where.split("/") if part]:
        below = f"{place.rstrip('/')}/{part}"
        if below not in known:
            made = apigw.create_resource(restApiId=api, parentId=known[place], pathPart=part)
            known[below] = made["id"]
        place = below
    return str(known[place])


def method(apigw: Any, api: str, where: str, verb: str, integration: dict[str, Any], **settings: Any) -> None:
    """A method with an integration; ``templates`` and ``headers`` (name → expression) shape its one answer, 200."""
    templates = integration.pop("templates", None)
    headers = integration.pop("headers", {})
    here = {"restApiId": api, "resourceId": resource(apigw, api, where), "httpMethod": verb}
    apigw.put_method(**here, **({"authorizationType": "NONE"} | settings))
    apigw.put_integration(**here, **integration)
    if integration["type"].endswith("PROXY"):
        return
    names = {f"method.response.header.{name}": True for name in headers}
    apigw.put_method_response(**here, statusCode="200", responseParameters=names)
    apigw.put_integration_response(
        **here,
        statusCode="200",
        responseParameters={f"method.response.header.{name}": value for name, value in headers.items()},
        **({"responseTemplates": templates} if templates else {}),
    )


def mock(text: str = '{"ok": true}', request: str = '{"statusCode": 200}', **more: Any) -> dict[str, Any]:
    """A mock integration that answers ``text``."""
    return {
        "type": "MOCK",
        "requestTemplates": {"application/json": request},
        "templates": {"application/json": text},
        **more,
    }


def new_api(apigw: Any, name: str = "", **more: Any) -> str:
    """A fresh REST API's id."""
    return str(apigw.create_rest_api(name=name or f"api-{uuid.uuid4().hex[:8]}", **more)["id"])


def plan_and_key(apigw: Any, api: str, stage: str, **limits: Any) -> tuple[str, str, str]:
    """A usage plan of the stage with one key: ids of both, and the key's value."""
    plan = apigw.create_usage_plan(
        name=uuid.uuid4().hex, apiStages=[{"apiId": api, "stage": stage}], **limits
    )["id"]
    key = apigw.create_api_key(name=uuid.uuid4().hex, enabled=True)
    apigw.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    return plan, key["id"], key["value"]


def log_to(apigw: Any, api: str, stage: str, group: str, text: str = FORMAT) -> None:
    """Turn a stage's access log on."""
    arn = f"arn:aws:logs:eu-central-1:000000000000:log-group:{group}"
    apigw.update_stage(
        restApiId=api,
        stageName=stage,
        patchOperations=[
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn},
            {"op": "replace", "path": "/accessLogSettings/format", "value": text},
        ],
    )


def lines(logs: Any, group: str) -> list[dict[str, Any]]:
    """The lines of a group that hold JSON, the oldest first."""
    events = logs.filter_log_events(logGroupName=group)["events"]
    return [json.loads(event["message"]) for event in events]


def total(cloudwatch: Any, metric: str, statistic: str = "Sum", **dimensions: str) -> float:
    """A metric's value over the last hour and the next."""
    now = datetime.now(UTC)
    start = (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    stat = {
        "Metric": {
            "Namespace": "AWS/ApiGateway",
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        },
        "Period": 10_800,
        "Stat": statistic,
    }
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": stat}],
        StartTime=start,
        EndTime=start + timedelta(hours=3),
    )
    return float(sum(found["MetricDataResults"][0]["Values"]))
