"""API keys, usage plans and the keys of plans."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.rest.support import answer, deployed, patch, refused, unique


def _key(apigw: Any, name: str = "", **more: Any) -> dict[str, Any]:
    return answer(apigw.create_api_key, name=name or unique("key"), enabled=True, **more)


def _plan(apigw: Any, **more: Any) -> str:
    return str(apigw.create_usage_plan(name=unique("plan"), **more)["id"])


def _update(apigw: Any, plan: str, *operations: dict[str, str]) -> dict[str, Any]:
    return answer(apigw.update_usage_plan, usagePlanId=plan, patchOperations=list(operations))


def test_it_works(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    stages = [{"apiId": api, "stage": "dev"}]
    made = answer(
        apigw.create_usage_plan,
        name="gold",
        apiStages=stages,
        throttle={"burstLimit": 20, "rateLimit": 10},
        quota={"limit": 100, "period": "DAY"},
    )
    assert made == {
        "id": made["id"],
        "name": "gold",
        "apiStages": stages,
        "throttle": {"burstLimit": 20, "rateLimit": 10.0},
        "quota": {"limit": 100, "offset": 0, "period": "DAY"},
    }
    assert answer(apigw.get_usage_plan, usagePlanId=made["id"]) == made | {"tags": {}}
    key = _key(apigw)
    put = answer(apigw.create_usage_plan_key, usagePlanId=made["id"], keyId=key["id"], keyType="API_KEY")
    assert put == {"id": key["id"], "type": "API_KEY", "value": key["value"], "name": key["name"]}
    assert apigw.get_usage_plans(keyId=key["id"])["items"] == [made]
    apigw.delete_usage_plan_key(usagePlanId=made["id"], keyId=key["id"])
    assert apigw.get_usage_plan_keys(usagePlanId=made["id"])["items"] == []


def test_keys_are_listed_newest_first_by_the_beginning_of_the_name(apigw: Any) -> None:
    word = unique("Word")
    first, second = _key(apigw, f"{word}-1"), _key(apigw, f"{word}-2", customerId=word)
    found = apigw.get_api_keys(nameQuery=word)["items"]
    assert [each["id"] for each in found] == [second["id"], first["id"]]
    assert all("value" not in each for each in found)
    assert apigw.get_api_keys(nameQuery=word, includeValues=True)["items"][1]["value"] == first["value"]
    assert apigw.get_api_keys(nameQuery=word.lower())["items"] == []
    assert apigw.get_api_keys(nameQuery=word[1:])["items"] == []
    assert [each["id"] for each in apigw.get_api_keys(customerId=word)["items"]] == [second["id"]]
    page = apigw.get_api_keys(nameQuery=word, limit=1)
    rest = apigw.get_api_keys(nameQuery=word, limit=1, position=page["position"])
    assert ([page["items"][0]["id"], rest["items"][0]["id"]], "position" in rest) == (
        [second["id"], first["id"]],
        False,
    )
    assert "value" not in apigw.get_api_key(apiKey=first["id"])
    assert apigw.get_api_key(apiKey=first["id"], includeValue=True)["value"] == first["value"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "n" * 1025}, (400, "Invalid API Key name, can be at most 1024 characters.")),
        ({"value": "v" * 19}, (400, "API Key value should be at least 20 characters")),
        ({"value": "v" * 129}, (400, "API Key value exceeds maximum size of 128 characters")),
        ({"description": "d" * 125_001}, (400, "Invalid API Key description specified.")),
    ],
)
def test_a_bad_key_is_refused(apigw: Any, given: dict[str, str], refusal: tuple[int, str]) -> None:
    status, _code, message = refused(apigw.create_api_key, **given)
    assert (status, message) == refusal


def test_a_key_changes_but_never_its_value(apigw: Any) -> None:
    key = _key(apigw, "")
    operations = [patch("replace", "/enabled", "foo"), patch("replace", "/customerId", "c")]
    changed = answer(apigw.update_api_key, apiKey=key["id"], patchOperations=operations)
    assert (changed["enabled"], changed["customerId"], changed["tags"]) == (False, "c", {})
    assert refused(
        apigw.update_api_key, apiKey=key["id"], patchOperations=[patch("replace", "/value", "x" * 30)]
    )[2] == (
        "Invalid patch path  '/value' specified for op 'replace'. "
        "Must be one of: [/description, /enabled, /name, /customerId]"
    )
    assert refused(apigw.create_api_key, value=key["value"])[1:] == (
        "ConflictException",
        "API Key already exists",
    )
    apigw.delete_api_key(apiKey=key["id"])
    assert refused(apigw.get_api_key, apiKey=key["id"])[2] == "Invalid API Key identifier specified"


def test_keys_from_a_file(apigw: Any) -> None:
    plan = _plan(apigw)
    value = unique("v" * 20)
    row = f'Name,Ignored,Key,Enabled,usageplanIds\nfirst,x,{value},false,"{plan}"\n'
    made = answer(apigw.import_api_keys, body=row.encode(), format="csv")
    assert list(made) == ["ids"]
    key = apigw.get_api_key(apiKey=made["ids"][0], includeValue=True)
    assert (key["name"], key["value"], key["enabled"]) == ("first", value, False)
    assert [each["id"] for each in apigw.get_usage_plan_keys(usagePlanId=plan)["items"]] == made["ids"]
    again = answer(apigw.import_api_keys, body=f"name,key\nsecond,{value}".encode(), format="csv")
    assert again == made
    assert apigw.get_api_key(apiKey=made["ids"][0])["name"] == "second"


@pytest.mark.parametrize(
    "rows", ["", "Name\nx", "Name,Key\nx,short", "Name,Key,UsagePlanIds\nx,{value},nothere"]
)
def test_a_bad_file_makes_no_keys(apigw: Any, rows: str) -> None:
    value = unique("v" * 20)
    body = rows.format(value=value).encode() or b"\xff"
    status, code, _message = refused(apigw.import_api_keys, body=body, format="csv", failOnWarnings=True)
    assert (status, code) == (400, "BadRequestException")
    assert all(each["value"] != value for each in apigw.get_api_keys(includeValues=True, limit=500)["items"])


@pytest.mark.parametrize(
    ("operations", "member", "held"),
    [
        ([patch("replace", "/name", "n")], "name", "n"),
        ([patch("replace", "/description", "d")], "description", "d"),
        ([patch("add", "/productCode", "p")], "productCode", "p"),
        ([patch("add", "/productCode", "p"), patch("remove", "/productCode")], "productCode", None),
        (
            [patch("add", "/quota/limit", "9"), patch("replace", "/quota/period", "WEEK")],
            "quota",
            {"limit": 9, "offset": 0, "period": "WEEK"},
        ),
        ([patch("add", "/quota/limit", "9"), patch("remove", "/quota")], "quota", None),
        (
            [patch("replace", "/throttle/rateLimit", "1.5"), patch("add", "/throttle/burstLimit", "3")],
            "throttle",
            {"rateLimit": 1.5, "burstLimit": 3},
        ),
        ([patch("add", "/throttle/rateLimit", "1"), patch("remove", "/throttle")], "throttle", None),
    ],
)
def test_every_plain_path(apigw: Any, operations: list[dict[str, str]], member: str, held: Any) -> None:
    plan = _plan(apigw)
    assert _update(apigw, plan, *operations).get(member) == held
    assert apigw.get_usage_plan(usagePlanId=plan).get(member) == held


def test_stages_and_their_methods_are_throttled(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    plan, stage = _plan(apigw), f"{api}:dev"
    method = f"/apiStages/{stage}/throttle/~1pets~1{{id}}/GET"
    changed = _update(
        apigw,
        plan,
        patch("add", "/apiStages", stage),
        patch("add", f"{method}/rateLimit", "5"),
        patch("replace", f"{method}/burstLimit", "2"),
    )
    entry = {"apiId": api, "stage": "dev"}
    limits = {"rateLimit": 5.0, "burstLimit": 2}
    assert changed["apiStages"] == [entry | {"throttle": {"/pets/{id}/GET": limits}}]
    assert _update(apigw, plan, patch("remove", method))["apiStages"] == [entry]
    whole = patch("replace", f"/apiStages/{stage}/throttle", '{"/a/GET": {"rateLimit": 1}}')
    assert _update(apigw, plan, whole)["apiStages"][0]["throttle"] == {"/a/GET": {"rateLimit": 1.0}}
    assert _update(apigw, plan, patch("remove", f"/apiStages/{stage}/throttle"))["apiStages"] == [entry]
    assert refused(apigw.delete_usage_plan, usagePlanId=plan) == (
        400,
        "BadRequestException",
        f"Cannot delete Usage Plan {plan} because there are API Stages associated with it, including {stage}",
    )
    assert _update(apigw, plan, patch("remove", "/apiStages", stage))["apiStages"] == []
    apigw.delete_usage_plan(usagePlanId=plan)
    assert refused(apigw.get_usage_plan, usagePlanId=plan)[2] == "Invalid Usage Plan ID specified"


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [
        (patch("replace", "/apiStages"), (400, "Invalid API Stage specified")),
        (patch("add", "/apiStages", "fake"), (400, "Invalid API Stage specified")),
        (patch("remove", "/apiStages", "fake"), (400, "Invalid API Stage specified")),
        (
            patch("remove", "/apiStages", "a:b"),
            (404, "Invalid API Stage {{api: a, stage: b}} specified for usageplan {plan}"),
        ),
        (
            patch("add", "/apiStages", "a:b"),
            (404, "Invalid API Stage {{api: a, stage: b}} specified for usageplan {plan}"),
        ),
        (
            patch("replace", "/quota/period", "YEAR"),
            (400, "Invalid Usage Plan quota period specified. Valid options are DAY,WEEK,MONTH"),
        ),
        (patch("replace", "/throttle/rateLimit", "-2"), (400, "Usage Plan rateLimit must not be negative")),
        (
            patch("replace", "/throttle/burstLimit", "1.5"),
            (400, "Invalid burstLimit specified: 1.5 is not a number"),
        ),
    ],
)
def test_a_bad_change_is_refused(apigw: Any, operation: dict[str, str], refusal: tuple[int, str]) -> None:
    plan = _plan(apigw)
    operations = [patch("replace", "/description", "changed"), operation]
    status, _code, message = refused(apigw.update_usage_plan, usagePlanId=plan, patchOperations=operations)
    assert (status, message) == (refusal[0], refusal[1].format(plan=plan))
    assert "description" not in apigw.get_usage_plan(usagePlanId=plan)


def test_the_paths_of_remove_are_named(apigw: Any) -> None:
    plan = _plan(apigw)
    operation = patch("remove", "/apiStages/a:b")
    message = refused(apigw.update_usage_plan, usagePlanId=plan, patchOperations=[operation])[2]
    assert message == (
        "Invalid patch path  '/apiStages/a:b' specified for op 'remove'. Must be one of: [/apiStages, /quota, "
        "/throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, "
        "/apiStages/<apidId:stageName>/throttle]"
    )


def test_a_key_reaches_a_stage_through_one_plan(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    stages = [{"apiId": api, "stage": "dev"}]
    first, second, third = (
        _plan(apigw, apiStages=stages),
        _plan(apigw, apiStages=stages),
        _plan(apigw),
    )
    key = _key(apigw)
    put = {"keyId": key["id"], "keyType": "API_KEY"}
    apigw.create_usage_plan_key(usagePlanId=first, **put)
    assert refused(apigw.create_usage_plan_key, usagePlanId=first, **put)[:2] == (409, "ConflictException")
    assert refused(apigw.create_usage_plan_key, usagePlanId=second, **put)[:2] == (409, "ConflictException")
    apigw.create_usage_plan_key(usagePlanId=third, **put)
    operations = [patch("add", "/apiStages", f"{api}:dev")]
    assert refused(apigw.update_usage_plan, usagePlanId=third, patchOperations=operations)[0] == 409
    assert apigw.get_usage_plan(usagePlanId=third)["apiStages"] == []


def test_plan_keys_are_answered_in_clear_and_paged(apigw: Any) -> None:
    plan = _plan(apigw)
    first, second = _key(apigw, "Aone"), _key(apigw, "Atwo")
    for key in (first, second):
        apigw.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    page = apigw.get_usage_plan_keys(usagePlanId=plan, limit=1)
    assert [each["value"] for each in page["items"]] == [second["value"]]
    assert [each["id"] for each in apigw.get_usage_plan_keys(usagePlanId=plan, nameQuery="Aon")["items"]] == [
        first["id"]
    ]
    assert apigw.get_usage_plan_keys(usagePlanId="nothere")["items"] == []
    apigw.delete_api_key(apiKey=first["id"])
    assert len(apigw.get_usage_plan_keys(usagePlanId=plan)["items"]) == 1


def test_a_deleted_stage_leaves_its_plans(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    plan = _plan(apigw, apiStages=[{"apiId": api, "stage": "dev"}])
    apigw.delete_stage(restApiId=api, stageName="dev")
    assert apigw.get_usage_plan(usagePlanId=plan)["apiStages"] == []
