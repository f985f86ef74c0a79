"""Documentation parts."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import new_api, patches

_ROOM = "TestApiGatewayApiDocumentationPart::"
_PROPERTIES = '{ "description": "Sample API description" }'
_UPDATED = '{ "description": "Updated Sample API description" }'
_API = {"type": "API"}
_FILE = "oas30_documentation_parts.json"


def _part(run: Run) -> dict[str, str]:
    """The arguments that name a part of an API of its own."""
    api, _ = new_api(run)
    made = run.apigw.create_documentation_part(restApiId=api, location=_API, properties=_PROPERTIES)
    return {"restApiId": api, "documentationPartId": made["id"]}


@scenario("api", f"{_ROOM}test_doc_parts_crud_no_api")
def of_nothing(run: Run) -> None:
    call = run.apigw.create_documentation_part
    nobody = "test-fake-rest-id"
    run.step(
        "wrong-rest-api-id-create-doc-part", call, restApiId=nobody, location=_API, properties=_PROPERTIES
    )
    run.step("wrong-rest-api-id-get-doc-parts", run.apigw.get_documentation_parts, restApiId=nobody)


@scenario("api", f"{_ROOM}test_documentation_part_lifecycle")
def lifecycle(run: Run) -> None:
    apigw = run.apigw
    api, _ = new_api(run)
    create = apigw.create_documentation_part
    made = run.step("create-documentation-part", create, restApiId=api, location=_API, properties=_PROPERTIES)
    one = {"restApiId": api, "documentationPartId": made["id"]}
    run.step("get-documentation-part", apigw.get_documentation_part, **one)
    run.step("get-documentation-parts", apigw.get_documentation_parts, restApiId=api)
    steps = (("update-documentation-part", "replace", "/properties", _UPDATED),)
    patches(run, apigw.update_documentation_part, one, steps)
    run.step("get-documentation-part-after-update", apigw.get_documentation_part, **one)
    run.step("delete_documentation_part", apigw.delete_documentation_part, **one)


@scenario("api", f"{_ROOM}test_invalid_get_documentation_part")
def missing(run: Run) -> None:
    one, call = _part(run), run.apigw.get_documentation_part
    run.step("get-documentation-part-invalid-api-id", call, **(one | {"restApiId": "api_id"}))
    unknown = {"documentationPartId": "documentation_part_id"}
    run.step("get-documentation-part-invalid-doc-id", call, **(one | unknown))


@scenario("api", f"{_ROOM}test_invalid_get_documentation_parts")
def list_of_nothing(run: Run) -> None:
    run.step("get-inavlid-documentation-parts", run.apigw.get_documentation_parts, restApiId="api_id")


@scenario("api", f"{_ROOM}test_invalid_update_documentation_part")
def update_refusals(run: Run) -> None:
    one, call = _part(run), run.apigw.update_documentation_part
    start = "update-documentation-part-invalid-"
    nobodys = one | {"restApiId": "api_id"}
    patches(run, call, nobodys, ((f"{start}api-id", "replace", "/properties", _UPDATED),))
    steps = (
        (f"{start}add-operation", "add", "/properties", _UPDATED),
        (f"{start}path", "replace", "/invalidPath", _UPDATED),
    )
    patches(run, call, one, steps)


@scenario("api", f"{_ROOM}test_invalid_create_documentation_part_operations")
def create_refusals(run: Run) -> None:
    api, _ = new_api(run)
    start = "create_documentation_part_invalid_"
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"{start}api_id", {"restApiId": "api_id", "location": _API}),
        (f"{start}location_type", {"restApiId": api, "location": {"type": "INVALID"}}),
    )
    for step, given in steps:
        run.step(step, run.apigw.create_documentation_part, **given, properties=_PROPERTIES)


@scenario("api", f"{_ROOM}test_invalid_delete_documentation_part")
def delete_refusals(run: Run) -> None:
    one, call = _part(run), run.apigw.delete_documentation_part
    run.step("delete_documentation_part_wrong_api_id", call, **(one | {"restApiId": "api_id"}))
    run.step("delete_documentation_part", call, **one)
    run.step("delete_already_deleted_documentation_part", call, **one)


@scenario("api", f"{_ROOM}test_import_documentation_parts")
def imports(run: Run) -> None:
    apigw, body = run.apigw, run.sample(_FILE)
    api = apigw.import_rest_api(body=body, failOnWarnings=True)["id"]
    parts = apigw.get_documentation_parts(restApiId=api)
    run.match("get-documentations-parts-after-api-imports", parts, "ImportRestApi", unordered=("items",))
    for each in parts["items"]:
        apigw.delete_documentation_part(restApiId=api, documentationPartId=each["id"])
    run.step(
        "import-documentation-parts",
        apigw.import_documentation_parts,
        restApiId=api,
        mode="overwrite",
        body=body,
        unordered=("ids",),
    )
    run.step(
        "get-documentations-parts-after-import",
        apigw.get_documentation_parts,
        restApiId=api,
        unordered=("items",),
    )


@scenario("api", f"{_ROOM}test_import_documentation_parts_bad_file")
def bad_files(run: Run) -> None:
    api, _ = new_api(run)
    call = run.apigw.import_documentation_parts
    run.step("import-documentation-parts-bad-yaml-file", call, restApiId=api, body=b"openapi: 3.0.0\n- :a")
    run.step("import-documentation-parts-bad-json-file", call, restApiId=api, body=b'{"openapi": "3.0.0"')
