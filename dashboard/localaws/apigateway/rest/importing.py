"""ImportRestApi and PutRestApi."""

from __future__ import annotations

from dashboard.localaws.apigateway.rest import apis
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Store

router = Router()


@router.on("POST", "/restapis")
def create(request: Request, store: Store) -> Reply:
    """ImportRestApi with ``mode=import``, else CreateRestApi."""
    return apis.create(request, store)
