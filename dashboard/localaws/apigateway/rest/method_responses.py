"""Method responses: what a method may answer, by status code."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import conflict, not_found
from dashboard.localaws.apigateway.rest.checks import body, method_of, refuse, status_code, truth
from dashboard.localaws.apigateway.rest.methods import check_models
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, bad_path, change_map, operations
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_PATH = "/restapis/{api}/resources/{resource}/methods/{verb}/responses/{status}"


def _response(request: Request, store: Store) -> Json:
    response: Json | None = method_of(request, store).get("methodResponses", {}).get(request.params["status"])
    if response is None:
        raise not_found("Invalid Response status code specified")
    return response


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """PutMethodResponse."""
    status = request.params["status"]
    refuse([status_code(status)])
    method = method_of(request, store)
    given = body(request)
    response: Json = {"statusCode": status}
    if given.get("responseParameters") is not None:
        response["responseParameters"] = {
            name: truth(value) for name, value in given["responseParameters"].items()
        }
    if given.get("responseModels") is not None:
        response["responseModels"] = dict(given["responseModels"])
        check_models(request.of(store).rest[request.params["api"]], response["responseModels"])
    if status in method.get("methodResponses", {}):
        raise conflict("Response already exists for this resource")
    method.setdefault("methodResponses", {})[status] = response
    return 201, response


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetMethodResponse."""
    refuse([status_code(request.params["status"])])
    return 200, _response(request, store)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteMethodResponse."""
    refuse([status_code(request.params["status"])])
    _response(request, store)
    method = method_of(request, store)
    del method["methodResponses"][request.params["status"]]
    if not method["methodResponses"]:
        del method["methodResponses"]
    return 204, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateMethodResponse; AWS answers it with 201."""
    wanted = operations(request, "updateMethodResponseInput", status_code(request.params["status"]))
    response = _response(request, store)
    with all_or_nothing(response) as draft:
        for operation in wanted:
            if (operation.path or "").startswith("/responseParameters"):
                change_map(draft, operation, "Invalid parameter name specified", truth)
            elif (operation.path or "").startswith("/responseModels"):
                change_map(draft, operation, "Content-Type specified was not found")
            else:
                raise bad_path(operation)
        check_models(request.of(store).rest[request.params["api"]], draft.get("responseModels", {}))
    return 201, response
