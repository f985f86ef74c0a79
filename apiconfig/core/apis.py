"""APIs, stages and deployments of all three kinds (REST, HTTP, WebSocket) in one shape, out of AWS's answers.

REST answers are in camelCase (``apigateway``), HTTP and WebSocket ones in PascalCase (``apigatewayv2``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Json = Mapping[str, Any]
ApiKind = Literal["REST", "HTTP", "WEBSOCKET"]
KIND_WORDS: dict[str, str] = {"REST": "REST", "HTTP": "HTTP", "WEBSOCKET": "WebSocket"}


@dataclass(frozen=True)
class Api:
    """An API as the list shows it. ``created`` is ISO 8601 in UTC; ``endpoint`` is a WebSocket's or HTTP API's own address.

    ``endpoint_types`` are EDGE, REGIONAL or PRIVATE (REST). ``status`` is empty unless AWS states one other than AVAILABLE.
    ``key_source`` is HEADER or AUTHORIZER for REST, empty otherwise.
    """

    id: str
    kind: ApiKind
    name: str
    region: str = ""
    description: str = ""
    created: str = ""
    version: str = ""
    endpoint: str = ""
    endpoint_types: tuple[str, ...] = ()
    key_source: str = ""
    endpoint_disabled: bool = False
    binary_types: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    status: str = ""

    @property
    def kind_words(self) -> str:
        """REST, HTTP or WebSocket."""
        return KIND_WORDS[self.kind]

    @property
    def title(self) -> str:
        """The name, or the id where somebody gave it none."""
        return self.name.strip() or self.id


@dataclass(frozen=True)
class Canary:
    """A canary of a REST stage: ``percent`` of the traffic goes to ``deployment`` with ``overrides`` of the stage's variables."""

    deployment: str
    percent: Decimal
    overrides: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StageThrottle:
    """A limit that a stage sets itself. ``route`` is ``*/*`` for the default, else ``GET /pets`` (REST) or the route key.

    None means that the stage states none, and the account's limits act.
    """

    route: str
    rate: Decimal | None
    burst: int | None


@dataclass(frozen=True)
class Stage:
    """A stage as it stands. ``deployment`` is empty for a v2 stage that was never deployed to.

    ``auto_deploy`` (HTTP, WebSocket) means that AWS deploys every change at once; ``deploy_message`` is what the last one said.
    ``access_log`` is the destination's ARN. ``log_level`` is OFF, ERROR or INFO (execution log, default of all methods).
    ``raw`` is AWS's own answer, which limits and fingerprints are read from.
    """

    name: str
    deployment: str = ""
    description: str = ""
    created: str = ""
    updated: str = ""
    auto_deploy: bool = False
    deploy_message: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    throttles: tuple[StageThrottle, ...] = ()
    access_log: str = ""
    access_log_format: str = ""
    log_level: str = "OFF"
    metrics: bool = False
    tracing: bool = False
    cache: str = ""
    canary: Canary | None = None
    raw: Json = field(default_factory=dict, repr=False)

    @property
    def default_throttle(self) -> StageThrottle | None:
        """The limit for every route that has none of its own."""
        return next((limit for limit in self.throttles if limit.route == "*/*"), None)

    @property
    def route_throttles(self) -> tuple[StageThrottle, ...]:
        """The limits of single routes."""
        return tuple(limit for limit in self.throttles if limit.route != "*/*")


@dataclass(frozen=True)
class Deployment:
    """A deployment; ``status`` (v2 only) is PENDING, FAILED or DEPLOYED, ``message`` why it failed. ``stages`` serve it now."""

    id: str
    description: str = ""
    created: str = ""
    status: str = ""
    message: str = ""
    automatic: bool = False
    stages: tuple[str, ...] = ()
    snapshot: bool = False
    """Whether we kept what it holds, so that a comparison with it is exact."""


@dataclass(frozen=True)
class Authorizer:
    """``kind`` is TOKEN, REQUEST, COGNITO_USER_POOLS or JWT; ``target`` its function, pools or issuer."""

    id: str
    name: str
    kind: str
    target: str = ""


def rest_api(answer: Json, region: str = "") -> Api:
    """Out of GetRestApi or an item of GetRestApis."""
    status = str(answer.get("apiStatus", ""))
    return Api(
        id=str(answer["id"]),
        kind="REST",
        name=str(answer.get("name", "")),
        region=region,
        description=str(answer.get("description", "")),
        created=str(answer.get("createdDate", "")),
        version=str(answer.get("version", "")),
        endpoint_types=tuple(answer.get("endpointConfiguration", {}).get("types", ())),
        key_source=str(answer.get("apiKeySource", "")),
        endpoint_disabled=bool(answer.get("disableExecuteApiEndpoint", False)),
        binary_types=tuple(answer.get("binaryMediaTypes", ())),
        tags=pairs(answer.get("tags")),
        status="" if status == "AVAILABLE" else status,
    )


def v2_api(answer: Json, region: str = "") -> Api:
    """Out of GetApi or an item of GetApis."""
    return Api(
        id=str(answer["ApiId"]),
        kind="WEBSOCKET" if answer.get("ProtocolType") == "WEBSOCKET" else "HTTP",
        name=str(answer.get("Name", "")),
        region=region,
        description=str(answer.get("Description", "")),
        created=str(answer.get("CreatedDate", "")),
        version=str(answer.get("Version", "")),
        endpoint=str(answer.get("ApiEndpoint", "")),
        endpoint_types=("REGIONAL",),
        endpoint_disabled=bool(answer.get("DisableExecuteApiEndpoint", False)),
        tags=pairs(answer.get("Tags")),
    )


