"""What scenarios of every recording do before the steps that were recorded: APIs, resources, methods, patches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.conformance.run import Run

JSON = "application/json"


def new_api(run: Run, **more: Any) -> tuple[str, str]:
    """The ids of a fresh API and of its root resource."""
    made = run.apigw.create_rest_api(name=run.unique(), **more)
    return made["id"], made["rootResourceId"]


def resource(run: Run, api: str, parent: str, part: str) -> str:
    """The id of a new resource."""
    return str(run.apigw.create_resource(restApiId=api, parentId=parent, pathPart=part)["id"])


def method_of(api: str, resource_id: str, verb: str = "GET") -> dict[str, str]:
    """The arguments that name a method."""
    return {"restApiId": api, "resourceId": resource_id, "httpMethod": verb}


def mocked(run: Run, where: dict[str, Any], **method: Any) -> None:
    """A method whose mock integration asks for status 200; it has no responses yet."""
    run.apigw.put_method(**where, **({"authorizationType": "NONE"} | method))
    run.apigw.put_integration(**where, type="MOCK", requestTemplates={JSON: '{"statusCode": 200}'})


def patch(op: str, path: str | None = None, value: Any = None, source: str | None = None) -> dict[str, Any]:
    """One patch operation."""
    given = {"op": op, "path": path, "value": value, "from": source}
    return {name: each for name, each in given.items() if each is not None}


def patches(run: Run, call: Any, where: dict[str, Any], steps: Iterable[tuple[Any, ...]]) -> None:
    """One update a step: (step, op, path, value), or (step, [patch, …]) for several operations."""
    for name, *rest in steps:
        operations = rest[0] if isinstance(rest[0], list) else [patch(*rest)]
        run.step(name, call, **where, patchOperations=operations)
