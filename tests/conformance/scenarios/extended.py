"""Exports, API keys and usage plans."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import patch, patches
from tests.conformance.scenarios.importing import sample

_KEYS = "TestApigatewayApiKeysCrud::test_"
_LONG_DESCRIPTION = "a" * 125_001


@scenario(
    "extended",
    "test_export_swagger_openapi[TEST_IMPORT_PETSTORE_SWAGGER]",
    document="petstore-swagger.json",
    kind="swagger",
)
@scenario("extended", "test_export_swagger_openapi[TEST_IMPORT_PETS]", document="pets.json", kind="swagger")
@scenario(
    "extended",
    "test_export_oas30_openapi[TEST_IMPORT_PETSTORE_SWAGGER]",
    document="petstore-swagger.json",
    kind="oas30",
)
@scenario("extended", "test_export_oas30_openapi[TEST_IMPORT_PETS]", document="pets.json", kind="oas30")
def export(run: Run, document: str, kind: str) -> None:
    body = sample(run, document)
    api = run.step("import-api", run.apigw.import_rest_api, body=body, failOnWarnings=True)["id"]
    run.apigw.create_deployment(restApiId=api, stageName="local")
    asked = {"restApiId": api, "stageName": "local", "exportType": kind}
    run.step("get-export", run.apigw.get_export, **asked)
    run.step(
        "get-export-with-extensions",
        run.apigw.get_export,
        **asked,
        parameters={"extensions": "apigateway"},
    )


@scenario("extended", f"{_KEYS}get_api_keys")
def listed_keys(run: Run) -> None:
    name, other = run.unique("test-key"), run.unique("test-key")
    run.step("get-api-keys", run.apigw.get_api_keys)
    run.step("create-api-key", run.apigw.create_api_key, name=name)
    run.step("get-api-keys-after-create-1", run.apigw.get_api_keys)
    for step, query in (
        ("get-api-keys-wrong-name-query", other),
        ("get-api-keys-prefix-name-query", name[:8]),
        ("get-api-keys-prefix-name-query-cased", name[:8].upper()),
        ("get-api-keys-postfix-name-query", name[2:]),
        ("get-api-keys-infix-name-query", name[2:8]),
    ):
        run.step(step, run.apigw.get_api_keys, nameQuery=query)
    run.step("create-api-key-2", run.apigw.create_api_key, name=other)
    run.step("get-api-keys-after-create-2", run.apigw.get_api_keys)
    run.step("get-api-keys-name-query", run.apigw.get_api_keys, nameQuery=other)
    run.step("get-api-keys-prefix-name-query-2", run.apigw.get_api_keys, nameQuery=name[:8])
    page = run.step("get-apis-keys-pagination", run.apigw.get_api_keys, limit=1)
    run.step("get-apis-keys-pagination-2", run.apigw.get_api_keys, limit=1, position=page["position"])


@scenario("extended", f"{_KEYS}get_usage_plan_api_keys")
def keys_of_a_plan(run: Run) -> None:
    name = run.unique("test-key")
    run.step("get-api-keys", run.apigw.get_api_keys)
    first = run.step("create-api-key", run.apigw.create_api_key, name=name)
    second = run.step("create-api-key-2", run.apigw.create_api_key, name=run.unique("test-key"))
    run.step("get-api-keys-after-create-1", run.apigw.get_api_keys)
    made = run.step("create-usage-plan", run.apigw.create_usage_plan, name=run.unique("plan"))
    plan = {"usagePlanId": made["id"]}
    run.step("get-up-keys-before-create", run.apigw.get_usage_plan_keys, **plan)
    for step, key in (("create-up-key", first), ("create-up-key-2", second)):
        run.step(step, run.apigw.create_usage_plan_key, **plan, keyId=key["id"], keyType="API_KEY")
    run.step("get-up-keys", run.apigw.get_usage_plan_keys, **plan)
    for step, query in (
        ("get-up-keys-name-query", "test-key"),
        ("get-up-keys-name-query-cased", "TEST-key"),
        ("get-up-keys-name-query-key-name", name),
        ("get-up-keys-bad-query", "nothing"),
    ):
        run.step(step, run.apigw.get_usage_plan_keys, **plan, nameQuery=query)
    for key in (first, second):
        run.apigw.delete_api_key(apiKey=key["id"])
    run.step("get-up-keys-after-delete", run.apigw.get_usage_plan_keys, **plan)
    run.step("get-up-keys-bad-usage-plan", run.apigw.get_usage_plan_keys, usagePlanId="bad-id")


@scenario("extended", f"{_KEYS}negative_get_usage_plan_api_keys")
def disabled_key(run: Run) -> None:
    run.step("get-api-keys-invalid-limit", run.apigw.get_api_keys, limit=-1)
    key = run.step("create-api-key", run.apigw.create_api_key, name=run.unique("key"), enabled=False)
    step = ("update-api-key-name", "replace", "/name", "new-name")
    patches(run, run.apigw.update_api_key, {"apiKey": key["id"]}, [step])


@scenario(
    "extended",
    f"{_KEYS}create_api_key_with_invalid_name",
    steps={
        "create-api-key-name-too-long": {"name": "a" * 1025},
        "create-api-key-empty-name": {"name": ""},
        "create-api-key-no-name": {},
    },
)
@scenario(
    "extended",
    f"{_KEYS}create_api_key_with_invalid_value",
    steps={
        "create-api-key-short-value": {"value": "short"},
        "create-api-key-invalid-value-too-long": {"value": "a" * 129},
        "create-api-key-empty-value": {"value": ""},
    },
)
def made_keys(run: Run, steps: dict[str, dict[str, str]]) -> None:
    for step, given in steps.items():
        run.step(step, run.apigw.create_api_key, **given)


@scenario(
    "extended",
    f"{_KEYS}update_api_key_invalid_description_length",
    step="update-api-key-description-too-long",
    change=patch("replace", "/description", _LONG_DESCRIPTION),
)
@scenario(
    "extended",
    f"{_KEYS}update_api_key_invalid_enabled_type",
    step="update-api-key-invalid-enabled-type",
    change=patch("replace", "/enabled", "not-a-boolean"),
)
@scenario(
    "extended",
    f"{_KEYS}update_api_key_immutable_field",
    step="update-api-key-immutable-field",
    change=patch("replace", "/id", "new-id"),
)
def changed_key(run: Run, step: str, change: dict[str, str]) -> None:
    if change["path"] == "/description":
        run.step(
            "create-api-key-description-too-long",
            run.apigw.create_api_key,
            description=_LONG_DESCRIPTION,
        )
    key = run.apigw.create_api_key()["id"]
    run.step(step, run.apigw.update_api_key, apiKey=key, patchOperations=[change])


@scenario("extended", f"{_KEYS}create_usage_plan_with_throttle")
def burst_beyond_rate(run: Run) -> None:
    run.step(
        "create-usage-plan-burst-gt-rate",
        run.apigw.create_usage_plan,
        name=run.unique(),
        throttle={"burstLimit": 20, "rateLimit": 10.0},
    )
