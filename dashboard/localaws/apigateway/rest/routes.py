"""Every operation of the REST control plane."""

from __future__ import annotations

from dashboard.localaws.apigateway.routing import Router


def router() -> Router:
    """One router of all files of this room."""
    return Router()
