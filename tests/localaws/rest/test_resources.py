"""The tree of resources."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.rest.support import answer, mock, new_api, patch, refused

PART = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces "
    "at the beginning and the end."
)


def _below(apigw: Any, api: str, parent: str, *parts: str) -> str:
    for part in parts:
        parent = apigw.create_resource(restApiId=api, parentId=parent, pathPart=part)["id"]
    return parent


def _paths(apigw: Any, api: str) -> list[str]:
    return [each["path"] for each in apigw.get_resources(restApiId=api)["items"]]


def test_it_works(apigw: Any) -> None:
    api = new_api(apigw)
    name, root = api["id"], api["rootResourceId"]
    assert answer(apigw.get_resources, restApiId=name) == {"items": [{"id": root, "path": "/"}]}
    pets = _below(apigw, name, root, "pets")
    _below(apigw, name, pets, "{id}", "toys")
    mock(apigw, name, pets)
    found = answer(apigw.get_resource, restApiId=name, resourceId=pets)
    assert found == {
        "id": pets,
        "parentId": root,
        "pathPart": "pets",
        "path": "/pets",
        "resourceMethods": {"GET": {}},
    }
    whole = apigw.get_resources(restApiId=name, embed=["methods"])["items"][1]["resourceMethods"]["GET"]
    assert whole["methodIntegration"]["integrationResponses"]["200"]["statusCode"] == "200"
    apigw.update_resource(
        restApiId=name, resourceId=pets, patchOperations=[patch("replace", "/pathPart", "dogs")]
    )
    assert _paths(apigw, name) == ["/", "/dogs", "/dogs/{id}", "/dogs/{id}/toys"]
    apigw.delete_resource(restApiId=name, resourceId=pets)
    assert _paths(apigw, name) == ["/"]


def test_a_list_pages(apigw: Any) -> None:
    api = new_api(apigw)
    for part in "abcde":
        _below(apigw, api["id"], api["rootResourceId"], part)
    first = apigw.get_resources(restApiId=api["id"], limit=4)
    second = apigw.get_resources(restApiId=api["id"], limit=4, position=first["position"])
    assert [each["path"] for each in first["items"] + second["items"]] == ["/", "/a", "/b", "/c", "/d", "/e"]
    assert "position" not in second
    assert refused(apigw.get_resources, restApiId=api["id"], position="made up")[0] == 400


@pytest.mark.parametrize(
    ("there", "new", "refusal"),
    [
        (
            "pets",
            "pets",
            (409, "ConflictException", "Another resource with the same parent already has this name: pets"),
        ),
        (
            "{proxy+}",
            "{id}",
            (
                400,
                "BadRequestException",
                "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
            ),
        ),
        (
            "{id}",
            "{other}",
            (
                400,
                "BadRequestException",
                "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
            ),
        ),
        ("pets", "a/b", (400, "BadRequestException", PART)),
        ("pets", "x{id}", (400, "BadRequestException", PART)),
    ],
)
def test_sibling_rules(apigw: Any, there: str, new: str, refusal: tuple[int, str, str]) -> None:
    api = new_api(apigw)
    _below(apigw, api["id"], api["rootResourceId"], there)
    call = {"restApiId": api["id"], "parentId": api["rootResourceId"], "pathPart": new}
    assert refused(apigw.create_resource, **call) == refusal
    assert _paths(apigw, api["id"]) == ["/", f"/{there}"]


def test_nothing_stands_below_a_greedy_one(apigw: Any) -> None:
    api = new_api(apigw)
    greedy = _below(apigw, api["id"], api["rootResourceId"], "{proxy+}")
    message = "Cannot create a child of a resource with a greedy path variable: {proxy+}"
    assert refused(apigw.create_resource, restApiId=api["id"], parentId=greedy, pathPart="x")[2] == message


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [
        (
            patch("replace", "/invalid", "x"),
            (
                400,
                "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
            ),
        ),
        (
            patch("remove", "/pathPart"),
            (
                400,
                "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations",
            ),
        ),
        (patch("replace", "/parentId", "nothere"), (404, "Invalid Resource identifier specified")),
        (patch("replace", "/parentId", "{child}"), (400, "Resources cannot be cyclical.")),
        (
            patch("replace", "/pathPart", "taken"),
            (409, "Another resource with the same parent already has this name: taken"),
        ),
    ],
)
def test_a_bad_move_is_refused(apigw: Any, operation: dict[str, str], refusal: tuple[int, str]) -> None:
    api = new_api(apigw)
    pets = _below(apigw, api["id"], api["rootResourceId"], "pets")
    child = _below(apigw, api["id"], pets, "child")
    _below(apigw, api["id"], api["rootResourceId"], "taken")
    if operation.get("value") == "{child}":
        operation = operation | {"value": child}
    call = {"restApiId": api["id"], "resourceId": pets, "patchOperations": [operation]}
    status, _code, message = refused(apigw.update_resource, **call)
    assert (status, message) == refusal
    assert _paths(apigw, api["id"]) == ["/", "/pets", "/pets/child", "/taken"]


def test_a_move_takes_the_subtree_along(apigw: Any) -> None:
    api = new_api(apigw)
    pets = _below(apigw, api["id"], api["rootResourceId"], "pets")
    child = _below(apigw, api["id"], pets, "child")
    _below(apigw, api["id"], child, "toys")
    operation = patch("replace", "/parentId", api["rootResourceId"])
    apigw.update_resource(restApiId=api["id"], resourceId=child, patchOperations=[operation])
    assert _paths(apigw, api["id"]) == ["/", "/child", "/child/toys", "/pets"]


def test_the_root_stays(apigw: Any) -> None:
    api = new_api(apigw)
    root = {"restApiId": api["id"], "resourceId": api["rootResourceId"]}
    operation = patch("replace", "/pathPart", "x")
    assert refused(apigw.update_resource, **root, patchOperations=[operation])[2] == (
        "Root resource cannot update its pathPart."
    )
    assert refused(apigw.delete_resource, **root)[0] == 400


def test_300_resources_and_no_more(apigw: Any) -> None:
    api = new_api(apigw)
    for number in range(299):
        _below(apigw, api["id"], api["rootResourceId"], f"r{number}")
    call = {"restApiId": api["id"], "parentId": api["rootResourceId"], "pathPart": "more"}
    assert refused(apigw.create_resource, **call)[:2] == (429, "LimitExceededException")
    assert len(apigw.get_resources(restApiId=api["id"], limit=500)["items"]) == 300
