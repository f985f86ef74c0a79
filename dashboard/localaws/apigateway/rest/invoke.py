"""TestInvokeMethod: a method of the working copy, without key, throttle or authorizer."""

from __future__ import annotations

import copy
import re
import time
from urllib.parse import unquote

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest import invoke_log
from dashboard.localaws.apigateway.rest.checks import api_of, body, method_of, resource_of
from dashboard.localaws.apigateway.routing import Later, Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.gateway import guards, integrations
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin
from dashboard.localaws.gateway.responses import Refused, refuse

router = Router()
_STAGE = "test-invoke-stage"
_SPELLED = {"x-amzn-errortype": "x-amzn-ErrorType", "x-amzn-trace-id": "X-Amzn-Trace-Id"}
_PARTS = ("info", "models", "validators", "gatewayResponses")


@router.on("POST", "/restapis/{api}/resources/{resource}/methods/{verb}", changes=False)
def test_invoke(request: Request, store: Store) -> Reply:
    """TestInvokeMethod; 400 for a method without an integration."""
    method = copy.deepcopy(method_of(request, store))
    if "methodIntegration" not in method:
        raise bad_request("No integration defined for method")
    api = api_of(request, store)
    parts = {name: copy.deepcopy(api[name]) for name in _PARTS}
    exchange = _exchange(request, resource_of(request, store))
    if request.backends is not None:
        exchange.backends = request.backends(request.region, api["info"])
    return 200, Later(lambda: _tried(method, parts, exchange))


async def _tried(method: Json, parts: Json, exchange: Exchange) -> Json:
    """Call the method; the answer as TestInvokeMethod gives it."""
    started = time.perf_counter()
    refused = None
    try:
        guards.validate(method, parts, exchange)
        answer = await integrations.serve(method, exchange)
    except Refused as error:
        refused, answer = error, refuse(exchange, parts, error)
    latency = int((time.perf_counter() - started) * 1000)
    headers = {_titled(name): value for name, value in answer.headers}
    if refused:
        headers.pop("Content-Type", None)
    return {
        "status": answer.status,
        "body": answer.body.decode(errors="replace"),
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "latency": latency,
        "log": invoke_log.text(exchange, answer, headers, refused),
    }


def _titled(name: str) -> str:
    if name in _SPELLED:
        return _SPELLED[name]
    return name if name.startswith("x-amzn") else "-".join(part.capitalize() for part in name.split("-"))


def _exchange(request: Request, resource: Json) -> Exchange:
    given = body(request)
    path, _, query = str(given.get("pathWithQueryString") or resource["path"]).partition("?")
    sent = {name.lower(): [str(value)] for name, value in (given.get("headers") or {}).items()}
    sent |= {name.lower(): list(values) for name, values in (given.get("multiValueHeaders") or {}).items()}
    incoming = Incoming(
        method=request.params["verb"],
        path=path,
        query=query,
        headers=tuple((name, value) for name, values in sent.items() for value in values),
        body=str(given.get("body") or "").encode(),
        source_ip="test-invoke-source-ip",
        when=time.time(),
    )
    api = request.params["api"]
    exchange = begin(
        incoming, api_id=api, stage=_STAGE, full_path=path, host="testPrefix.testDomainName", rest=True
    )
    exchange.context |= {"resourcePath": resource["path"], "resourceId": resource["id"]}
    exchange.stage_variables = dict(given.get("stageVariables") or {})
    exchange.params = _params(resource["path"], path)
    return exchange


def _params(template: str, path: str) -> dict[str, str]:
    """The values of the path's places; none when the path is not one of the resource."""
    pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", re.escape(template))
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
    found = re.fullmatch(pattern, path)
    return {name: unquote(value) for name, value in found.groupdict().items()} if found else {}
