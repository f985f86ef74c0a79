"""RestApis."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import new_api, patch, patches

_ROOM = "TestApiGatewayApiRestApi::"


@scenario("api", f"{_ROOM}test_list_and_delete_apis")
def list_and_delete(run: Run) -> None:
    create = run.apigw.create_rest_api
    first = run.step("create-rest-api-1", create, name=run.unique(), description="this is my api")
    run.step("create-rest-api-2", create, name=run.unique(), description="this is my api2")
    run.step("get-rest-api-before-delete", run.apigw.get_rest_apis, unordered=("items",))
    run.step("delete-rest-api", run.apigw.delete_rest_api, restApiId=first["id"])
    run.step("get-rest-api-after-delete", run.apigw.get_rest_apis)


@scenario("api", f"{_ROOM}test_get_api_case_insensitive")
def id_in_other_letters(run: Run) -> None:
    made = run.step(
        "create-rest-api", run.apigw.create_rest_api, name=run.unique(), description="lower case api"
    )
    upper = made["id"].upper()
    run.bind("<upper-id>", upper)
    run.step("get-api-upper-case", run.apigw.get_rest_api, restApiId=upper)


@scenario("api", f"{_ROOM}test_create_rest_api_with_optional_params")
def optional_members(run: Run) -> None:
    for step, more in (
        ("create-only-name", {}),
        ("create-empty-desc", {"description": ""}),
        ("create-with-version", {"version": "v1"}),
        ("create-with-empty-binary-media", {"binaryMediaTypes": []}),
        ("string-compression-size", {"minimumCompressionSize": -1}),
    ):
        run.step(step, run.apigw.create_rest_api, name=run.unique(), **more)


@scenario("api", f"{_ROOM}test_create_rest_api_with_binary_media_types")
def binary_types(run: Run) -> None:
    run.step(
        "create-with-binary-media",
        run.apigw.create_rest_api,
        name=run.unique(),
        binaryMediaTypes=["image/png"],
    )


@scenario("api", f"{_ROOM}test_create_rest_api_with_tags")
def tags(run: Run) -> None:
    made = run.step(
        "create-rest-api-w-tags",
        run.apigw.create_rest_api,
        name=run.unique(),
        description="this is my api",
        tags={"MY_TAG1": "MY_VALUE1"},
    )
    run.step("get-rest-api-w-tags", run.apigw.get_rest_api, restApiId=made["id"])
    run.step("get-rest-apis-w-tags", run.apigw.get_rest_apis)


@scenario("api", f"{_ROOM}test_update_rest_api_operation_add_remove")
def list_members(run: Run) -> None:
    api, _ = new_api(run, description="this is my api")
    steps = (
        (
            "update-rest-api-add",
            [patch("add", "/binaryMediaTypes/image~1png"), patch("add", "/binaryMediaTypes/image~1jpeg")],
        ),
        ("update-rest-api-replace", "replace", "/binaryMediaTypes/image~1png", "image/gif"),
        (
            "update-rest-api-remove",
            [patch("remove", "/binaryMediaTypes/image~1gif"), patch("remove", "/description")],
        ),
    )
    patches(run, run.apigw.update_rest_api, {"restApiId": api}, steps)


@scenario("api", f"{_ROOM}test_update_rest_api_compression")
def compression(run: Run) -> None:
    api, _ = new_api(run, description="this is my api")
    steps = (
        ("enable-compression", "replace", "/minimumCompressionSize", "10"),
        ("disable-compression", "replace", "/minimumCompressionSize", ""),
        ("set-compression-zero", "replace", "/minimumCompressionSize", "0"),
        ("set-negative-compression", "replace", "/minimumCompressionSize", "-1"),
        ("set-string-compression", "replace", "/minimumCompressionSize", "test"),
        ("unsupported-operation", "add", "/minimumCompressionSize", "10"),
    )
    patches(run, run.apigw.update_rest_api, {"restApiId": api}, steps)


@scenario("api", f"{_ROOM}test_update_rest_api_behaviour")
def list_as_a_whole(run: Run) -> None:
    api, _ = new_api(run, description="this is my api")
    steps = (
        ("update-rest-api-array", "add", "/binaryMediaTypes/-", "image/png"),
        ("update-rest-api-add-base-path", "add", "/binaryMediaTypes", "image/gif"),
        ("update-rest-api-replace-base-path", "replace", "/binaryMediaTypes", "image/gif"),
        ("update-rest-api-remove-base-path", "remove", "/binaryMediaTypes"),
    )
    patches(run, run.apigw.update_rest_api, {"restApiId": api}, steps)


@scenario("api", f"{_ROOM}test_update_rest_api_invalid_api_id")
def unknown(run: Run) -> None:
    steps = (("not-found-update-rest-api", "replace", "/apiKeySource", "AUTHORIZER"),)
    patches(run, run.apigw.update_rest_api, {"restApiId": "api_id"}, steps)
