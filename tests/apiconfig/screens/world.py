"""A small account on the canned AWS: a REST API whose state writes change, an HTTP API and a WebSocket API."""

from __future__ import annotations

import copy
import html
import re
from typing import Any

from tests.stub.server import Failure, StubAws

BASE = "/c/main/eu-central-1/apis/"
REST, HTTP, WS = "r1e2s3t4ab", "h1t2t3p4ab", "w1s2s3w4ab"
HOSTILE = "<img src=x onerror=alert(1)>"
LAMBDA = (
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-central-1:123456789012:function:track/invocations"
)
Json = dict[str, Any]


def method(uri: str = LAMBDA, *, auth: str = "NONE", key: bool = False, kind: str = "AWS_PROXY") -> Json:
    """A method as GetResources embeds it."""
    return {
        "httpMethod": "GET",
        "authorizationType": auth,
        "apiKeyRequired": key,
        "methodIntegration": {"type": kind, "httpMethod": "POST", "uri": uri, "timeoutInMillis": 29000},
    }


class World:
    """The account; ``rest_stages`` and the like are AWS's answers and may be changed by a test."""

    def __init__(self, stub: StubAws) -> None:
        self.stub = stub
        self.rest_apis: list[Json] = [
            {
                "id": REST,
                "name": "Parcel API",
                "createdDate": 1_700_000_000,
                "apiKeySource": "HEADER",
                "endpointConfiguration": {"types": ["REGIONAL"]},
            }
        ]
        self.v2_apis: list[Json] = [
            _v2(HTTP, "Tracking", "HTTP"),
            _v2(WS, "Driver chat", "WEBSOCKET") | {"RouteSelectionExpression": "$request.body.action"},
        ]
        self.resources: list[Json] = [
            {"id": "root", "path": "/"},
            {
                "id": "p",
                "path": "/parcels",
                "resourceMethods": {"GET": method(), "POST": method(auth="AWS_IAM")},
            },
            {"id": "pid", "path": "/parcels/{id}", "resourceMethods": {"GET": method(key=True)}},
        ]
        self.served: Json = {"/parcels": {"GET": method(), "DELETE": method()}}
        self.rest_stages: list[Json] = [
            {
                "stageName": "prod",
                "deploymentId": "dep001",
                "createdDate": 1_700_000_000,
                "lastUpdatedDate": 1_700_000_000,
                "variables": {"backend": HOSTILE},
                "methodSettings": {
                    "*/*": {"throttlingRateLimit": 50.0, "throttlingBurstLimit": 100, "loggingLevel": "INFO"}
                },
            },
            {"stageName": "test", "deploymentId": "dep002", "lastUpdatedDate": 1_700_000_000},
        ]
        self.rest_deployments: list[Json] = [
            {"id": "dep001", "description": "first", "createdDate": 1_700_000_000},
            {"id": "dep002", "description": f"second {HOSTILE}", "createdDate": 1_700_100_000},
        ]
        self.summaries: dict[str, Json] = {"dep001": {}, "dep002": {}}
        self._answer()

    def stage(self, name: str = "prod") -> Json:
        """The REST stage of that name."""
        for stage in self.rest_stages:
            if stage["stageName"] == name:
                return stage
        raise Failure("NotFoundException", "Invalid stage identifier specified")

    def _answer(self) -> None:
        reply = self.stub.reply
        reply("GetRestApis", lambda body: {"items": self.rest_apis})
        reply("v2:GetApis", lambda body: {"Items": self.v2_apis})
        reply("GetRestApi", lambda body: self._api(self.rest_apis, "id", body["restApiId"]))
        reply("v2:GetApi", lambda body: self._api(self.v2_apis, "ApiId", body["ApiId"]))
        reply("GetResources", lambda body: {"items": self.resources})
        reply("v1:GetStages", lambda body: {"item": self.rest_stages})
        reply("v1:GetStage", lambda body: self.stage(body["stageName"]))
        reply("v1:GetDeployments", lambda body: {"items": self.rest_deployments})
        reply(
            "v1:GetDeployment",
            lambda body: {"id": body["deploymentId"], "apiSummary": self.summaries[body["deploymentId"]]},
        )
        for operation in ("GetAuthorizers", "GetModels", "GetRequestValidators", "GetGatewayResponses"):
            reply(f"v1:{operation}", {"items": []})
        reply("GetExport", lambda body: {"body": exported(self.served)})
        reply("GetAccount", {"throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000}})
        reply("GetUsagePlans", {"items": []})
        reply("v1:CreateDeployment", self._create)
        reply("v1:UpdateStage", self._update)
        self._answer_v2()

    def _answer_v2(self) -> None:
        reply = self.stub.reply
        self.routes: dict[str, list[Json]] = {
            HTTP: [
                {
                    "RouteId": "a",
                    "RouteKey": "GET /track/{id}",
                    "AuthorizationType": "JWT",
                    "AuthorizerId": "jwt1",
                    "Target": "integrations/i1",
                },
                {"RouteId": "b", "RouteKey": "$default", "Target": "integrations/i1"},
            ],
            WS: [{"RouteId": "c", "RouteKey": "$connect"}, {"RouteId": "d", "RouteKey": "sendMessage"}],
        }
        integration = {
            "IntegrationId": "i1",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "ANY",
            "IntegrationUri": "https://backend.example/track",
            "TimeoutInMillis": 30000,
        }
        self.v2_stages: dict[str, list[Json]] = {
            HTTP: [
                {"StageName": "$default", "AutoDeploy": True, "DeploymentId": "v2d1"},
                {"StageName": "live", "DeploymentId": "v2d1", "DefaultRouteSettings": {}},
            ],
            WS: [{"StageName": "chat", "DeploymentId": "wsd1"}],
        }
        deployments = [
            {"DeploymentId": name, "DeploymentStatus": "DEPLOYED", "CreatedDate": "2026-01-01T00:00:00Z"}
            for name in ("v2d1", "v2d0", "wsd1")
        ]
        reply("v2:GetRoutes", lambda body: {"Items": self.routes[body["ApiId"]]})
        reply("v2:GetIntegrations", {"Items": [integration]})
        reply(
            "v2:GetAuthorizers",
            {"Items": [{"AuthorizerId": "jwt1", "Name": "people", "AuthorizerType": "JWT"}]},
        )
        reply("v2:GetStages", lambda body: {"Items": self.v2_stages[body["ApiId"]]})
        reply("v2:GetStage", lambda body: self._v2_stage(body["ApiId"], body["StageName"]))
        reply("v2:GetDeployments", {"Items": deployments})
        reply("ExportApi", lambda body: {"body": exported(self.served)})
        reply("v2:UpdateStage", self._v2_update)

    def _api(self, entries: list[Json], name: str, wanted: str) -> Json:
        for entry in entries:
            if entry[name] == wanted:
                return entry
        raise Failure("NotFoundException", "Invalid API identifier specified")

    def _v2_stage(self, api: str, name: str) -> Json:
        for stage in self.v2_stages[api]:
            if stage["StageName"] == name:
                return stage
        raise Failure("NotFoundException", "Unable to find Stage by name")

    def _v2_update(self, body: Json) -> Json:
        stage = self._v2_stage(body["ApiId"], body["StageName"])
        routes = {**stage.get("RouteSettings", {}), **body.get("RouteSettings", {})}
        stage.update({name: value for name, value in body.items() if name not in ("ApiId", "RouteSettings")})
        if routes:
            stage["RouteSettings"] = routes
        return stage

    def _create(self, body: Json) -> Json:
        made = {
            "id": f"dep{len(self.rest_deployments) + 1:03d}",
            "description": body["description"],
            "createdDate": 1_700_200_000,
        }
        self.rest_deployments.append(made)
        self.frozen = {
            entry["path"]: copy.deepcopy(entry["resourceMethods"])
            for entry in self.resources
            if "resourceMethods" in entry
        }
        return made

    def _update(self, body: Json) -> Json:
        from apiconfig.core.stage_steps import apply
        from dashboard.core.patches import Patch

        stage = self.stage(body["stageName"])
        steps = [Patch(step["op"], step["path"], step.get("value")) for step in body["patchOperations"]]
        after = apply(stage, steps)
        stage.clear()
        stage.update(after)
        if any(step.path == "/deploymentId" for step in steps) and hasattr(self, "frozen"):
            self.served = self.frozen
        return stage


def _v2(api: str, name: str, protocol: str) -> Json:
    return {
        "ApiId": api,
        "Name": name,
        "ProtocolType": protocol,
        "RouteSelectionExpression": "$request.method $request.path",
        "ApiEndpoint": f"https://{api}.example",
        "CreatedDate": "2026-01-01T00:00:00Z",
    }


def exported(paths: Json) -> Json:
    """What GetExport says of these methods."""
    schemes = {
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    }
    document: Json = {"openapi": "3.0.1", "paths": {}, "components": {"securitySchemes": schemes}}
    for path, methods in paths.items():
        for verb, entry in methods.items():
            integration = entry["methodIntegration"]
            security: list[Json] = [{"api_key": []}] if entry["apiKeyRequired"] else []
            security += [{"sigv4": []}] if entry["authorizationType"] == "AWS_IAM" else []
            document["paths"].setdefault(path, {})[verb.lower()] = {
                "security": security,
                "x-amazon-apigateway-integration": {
                    "type": integration["type"].lower(),
                    "httpMethod": integration["httpMethod"],
                    "uri": integration["uri"],
                    "passthroughBehavior": "when_no_match",
                },
            }
    return document


def words(text: str) -> str:
    """A page as text, blanks folded."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))


def hidden(text: str, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', text)
    assert found, f"no hidden input {name}"
    return html.unescape(found[1])


def area(text: str, name: str) -> str:
    """What stands in a textarea."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', text, re.S)
    assert found, f"no textarea {name}"
    return html.unescape(found[1])
