"""TestInvokeMethod of MOCK integrations: the working copy, without key, throttle or authorizer."""

from __future__ import annotations

import re
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest.checks import api_of, body, method_of, resource_of
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.gateway import integrations
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin
from dashboard.localaws.gateway.responses import Refused, refuse
from dashboard.localaws.refusals import Answer

router = Router()
_STAGE = "test-invoke-stage"


@router.on("POST", "/restapis/{api}/resources/{resource}/methods/{verb}", changes=False)
def test_invoke(request: Request, store: Store) -> Reply:
    """TestInvokeMethod; 400 for an integration that would call something, because a control plane here never waits."""
    method = method_of(request, store)
    resource = resource_of(request, store)
    kind = method.get("methodIntegration", {}).get("type")
    if kind != "MOCK":
        raise bad_request(f"The embedded API Gateway tests MOCK integrations only, not {kind or 'none'}.")
    exchange = _exchange(request, resource)
    started = time.perf_counter()
    try:
        answer = _now(integrations.serve(method, exchange))
    except Refused as refused:
        answer = refuse(exchange, api_of(request, store), refused)
    latency = int((time.perf_counter() - started) * 1000)
    headers = {_titled(name): value for name, value in answer.headers}
    return 200, {
        "status": answer.status,
        "body": answer.body.decode(),
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "latency": latency,
        "log": _log(exchange, answer, headers),
    }


def _now(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of a coroutine that never waits, as a mock's does not."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    coroutine.close()
    raise bad_request("The integration waits for something.")


def _titled(name: str) -> str:
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


def _log(exchange: Exchange, answer: Answer, headers: dict[str, str]) -> str:
    """The execution log, line by line as AWS writes it."""
    incoming = exchange.incoming
    lines = [
        f"Starting execution for request: {exchange.request_id}",
        f"HTTP Method: {incoming.method}, Resource Path: {incoming.path}",
        f"Method request path: {_java(dict(exchange.params))}",
        f"Method request query string: {_java(dict(incoming.parameters()))}",
        f"Method request headers: {_java(dict(incoming.headers))}",
        f"Method request body before transformations: {incoming.text}",
    ]
    if "error" in exchange.context:
        lines.append(f"Execution failed due to configuration error: {exchange.context['error']['message']}")
    else:
        lines += [
            f"Method response body after transformations: {answer.body.decode()}",
            f"Method response headers: {_java(headers)}",
            "Successfully completed execution",
        ]
    lines.append(f"Method completed with status: {answer.status}")
    moment = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(incoming.when))
    head = f"Execution log for request {exchange.request_id}\n"
    return head + "".join(f"{moment} : {line}\n" for line in lines)


def _java(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}={value}" for name, value in values.items()) + "}"
