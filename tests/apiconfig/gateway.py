"""A canned API Gateway with as much memory as a deployment needs, for the tests of operations and screens."""

from __future__ import annotations

import copy
from typing import Any

from apiconfig.core.patch import apply
from dashboard.core.patches import Patch
from tests.apiconfig import answers
from tests.stub.server import Failure, StubAws

Json = dict[str, Any]
NOW = "2026-03-01T12:00:00+00:00"


class Rest:
    """One REST API with stages prod and test; ``verbs`` is the working copy of ``/pets``.

    A deployment freezes the verbs; GetExport tells those of the stage's deployment.
    """

    def __init__(self, stub: StubAws) -> None:
        self.stub = stub
        self.verbs: Json = {"GET": answers.method("GET")}
        self.frozen: dict[str, Json] = {"dep0000001": copy.deepcopy(self.verbs)}
        self.deployments: list[Json] = [
            {"id": "dep0000001", "description": "first", "createdDate": answers.CREATED}
        ]
        self.stages = {name: answers.stage(name) for name in ("prod", "test")}
        self.apis = [answers.rest_api()]
        self.moved = 0
        self._lists()
        stub.reply("v1:GetStage", self._stage)
        stub.reply("v1:CreateDeployment", self._deploy)
        stub.reply("v1:UpdateStage", self._update)
        stub.reply("v1:GetDeployment", self._deployment)
        stub.reply("GetExport", self._export)

    def _lists(self) -> None:
        stub = self.stub
        stub.reply("GetRestApis", lambda body: {"items": self.apis})
        stub.reply("v2:GetApis", {"Items": []})
        stub.reply("GetRestApi", lambda body: self._api(body["restApiId"]))
        stub.reply("GetResources", lambda body: {"items": answers.resources(**self.verbs)})
        stub.reply("v1:GetStages", lambda body: {"item": list(self.stages.values())})
        stub.reply("v1:GetDeployments", lambda body: {"items": self.deployments})
        for name in ("GetAuthorizers", "GetModels", "GetRequestValidators", "GetGatewayResponses"):
            stub.reply(f"v1:{name}" if name in ("GetAuthorizers", "GetModels") else name, {"items": []})
        stub.reply("GetAccount", {"throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000}})
        stub.reply("GetUsagePlans", {"items": [answers.plan()]})

    def touch(self, stage: str, **changes: Any) -> None:
        """Somebody else changes the stage."""
        self.moved += 1
        self.stages[stage] |= {"lastUpdatedDate": f"2026-03-01T12:00:{self.moved:02}+00:00", **changes}

    def _api(self, api: str) -> Json:
        for entry in self.apis:
            if entry["id"] == api:
                return entry
        raise Failure("NotFoundException", f"Invalid API identifier specified 123456789012:{api}")

    def _stage(self, body: Json) -> Json:
        if body["stageName"] not in self.stages:
            raise Failure("NotFoundException", "Invalid stage identifier specified")
        return self.stages[body["stageName"]]

    def _deploy(self, body: Json) -> Json:
        number = len(self.deployments) + 1
        made = {
            "id": f"dep{number:07}",
            "description": body.get("description", ""),
            "createdDate": self.now(),
        }
        self.deployments.append(made)
        self.frozen[made["id"]] = copy.deepcopy(self.verbs)
        return made

    def now(self) -> str:
        """The clock of this AWS: the test's own."""
        from django.utils import timezone

        return timezone.now().isoformat()

    def _update(self, body: Json) -> Json:
        stage = self._stage(body)
        steps = [
            Patch(step["op"], step["path"], step.get("value"), step.get("from"))
            for step in body["patchOperations"]
        ]
        self.stages[stage["stageName"]] = apply(stage, steps)
        self.touch(stage["stageName"])
        return self.stages[stage["stageName"]]

    def _deployment(self, body: Json) -> Json:
        verbs = self.frozen[body["deploymentId"]]
        summary = {
            verb: {"authorizationType": entry["authorizationType"], "apiKeyRequired": entry["apiKeyRequired"]}
            for verb, entry in verbs.items()
        }
        return {"id": body["deploymentId"], "apiSummary": {"/pets": summary}}

    def _export(self, body: Json) -> Json:
        stage = self._stage(body)
        verbs = self.frozen[stage["deploymentId"]]
        document = answers.export(*verbs)
        for verb, entry in verbs.items():
            operation = document["paths"]["/pets"][verb.lower()]
            operation["x-amazon-apigateway-integration"]["uri"] = entry["methodIntegration"]["uri"]
            if entry["apiKeyRequired"]:
                operation["security"] = [{"api_key": []}]
        document["components"] = {
            "securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
        }
        return {"body": document}


class V2:
    """One HTTP (or WebSocket) API with the stage prod; ``paths`` is what ExportApi tells of the latest configuration."""

    def __init__(self, stub: StubAws, kind: str = "HTTP") -> None:
        self.stub, self.kind = stub, kind
        self.api = answers.v2_api(kind=kind)
        self.routes: list[Json] = [
            {"RouteKey": "GET /pets", "Target": "integrations/i1", "AuthorizationType": "NONE"}
        ]
        self.verbs = ["GET"]
        self.frozen: dict[str, list[str]] = {"dep0000001": ["GET"]}
        self.deployments: list[Json] = [
            {
                "DeploymentId": "dep0000001",
                "Description": "first",
                "CreatedDate": answers.CREATED,
                "DeploymentStatus": "DEPLOYED",
            }
        ]
        self.status = "DEPLOYED"
        self.stages = {"prod": answers.v2_stage()}
        stub.reply("GetRestApis", {"items": []})
        stub.reply("v2:GetApis", lambda body: {"Items": [self.api]})
        stub.reply("v2:GetApi", lambda body: self.api)
        stub.reply("v2:GetRoutes", lambda body: {"Items": self.routes})
        integration = {
            "IntegrationId": "i1",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://backend.example",
        }
        stub.reply("v2:GetIntegrations", {"Items": [integration]})
        stub.reply("v2:GetAuthorizers", {"Items": []})
        stub.reply("v2:GetStages", lambda body: {"Items": list(self.stages.values())})
        stub.reply("v2:GetDeployments", lambda body: {"Items": self.deployments})
        stub.reply("v2:GetStage", self._stage)
        stub.reply("v2:CreateDeployment", self._deploy)
        stub.reply("v2:UpdateStage", self._update)
        stub.reply("DeleteRouteSettings", self._delete)
        stub.reply("ExportApi", self._export)
        stub.reply("GetAccount", {"throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000}})

    def _stage(self, body: Json) -> Json:
        if body["StageName"] not in self.stages:
            raise Failure("NotFoundException", "Unable to find Stage by name")
        return self.stages[body["StageName"]]

    def _deploy(self, body: Json) -> Json:
        number = len(self.deployments) + 1
        made = {
            "DeploymentId": f"dep{number:07}",
            "Description": body.get("Description", ""),
            "CreatedDate": Rest.now(self),  # type: ignore[arg-type]
            "DeploymentStatus": self.status,
        }
        self.deployments.append(made)
        self.frozen[made["DeploymentId"]] = list(self.verbs)
        return made

    def _update(self, body: Json) -> Json:
        stage = self._stage(body)
        for name, value in body.items():
            if name == "RouteSettings":
                records = {route: _capital(record) for route, record in value.items()}
                stage[name] = {**stage.get(name, {}), **records}
            elif name == "DefaultRouteSettings":
                stage[name] = _capital(value)
            elif name not in ("ApiId", "StageName"):
                stage[name] = value
        stage["LastUpdatedDate"] = Rest.now(self)  # type: ignore[arg-type]
        return stage

    def _delete(self, body: Json) -> Json:
        self._stage(body)["RouteSettings"].pop(body["RouteKey"], None)
        return {}

    def _export(self, body: Json) -> Json:
        name = body.get("StageName")
        verbs = self.verbs if name is None else self.frozen[self.stages[name]["DeploymentId"]]
        return {"body": answers.export(*verbs)}


def _capital(record: Json) -> Json:
    """A record's members in the SDK's form: on the wire they begin in lower case."""
    return {name[:1].upper() + name[1:]: value for name, value in record.items()}
