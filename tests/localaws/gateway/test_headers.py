"""Headers on their way through a REST API: the rules alone, and real requests and answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.gateway import headers
from tests.localaws.functions.support import function, uri
from tests.localaws.gateway.support import call, method, mock, new_api, path
from tests.localaws.support import client

_TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"
_NAMES = st.sampled_from(["Accept", "TE", "Via", "Host", "Server", "X-Own", "Content-Length", "Date"])
_PAIRS = st.lists(st.tuples(_NAMES, st.text("ab", max_size=2)))


def _deployed(apigw: Any, api: str) -> str:
    apigw.create_deployment(restApiId=api, stageName="prod")
    return api


def _proxied(apigw: Any, backend: str, kind: str, **more: Any) -> str:
    """A deployed API whose root calls the backend."""
    api = new_api(apigw, endpointConfiguration={"types": ["REGIONAL"]})
    integration = {"type": kind, "uri": f"{backend}/x", "integrationHttpMethod": "POST"} | more
    method(apigw, api, "/", "ANY", integration)
    return _deployed(apigw, api)


def test_it_works(localaws: str, apigw: Any, backend: str) -> None:
    api = _proxied(apigw, backend, "HTTP_PROXY")
    sent = {"X_Mine": "x", "Max_Forwards": "2", "Content_Encoding": "deflate", "X_Amzn_Trace_Id": _TRACE}
    got = call(localaws, path(api, "prod", "/"), "POST", b"{}", **sent)
    seen = got.json["headers"]
    assert (seen["x-mine"], seen["x-amzn-trace-id"], seen["x-forwarded-for"]) == ("x", _TRACE, "127.0.0.1")
    assert not {"max-forwards", "content-encoding"} & seen.keys()
    assert "date" in got.headers
    assert "via" not in got.headers


def test_an_http_target_gets_mapped_headers_instead_of_the_gateways(
    localaws: str, apigw: Any, backend: str
) -> None:
    mapped = {"Accept": "'text/html'", "Host": "'shop.example'", "Via": "'somewhere'"}
    parameters = {f"integration.request.header.{name}": value for name, value in mapped.items()}
    got = call(
        localaws,
        path(_proxied(apigw, backend, "HTTP", requestParameters=parameters), "prod", "/"),
    )
    seen = got.json["headers"]
    assert (seen["accept"], seen["host"]) == ("text/html", "shop.example")
    assert not {"via", "content-type"} & seen.keys()
    assert got.headers["x-amzn-trace-id"] == seen["x-amzn-trace-id"]


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_a_mapped_length_fails_the_call(localaws: str, apigw: Any, backend: str, kind: str) -> None:
    parameters = {"integration.request.header.Content-Length": "'0'"}
    got = call(
        localaws,
        path(_proxied(apigw, backend, kind, requestParameters=parameters), "prod", "/"),
    )
    assert (got.status, got.text) == (500, '{"message": "Internal server error"}')


def test_an_edge_api_answers_through_cloudfront(localaws: str, apigw: Any) -> None:
    api = new_api(apigw)
    method(apigw, api, "/", "GET", mock())
    got = call(localaws, path(_deployed(apigw, api), "prod", "/"))
    assert got.headers["x-cache"] == "Miss from cloudfront"
    assert "x-amzn-trace-id" not in got.headers


def test_a_functions_answer_has_a_sampled_trace(localaws: str, apigw: Any) -> None:
    source = "import json\ndef handler(e, c): return {'body': json.dumps(e['headers'])}"
    _, arn = function(client(localaws, "lambda"), source)
    api = new_api(apigw)
    method(apigw, api, "/", "GET", {"type": "AWS_PROXY", "uri": uri(arn), "integrationHttpMethod": "POST"})
    got = call(localaws, path(_deployed(apigw, api), "prod", "/"), X_Amzn_Trace_Id=_TRACE)
    assert re.fullmatch(rf"{_TRACE};Parent=[0-9a-f]{{16}};Sampled=0", got.headers["x-amzn-trace-id"])
    assert json.loads(got.text)["X-Amzn-Trace-Id"] == _TRACE


def test_a_tried_function_is_called_and_logged(localaws: str, apigw: Any) -> None:
    source = "def handler(event, context): return {'got': event}"
    name, arn = function(client(localaws, "lambda"), source)
    api = new_api(apigw)
    root = apigw.get_resources(restApiId=api)["items"][0]["id"]
    method(apigw, api, "/", "POST", {"type": "AWS", "uri": uri(arn), "integrationHttpMethod": "POST"})
    found = apigw.test_invoke_method(restApiId=api, resourceId=root, httpMethod="POST", body='{"a": 1}')
    assert (found["status"], json.loads(found["body"])) == (200, {"got": {"a": 1}})
    assert f"function:{name}/invocations" in found["log"]
    assert "[TRUNCATED]" in found["log"]
    assert found["headers"]["X-Amzn-Trace-Id"].startswith("Root=1-")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Server", "x-amzn-remapped-server"),
        ("Content-MD5", "x-amzn-remapped-content-md5"),
        ("TE", "te"),
        ("X-Own", "x-own"),
        ("Transfer-Encoding", None),
    ],
)
def test_a_name_of_an_answer(name: str, wanted: str | None) -> None:
    assert headers.renamed(name) == wanted


@pytest.mark.parametrize(
    ("name", "signed", "wanted"),
    [("TE", True, True), ("TE", False, False), ("content-length", False, True), ("Accept", True, False)],
)
def test_a_mapping_that_is_refused(name: str, signed: bool, wanted: bool) -> None:
    assert headers.refuses([name], signed=signed) is wanted


@given(_PAIRS, _PAIRS)
def test_mapped_headers_are_sent_once_and_alone(
    before: list[tuple[str, str]], mapped: list[tuple[str, str]]
) -> None:
    found = headers.over(before, mapped)
    named = {name for name, _ in mapped}
    assert [pair for pair in found if pair[0] in named] == [
        pair for pair in mapped if pair[0] not in ("TE", "Via")
    ]
    assert [pair for pair in found if pair[0] not in named] == [
        pair for pair in before if pair[0] not in named
    ]


@pytest.mark.parametrize("given_id", [_TRACE, f"{_TRACE};Parent=7fa8c0f79203be72", "anything"])
def test_a_trace_that_came_is_kept(given_id: str) -> None:
    assert headers.trace(given_id, 0) == given_id
    assert headers.sampled(given_id).startswith(given_id if "=" in given_id else "Parent=")
