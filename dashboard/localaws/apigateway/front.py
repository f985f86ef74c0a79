"""Both control planes behind one door: a signed request in, a whole answer out."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from dashboard.localaws.apigateway.errors import ApiError
from dashboard.localaws.apigateway.rest import routes as rest
from dashboard.localaws.apigateway.routing import Later, Raw, Request, Route, Router
from dashboard.localaws.apigateway.store import Store
from dashboard.localaws.apigateway.v2 import control as v2
from dashboard.localaws.layer import Head
from dashboard.localaws.refusals import Answer

if TYPE_CHECKING:
    from dashboard.localaws.gateway.backends import Reach

logger = logging.getLogger("gatehouse.localaws")


def router() -> Router:
    """Every operation that is offered. REST first; v2's paths all begin with /v2/."""
    whole = Router()
    whole.include(rest.router())
    whole.include(v2.router())
    return whole


class Front:
    """Answers for the service ``apigateway``, which both control planes sign for."""

    def __init__(self, store: Store, backends: Reach | None = None) -> None:
        self.store = store
        self._backends = backends
        self._router = router()

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer | Awaitable[Answer]:
        """``layer.Service``: the same as ``answer``, for a request that the layer took."""
        return self.answer(head.region, head.method, raw_path, query, head.headers, body)

    def answer(
        self, region: str, method: str, raw_path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | Awaitable[Answer]:
        """One call; every refusal is JSON that the SDK reads, also for an operation that is not offered."""
        found = self._router.find(method, raw_path)
        if found is None:
            refusal = ApiError(
                404, "UnknownOperationException", f"API Gateway has no operation {method} {raw_path}."
            )
            return refusal.answer()
        route, params = found
        lists = parse_qs(query, keep_blank_values=True)
        request = Request(
            region=region,
            method=method,
            path=raw_path,
            params=params,
            query={name: values[-1] for name, values in lists.items()},
            lists=lists,
            body=_json(body),
            raw=body,
            headers=headers,
            backends=self._backends,
        )
        try:
            with self.store.lock:
                status, value = route.handler(request, self.store)
                if isinstance(value, Later):
                    return _waited(route, status, value)
                answer = _answer(status, value)
        except Exception as error:  # noqa: BLE001 - _failure logs it whole
            return _failure(route, error)
        if route.changes:
            self.store.changed()
        return answer


async def _waited(route: Route, status: int, later: Later) -> Answer:
    try:
        return _answer(status, await later.work())
    except Exception as error:  # noqa: BLE001 - _failure logs it whole
        return _failure(route, error)


def _failure(route: Route, error: Exception) -> Answer:
    """A refusal as it is; whatever else goes wrong is our defect, and the caller still gets an answer that its SDK reads."""
    if isinstance(error, ApiError):
        return error.answer()
    logger.error("%s %s failed", route.method, route.template, exc_info=error)
    return ApiError(500, "InternalFailure", "The embedded API Gateway failed.").answer()


def _json(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # an import's YAML, or nonsense: the handler reads ``raw``
        return {}


def _answer(status: int, value: Any) -> Answer:
    headers = (("x-amzn-requestid", str(uuid.uuid4())),)
    if isinstance(value, Raw):
        return Answer(status, (*headers, ("content-type", value.content_type), *value.headers), value.data)
    data = b"" if value is None else json.dumps(value).encode()
    return Answer(status, (*headers, ("content-type", "application/json")), data)
