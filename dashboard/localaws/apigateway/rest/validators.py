"""Request validators."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, truth
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id

router = Router()
_TABLE = {"/name": "r", "/validateRequestParameters": "r", "/validateRequestBody": "r"}


def _validator(request: Request, store: Store) -> Json:
    api = request.of(store).rest.get(request.params["api"])
    found: Json | None = api["validators"].get(request.params["validator"]) if api else None
    if found is None:
        raise not_found("Invalid Request Validator identifier specified")
    return found


def make(given: Json) -> Json:
    """A validator with its defaults."""
    return {
        "id": new_id(6),
        "name": str(given.get("name") or ""),
        "validateRequestBody": truth(given.get("validateRequestBody")),
        "validateRequestParameters": truth(given.get("validateRequestParameters")),
    }


@router.on("POST", "/restapis/{api}/requestvalidators")
def create(request: Request, store: Store) -> Reply:
    """CreateRequestValidator; an unknown API is a bad request here."""
    api = request.of(store).rest.get(request.params["api"])
    if api is None:
        raise bad_request("Invalid REST API identifier specified")
    validator = make(body(request))
    if not validator["name"]:
        raise bad_request("Request Validator name cannot be blank")
    api["validators"][validator["id"]] = validator
    return 201, validator


@router.on("GET", "/restapis/{api}/requestvalidators")
def list_all(request: Request, store: Store) -> Reply:
    """GetRequestValidators."""
    return listing(list(api_of(request, store)["validators"].values()), request)


@router.on("GET", "/restapis/{api}/requestvalidators/{validator}")
def get(request: Request, store: Store) -> Reply:
    """GetRequestValidator."""
    return 200, _validator(request, store)


@router.on("DELETE", "/restapis/{api}/requestvalidators/{validator}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteRequestValidator."""
    validator = _validator(request, store)
    del api_of(request, store)["validators"][validator["id"]]
    return 202, None


@router.on("PATCH", "/restapis/{api}/requestvalidators/{validator}")
def update(request: Request, store: Store) -> Reply:
    """UpdateRequestValidator."""
    wanted = operations(request, "updateRequestValidatorInput")
    validator = _validator(request, store)
    with all_or_nothing(validator) as draft:
        for operation in wanted:
            strict(operation, _TABLE)
            if operation.path != "/name":
                draft[(operation.path or "")[1:]] = truth(operation.value)
            elif operation.value:
                draft["name"] = operation.value
            else:
                raise bad_request("Request Validator name cannot be blank")
    return 200, validator
