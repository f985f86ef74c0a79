"""Every operation of the REST control plane."""

from __future__ import annotations

from dashboard.localaws.apigateway.rest import (
    account,
    apis,
    authorizers,
    certificates,
    deployments,
    documentation,
    domains,
    export,
    gateway_responses,
    importing,
    integration_responses,
    integrations,
    invoke,
    invoke_authorizer,
    key_import,
    keys,
    method_responses,
    methods,
    models,
    plan_keys,
    plans,
    resources,
    sdks,
    stages,
    tags,
    usage,
    validators,
    vpc_links,
)
from dashboard.localaws.apigateway.routing import Router

_ROOMS = (
    importing,
    key_import,
    apis,
    resources,
    methods,
    method_responses,
    integrations,
    integration_responses,
    models,
    validators,
    gateway_responses,
    authorizers,
    stages,
    deployments,
    export,
    keys,
    plans,
    plan_keys,
    usage,
    account,
    tags,
    documentation,
    domains,
    vpc_links,
    certificates,
    sdks,
    invoke,
    invoke_authorizer,
)


def router() -> Router:
    """One router of all files of this room."""
    whole = Router()
    for room in _ROOMS:
        whole.include(room.router)
    return whole
