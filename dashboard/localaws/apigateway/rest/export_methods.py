"""The paths and models of an exported document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.apigateway.store import Json

_X = "x-amazon-apigateway-"
_DEFAULT_TIMEOUT = 29_000


@dataclass(frozen=True)
class Style:
    """OpenAPI 3 or Swagger 2, and which extensions are wanted; ``everything`` is the extension 'apigateway'."""

    openapi: bool
    integrations: bool
    authorizers: bool
    everything: bool

    def reference(self, model: str) -> Json:
        """A reference to a model."""
        return {"$ref": f"#/components/schemas/{model}" if self.openapi else f"#/definitions/{model}"}


def schema(model: Json, style: Style) -> Any:
    """A model's schema; references to models by their address become the document's own."""
    try:
        value = json.loads(model["schema"])
    except ValueError:
        return {"type": "object"}
    if isinstance(value, dict):
        value.pop("$schema", None)
    return _local(value, style)


def _local(value: Any, style: Style) -> Any:
    if isinstance(value, list):
        return [_local(each, style) for each in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and "/models/" in reference:
        return style.reference(reference.rpartition("/")[2])
    return {name: _local(each, style) for name, each in value.items()}


def path_item(frozen: Json, resource: Json, style: Style) -> Json:
    """A path with its operations."""
    return {
        f"{_X}any-method" if verb == "ANY" else verb.lower(): _operation(frozen, method, style)
        for verb, method in resource["resourceMethods"].items()
    }


def _operation(frozen: Json, method: Json, style: Style) -> Json:
    value: Json = {}
    if method.get("operationName"):
        value["operationId"] = method["operationName"]
    if not style.openapi:
        value |= _kinds(method)
    parameters = [
        _parameter(name, required, style) for name, required in method.get("requestParameters", {}).items()
    ]
    models = method.get("requestModels", {})
    if style.openapi and models:
        content = {kind: {"schema": style.reference(model)} for kind, model in models.items()}
        value["requestBody"] = {"content": content, "required": True}
    elif models:
        model = next(iter(models.values()))
        parameters.append({"in": "body", "name": model, "required": True, "schema": style.reference(model)})
    if parameters:
        value["parameters"] = parameters
    value["responses"] = {
        status: _response(status, each, style)
        for status, each in sorted(method.get("methodResponses", {}).items())
    }
    if security := _security(frozen, method):
        value["security"] = security
    if style.everything and method.get("requestValidatorId") in frozen["validators"]:
        value[f"{_X}request-validator"] = frozen["validators"][method["requestValidatorId"]]["name"]
    if style.integrations and "methodIntegration" in method:
        value[f"{_X}integration"] = _integration(method["methodIntegration"])
    return value


def _kinds(method: Json) -> Json:
    """Swagger's ``consumes`` and ``produces``: the content types of models and templates."""
    integration = method.get("methodIntegration", {})
    consumes = [*method.get("requestModels", {}), *integration.get("requestTemplates", {})]
    produces = [
        kind for each in method.get("methodResponses", {}).values() for kind in each.get("responseModels", {})
    ]
    for each in integration.get("integrationResponses", {}).values():
        produces += each.get("responseTemplates", {})
    value: Json = {}
    if consumes:
        value["consumes"] = list(dict.fromkeys(consumes))
    if produces:
        value["produces"] = list(dict.fromkeys(produces))
    return value


def _parameter(source: str, required: bool, style: Style) -> Json:
    place, _, name = source.removeprefix("method.request.").partition(".")
    value: Json = {"name": name, "in": "query" if place == "querystring" else place}
    if style.openapi:
        return value | ({"required": True} if required else {}) | {"schema": {"type": "string"}}
    return value | {"required": required, "type": "string"}


def _response(status: str, response: Json, style: Style) -> Json:
    value: Json = {"description": f"{status} response"}
    headers = [
        name.removeprefix("method.response.header.") for name in response.get("responseParameters", {})
    ]
    if headers:
        plain = {"type": "string"}
        value["headers"] = {name: {"schema": plain} if style.openapi else plain for name in headers}
    models = response.get("responseModels", {})
    if style.openapi:
        value["content"] = {kind: {"schema": style.reference(model)} for kind, model in models.items()}
    elif models:
        value["schema"] = style.reference(next(iter(models.values())))
    return value


def _security(frozen: Json, method: Json) -> list[Json]:
    found: list[Json] = []
    authorizer = frozen["authorizers"].get(method.get("authorizerId"))
    if authorizer:
        found.append({authorizer["name"]: list(method.get("authorizationScopes", ()))})
    if method["authorizationType"] == "AWS_IAM":
        found.append({"sigv4": []})
    if method["apiKeyRequired"]:
        found.append({"api_key": []})
    return found


def _integration(integration: Json) -> Json:
    """The extension of an integration: what differs from the defaults."""
    value: Json = {"type": integration["type"].lower()}
    for name in ("httpMethod", "uri", "connectionId", "credentials", "contentHandling", "tlsConfig"):
        if integration.get(name):
            value[name] = integration[name]
    if integration.get("connectionType", "INTERNET") != "INTERNET":
        value["connectionType"] = integration["connectionType"]
    responses = integration.get("integrationResponses", {})
    if responses:
        value["responses"] = {
            each.get("selectionPattern") or "default": {
                name: member
                for name, member in each.items()
                if name != "selectionPattern" and member not in ({}, None)
            }
            for each in responses.values()
        }
    for name in ("requestParameters", "requestTemplates", "cacheKeyParameters"):
        if integration.get(name):
            value[name] = integration[name]
    value["passthroughBehavior"] = integration["passthroughBehavior"].lower()
    if integration["timeoutInMillis"] != _DEFAULT_TIMEOUT:
        value["timeoutInMillis"] = integration["timeoutInMillis"]
    for name in ("responseTransferMode", "integrationTarget"):
        if integration.get(name):
            value[name] = integration[name]
    return value
