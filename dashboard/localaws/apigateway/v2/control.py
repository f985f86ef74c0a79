"""Every operation of the control plane of HTTP and WebSocket APIs."""

from __future__ import annotations

from dashboard.localaws.apigateway.routing import Router
from dashboard.localaws.apigateway.v2 import (
    answers,
    apis,
    authorizers,
    deployments,
    domains,
    exporting,
    importing,
    integrations,
    models,
    routes,
    stages,
    tags,
    vpc_links,
)


def router() -> Router:
    """One router of all files of this room."""
    whole = Router()
    for part in (
        apis,
        routes,
        integrations,
        authorizers,
        stages,
        deployments,
        domains,
        vpc_links,
        models,
        tags,
        exporting,
        importing,
    ):
        whole.include(part.router)
    for kind in (answers.ROUTE, answers.INTEGRATION):
        whole.include(answers.router(kind))
    return whole
