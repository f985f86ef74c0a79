"""Usage plans and their keys."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, mocked, new_api, patch, patches, resource

_PLANS = "TestUsagePlans::test_"


@scenario("common", f"{_PLANS}usage_plan_crud")
def lives(run: Run) -> None:
    api, root = new_api(run)
    mocked(run, method_of(api, root))
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    stages = [{"apiId": api, "stage": "dev"}]
    made = run.step(
        "create-usage-plan",
        run.apigw.create_usage_plan,
        name=run.unique("plan"),
        description="a plan that is changed",
        apiStages=stages,
    )
    where = {"usagePlanId": made["id"]}
    run.step("get-usage-plan", run.apigw.get_usage_plan, **where)
    run.step("get-usage-plans", run.apigw.get_usage_plans)
    throttle = [
        patch("replace", "/throttle/burstLimit", "100"),
        patch("replace", "/throttle/rateLimit", "200"),
    ]
    quota = [patch("replace", "/quota/period", "MONTH"), patch("replace", "/quota/limit", "5000")]
    patches(run, run.apigw.update_usage_plan, where, [("update-usage-plan", [*throttle, *quota])])
    wrong = {"usagePlanId": f"{made['id']}1"}
    patches(run, run.apigw.update_usage_plan, wrong, [("update-wrong-id", throttle)])
    steps = (
        ("no-value", None),
        ("wrong-api", f"{api}b:dev"),
        ("wrong-stage", f"{api}:fakestagename"),
        ("wrong-value", "fakevalue"),
    )
    for step, value in steps:
        removed = [(f"update-wrong-api-stages-{step}", "remove", "/apiStages", value)]
        patches(run, run.apigw.update_usage_plan, where, removed)
    run.step("get-usage-plan-after-update", run.apigw.get_usage_plan, **where)
    run.step("get-usage-plans-after-update", run.apigw.get_usage_plans)


@scenario("common", f"{_PLANS}api_key_required_for_methods")
def guarded(run: Run) -> None:
    api, root = new_api(run, apiKeySource="HEADER")
    where = method_of(api, resource(run, api, root, "test"))
    mocked(run, where, apiKeyRequired=True)
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(**where, statusCode="200", selectionPattern="")
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    plan = run.step(
        "create-usage-plan",
        run.apigw.create_usage_plan,
        name=run.unique("plan"),
        description="Test Usage Plan for API key",
        quota={"limit": 10, "period": "DAY", "offset": 0},
        throttle={"rateLimit": 2, "burstLimit": 1},
        apiStages=[{"apiId": api, "stage": "dev"}],
        tags={"tag_key": "tag_value"},
    )
    key = run.step("create-api-key", run.apigw.create_api_key, name=run.unique("key"), enabled=True)
    run.step(
        "create-usage-plan-key",
        run.apigw.create_usage_plan_key,
        usagePlanId=plan["id"],
        keyId=key["id"],
        keyType="API_KEY",
    )
    shown = {"x-api-key": key["value"]}
    assert run.invoke(api, "dev", "/test").status == 403
    assert run.invoke(api, "dev", "/test", headers=shown).status == 200
    disabled = [("update-api-key-disabled", "replace", "/enabled", "false")]
    patches(run, run.apigw.update_api_key, {"apiKey": key["id"]}, disabled)
    assert run.invoke(api, "dev", "/test", headers=shown).status == 403
