"""Templates, mappings, addresses, the log's line, metrics and CORS, as tables."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.gateway import accesslog, cors, http_mapping, metrics
from dashboard.localaws.gateway.address import address
from dashboard.localaws.gateway.exchange import Exchange, Incoming, begin
from dashboard.localaws.gateway.mapping import Sources, source
from dashboard.localaws.gateway.templates import TemplateError, render

BODY = b'{"name": "Rex", "tags": ["a", "b"], "owner": {"id": 7, "ok": true}, "big": 12345678901234567890}'


def exchange(body: bytes = BODY, **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    incoming = Incoming(
        "POST",
        "/pets/7",
        "q=1&q=two&e=",
        (("x-a", "1"), ("x-a", "2"), *pairs),
        body,
        "127.0.0.1",
        1_700_000_000.5,
    )
    made = begin(
        incoming, api_id="abc", stage="prod", full_path="/prod/pets/7", host="localhost:80", rest=True
    )
    made.params = {"id": "7"}
    made.stage_variables = {"host": "127.0.0.1:9"}
    return made


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("plain 1 $ 5 $$ {}", "plain 1 $ 5 $$ {}"),
        ("$input.params('id')/$input.params('q')/$input.params('x-a')/$input.params('none')", "7/two/2/"),
        ("$input.params().path.id $input.params().querystring.q", "7 two"),
        ("$input.params().get('header').get('x-a')", "2"),
        ("$input.json('$.owner')", '{"id":7,"ok":true}'),
        ("$input.json('$.name')", '"Rex"'),
        ("$input.json('$.none')", '""'),
        (
            "$input.path('$.name') $input.path('$.owner') $input.path('$.tags')",
            'Rex {id=7, ok=true} ["a","b"]',
        ),
        ("$input.path('$.owner').id", "7"),
        ("$input.path('$.tags[1]') $input.path(\"$['name']\")", "b Rex"),
        ("$input.path('$.big')", "12345678901234567890"),
        ("${stageVariables.host}x $stageVariables.none|", "127.0.0.1:9x |"),
        ("$context.stage $context.identity.sourceIp $context.none.at.all|", "prod 127.0.0.1 |"),
        ("$!{context.stage}.", "prod."),
        ("$util.escapeJavaScript($input.path('$.name'))", "Rex"),
        ("$util.urlEncode('a b&') $util.urlDecode('a+b') $util.base64Encode('hi')", "a+b%26 a b aGk="),
        ("a ## comment\nb #* c *# d", "a b  d"),
        ("$unknown.thing $inputRoot.x", "$unknown.thing $inputRoot.x"),
    ],
)
def test_a_template(template: str, wanted: str) -> None:
    assert render(template, Sources(exchange())) == wanted


@pytest.mark.parametrize(
    "template",
    [
        "#macro(x)a#end", "#if(1)a", "#foreach($a in [1])$a", "$input.nothing()", "$util.exec('x')", "a#end", "#set($x)",
        "${context.stage", "$input.json('name')", "#set($input = 1)", "#set($context.stage.x = 1)", "$util.parseJson('{')",
    ],
)  # fmt: skip
def test_a_template_that_is_not_offered_says_so(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, Sources(exchange()))


@given(st.text())
def test_any_text_is_a_template_or_refused(text: str) -> None:
    with contextlib.suppress(TemplateError):
        render(text, Sources(exchange(b"no json")))


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("'literal'", "literal"),
        ("method.request.header.X-A", "2"),
        ("method.request.multivalueheader.X-A", "1,2"),
        ("method.request.querystring.q", "two"),
        ("method.request.multivaluequerystring.q", "1,two"),
        ("method.request.querystring.none", None),
        ("method.request.path.id", "7"),
        ("method.request.body", BODY.decode()),
        ("method.request.body.owner.id", "7"),
        ("method.request.body.owner", '{"id":7,"ok":true}'),
        ("stageVariables.host", "127.0.0.1:9"),
        ("context.stage", "prod"),
        ("context.nothing", None),
        ("integration.response.header.ETag", "e"),
        ("integration.response.body.a", "b"),
    ],
)
def test_where_a_parameter_comes_from(expression: str, wanted: str | None) -> None:
    body = '{"a": "b"}' if expression.startswith("integration") else None
    assert source(expression, Sources(exchange(), (("etag", "e"),), body)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("static", "static"),
        ("$request.header.x-a", "1,2"),
        ("$request.path.id", "7"),
        ("/v2/${request.path.id}/x", "/v2/7/x"),
        ("$request.querystring.q", "1,two"),
        ("$request.body.name", "Rex"),
        ("$context.stage-$stageVariables.host", "prod-127.0.0.1:9"),
        ("$request.header.none", ""),
    ],
)
def test_a_mapping_of_an_http_api(text: str, wanted: str) -> None:
    if text.startswith("$context.stage-"):
        text = "${context.stage}-$stageVariables.host"
    assert http_mapping.value(text, exchange()) == wanted


def test_headers_are_appended_overwritten_and_removed() -> None:
    mappings = {
        "append:header.a": "2",
        "overwrite:header.B": "x",
        "remove:header.c": "''",
        "append:querystring.z": "1",
    }
    before = [("a", "1"), ("b", "1"), ("b", "2"), ("c", "1")]
    assert http_mapping.apply(mappings, "header", before, exchange()) == [("a", "1"), ("a", "2"), ("B", "x")]


@pytest.mark.parametrize(
    ("host", "path", "wanted"),
    [
        ("127.0.0.1:4566", "/_aws/execute-api/abc/prod/pets/1", ("abc", "", "/prod/pets/1")),
        ("localhost", "/_aws/execute-api/abc", ("abc", "", "/")),
        ("abc.execute-api.eu-central-1.localhost:4566", "/prod/pets", ("abc", "eu-central-1", "/prod/pets")),
        ("127.0.0.1:4566", "/_aws/execute-api/", None),
        ("127.0.0.1:4566", "/", None),
        ("evil.example", "/_aws/execute-api/abc/prod/", None),
        ("abc.execute-api.eu-central-1.localhost.evil.example", "/prod", None),
        ("", "/_aws/execute-api/abc/prod/", None),
    ],
)
def test_an_address(host: str, path: str, wanted: tuple[str, str, str] | None) -> None:
    found = address(host, path)
    assert (found and (found.api_id, found.region, found.path)) == wanted


CONTEXT = {
    "stage": "prod",
    "status": 200,
    "isCanaryRequest": False,
    "identity": {"userAgent": 'a"b\nc\\'},
    "error": {"messageString": '"no"'},
}


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("$context.stage $context.status", "prod 200"),
        ('{"s":$context.status,"m":$context.error.messageString}', '{"s":200,"m":"no"}'),
        ("$context.none $context.identity.none $context.status.more", "- - -"),
        ("$context.isCanaryRequest", "false"),
        ('"$context.identity.userAgent"', '"a\\"b\\u000ac\\\\"'),
        ("two\nlines $context.stage", "two lines prod"),
        ("$stageVariables.x $input.body", "$stageVariables.x $input.body"),
    ],
)
def test_a_line_of_the_log(template: str, wanted: str) -> None:
    assert accesslog.line(template, CONTEXT) == wanted


@pytest.mark.parametrize(
    ("arn", "wanted"),
    [
        ("arn:aws:logs:eu-central-1:000000000000:log-group:access", "access"),
        ("arn:aws:logs:eu-central-1:000000000000:log-group:/aws/api/x:*", "/aws/api/x"),
        ("arn:aws:firehose:eu-central-1:000000000000:deliverystream/amazon-apigateway-x", None),
        (None, None),
    ],
)
def test_the_group_of_a_log(arn: str | None, wanted: str | None) -> None:
    assert accesslog.group_of({"destinationArn": arn}) == wanted


def figures(values: Any) -> dict[tuple[str, ...], dict[str, float]]:
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for metric, dimensions, value, _ in values:
        found.setdefault(tuple(f"{k}={v}" for k, v in dimensions.items()), {})[metric] = value
    return found


def test_the_metrics_of_a_rest_api() -> None:
    place = metrics.Place("prod", "abc", "Päts", "/pets", "GET", detailed=True)
    found = figures(metrics.rest(place, metrics.Served(429, 12, None)))
    wanted = {"Count": 1, "4XXError": 1, "5XXError": 0, "Latency": 12}
    api = "ApiName=Pts"
    assert found == {
        (api,): wanted,
        (api, "Stage=prod"): wanted,
        (api, "Stage=prod", "Resource=/pets", "Method=GET"): wanted,
    }


def test_the_metrics_of_an_http_api() -> None:
    place = metrics.Place("prod", "abc", "", "/pets", "GET")
    found = figures(metrics.http(place, metrics.Served(503, 12, 10, 77)))
    wanted = {"Count": 1, "4xx": 0, "5xx": 1, "Latency": 12, "IntegrationLatency": 10, "DataProcessed": 77}
    assert found == {("ApiId=abc",): wanted, ("ApiId=abc", "Stage=prod"): wanted}


@pytest.mark.parametrize(
    ("name", "wanted"), [("shop", "shop"), ("Größe", "Gre"), ("日本", "abc"), ("日 本", "abc")]
)
def test_the_name_of_an_api_in_metrics(name: str, wanted: str) -> None:
    assert metrics.api_name(name, "abc") == wanted


@pytest.mark.parametrize(
    ("allowed", "origin", "wanted"),
    [
        (["*"], "https://a.example", "*"),
        (["https://a.example"], "https://a.example", "https://a.example"),
        (["https://b.example"], "https://a.example", None),
        (["https://*.example"], "https://a.example", "https://a.example"),
        (["https://*.example"], "https://a.example.evil", None),
        (["*"], "", None),
    ],
)
def test_an_origin(allowed: list[str], origin: str, wanted: str | None) -> None:
    found = dict(cors.headers({"allowOrigins": allowed}, exchange(origin=origin).incoming))
    assert found.get("access-control-allow-origin") == wanted