def rest_stage(answer: Json) -> Stage:
    """Out of GetStage or an item of GetStages."""
    settings: Json = answer.get("methodSettings") or {}
    default: Json = settings.get("*/*", {})
    log: Json = answer.get("accessLogSettings") or {}
    return Stage(
        name=str(answer["stageName"]),
        deployment=str(answer.get("deploymentId", "")),
        description=str(answer.get("description", "")),
        created=str(answer.get("createdDate", "")),
        updated=str(answer.get("lastUpdatedDate", "")),
        variables=pairs(answer.get("variables")),
        throttles=tuple(
            throttle
            for name, entry in sorted(settings.items())
            if (throttle := _throttle(rest_route(name), entry, "throttlingRateLimit", "throttlingBurstLimit"))
        ),
        access_log=str(log.get("destinationArn", "")),
        access_log_format=str(log.get("format", "")),
        log_level=str(default.get("loggingLevel") or "OFF"),
        metrics=bool(default.get("metricsEnabled", False)),
        tracing=bool(answer.get("tracingEnabled", False)),
        cache=f"{answer.get('cacheClusterSize', '')} GB" if answer.get("cacheClusterEnabled") else "",
        canary=_canary(answer.get("canarySettings")),
        raw=answer,
    )


def v2_stage(answer: Json) -> Stage:
    """Out of GetStage or an item of GetStages of an HTTP or WebSocket API."""
    default: Json = answer.get("DefaultRouteSettings") or {}
    routes: Json = answer.get("RouteSettings") or {}
    log: Json = answer.get("AccessLogSettings") or {}
    found = [_throttle("*/*", default, "ThrottlingRateLimit", "ThrottlingBurstLimit")]
    found += [
        _throttle(key, entry, "ThrottlingRateLimit", "ThrottlingBurstLimit")
        for key, entry in sorted(routes.items())
    ]
    return Stage(
        name=str(answer["StageName"]),
        deployment=str(answer.get("DeploymentId") or ""),
        description=str(answer.get("Description", "")),
        created=str(answer.get("CreatedDate", "")),
        updated=str(answer.get("LastUpdatedDate", "")),
        auto_deploy=bool(answer.get("AutoDeploy", False)),
        deploy_message=str(answer.get("LastDeploymentStatusMessage") or ""),
        variables=pairs(answer.get("StageVariables")),
        throttles=tuple(limit for limit in found if limit is not None),
        access_log=str(log.get("DestinationArn", "")),
        access_log_format=str(log.get("Format", "")),
        log_level=str(default.get("LoggingLevel") or "OFF"),
        metrics=bool(default.get("DetailedMetricsEnabled", False)),
        raw=answer,
    )


def rest_deployment(answer: Json) -> Deployment:
    """Out of GetDeployments or CreateDeployment."""
    return Deployment(
        str(answer["id"]), str(answer.get("description", "")), str(answer.get("createdDate", ""))
    )


def v2_deployment(answer: Json) -> Deployment:
    """The same for an HTTP or WebSocket API."""
    return Deployment(
        id=str(answer["DeploymentId"]),
        description=str(answer.get("Description", "")),
        created=str(answer.get("CreatedDate", "")),
        status=str(answer.get("DeploymentStatus", "")),
        message=str(answer.get("DeploymentStatusMessage") or ""),
        automatic=bool(answer.get("AutoDeployed", False)),
    )


def rest_authorizer(answer: Json) -> Authorizer:
    """Out of GetAuthorizers."""
    target = answer.get("authorizerUri") or ", ".join(answer.get("providerARNs", ()))
    return Authorizer(
        str(answer["id"]), str(answer.get("name", "")), str(answer.get("type", "")), str(target)
    )


def v2_authorizer(answer: Json) -> Authorizer:
    """The same for an HTTP or WebSocket API."""
    issuer = (answer.get("JwtConfiguration") or {}).get("Issuer", "")
    return Authorizer(
        id=str(answer["AuthorizerId"]),
        name=str(answer.get("Name", "")),
        kind=str(answer.get("AuthorizerType", "")),
        target=str(answer.get("AuthorizerUri") or issuer),
    )


def rest_route(setting: str) -> str:
    """A key of ``methodSettings`` as a route: ``~1pets~1{id}/GET`` and ``pets/{id}/GET`` are ``GET /pets/{id}``.

    AWS keeps keys as they were addressed (``test/GET``, ``~1pets/GET``); ``*/*`` stays.
    """
    path, _, method = setting.rpartition("/")
    if setting == "*/*":
        return setting
    return f"{method} /{path.replace('~1', '/').lstrip('/')}"


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """A map of texts, sorted."""
    return tuple(sorted((str(name), str(text)) for name, text in (value or {}).items()))


def _throttle(route: str, entry: Json, rate: str, burst: str) -> StageThrottle | None:
    if entry.get(rate) is None and entry.get(burst) is None:
        return None
    return StageThrottle(
        route,
        None if entry.get(rate) is None else plain(entry[rate]),
        None if entry.get(burst) is None else int(entry[burst]),
    )


def plain(value: Any) -> Decimal:
    """A figure of JSON without an exponent or needless zeros: 200.0 is 200."""
    figure = Decimal(str(value))
    return figure.quantize(Decimal(1)) if figure == figure.to_integral_value() else figure.normalize()


def _canary(answer: Json | None) -> Canary | None:
    if not answer:
        return None
    return Canary(
        str(answer.get("deploymentId", "")),
        plain(answer.get("percentTraffic", 0)),
        pairs(answer.get("stageVariableOverrides")),
    )
