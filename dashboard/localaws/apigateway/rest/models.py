"""Models: JSON schemas by name."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dashboard.localaws.apigateway.errors import ApiError, bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id

router = Router()
_TABLE = {"/description": "r", "/schema": "r"}
_DRAFT = "http://json-schema.org/draft-04/schema#"
DEFAULTS = (
    {
        "name": "Empty",
        "description": "This is a default empty schema model",
        "schema": f'{{\n  "$schema": "{_DRAFT}",\n  "title" : "Empty Schema",\n  "type" : "object"\n}}',
        "contentType": "application/json",
    },
    {
        "name": "Error",
        "description": "This is a default error schema model",
        "schema": f'{{\n  "$schema" : "{_DRAFT}",\n  "title" : "Error Schema",\n  "type" : "object",\n'
        '  "properties" : {\n    "message" : { "type" : "string" }\n  }\n}',
        "contentType": "application/json",
    },
)
"""The models of every API that was created, not imported."""


def _missing(name: str) -> ApiError:
    return not_found(f"Invalid model name specified: {name}")


def _model(request: Request, store: Store) -> Json:
    api = request.of(store).rest.get(request.params["api"])
    model: Json | None = api["models"].get(request.params["model"]) if api else None
    if model is None:
        raise _missing(request.params["model"])
    return model


def check_schema(text: object) -> str:
    """A model's schema: JSON that says something; 400 otherwise."""
    nothing = bad_request("Model schema must have at least 1 property or array items defined")
    if not isinstance(text, str) or not text.strip():
        raise nothing
    try:
        schema = json.loads(text)
    except ValueError:
        raise bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"
        ) from None
    if not isinstance(schema, dict) or not schema:
        raise nothing
    return text


@router.on("POST", "/restapis/{api}/models")
def create(request: Request, store: Store) -> Reply:
    """CreateModel."""
    models = api_of(request, store)["models"]
    given = body(request)
    name = str(given.get("name") or "")
    if not name:
        raise bad_request("Model name must be non-empty")
    if not name.isalnum() or not name.isascii():
        raise bad_request(f"Model name must be alphanumeric: {name}")
    if name in models:
        raise conflict("Model name already exists for this REST API")
    kind = str(given.get("contentType") or "application/json")
    text = given.get("schema")
    schema = check_schema(text) if "json" in kind or not text else str(text)
    models[name] = {"id": new_id(6), "name": name, "schema": schema, "contentType": kind} | (
        {"description": given["description"]} if given.get("description") else {}
    )
    return 201, models[name]


@router.on("GET", "/restapis/{api}/models")
def list_all(request: Request, store: Store) -> Reply:
    """GetModels, by name."""
    models = api_of(request, store)["models"]
    return listing([models[name] for name in sorted(models)], request)


@router.on("GET", "/restapis/{api}/models/{model}")
def get(request: Request, store: Store) -> Reply:
    """GetModel."""
    return 200, _model(request, store)


@router.on("GET", "/restapis/{api}/models/{model}/default_template")
def template(request: Request, store: Store) -> Reply:
    """GetModelTemplate: a mapping template that copies each property of the schema."""
    model = _model(request, store)
    try:
        properties = json.loads(model["schema"]).get("properties", {})
    except ValueError:
        properties = {}
    lines = [f"  \"{name}\" : $input.json('$.{name}')" for name in properties]
    return 200, {"value": "#set($inputRoot = $input.path('$'))\n{\n" + ",\n".join(lines) + "\n}"}


@router.on("DELETE", "/restapis/{api}/models/{model}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteModel, unless a method or another model refers to it; AWS names the deepest of them (recorded)."""
    name = _model(request, store)["name"]
    api = api_of(request, store)
    for use in _uses(api, name):
        raise conflict(f"Cannot delete model '{name}', is referenced in {use}")
    del api["models"][name]
    return 202, None


def _uses(api: Json, name: str) -> Iterator[str]:
    for resource in sorted(api["resources"].values(), key=lambda each: str(each["path"]), reverse=True):
        for verb, method in resource["resourceMethods"].items():
            if name in method.get("requestModels", {}).values():
                yield f"method request: {resource['path']}/{verb}"
            for response in method.get("methodResponses", {}).values():
                if name in response.get("responseModels", {}).values():
                    yield f"method response: {resource['path']}/{verb}"
    for other in api["models"].values():
        if other["name"] != name and f'/models/{name}"' in other["schema"]:
            yield f"model: {other['name']}"


@router.on("PATCH", "/restapis/{api}/models/{model}")
def update(request: Request, store: Store) -> Reply:
    """UpdateModel."""
    wanted = operations(request, "updateModelInput")
    model = _model(request, store)
    with all_or_nothing(model) as draft:
        for operation in wanted:
            strict(operation, _TABLE)
            if operation.path == "/schema":
                draft["schema"] = check_schema(operation.value)
            elif operation.value:
                draft["description"] = operation.value
            else:
                draft.pop("description", None)
    return 200, model
