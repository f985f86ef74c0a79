"""Building the carrier's HTTP API with its JWT authorizer and its WebSocket API, through the embedded AWS's own control plane."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dashboard.localaws.history import TAG
from dashboard.localaws.world.apis.clients import ApiClient
from dashboard.localaws.world.apis.rest_api import log_arn

HTTP_NAME, WEBSOCKET_NAME = "Courier app", "Parcel events"
LIVE, BETA = "$default", "beta"
"""The HTTP API's stages: the first deploys by itself."""
SOCKET_STAGE = "live"
ISSUER, AUDIENCE = "https://sign-in.parcel-carrier.example/", "courier-app"
LOG_GROUP = "/aws/apigateway/courier-app"
LOG_FORMAT = json.dumps(
    {
        "time": "$context.requestTime",
        "request": "$context.requestId",
        "ip": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "integration": "$context.integrationLatency",
        "bytes": "$context.dataProcessed",
        "error": "$context.error.responseType",
    }
)
ROUTES = (
    ("GET /status", "/status", False),
    ("GET /me", "/couriers/me", True),
    ("GET /tours", "/tours", True),
    ("GET /tours/{tour}", "/tours/{tour}", True),
    ("POST /tours/{tour}/scans", "/tours/{tour}/scans", True),
    ("PUT /tours/{tour}/stops/{stop}", "/tours/{tour}/stops/{stop}", True),
)
"""Route key, path of the server behind it, whether a token is asked for."""
LATER = (("POST /tours/{tour}/photos", "/tours/{tour}/photos", True),)
"""Not on the stage beta yet."""


@dataclass(frozen=True)
class Built:
    """An API's id and the deployment that was made for it."""

    id: str
    deployment: str


def build_http(api: ApiClient, upstream: str) -> Built:
    """Make the HTTP API; ``upstream`` is host and port of the server behind it."""
    made = api.create_api(
        Name=HTTP_NAME,
        ProtocolType="HTTP",
        Description="What the couriers' telephones call",
        CorsConfiguration={
            "AllowOrigins": ["https://courier.parcel-carrier.example"],
            "AllowMethods": ["GET", "POST", "PUT"],
        },
        Tags={TAG[0]: TAG[1]},
    )
    api_id = str(made["ApiId"])
    authorizer = api.create_authorizer(
        ApiId=api_id,
        AuthorizerType="JWT",
        Name="couriers",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": [AUDIENCE], "Issuer": ISSUER},
    )["AuthorizerId"]
    _routes(api, api_id, authorizer, ROUTES)
    deployment = str(api.create_deployment(ApiId=api_id, Description="First courier app")["DeploymentId"])
    for stage in (BETA, LIVE):
        api.create_stage(
            ApiId=api_id,
            StageName=stage,
            StageVariables={"upstream": upstream},
            DefaultRouteSettings={"ThrottlingRateLimit": 40.0, "ThrottlingBurstLimit": 80},
            AccessLogSettings={"DestinationArn": log_arn(LOG_GROUP), "Format": LOG_FORMAT},
            **({"AutoDeploy": True} if stage == LIVE else {"DeploymentId": deployment}),
        )
    _routes(api, api_id, authorizer, LATER)
    return Built(api_id, deployment)


def _routes(api: ApiClient, api_id: str, authorizer: str, routes: tuple[tuple[str, str, bool], ...]) -> None:
    for key, path, guarded in routes:
        integration = api.create_integration(
            ApiId=api_id,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod=key.partition(" ")[0],
            IntegrationUri=f"http://${{stageVariables.upstream}}{path}",
            PayloadFormatVersion="1.0",
            TimeoutInMillis=10_000,
        )["IntegrationId"]
        more = {"AuthorizationType": "JWT", "AuthorizerId": authorizer} if guarded else {}
        api.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration}", **more)


def build_websocket(api: ApiClient) -> Built:
    """Make the WebSocket API, whose routes are mocks."""
    made = api.create_api(
        Name=WEBSOCKET_NAME,
        ProtocolType="WEBSOCKET",
        Description="Tells shops about scans as they happen",
        RouteSelectionExpression="$request.body.action",
        Tags={TAG[0]: TAG[1]},
    )
    api_id = str(made["ApiId"])
    for key in ("$connect", "$disconnect", "$default", "subscribe", "unsubscribe"):
        integration = api.create_integration(
            ApiId=api_id,
            IntegrationType="MOCK",
            RequestTemplates={"200": '{"statusCode": 200}'},
            TemplateSelectionExpression="200",
        )["IntegrationId"]
        api.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration}")
    deployment = str(api.create_deployment(ApiId=api_id, Description="Events for shops")["DeploymentId"])
    api.create_stage(
        ApiId=api_id,
        StageName=SOCKET_STAGE,
        DeploymentId=deployment,
        DefaultRouteSettings={"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 200},
    )
    return Built(api_id, deployment)
