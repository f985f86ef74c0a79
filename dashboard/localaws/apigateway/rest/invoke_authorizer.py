"""TestInvokeAuthorizer: an authorizer is asked about headers, without any method."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest import invoke_log
from dashboard.localaws.apigateway.rest.authorizers import find
from dashboard.localaws.apigateway.rest.checks import body
from dashboard.localaws.apigateway.routing import Later, Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.gateway import lambda_authorizers
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin
from dashboard.localaws.gateway.jwt import JwtError, Tokens
from dashboard.localaws.gateway.mapping import Sources, source
from dashboard.localaws.gateway.responses import Refused

router = Router()
_STAGE = "test-invoke-stage"
_STATUS = {"UNAUTHORIZED": 401, "EXPIRED_TOKEN": 401}


@router.on("POST", "/restapis/{api}/authorizers/{authorizer}", changes=False)
def test_invoke(request: Request, store: Store) -> Reply:
    """TestInvokeAuthorizer; 400 where nothing can be asked."""
    authorizer = copy.deepcopy(find(request, store))
    exchange = _exchange(request)
    if request.backends is not None:
        exchange.backends = request.backends(
            request.region, request.of(store).rest[request.params["api"]]["info"]
        )
    elif authorizer["type"] != "COGNITO_USER_POOLS":
        raise bad_request("No function can be asked here.")
    return 200, Later(lambda: _tried(authorizer, exchange))


async def _tried(authorizer: Json, exchange: Exchange) -> Json:
    """What the authorizer says, as TestInvokeAuthorizer answers it."""
    started = time.perf_counter()
    found: Json = {}
    status, why = 200, ""
    try:
        found = await (_claims if authorizer["type"] == "COGNITO_USER_POOLS" else _policy)(
            authorizer, exchange
        )
    except Refused as refused:
        status, why = _STATUS.get(refused.kind, 500), refused.message or refused.kind
    latency = int((time.perf_counter() - started) * 1000)
    return {"clientStatus": status, "latency": latency, "log": _log(authorizer, exchange, found, why)} | found


async def _policy(authorizer: Json, exchange: Exchange) -> Json:
    value = await lambda_authorizers.answer(authorizer, exchange)
    verdict = lambda_authorizers.policy_of(value)
    names = {name: [text] for name, text in verdict.context.items() if name != "principalId"}
    policy = json.dumps(value["policyDocument"])
    return {"principalId": verdict.context["principalId"], "policy": policy, "authorization": names}


async def _claims(authorizer: Json, exchange: Exchange) -> Json:
    token = source(str(authorizer.get("identitySource") or ""), Sources(exchange))
    pools = [str(arn).rpartition("/")[2] for arn in authorizer.get("providerARNs", ())]
    if not token:
        raise Refused("UNAUTHORIZED")
    try:
        claims = await Tokens().claims(token)
    except JwtError as error:
        raise Refused("EXPIRED_TOKEN" if error.expired else "UNAUTHORIZED") from error
    if str(claims.get("iss", "")).rpartition("/")[2] not in pools:
        raise Refused("UNAUTHORIZED")
    return {"claims": {name: _text(value) for name, value in claims.items()}}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _exchange(request: Request) -> Exchange:
    given = body(request)
    path, _, query = str(given.get("pathWithQueryString") or "/").partition("?")
    sent = {name.lower(): [str(value)] for name, value in (given.get("headers") or {}).items()}
    sent |= {name.lower(): list(values) for name, values in (given.get("multiValueHeaders") or {}).items()}
    incoming = Incoming(
        method="GET",
        path=path,
        query=query,
        headers=tuple((name, value) for name, values in sent.items() for value in values),
        body=str(given.get("body") or "").encode(),
        source_ip="test-invoke-source-ip",
        when=time.time(),
    )
    exchange = begin(
        incoming,
        api_id=request.params["api"],
        stage=_STAGE,
        full_path=path,
        host="testPrefix.testDomainName",
        rest=True,
    )
    exchange.context |= {"resourcePath": path}
    exchange.stage_variables = dict(given.get("stageVariables") or {})
    return exchange


def _log(authorizer: Json, exchange: Exchange, found: Mapping[str, Any], why: str) -> str:
    """The execution log, line by line."""
    when = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(exchange.incoming.when))
    lines = [
        f"Starting authorizer: {authorizer['id']} for request: {exchange.request_id}",
        f"Incoming identity: {invoke_log.java(exchange.incoming.headers)}",
        *(
            [f"Using valid authorizer policy for principal: {found['principalId']}"]
            if "policy" in found
            else []
        ),
        f"Unauthorized request: {exchange.request_id}: {why}"
        if why
        else f"Successfully completed authorizer execution: {authorizer['id']}",
    ]
    head = f"Execution log for request {exchange.request_id}\n"
    return head + "".join(f"{when} : {line}\n" for line in lines)
