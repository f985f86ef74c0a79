"""Headers on their way through a REST API: which are dropped, renamed, or refuse the request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Invoked, Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, resource
from tests.conformance.targets import ROLE, function, httpbin, target
from tests.localaws.functions.support import uri

_ROOM = "TestApiGatewayHeaderRemapping::test_apigateway_header_remapping_"
_MAPPED = {
    "Accept": "'text/html'",
    "Accept-Charset": "'UTF-16'",
    "Accept-Encoding": "'zstd'",
    "Age": "'request_params_age'",
    "Authorization": "'request_params_authorization'",
    "Content-Encoding": "'compress'",
    "Content-Length": "'0'",
    "Content-MD5": "'request_params_Content-MD5'",
    "Content-Type": "'application/json'",
    "Date": "'request_params_Date'",
    "Expect": "'200-ok'",
    "Host": "method.request.header.Host",
    "Max-Forwards": "'2'",
    "Pragma": "'no-cache'",
    "Range": "'bytes=0-499'",
    "Referer": "'https://example.com/page'",
    "Server": "'https://example.com/page'",
    "Trailer": "'user-agent'",
    "Transfer-Encoding": "'deflate'",
    "Upgrade": "'HTTP/2.0'",
    "User-Agent": "'Override-Agent'",
    "Warn": "'110 anderson/1.3.37 \"Response is stale\"'",
    "WWW-Authenticate": "'Basic YWxhZGRpbjpvcGVuc2VzYW1l'",
    "Connection": "'keep-alive'",
    "Proxy-Authenticate": "'Basic realm=\"Access to the internal site\"'",
    "TE": "'gzip'",
    "Via": "'othersite.net'",
}
_NAMES = (
    *("Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Connection"),
    *("Content-Encoding", "Content-Length", "Content-MD5", "Content-Type", "Date", "Expect", "Host"),
    *("Max-Forwards", "Pragma", "Proxy-Authenticate", "Range", "Referer", "Server", "TE"),
    *("Transfer-Encoding", "Trailer", "Upgrade", "User-Agent", "Via", "Warn", "WWW-Authenticate"),
)
_SENT = {
    "Accept": JSON,
    "Accept-Charset": "UTF-8",
    "Accept-Encoding": "br",
    "Age": "request_Age",
    "Authorization": "Unauthorized",
    "Connection": "close",
    "Content-Encoding": "deflate",
    "Content-MD5": "request_Content-MD5",
    "Content-Type": JSON,
    "Date": "request_Date",
    "Expect": "100-continue",
    "Max-Forwards": "2",
    "Pragma": "cache",
    "Proxy-Authenticate": "Basic",
    "Range": "bytes=500-999",
    "Referer": "https://example.com/",
    "Server": "https://example.com/",
    "TE": "deflate",
    "Trailer": "Expires",
    "Transfer-Encoding": "chunked",
    "Upgrade": "HTTP/2.0",
    "User-Agent": "localStack/0.0",
    "Via": "p1.example.net",  # with the host as long as the recorded lengths say
    "Warn": "299 localStack/0.0",
    "WWW-Authenticate": "Basic YWxhZGRpbjpvcGVuc2VzYW1l",
}
_LENGTHS = ("Content-Length", "Transfer-Encoding")
_SIGNED = (*_LENGTHS, "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE")
_SPELLED = {
    name.lower(): name
    for name in (
        *_NAMES,
        *("X-Amzn-Trace-Id", "x-amz-apigw-id", "x-amzn-RequestId", "x-amzn-ErrorType"),
        *("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
    )
}
_SPELLED |= {f"x-amzn-remapped-{name.lower()}": f"x-amzn-Remapped-{name}" for name in _NAMES}
_ECHO = """
import json

def handler(event, context):
    answer = {"statusCode": 200, "body": json.dumps(event), "isBase64Encoded": False}
    return answer
"""


def _spelled(answer: Invoked) -> dict[str, str]:
    """An answer's headers as recordings spell their names, which have no case."""
    return {_SPELLED.get(name.lower(), name): value for name, value in answer.headers.items()}


def _api(run: Run, kind: str, place: str, special: Iterable[str]) -> str:
    """A deployed API: /no-param, /full with everything mapped but ``special``, and a path for each of these."""
    api, root = new_api(run, endpointConfiguration={"types": ["REGIONAL"]})
    template = ",".join(f'"{name}": "$input.params(\'{name}\')"' for name in _NAMES)
    full = {name: value for name, value in _MAPPED.items() if name not in special}
    answered = {f"method.response.header.{name}": f"'response_param_{name}'" for name in _NAMES}
    _path(run, api, root, "no-param", kind, place, {})
    _path(run, api, root, "full", kind, place, full, "{" + template + "}", answered)
    for name in special:
        _path(run, api, root, name.lower(), kind, place, {name: _MAPPED[name]})
    run.apigw.create_deployment(restApiId=api, stageName="test")
    return api


def _path(
    run: Run,
    api: str,
    root: str,
    part: str,
    kind: str,
    place: str,
    mapped: Mapping[str, str],
    template: str = "",
    answered: Mapping[str, str] | None = None,
) -> None:
    where = method_of(api, resource(run, api, root, part))
    asked = {f"method.request.header.{name}": False for name in _NAMES}
    run.apigw.put_method(**where, authorizationType="NONE", requestParameters=asked)
    declared = {f"method.response.header.{name}": True for name in _NAMES}
    run.apigw.put_method_response(**where, statusCode="200", responseParameters=declared)
    more: dict[str, Any] = {"requestTemplates": {JSON: template}} if template else {}
    run.apigw.put_integration(
        **where,
        type=kind,
        uri=place,
        integrationHttpMethod="POST",
        credentials="" if kind.startswith("HTTP") else ROLE,
        requestParameters={f"integration.request.header.{name}": value for name, value in mapped.items()},
        **more,
    )
    run.apigw.put_integration_response(**where, statusCode="200", responseParameters=dict(answered or {}))


def _played(run: Run, kind: str, place: str, special: Iterable[str], member: str) -> None:
    """Every path called; ``member`` is where the answer holds what the integration was sent as its body."""
    api = _api(run, kind, place, special)
    run.match("apigw-id", api, "CreateRestApi")
    host = run.host(api)
    for part in ("no-param", "full"):
        answer = run.invoke(api, "test", f"/{part}", body=b"", headers=_SENT, host=host)
        said = json.loads(answer.text)
        found = {"headers": said.get("headers"), "body": said[member], "response-headers": _spelled(answer)}
        run.match(f"{part}-integration", found, "Invoke")
    for name in special:
        answer = run.invoke(api, "test", f"/{name.lower()}", body=b"", headers=_SENT, host=host)
        assert answer.status == 500
        run.match(name.lower(), {"body": answer.text, "response-headers": _spelled(answer)}, "Invoke")


@scenario("integrations", f"{_ROOM}http[HTTP]", kind="HTTP")
@scenario("integrations", f"{_ROOM}http[HTTP_PROXY]", kind="HTTP_PROXY")
def through_http(run: Run, kind: str) -> None:
    with target(httpbin) as echo:
        _played(run, kind, f"{echo}/post", _LENGTHS, "data")


@scenario("integrations", f"{_ROOM}aws[AWS]", kind="AWS")
@scenario("integrations", f"{_ROOM}aws[AWS_PROXY]", kind="AWS_PROXY")
def through_a_function(run: Run, kind: str) -> None:
    _played(run, kind, uri(function(run, _ECHO)), _SIGNED, "body")
