"""Answers of API Gateway that the tests of this module share, made by hand in AWS's shapes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
API, ROOT = "a1b2c3d4e5", "rootid0001"
CREATED = "2026-01-05T10:00:00+00:00"


def method(verb: str, uri: str = "https://backend.example/pets", **more: Any) -> Json:
    """A method with an HTTP_PROXY integration, as GetResources(embed=methods) gives it."""
    return {
        "httpMethod": verb,
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodIntegration": {
            "type": "HTTP_PROXY",
            "httpMethod": verb,
            "uri": uri,
            "connectionType": "INTERNET",
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": "res0000001",
            "cacheKeyParameters": [],
            "integrationResponses": {"200": {"statusCode": "200"}},
        },
        **more,
    }


def resources(**verbs: Json) -> list[Json]:
    """``/`` without a method and ``/pets`` with those named; one GET when none is."""
    return [
        {"id": ROOT, "path": "/"},
        {
            "id": "res0000001",
            "parentId": ROOT,
            "pathPart": "pets",
            "path": "/pets",
            "resourceMethods": verbs or {"GET": method("GET")},
        },
    ]


def export(*verbs: str, uri: str = "https://backend.example/pets", **more: Any) -> Json:
    """What GetExport (oas30, extensions) makes of ``resources`` with these verbs."""
    operations = {
        verb.lower(): {
            "responses": {"200": {"description": "200 response", "content": {}}},
            "x-amazon-apigateway-integration": {
                "httpMethod": verb,
                "uri": uri,
                "responses": {"default": {"statusCode": "200"}},
                "passthroughBehavior": "when_no_match",
                "type": "http_proxy",
            },
            **more,
        }
        for verb in verbs or ("GET",)
    }
    return {"openapi": "3.0.1", "info": {"title": "pets"}, "paths": {"/pets": operations}, "components": {}}


def rest_api(api: str = API, name: str = "pets", **more: Any) -> Json:
    """An item of GetRestApis."""
    return {
        "id": api,
        "name": name,
        "createdDate": CREATED,
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"},
        "disableExecuteApiEndpoint": False,
        "rootResourceId": ROOT,
        **more,
    }


def v2_api(api: str = "h1b2c3d4e5", name: str = "orders", kind: str = "HTTP", **more: Any) -> Json:
    """An item of GetApis."""
    return {
        "ApiId": api,
        "Name": name,
        "ProtocolType": kind,
        "CreatedDate": CREATED,
        "ApiEndpoint": f"https://{api}.execute-api.eu-central-1.amazonaws.com",
        "RouteSelectionExpression": "$request.method $request.path",
        **more,
    }


def stage(name: str = "prod", deployment: str = "dep0000001", **more: Any) -> Json:
    """A REST stage."""
    return {
        "stageName": name,
        "deploymentId": deployment,
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
        "createdDate": CREATED,
        "lastUpdatedDate": CREATED,
        **more,
    }


def v2_stage(name: str = "prod", deployment: str = "dep0000001", **more: Any) -> Json:
    """A stage of an HTTP or WebSocket API."""
    return {
        "StageName": name,
        "DeploymentId": deployment,
        "AutoDeploy": False,
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
        "RouteSettings": {},
        "StageVariables": {},
        "CreatedDate": CREATED,
        "LastUpdatedDate": CREATED,
        **more,
    }


def plan(plan_id: str = "plan000001", name: str = "gold", **more: Any) -> Json:
    """A usage plan."""
    return {
        "id": plan_id,
        "name": name,
        "apiStages": [
            {"apiId": API, "stage": "prod", "throttle": {"/pets/GET": {"rateLimit": 2.0, "burstLimit": 4}}}
        ],
        "throttle": {"rateLimit": 200.0, "burstLimit": 100},
        "quota": {"limit": 5000, "offset": 0, "period": "MONTH"},
        **more,
    }


def key(key_id: str = "key0000001", name: str = "acme", **more: Any) -> Json:
    """An item of GetApiKeys."""
    return {
        "id": key_id,
        "name": name,
        "customerId": "customer-1",
        "enabled": True,
        "createdDate": CREATED,
        "lastUpdatedDate": CREATED,
        "stageKeys": [],
        **more,
    }
