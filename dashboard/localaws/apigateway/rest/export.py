"""GetExport: what a stage serves, as Swagger 2 or OpenAPI 3."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import yaml

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest.checks import api_of
from dashboard.localaws.apigateway.rest.export_methods import Style, path_item, schema
from dashboard.localaws.apigateway.rest.stages import stage_of
from dashboard.localaws.apigateway.routing import Raw, Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_X = "x-amazon-apigateway-"


@router.on("GET", "/restapis/{api}/stages/{stage}/exports/{kind}")
def get(request: Request, store: Store) -> Reply:
    """GetExport of the stage's snapshot, as JSON or (by Accept) YAML."""
    kind = request.params["kind"]
    if kind not in ("swagger", "oas30"):
        raise bad_request("Invalid export type specified. Valid options are swagger,oas30")
    stage, api = stage_of(request, store), api_of(request, store)
    wanted = {part for each in request.lists.get("extensions", ()) for part in each.split(",")}
    style = Style(
        openapi=kind == "oas30",
        integrations=bool(wanted & {"integrations", "apigateway"}),
        authorizers=bool(wanted & {"authorizers", "apigateway"}),
        everything="apigateway" in wanted,
    )
    frozen = api["deployments"][stage["deploymentId"]]["snapshot"]
    value = document(frozen, style, request.region, stage["stageName"])
    version = value["info"]["version"]
    as_yaml = "yaml" in request.headers.get("accept", "")
    text = yaml.safe_dump(value, sort_keys=False) if as_yaml else json.dumps(value, indent=2)
    name = f"{kind}_{version}.{'yaml' if as_yaml else 'json'}"
    disposition = (("content-disposition", f'attachment; filename="{name}"'),)
    return 200, Raw(text.encode(), "application/octet-stream", disposition)


def document(frozen: Json, style: Style, region: str, stage: str) -> Json:
    """The whole document of a snapshot."""
    info = frozen["info"]
    made = datetime.fromtimestamp(info["createdDate"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head: Json = {"title": info["name"], "version": info.get("version") or made}
    if info.get("description"):
        head["description"] = info["description"]
    host = f"{info['id']}.execute-api.{region}.amazonaws.com"
    if style.openapi:
        server = {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": stage}}}
        value: Json = {"openapi": "3.0.1", "info": head, "servers": [server]}
    else:
        value = {
            "swagger": "2.0",
            "info": head,
            "host": host,
            "basePath": f"/{stage}",
            "schemes": ["https"],
        }
    value["paths"] = {
        each["path"]: path_item(frozen, each, style)
        for each in sorted(frozen["resources"].values(), key=lambda each: str(each["path"]))
        if each["resourceMethods"]
    }
    _parts(value, frozen, style)
    if style.everything:
        value |= _extensions(frozen)
    return value


def _parts(value: Json, frozen: Json, style: Style) -> None:
    models = {name: schema(model, style) for name, model in frozen["models"].items()}
    schemes = _schemes(frozen, style)
    if style.openapi:
        value["components"] = ({"schemas": models} if models else {}) | (
            {"securitySchemes": schemes} if schemes else {}
        )
        return
    if schemes:
        value["securityDefinitions"] = schemes
    if models:
        value["definitions"] = models


def _schemes(frozen: Json, style: Style) -> Json:
    """Security schemes of the keys, signatures and (when asked) authorizers that methods need."""
    methods = [
        method for resource in frozen["resources"].values() for method in resource["resourceMethods"].values()
    ]
    schemes: Json = {}
    if any(method["apiKeyRequired"] for method in methods):
        schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    if any(method["authorizationType"] == "AWS_IAM" for method in methods):
        schemes["sigv4"] = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            f"{_X}authtype": "awsSigv4",
        }
    for authorizer in frozen["authorizers"].values():
        schemes[authorizer["name"]] = _scheme(authorizer, style)
    return schemes


def _scheme(authorizer: Json, style: Style) -> Json:
    source = str(authorizer.get("identitySource", "")).split(",", maxsplit=1)[0]
    header = (
        source.removeprefix("method.request.header.") if source.startswith("method.request.header.") else ""
    )
    scheme: Json = {"type": "apiKey", "name": header or "Unused", "in": "header"}
    if not style.authorizers:
        return scheme
    scheme[f"{_X}authtype"] = authorizer["authType"]
    members = (
        "authorizerUri",
        "authorizerCredentials",
        "authorizerResultTtlInSeconds",
        "identityValidationExpression",
        "providerARNs",
    )
    given = {name: authorizer[name] for name in members if name in authorizer}
    if authorizer["type"] == "REQUEST" and "identitySource" in authorizer:
        given["identitySource"] = authorizer["identitySource"]
    scheme[f"{_X}authorizer"] = given | {"type": authorizer["type"].lower()}
    return scheme


def _extensions(frozen: Json) -> Json:
    """The extensions at the document's root."""
    info = frozen["info"]
    value: Json = {}
    if frozen["validators"]:
        value[f"{_X}request-validators"] = {
            each["name"]: {
                "validateRequestBody": each["validateRequestBody"],
                "validateRequestParameters": each["validateRequestParameters"],
            }
            for each in frozen["validators"].values()
        }
    if frozen["gatewayResponses"]:
        value[f"{_X}gateway-responses"] = {
            kind: _gateway_response(each) for kind, each in frozen["gatewayResponses"].items()
        }
    if info.get("binaryMediaTypes"):
        value[f"{_X}binary-media-types"] = info["binaryMediaTypes"]
    if info.get("apiKeySource", "HEADER") != "HEADER":
        value[f"{_X}api-key-source"] = info["apiKeySource"]
    if "minimumCompressionSize" in info:
        value[f"{_X}minimum-compression-size"] = info["minimumCompressionSize"]
    if info.get("policy"):
        value[f"{_X}policy"] = _policy(info["policy"])
    return value


def _gateway_response(value: Json) -> Json:
    kept: Json = {"statusCode": value["statusCode"]} if "statusCode" in value else {}
    for name in ("responseParameters", "responseTemplates"):
        if value[name]:
            kept[name] = value[name]
    return kept


def _policy(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
