"""Building the carrier's REST API through the embedded AWS's own control plane: five deployments, two stages, an undeployed change."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.history import TAG
from dashboard.localaws.world.apis.clients import ApiClient
from dashboard.localaws.world.apis.routes import ROUTES, UNDEPLOYED, Route
from dashboard.localaws.world.schema import REGION

NAME = "Parcel API"
LOG_GROUP = "/aws/apigateway/parcel-api-prod"
LOG_FORMAT = json.dumps(
    {
        "time": "$context.requestTime",
        "epoch": "$context.requestTimeEpoch",
        "request": "$context.requestId",
        "key": "$context.identity.apiKeyId",
        "ip": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "route": "$context.resourcePath",
        "path": "$context.path",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "integration": "$context.integration.latency",
        "bytes": "$context.responseLength",
        "error": "$context.error.responseType",
    }
)
DEPLOYMENTS = (
    "Customer portal goes live",
    "Rates, scanners and pickup points",
    "Tracking asks the new search",
    "Tracking asks the old search again, with a shorter timeout",
    "Free slots of pickup points",
)
"""The first is number 1. The third is the one that the incident began with."""
PROD, TEST = 4, 5
"""Which deployment each stage serves."""
_PARCEL = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "Parcel",
    "type": "object",
    "required": ["to", "weight_kg"],
    "properties": {
        "to": {"type": "string"},
        "weight_kg": {"type": "number", "exclusiveMinimum": True, "minimum": 0},
    },
}
_JSON = "application/json"


@dataclass
class Built:
    """An API's id, and its deployments' ids in the order of ``DEPLOYMENTS``."""

    id: str
    deployments: list[str] = field(default_factory=list)


def log_arn(group: str) -> str:
    """A log group as a stage's access log names it."""
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"


class _Builder:
    """One REST API that is being built."""

    def __init__(self, api: ApiClient, made: dict[str, Any]) -> None:
        self._api = api
        self.id = str(made["id"])
        self._resources = {"/": str(made["rootResourceId"])}
        self._validator = ""

    def shape(self) -> None:
        """The model and the validator."""
        self._api.create_model(
            restApiId=self.id,
            name="NewParcel",
            contentType=_JSON,
            schema=json.dumps(_PARCEL),
            description="A parcel to send",
        )
        self._validator = str(
            self._api.create_request_validator(restApiId=self.id, name="body", validateRequestBody=True)["id"]
        )

    def add(self, routes: list[Route]) -> None:
        """Their resources, methods and integrations."""
        for route in routes:
            self._method(route, self.resource(route.path))

    def resource(self, path: str) -> str:
        """The resource of a path, made with its parents."""
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            made = self._api.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self._resources[path] = str(made["id"])
        return self._resources[path]

    def _method(self, route: Route, resource: str) -> None:
        place = {"restApiId": self.id, "resourceId": resource, "httpMethod": route.method}
        names = re.findall(r"\{(\w+)\}", route.path)
        more: dict[str, Any] = {}
        if (route.method, route.path) == ("POST", "/parcels"):
            more = {"requestValidatorId": self._validator, "requestModels": {_JSON: "NewParcel"}}
        self._api.put_method(
            **place,
            authorizationType=route.auth,
            apiKeyRequired=route.key,
            requestParameters={f"method.request.path.{name}": True for name in names},
            **more,
        )
        if route.upstream:
            self._to_upstream(route, place, names)
        else:
            self._mock(route, place)

    def _to_upstream(self, route: Route, place: dict[str, str], names: list[str]) -> None:
        self._api.put_integration(
            **place,
            type="HTTP_PROXY" if route.proxy else "HTTP",
            integrationHttpMethod=route.method,
            uri=f"http://${{stageVariables.upstream}}{route.upstream}",
            requestParameters={
                f"integration.request.path.{name}": f"method.request.path.{name}" for name in names
            },
            timeoutInMillis=10_000,
        )
        if not route.proxy:
            for status, pattern in (("200", ""), ("404", "404"), ("502", "5\\d\\d")):
                self._answer(place, status, pattern)

    def _mock(self, route: Route, place: dict[str, str]) -> None:
        self._api.put_integration(
            **place, type="MOCK", requestTemplates={_JSON: json.dumps({"statusCode": route.status})}
        )
        self._answer(place, str(route.status), "", route.template)

    def _answer(self, place: dict[str, str], status: str, pattern: str, template: str | None = None) -> None:
        self._api.put_method_response(**place, statusCode=status)
        more = {} if template is None else {"responseTemplates": {_JSON: template}}
        self._api.put_integration_response(
            **place, statusCode=status, **({"selectionPattern": pattern} if pattern else {}), **more
        )

    def timeout(self, milliseconds: int) -> None:
        """What the search is given to answer."""
        self._api.update_integration(
            restApiId=self.id,
            resourceId=self.resource("/parcels/{tracking}"),
            httpMethod="GET",
            patchOperations=[{"op": "replace", "path": "/timeoutInMillis", "value": str(milliseconds)}],
        )

    def deploy(self, number: int) -> str:
        """A deployment of what is built so far."""
        made = self._api.create_deployment(restApiId=self.id, description=DEPLOYMENTS[number - 1])
        return str(made["id"])


