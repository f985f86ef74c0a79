"""Keys, throttles and quotas of REST APIs, met by real requests."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.localaws.gateway.shop import deploy, shop, throttle
from tests.localaws.gateway.support import (
    call,
    lines,
    log_to,
    method,
    mock,
    path,
    plan_and_key,
    total,
)


def test_it_works(localaws: str, apigw: Any, backend: str, cloudwatch: Any, logs: Any) -> None:
    """The whole way: keys, the plan's limit and quota, the stage's throttle, and all of it written down."""
    name, group = f"shop-{uuid.uuid4().hex[:6]}", f"access-{uuid.uuid4().hex[:6]}"
    api = shop(apigw, backend, name)
    log_to(apigw, api, "prod", group)
    plan, key, value = plan_and_key(
        apigw,
        api,
        "prod",
        throttle={"rateLimit": 0.01, "burstLimit": 3},
        quota={"limit": 100, "period": "DAY"},
    )
    pets = path(api, "prod", "/pets")
    refused = call(localaws, pets)
    assert (refused.status, refused.json) == (403, {"message": "Forbidden"})
    assert refused.headers["x-amzn-errortype"] == "ForbiddenException"
    served = [call(localaws, pets, x_api_key=value) for _ in range(5)]
    assert [each.status for each in served] == [200, 200, 200, 429, 429]
    assert served[0].json == {"pets": [], "stage": "prod"}
    assert served[4].json == {"message": "Too Many Requests"}
    today = datetime.now(UTC).date().isoformat()
    usage = apigw.get_usage(usagePlanId=plan, startDate=today, endDate=today)
    assert usage["items"] == {key: [[3, 97]]}
    assert total(cloudwatch, "Count", "SampleCount", ApiName=name) == 6
    assert total(cloudwatch, "4XXError", ApiName=name, Stage="prod") == 3
    assert total(cloudwatch, "5XXError", ApiName=name, Stage="prod") == 0
    written = lines(logs, group)
    assert [(each["status"], each["type"]) for each in written] == [
        ("403", "INVALID_API_KEY"),
        *[("200", "-")] * 3,
        *[("429", "THROTTLED")] * 2,
    ]
    assert [each["key"] for each in written] == ["-", *[key] * 5]
    assert written[1]["id"] == served[0].headers["x-amzn-requestid"]
    assert written[1]["resource"] == "/pets"
    assert value not in json.dumps(written)


def test_a_stage_of_five_a_second(localaws: str, apigw: Any, backend: str, cloudwatch: Any) -> None:
    name = f"shop-{uuid.uuid4().hex[:6]}"
    api = shop(apigw, backend, name)
    pet = path(api, "prod", "/pets/1")

    def burst(seconds: float) -> list[int]:
        end = time.monotonic() + seconds
        found = []
        while time.monotonic() < end:
            found.append(call(localaws, pet).status)
        return found

    assert set(burst(0.3)) == {200}
    throttle(apigw, api, 5, 5)
    began = time.monotonic()
    statuses = burst(1.2)
    seconds = time.monotonic() - began
    assert set(statuses) == {200, 429}
    assert 9 <= statuses.count(200) <= 5 + 5 * seconds
    assert call(localaws, path(api, "prod", "/files/a")).status == 200, "each method has its own bucket"
    apigw.update_stage(restApiId=api, stageName="prod", patchOperations=[{"op": "remove", "path": "/*/*"}])
    assert set(burst(0.3)) == {200}
    assert total(cloudwatch, "4XXError", ApiName=name, Stage="prod") == statuses.count(429)


def test_zero_blocks_every_call(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    throttle(apigw, api, 0, 0, "/~1pets~1{id}/GET")
    assert call(localaws, path(api, "prod", "/pets/1")).status == 429
    assert call(localaws, path(api, "prod", "/files/1")).status == 200


def test_a_quota_ends(localaws: str, apigw: Any, backend: str, logs: Any) -> None:
    api, group = shop(apigw, backend), f"access-{uuid.uuid4().hex[:6]}"
    log_to(apigw, api, "prod", group)
    plan, key, value = plan_and_key(apigw, api, "prod", quota={"limit": 2, "period": "MONTH"})
    pets = path(api, "prod", "/pets")
    served = [call(localaws, pets, x_api_key=value) for _ in range(3)]
    assert [each.status for each in served] == [200, 200, 429]
    assert served[2].json == {"message": "Limit Exceeded"}
    assert served[2].headers["x-amzn-errortype"] == "LimitExceededException"
    assert lines(logs, group)[-1]["type"] == "QUOTA_EXCEEDED"
    today = datetime.now(UTC).date().isoformat()
    assert apigw.get_usage(usagePlanId=plan, startDate=today, endDate=today)["items"] == {key: [[2, 0]]}
    apigw.update_usage(
        usagePlanId=plan, keyId=key, patchOperations=[{"op": "replace", "path": "/remaining", "value": "1"}]
    )
    assert [call(localaws, pets, x_api_key=value).status for _ in range(2)] == [200, 429]


def test_keys_that_do_not_count(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    plan, key, value = plan_and_key(apigw, api, "prod")
    stranger = apigw.create_api_key(name="stranger", enabled=True)["value"]
    pets = path(api, "prod", "/pets")
    assert call(localaws, pets, x_api_key=value).status == 200
    for wrong in ("", "x", key, stranger):
        assert call(localaws, pets, x_api_key=wrong).status == 403
    enabled = [{"op": "replace", "path": "/enabled", "value": "false"}]
    apigw.update_api_key(apiKey=key, patchOperations=enabled)
    assert call(localaws, pets, x_api_key=value).status == 403
    apigw.update_api_key(apiKey=key, patchOperations=[{**enabled[0], "value": "true"}])
    assert call(localaws, pets, x_api_key=value).status == 200
    stage = [{"op": "remove", "path": "/apiStages", "value": f"{api}:prod"}]
    apigw.update_usage_plan(usagePlanId=plan, patchOperations=stage)
    assert call(localaws, pets, x_api_key=value).status == 403


def test_a_plan_throttles_one_method(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    method(apigw, api, "/toys", "GET", mock(), apiKeyRequired=True)
    deploy(apigw, api, "prod")
    plan, _, value = plan_and_key(apigw, api, "prod", throttle={"rateLimit": 100, "burstLimit": 100})
    where = f"/apiStages/{api}:prod/throttle/~1toys/GET"
    apigw.update_usage_plan(
        usagePlanId=plan,
        patchOperations=[
            {"op": "replace", "path": f"{where}/rateLimit", "value": "0.01"},
            {"op": "replace", "path": f"{where}/burstLimit", "value": "1"},
        ],
    )
    toys, pets = (path(api, "prod", place) for place in ("/toys", "/pets"))
    assert [call(localaws, toys, x_api_key=value).status for _ in range(2)] == [200, 429]
    assert call(localaws, pets, x_api_key=value).status == 200


def test_two_hundred_a_second(localaws: str, apigw: Any, backend: str) -> None:
    import http.client as client_of_http

    api = shop(apigw, backend)
    count, best, end = 100, 0.0, time.monotonic() + 30
    while best <= 200 and time.monotonic() < end:  # the best run: what else the machine does only takes away
        connection = client_of_http.HTTPConnection(urlsplit(localaws).netloc, timeout=20)
        began = time.monotonic()
        for _ in range(count):
            connection.request("GET", path(api, "prod", "/pets/1"))
            connection.getresponse().read()
        best = max(best, count / (time.monotonic() - began))
        connection.close()
    assert best > 200
