"""Stages: every patch path, frozen method settings, canaries."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.localaws.apigateway.rest import settings
from tests.localaws.rest.support import answer, deployed, patch, refused

RECORD = {
    "metricsEnabled": False,
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}
NO_SETTING = "Cannot remove method setting {} because there is no method setting for this method "
LOG_PATHS = (
    "Invalid accessLogSettings path. Must be one of : "
    "[/accessLogSettings/destinationArn, /accessLogSettings/format]"
)


@pytest.fixture
def stage(apigw: Any) -> dict[str, str]:
    """The arguments that name a stage which serves a deployment."""
    api, _deployment = deployed(apigw)
    return {"restApiId": api, "stageName": "dev"}


def _update(apigw: Any, stage: dict[str, str], *operations: dict[str, str]) -> dict[str, Any]:
    return answer(apigw.update_stage, **stage, patchOperations=list(operations))


def test_it_works(apigw: Any, stage: dict[str, str]) -> None:
    deployment = apigw.get_stage(**stage)["deploymentId"]
    made = answer(
        apigw.create_stage,
        restApiId=stage["restApiId"],
        stageName="prod",
        deploymentId=deployment,
        variables={"a": "b"},
        tags={"t": "1"},
    )
    assert made == {
        "stageName": "prod",
        "deploymentId": deployment,
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "variables": {"a": "b"},
        "tracingEnabled": False,
        "tags": {"t": "1"},
        "createdDate": made["createdDate"],
        "lastUpdatedDate": made["lastUpdatedDate"],
    }
    listed = apigw.get_stages(restApiId=stage["restApiId"])["item"]
    assert [each["stageName"] for each in listed] == ["dev", "prod"]
    assert apigw.get_stages(restApiId=stage["restApiId"], deploymentId="other")["item"] == []
    apigw.delete_stage(**stage)
    assert refused(apigw.get_stage, **stage) == (
        404,
        "NotFoundException",
        "Invalid stage identifier specified",
    )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"stageName": "dev"}, (409, "Stage already exists")),
        ({"stageName": "a b"}, (400, "Stage name only allows a-zA-Z0-9_-")),
        ({"deploymentId": "nothere"}, (400, "Deployment id does not exist")),
        ({"documentationVersion": "v9"}, (404, "Invalid Documentation version specified")),
        ({"canarySettings": {"deploymentId": "nothere"}}, (400, "Deployment id does not exist")),
    ],
)
def test_a_bad_stage_is_refused(
    apigw: Any, stage: dict[str, str], given: dict[str, Any], refusal: tuple[int, str]
) -> None:
    wanted = {
        "restApiId": stage["restApiId"],
        "stageName": "new",
        "deploymentId": apigw.get_stage(**stage)["deploymentId"],
    }
    status, _code, message = refused(apigw.create_stage, **(wanted | given))
    assert (status, message) == refusal


@pytest.mark.parametrize(
    ("path", "value", "member", "held"),
    [
        ("metrics/enabled", "true", "metricsEnabled", True),
        ("logging/dataTrace", "true", "dataTraceEnabled", True),
        ("logging/loglevel", "INFO", "loggingLevel", "INFO"),
        ("throttling/burstLimit", "7", "throttlingBurstLimit", 7),
        ("throttling/burstLimit", "-1", "throttlingBurstLimit", -1),
        ("throttling/rateLimit", "2.5", "throttlingRateLimit", 2.5),
        ("caching/enabled", "true", "cachingEnabled", True),
        ("caching/dataEncrypted", "true", "cacheDataEncrypted", True),
        ("caching/ttlInSeconds", "60", "cacheTtlInSeconds", 60),
        (
            "caching/requireAuthorizationForCacheControl",
            "false",
            "requireAuthorizationForCacheControl",
            False,
        ),
        (
            "caching/unauthorizedCacheControlHeaderStrategy",
            "FAIL_WITH_403",
            "unauthorizedCacheControlHeaderStrategy",
            "FAIL_WITH_403",
        ),
    ],
)
def test_every_method_setting(
    apigw: Any, stage: dict[str, str], path: str, value: str, member: str, held: Any
) -> None:
    changed = _update(apigw, stage, patch("replace", f"/*/*/{path}", value))
    assert changed["methodSettings"] == {"*/*": RECORD | {member: held}}


def test_method_settings_are_frozen_copies(apigw: Any, stage: dict[str, str]) -> None:
    _update(apigw, stage, patch("replace", "/*/*/throttling/burstLimit", "20"))
    _update(apigw, stage, patch("replace", "/~1pets~1{id}/GET/caching/ttlInSeconds", "5"))
    changed = _update(apigw, stage, patch("replace", "/*/*/throttling/burstLimit", "30"))
    assert changed["methodSettings"] == {
        "*/*": RECORD | {"throttlingBurstLimit": 30},
        "~1pets~1{id}/GET": RECORD | {"throttlingBurstLimit": 20, "cacheTtlInSeconds": 5},
    }
    same = _update(apigw, stage, patch("replace", "/pets~1{id}/GET/caching/ttlInSeconds", "6"))
    assert len(same["methodSettings"]) == 2
    changed = _update(apigw, stage, patch("remove", "/~1pets~1{id}/GET"), patch("remove", "/*/*"))
    assert changed["methodSettings"] == {}


@pytest.mark.parametrize(
    ("keys", "path", "verb", "decides"),
    [
        ([], "/pets", "GET", None),
        (["*/*"], "/pets", "GET", "*/*"),
        (["*/*", "pets/GET"], "/pets", "GET", "pets/GET"),
        (["*/*", "~1pets~1{id}/GET"], "/pets/{id}", "GET", "~1pets~1{id}/GET"),
        (["*/*", "~1/GET"], "/", "GET", "~1/GET"),
        (["pets/GET"], "/pets", "POST", None),
    ],
)
def test_which_setting_decides(keys: list[str], path: str, verb: str, decides: str | None) -> None:
    stage = {"methodSettings": {key: {"key": key} for key in keys}}
    found = settings.effective(stage, path, verb)
    assert (found and found["key"]) == decides


def test_the_other_paths(apigw: Any, stage: dict[str, str]) -> None:
    certificate = apigw.generate_client_certificate()["clientCertificateId"]
    arn = "arn:aws:logs:eu-central-1:000000000000:log-group:x"
    changed = _update(
        apigw,
        stage,
        patch("replace", "/description", "words"),
        patch("replace", "/tracingEnabled", "true"),
        patch("replace", "/cacheClusterEnabled", "true"),
        patch("replace", "/cacheClusterSize", "1.6"),
        patch("replace", "/clientCertificateId", certificate),
        patch("replace", "/variables/one", "1"),
        patch("add", "/accessLogSettings/destinationArn", arn),
        patch("replace", "/accessLogSettings/format", "$context.requestId"),
    )
    assert changed["description"] == "words"
    assert (changed["tracingEnabled"], changed["cacheClusterSize"]) == (True, "1.6")
    assert (changed["cacheClusterStatus"], changed["clientCertificateId"]) == ("AVAILABLE", certificate)
    assert changed["variables"] == {"one": "1"}
    assert changed["accessLogSettings"] == {"destinationArn": arn, "format": "$context.requestId"}
    changed = _update(apigw, stage, patch("remove", "/variables/one"), patch("remove", "/accessLogSettings"))
    assert not {"variables", "accessLogSettings"} & changed.keys()
    apigw.flush_stage_cache(**stage)
    apigw.flush_stage_authorizers_cache(**stage)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (patch("replace", "/accessLogSettings", "x"), LOG_PATHS),
        (patch("add", "/accessLogSettings/*", "x"), LOG_PATHS),
        (patch("replace", "/accessLogSettings/format", ""), "Access Log value must not be empty"),
        (
            patch("remove", "/accessLogSettings/destinationArn"),
            NO_SETTING.format("accessLogSettings/destinationArn"),
        ),
        (patch("remove", "/*/*"), NO_SETTING.format("*/*")),
        (
            patch("remove", "/canarySettings/stageVariableOverrides"),
            NO_SETTING.format("canarySettings/stageVariableOverrides"),
        ),
        (
            patch("add", "/canarySettings/deploymentId", "x"),
            "Invalid add operation with path: /canarySettings/deploymentId",
        ),
        (patch("replace", "/canarySettings/deploymentId", "x"), "Deployment id does not exist"),
        (patch("replace", "/deploymentId", "x"), "Deployment id does not exist"),
        (
            patch("copy", "/canarySettings/stageVariableOverrides", source="/variables"),
            "Invalid copy operation with path: /canarySettings/stageVariableOverrides and from /variables. "
            "Valid copy:path are [/deploymentId, /variables] and valid copy:from are "
            "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
        ),
        (
            patch("copy", "/deploymentId", source="/canarySettings/deploymentId"),
            "Promotion not available. Canary does not exist.",
        ),
        (
            patch("replace", "/*/*/throttling/rateLimit", "many"),
            "Invalid value specified: many is not a number",
        ),
        (
            patch("replace", "/*/*/throttling/rateLimit", "nan"),
            "Invalid value specified: nan is not a number",
        ),
    ],
)
def test_a_bad_change_is_refused(
    apigw: Any, stage: dict[str, str], operation: dict[str, str], message: str
) -> None:
    operations = [patch("replace", "/description", "changed"), operation]
    assert refused(apigw.update_stage, **stage, patchOperations=operations) == (
        400,
        "BadRequestException",
        message,
    )
    assert "description" not in apigw.get_stage(**stage)


@pytest.mark.parametrize(
    "path", ["/documentation_version", "/tags/a", "/canarySettings", "/canarySettings/x"]
)
def test_an_unknown_path_is_answered_with_all_that_are_known(
    apigw: Any, stage: dict[str, str], path: str
) -> None:
    message = refused(apigw.update_stage, **stage, patchOperations=[patch("replace", path, "x")])[2]
    assert message.startswith(f"Invalid method setting path: {path}. Must be one of: [/deploymentId, /descr")
    assert message.endswith("/variables/{variable_name}, /tracingEnabled]")


def test_a_canary_is_made_promoted_and_removed(apigw: Any, stage: dict[str, str]) -> None:
    first = apigw.get_stage(**stage)["deploymentId"]
    second = apigw.create_deployment(
        **stage, canarySettings={"percentTraffic": 10, "stageVariableOverrides": {"v": "new"}}
    )["id"]
    found = apigw.get_stage(**stage)
    assert found["deploymentId"] == first
    assert found["canarySettings"] == {
        "percentTraffic": 10.0,
        "deploymentId": second,
        "stageVariableOverrides": {"v": "new"},
        "useStageCache": False,
    }
    assert refused(apigw.create_deployment, **stage)[:2] == (409, "ConflictException")
    promoted = _update(
        apigw,
        stage,
        patch("replace", "/canarySettings/percentTraffic", "0.0"),
        patch("copy", "/deploymentId", source="/canarySettings/deploymentId"),
        patch("copy", "/variables", source="/canarySettings/stageVariableOverrides"),
    )
    assert (promoted["deploymentId"], promoted["variables"]) == (second, {"v": "new"})
    assert "canarySettings" not in _update(apigw, stage, patch("remove", "/canarySettings"))


def test_a_canary_begins_with_any_of_its_paths(apigw: Any, stage: dict[str, str]) -> None:
    changed = _update(apigw, stage, patch("replace", "/canarySettings/percentTraffic", "50"))
    assert changed["canarySettings"] == {
        "percentTraffic": 50.0,
        "deploymentId": changed["deploymentId"],
        "useStageCache": False,
    }


def test_ten_stages_and_no_more(apigw: Any, stage: dict[str, str]) -> None:
    wanted = {
        "restApiId": stage["restApiId"],
        "deploymentId": apigw.get_stage(**stage)["deploymentId"],
    }
    for number in range(9):
        apigw.create_stage(**wanted, stageName=f"s{number}")
    assert refused(apigw.create_stage, **wanted, stageName="more")[:2] == (429, "LimitExceededException")
