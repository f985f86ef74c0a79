"""Models of an API."""

from __future__ import annotations

import copy
import json
import re

from dashboard.localaws.apigateway.errors import bad_request, conflict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state

router = Router()
FIELDS = {"contentType": "text", "description": "text", "name": "text", "schema": "text"}


@router.on("POST", "/v2/apis/{api}/models")
def create(request: Request, store: Store) -> Reply:
    """CreateModel."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS)
    fields.required(given, "name", "schema")
    model = {"contentType": "application/json"} | given | {"modelId": new_id(6)}
    _check(api, model)
    api["models"][model["modelId"]] = model
    state.changed(api)
    return 201, copy.deepcopy(model)


@router.on("GET", "/v2/apis/{api}/models")
def get_all(request: Request, store: Store) -> Reply:
    """GetModels."""
    return state.listed(request, state.api_of(request, store)["models"].values())


@router.on("GET", "/v2/apis/{api}/models/{id}")
def get(request: Request, store: Store) -> Reply:
    """GetModel."""
    return 200, copy.deepcopy(state.part_of(request, state.api_of(request, store)["models"], "Model"))


@router.on("PATCH", "/v2/apis/{api}/models/{id}")
def update(request: Request, store: Store) -> Reply:
    """UpdateModel."""
    api = state.api_of(request, store)
    model = state.part_of(request, api["models"], "Model") | fields.take(request.body, FIELDS)
    _check(api, model)
    api["models"][model["modelId"]] = model
    state.changed(api)
    return 200, copy.deepcopy(model)


@router.on("DELETE", "/v2/apis/{api}/models/{id}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteModel."""
    api = state.api_of(request, store)
    del api["models"][state.part_of(request, api["models"], "Model")["modelId"]]
    state.changed(api)
    return 204, None


def _check(api: Json, model: Json) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{1,128}", model["name"]):
        raise bad_request(f"Model name must be alphanumeric: {model['name']}")
    try:
        schema = json.loads(model["schema"])
    except (ValueError, RecursionError):
        schema = None
    if not isinstance(schema, dict) or len(model["schema"]) > 32_768:
        raise bad_request("Invalid model schema specified")
    if any(
        other["name"] == model["name"] and other["modelId"] != model["modelId"]
        for other in api["models"].values()
    ):
        raise conflict(f"Model name already exists for this API: {model['name']}")
