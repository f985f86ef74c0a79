"""Resources: the tree of paths."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import new_api, patch, patches, resource

_ROOM = "TestApiGatewayApiResource::"


@scenario("api", f"{_ROOM}test_resource_lifecycle")
def lifecycle(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    run.step("rest-api-root-resource", apigw.get_resources, restApiId=api)
    create: dict[str, Any] = {"restApiId": api}
    pets = run.step("create-resource", apigw.create_resource, **create, parentId=root, pathPart="pets")["id"]
    run.step("rest-api-resources-after-create", apigw.get_resources, restApiId=api, unordered=("items",))
    run.step("create-subresource", apigw.create_resource, **create, parentId=pets, pathPart="subpets")
    run.step("rest-api-resources-after-create-sub", apigw.get_resources, restApiId=api, unordered=("items",))
    place = {"restApiId": api, "resourceId": pets}
    patches(run, apigw.update_resource, place, (("update-path-part", "replace", "/pathPart", "dogs"),))
    run.step("get-resp-after-update-path-part", apigw.get_resource, **place)
    run.step("del-resource", apigw.delete_resource, **place)
    run.step("rest-api-resources-after-delete", apigw.get_resources, restApiId=api)


@scenario("api", f"{_ROOM}test_update_resource_behaviour")
def moves(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    pets = resource(run, api, root, "pets")

    def update(step: str, target: str, *operation: Any) -> None:
        run.step(
            step,
            apigw.update_resource,
            restApiId=api,
            resourceId=target,
            patchOperations=[patch(*operation)],
        )

    update("nonexistent-resource", "fake-resource", "replace", "/pathPart", "dogs")
    update("invalid-path-part", pets, "replace", "/invalid", "dogs")
    update("invalid-parent-id", pets, "replace", "/parentId", "fake-parent-id")
    create = apigw.create_resource
    sub = run.step("create-subresource", create, restApiId=api, parentId=pets, pathPart="subpets")["id"]
    child = run.step("create-subresource-child", create, restApiId=api, parentId=sub, pathPart="pets")["id"]
    update("existing-future-sibling-path", child, "replace", "/parentId", root)
    apigw.delete_resource(restApiId=api, resourceId=child)
    update("update-parent-id-to-subresource-id", pets, "replace", "/parentId", sub)
    update("update-parent-id-to-root-id", sub, "replace", "/parentId", root)
    update("update-path-already-exists", sub, "replace", "/pathPart", "pets")
    apigw.delete_resource(restApiId=api, resourceId=pets)
    run.step("resources-after-deletion", apigw.get_resources, restApiId=api, unordered=("items",))
    update("remove-unsupported", sub, "remove", "/pathPart")
    update("add-unsupported", sub, "add", "/pathPart", "added-pets")


@scenario("api", f"{_ROOM}test_delete_resource")
def delete_with_child(run: Run) -> None:
    api, root = new_api(run)
    pets = resource(run, api, root, "pets")
    child = resource(run, api, pets, "subpets")
    run.step("delete-resource", run.apigw.delete_resource, restApiId=api, resourceId=pets)
    run.step("get-resources", run.apigw.get_resources, restApiId=api)
    run.step("delete-subresource", run.apigw.delete_resource, restApiId=api, resourceId=child)


@scenario("api", f"{_ROOM}test_create_resource_parent_invalid")
def below_nothing(run: Run) -> None:
    api, _ = new_api(run)
    run.step(
        "wrong-resource-parent-id",
        run.apigw.create_resource,
        restApiId=api,
        parentId="fake-resource-id",
        pathPart="subpets",
    )


@scenario("api", f"{_ROOM}test_create_proxy_resource")
def greedy(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)

    def create(step: str, parent: str, part: str) -> str:
        made = run.step(step, apigw.create_resource, restApiId=api, parentId=parent, pathPart=part)
        return str(made["id"])

    create("create-base-proxy-resource", root, "{proxy+}")
    parent = resource(run, api, root, "parent")
    run.match("create-proxy-sibling-resource", parent, "CreateResource")
    proxy = create("create-proxy-sibling-proxy-child-resource", parent, "{proxy+}")
    child = create("create-proxy-sibling-static-child-resource", parent, "child")
    create("create-static-child-proxy-resource", child, "{proxy+}")
    run.step("all-resources", apigw.get_resources, restApiId=api, unordered=("items",))
    apigw.delete_resource(restApiId=api, resourceId=proxy)
    dynamic = create("create-proxy-sibling-dynamic-child-resource", parent, "{child}")
    create("create-dynamic-child-proxy-resource", dynamic, "{proxy+}")
    run.step("all-resources-2", apigw.get_resources, restApiId=api, unordered=("items",))


@scenario("api", f"{_ROOM}test_create_proxy_resource_validation")
def greedy_rules(run: Run) -> None:
    api, root = new_api(run)

    def create(step: str, parent: str, part: str) -> dict[str, Any]:
        made = run.step(step, run.apigw.create_resource, restApiId=api, parentId=parent, pathPart=part)
        assert isinstance(made, dict)
        return made

    proxy = create("create-base-proxy-resource", root, "{proxy+}")["id"]
    create("create-proxy-dynamic-sibling-resource", root, "{dynamic}")
    create("create-proxy-static-child-resource", proxy, "child")
    create("create-proxy-dynamic-child-resource", proxy, "{child}")
    create("create-greedy-child-resource", resource(run, api, root, "parent"), "{child+}")


@scenario("api", f"{_ROOM}test_update_resource_on_root")
def root_stays(run: Run) -> None:
    api, root = new_api(run)
    steps = (
        ("update-root-path-part", "replace", "/pathPart", "dogs"),
        ("update-root-parent", "replace", "/parentId", root),
    )
    patches(run, run.apigw.update_resource, {"restApiId": api, "resourceId": root}, steps)
