"""ExportApi: an HTTP API as an OpenAPI 3 document, of what a stage serves or of the latest configuration."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.routing import Raw, Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.apigateway.v2 import state

router = Router()
EXTENSION = "x-amazon-apigateway-"
_COPIED = (
    "payloadFormatVersion",
    "connectionId",
    "connectionType",
    "timeoutInMillis",
    "requestParameters",
    "responseParameters",
    "tlsConfig",
)


@router.on("GET", "/v2/apis/{api}/exports/{specification}")
def export(request: Request, store: Store) -> Reply:
    """ExportApi."""
    api = state.api_of(request, store)
    if request.params["specification"] != "OAS30":
        raise bad_request("Invalid specification. Supported specification is [OAS30]")
    output = request.query.get("outputType", "")
    if output not in ("JSON", "YAML"):
        raise bad_request("Invalid outputType. Supported types are [JSON, YAML]")
    if request.query.get("exportVersion", "1.0") != "1.0":
        raise bad_request("Invalid exportVersion. Supported version is [1.0]")
    if not state.is_http(api):
        raise bad_request("Export is not supported for WEBSOCKET protocol")
    stage = request.query.get("stageName")
    built = document(_served(api, stage), stage, request.query.get("includeExtensions", "true") != "false")
    if output == "JSON":
        return 200, Raw(json.dumps(built, indent=2).encode(), "application/json")
    text = yaml.safe_dump(built, sort_keys=False, allow_unicode=True)
    return 200, Raw(text.encode(), "application/yaml")


def _served(api: Json, stage: str | None) -> Json:
    if stage is None:
        return api
    if stage not in api["stages"]:
        raise not_found("Invalid stage identifier specified")
    deployment = api["deployments"].get(api["stages"][stage].get("deploymentId"))
    if deployment is None:
        raise bad_request(f"The stage {stage} has no deployment to export")
    snapshot: Json = deployment["snapshot"]
    return snapshot


def document(parts: Json, stage: str | None, extensions: bool) -> Json:
    """The document of an API or of a deployment's snapshot."""
    info = parts["info"]
    server: Json = {"url": info["apiEndpoint"]}
    if stage not in (None, "$default"):
        server = {
            "url": f"{info['apiEndpoint']}/{{basePath}}",
            "variables": {"basePath": {"default": stage}},
        }
    heading: Json = {"title": info["name"], "version": info.get("version") or info["createdDate"]}
    if info.get("description"):
        heading["description"] = info["description"]
    found: Json = {"openapi": "3.0.1", "info": heading, "servers": [server], "paths": {}}
    if extensions and info.get("tags"):
        found["tags"] = [
            {"name": name, f"{EXTENSION}tag-value": value} for name, value in sorted(info["tags"].items())
        ]
    for route in sorted(parts["routes"].values(), key=lambda route: str(route["routeKey"])):
        _add(found["paths"], route, parts, extensions)
    schemes = {each["name"]: _scheme(each, extensions) for each in parts["authorizers"].values()}
    if schemes:
        found["components"] = {"securitySchemes": schemes}
    if extensions and info.get("corsConfiguration"):
        found[f"{EXTENSION}cors"] = info["corsConfiguration"]
    if extensions:
        found[f"{EXTENSION}importexport-version"] = "1.0"
    return found


def _add(paths: Json, route: Json, parts: Json, extensions: bool) -> None:
    default = route["routeKey"] == "$default"
    verb, _, path = ("ANY", "", "/$default") if default else route["routeKey"].partition(" ")
    if verb == "ANY" and not extensions:
        return
    operation: Json = {"responses": {"default": {"description": f"Default response for {route['routeKey']}"}}}
    if default:
        operation["isDefaultRoute"] = True
    if route.get("operationName"):
        operation["operationId"] = route["operationName"]
    authorizer = parts["authorizers"].get(route.get("authorizerId"))
    if authorizer:
        operation["security"] = [{authorizer["name"]: route.get("authorizationScopes", [])}]
    elif route["authorizationType"] == "AWS_IAM" and extensions:
        operation[f"{EXTENSION}auth"] = {"type": "AWS_IAM"}
    integration = parts["integrations"].get(str(route.get("target", "")).removeprefix("integrations/"))
    if integration and extensions:
        operation[f"{EXTENSION}integration"] = _integration(integration)
    item = paths.setdefault(path, {})
    names = re.findall(r"\{([^}+]+)\+?\}", path)
    if names and "parameters" not in item:
        item["parameters"] = [
            {
                "name": name,
                "in": "path",
                "description": f"Generated path parameter for {name}",
                "required": True,
                "schema": {"type": "string"},
            }
            for name in names
        ]
    item[f"{EXTENSION}any-method" if verb == "ANY" else verb.lower()] = operation


def _integration(integration: Json) -> Json:
    found: Json = {"type": integration["integrationType"].lower()}
    names = {
        "integrationSubtype": "subtype",
        "integrationMethod": "httpMethod",
        "integrationUri": "uri",
        "credentialsArn": "credentials",
    }
    found |= {new: integration[old] for old, new in names.items() if old in integration}
    return found | {name: integration[name] for name in _COPIED if integration.get(name)}


def _scheme(authorizer: Json, extensions: bool) -> Json:
    if authorizer["authorizerType"] == "JWT":
        found: Json = {"type": "oauth2", "flows": {}}
        extension: Json = {
            "type": "jwt",
            "identitySource": ",".join(authorizer["identitySource"]),
            "jwtConfiguration": authorizer["jwtConfiguration"],
        }
    else:
        found = {"type": "apiKey", "name": "Unused", "in": "header"}
        extension = {"type": "request", "identitySource": ",".join(authorizer["identitySource"])}
        extension |= _known(
            authorizer,
            "authorizerUri",
            "authorizerPayloadFormatVersion",
            "authorizerResultTtlInSeconds",
            "enableSimpleResponses",
        )
        if "authorizerCredentialsArn" in authorizer:
            extension["authorizerCredentials"] = authorizer["authorizerCredentialsArn"]
    return found | ({f"{EXTENSION}authorizer": extension} if extensions else {})


def _known(part: Json, *names: str) -> dict[str, Any]:
    return {name: part[name] for name in names if name in part}