def build(api: ApiClient, upstream: str) -> Built:
    """Make the API; ``upstream`` is host and port of the server behind it."""
    made = api.create_rest_api(
        name=NAME,
        description="Shipping and tracking for the carrier's customers",
        endpointConfiguration={"types": ["REGIONAL"]},
        tags={TAG[0]: TAG[1], "team": "shipping"},
    )
    builder = _Builder(api, made)
    builder.shape()
    built = Built(builder.id)
    timeouts = {3: 29_000, 4: 8_000}
    for number in range(1, len(DEPLOYMENTS) + 1):
        builder.add([route for route in ROUTES if route.since == number])
        if number in timeouts:
            builder.timeout(timeouts[number])
        built.deployments.append(builder.deploy(number))
    _stages(api, built, upstream)
    builder.add([route for route in ROUTES if route.since == UNDEPLOYED])
    api.update_method(
        restApiId=built.id,
        resourceId=builder.resource("/rates"),
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/apiKeyRequired", "value": "true"}],
    )
    return built


def _stages(api: ApiClient, built: Built, upstream: str) -> None:
    for name, number, text in (
        ("prod", PROD, "What customers call"),
        ("test", TEST, "For the customers' developers"),
    ):
        api.create_stage(
            restApiId=built.id,
            stageName=name,
            deploymentId=built.deployments[number - 1],
            description=text,
            variables={"upstream": upstream, "environment": name},
            tags={TAG[0]: TAG[1]},
        )
    limits = {"prod": ("50.0", "100"), "test": ("10.0", "20")}
    for name, (rate, burst) in limits.items():
        operations = [("/*/*/throttling/rateLimit", rate), ("/*/*/throttling/burstLimit", burst)]
        if name == "prod":
            operations += [
                ("/~1rates~1quote/POST/throttling/rateLimit", "5.0"),
                ("/~1rates~1quote/POST/throttling/burstLimit", "10"),
                ("/accessLogSettings/destinationArn", log_arn(LOG_GROUP)),
                ("/accessLogSettings/format", LOG_FORMAT),
            ]
        api.update_stage(
            restApiId=built.id,
            stageName=name,
            patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in operations],
        )


def build_unused(api: ApiClient) -> str:
    """A second API, begun and never deployed, whose name CloudWatch would file without its umlauts; its id."""
    made = api.create_rest_api(
        name="Größenrechner",
        description="Which box fits; begun, not deployed",
        endpointConfiguration={"types": ["REGIONAL"]},
        tags={TAG[0]: TAG[1]},
    )
    builder = _Builder(api, made)
    builder.add([Route("POST", "/boxes", {"box": "M", "filled": "0.82"})])
    return builder.id
