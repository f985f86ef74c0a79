"""What an import makes of a path's operations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.rest import integration_responses, integrations
from dashboard.localaws.apigateway.rest.checks import truth
from dashboard.localaws.apigateway.rest.document import Document
from dashboard.localaws.apigateway.rest.import_parts import Findings, X, model_of
from dashboard.localaws.apigateway.rest.methods import check_models
from dashboard.localaws.apigateway.store import Json

OPERATIONS = {verb.lower(): verb for verb in ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD")} | {
    f"{X}any-method": "ANY"
}
_PLACES = {"path": "path", "query": "querystring", "header": "header"}
_PASSED = (
    "uri",
    "httpMethod",
    "credentials",
    "connectionId",
    "connectionType",
    "cacheNamespace",
    "cacheKeyParameters",
    "contentHandling",
    "timeoutInMillis",
    "tlsConfig",
    "requestTemplates",
    "responseTransferMode",
    "integrationTarget",
)


@dataclass(frozen=True)
class Making:
    """What every method of one import needs: the document, the API, ids by name, and where findings go."""

    document: Document
    api: Json
    authorizers: dict[str, str]
    validators: dict[str, str]
    found: Findings


def make(making: Making, resource: Json, verb: str, operation: Json, shared: list[Any]) -> Json:
    """The method of one operation; what cannot be made is an error among the findings."""
    method: Json = {"httpMethod": verb, "authorizationType": "NONE", "apiKeyRequired": False}
    where = f"'{verb}' for resource at path '{resource['path']}'"
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("put method", lambda: _request(making, resource, method, operation, shared)),
        ("put method response on", lambda: _responses(making, method, operation)),
        ("put integration on", lambda: _integration(making, resource, method, operation)),
    )
    for words, step in steps:
        try:
            step()
        except ApiError as error:
            making.found.error(f"Unable to {words} {where}", error)
    return method


def _request(making: Making, resource: Json, method: Json, operation: Json, shared: list[Any]) -> None:
    document = making.document
    _secure(making, method, operation)
    name = operation.get(f"{X}request-validator", document.value.get(f"{X}request-validator"))
    if name is not None:
        if name not in making.validators:
            raise bad_request("Invalid Request Validator identifier specified")
        method["requestValidatorId"] = making.validators[name]
    if operation.get("operationId"):
        method["operationName"] = str(operation["operationId"])
    parameters = {
        f"method.request.path.{place}": True for place in re.findall(r"\{([^}+]+)\+?\}", resource["path"])
    }
    models: dict[str, str] = {}
    for each in [*shared, *(operation.get("parameters") or ())]:
        parameter = document.at(each)
        place = _PLACES.get(parameter.get("in", ""))
        if place:
            required = place == "path" or truth(parameter.get("required"))
            parameters[f"method.request.{place}.{parameter.get('name')}"] = required
        elif parameter.get("in") == "body" and parameter.get("schema"):
            kinds = operation.get("consumes") or document.value.get("consumes") or ["application/json"]
            models |= _models(making, dict.fromkeys(kinds, parameter["schema"]))
    models |= _content(making, document.at(operation.get("requestBody") or {}))
    if parameters:
        method["requestParameters"] = parameters
    if models:
        check_models(making.api, models)
        method["requestModels"] = models


def _content(making: Making, body: Json) -> dict[str, str]:
    """Models by content type of an OpenAPI 3 body."""
    given = {
        kind: media["schema"]
        for kind, media in (body.get("content") or {}).items()
        if isinstance(media, dict) and media.get("schema")
    }
    return _models(making, given)


def _models(making: Making, schemas: Json) -> dict[str, str]:
    """The models of schemas by content type, without those that refer to nothing."""
    named = {
        kind: model_of(making.document, making.api, schema, making.found) for kind, schema in schemas.items()
    }
    return {kind: name for kind, name in named.items() if name is not None}


def _secure(making: Making, method: Json, operation: Json) -> None:
    """Authorization and key by the operation's security, or else the document's."""
    needed = operation.get("security", making.document.value.get("security")) or ()
    for name, scopes in (pair for each in needed for pair in each.items()):
        scheme = making.document.security_schemes.get(name) or {}
        if name in making.authorizers:
            authorizer = making.api["authorizers"][making.authorizers[name]]
            cognito = authorizer["type"] == "COGNITO_USER_POOLS"
            method["authorizationType"] = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
            method["authorizerId"] = authorizer["id"]
            if scopes:
                method["authorizationScopes"] = list(scopes)
        elif str(scheme.get(f"{X}authtype") or "").lower() == "awssigv4":
            method["authorizationType"] = "AWS_IAM"
        elif scheme.get("type") == "apiKey" and str(scheme.get("name")).lower() == "x-api-key":
            method["apiKeyRequired"] = True
    auth = operation.get(f"{X}auth")
    if isinstance(auth, dict) and auth.get("type"):
        method["authorizationType"] = str(auth["type"]).upper()
        if method["authorizationType"] in ("NONE", "AWS_IAM"):
            method.pop("authorizerId", None)


def _responses(making: Making, method: Json, operation: Json) -> None:
    document = making.document
    for status, each in (operation.get("responses") or {}).items():
        if not re.fullmatch(r"[1-5]\d\d", status):
            continue
        response = document.at(each) or {}
        value: Json = {"statusCode": status}
        if response.get("headers"):
            value["responseParameters"] = {
                f"method.response.header.{header}": False for header in response["headers"]
            }
        models = _content(making, response)
        if response.get("schema"):
            kinds = operation.get("produces") or document.value.get("produces") or ["application/json"]
            models |= _models(making, dict.fromkeys(kinds, response["schema"]))
        if models:
            check_models(making.api, models)
            value["responseModels"] = models
        method.setdefault("methodResponses", {})[status] = value


def _integration(making: Making, resource: Json, method: Json, operation: Json) -> None:
    given = making.document.at(operation.get(f"{X}integration"))
    if given is None:
        return
    if not isinstance(given, dict) or not isinstance(given.get("uri", ""), str):
        raise bad_request("Invalid integration specified")
    wanted: Json = {name: given[name] for name in _PASSED if given.get(name) is not None}
    wanted["type"] = str(given.get("type") or "").upper()
    if wanted["type"] not in integrations.TYPES:
        raise bad_request(f"Invalid integration type specified: {given.get('type')}")
    for name in ("passthroughBehavior", "connectionType", "contentHandling"):
        if given.get(name):
            wanted[name] = str(given[name]).upper()
    parameters = _parameters(making, resource, method, given.get("requestParameters"))
    if parameters:
        wanted["requestParameters"] = parameters
    integration = integrations.make(wanted, resource["id"])
    for pattern, each in (given.get("responses") or {}).items():
        response = integration_responses.make(str(each.get("statusCode") or "200"), each)
        response.pop("selectionPattern", None)
        if pattern != "default":
            response["selectionPattern"] = pattern
        integration.setdefault("integrationResponses", {})[response["statusCode"]] = response
    method["methodIntegration"] = integration


def _parameters(making: Making, resource: Json, method: Json, given: Json | None) -> Json:
    """Request parameters that are texts; another one is left out with a warning."""
    kept = {}
    for name, value in (given or {}).items():
        if isinstance(value, str):
            kept[name] = value
            continue
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        making.found.warnings.append(
            f"Invalid format for 'requestParameters'. Expected type string for property '{name}' of resource "
            f"'{resource['path']}' and method '{method['httpMethod']}' but got '{shown}'"
        )
    return kept
