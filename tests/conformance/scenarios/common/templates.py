"""What mapping templates make of a body: values in text, members of nothing, the body itself."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, resource
from tests.conformance.targets import Given, Received, function_url, target

_TEXT = {"Content-Type": JSON}
_ASKED = (
    '{"body": $result, "nested": $result.nested, "isNull": #if( $result == $null )"true"#else"false"#end, '
    '"isEmptyString": #if( $result == "" )"true"#else"false"#end}'
)


def _routes(run: Run, uri: str, templates: dict[str, tuple[str | None, str]]) -> str:
    """A deployed API whose POST of each part has a template of the request (or none) and one of the response."""
    api, root = new_api(run)
    for part, (asked, answered) in templates.items():
        where = method_of(api, resource(run, api, root, part), "POST")
        run.apigw.put_method(**where, authorizationType="NONE", apiKeyRequired=False)
        run.apigw.put_method_response(**where, statusCode="200")
        given = {} if asked is None else {"requestTemplates": {JSON: asked}}
        run.apigw.put_integration(**where, type="HTTP", integrationHttpMethod="POST", uri=uri, **given)
        run.apigw.put_integration_response(
            **where, statusCode="200", selectionPattern="", responseTemplates={JSON: answered}
        )
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    return api


def _bodied(received: Received) -> Given:
    """What was sent, as text and, when it is JSON, as its value."""
    try:
        value = json.loads(received.body)
    except ValueError:
        value = None
    return Given(200, {"Content-Type": JSON}, json.dumps({"data": received.body, "json": value}))


@scenario("common", "TestApiGatewayCommon::test_input_path_template_formatting")
def values(run: Run) -> None:
    result = '#set($result = $input.path("$.json"))$result'
    templates = {
        "path": result,
        "nested": f"{result}.nested",
        "list": f"{result}[0]",
        "to-string": f"{result}.toString()",
        "invalid-path": f'#set($result = $input.path("$.nonExisting")){_ASKED}',
        "nested-list": f'#set($result = $input.path("$.json.listValue")){_ASKED}',
    }
    steps: tuple[tuple[str, str, Any], ...] = (
        ("dict-response", "path", {"foo": "bar"}),
        ("json-list", "path", [{"foo": "bar"}]),
        ("nested-dict", "nested", {"nested": {"foo": "bar"}}),
        ("nested-list", "nested", {"nested": [{"foo": "bar"}]}),
        ("dict-in-list", "list", [{"foo": "bar"}]),
        ("list-with-nested-list", "list", [[{"foo": "bar"}]]),
        ("dict-with-nested-list", "path", {"foo": [{"nested": "bar"}]}),
        ("bigger-dict", "path", {"bigger": "dict", "to": "test", "with": "separators"}),
        ("to-string", "to-string", {"foo": "bar"}),
        ("list-to-string", "to-string", {"list": [{"foo": "bar"}]}),
        ("empty-body", "invalid-path", None),
        ("nested-empty-list", "nested-list", {"listValue": []}),
        ("nested-null-list", "nested-list", {"listValue": None}),
    )
    with target(_bodied) as uri:
        api = _routes(run, uri, {part: (None, template) for part, template in templates.items()})
        for step, part, value in steps:
            body = None if value is None else json.dumps(value)
            answer = run.invoke(api, "dev", f"/{part}", "POST", body, _TEXT)
            run.match(step, answer.text, "Invoke")


@scenario("common", "TestApiGatewayCommon::test_input_body_formatting")
def bodies(run: Run) -> None:
    raw, within = "#set($result = $input.body)$result", "Action=SendMessage&MessageBody=$input.body"
    encoded = (
        "EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.testAccess)"
    )
    templates: dict[str, tuple[str | None, str]] = {
        "raw-body": (raw, raw),
        "str-body-input": (within, raw),
        "str-body-output": (raw, within),
        "str-body-all": (within, within),
        "body-attr-access": ("#set($result = $input.body.testAccess)$result", raw),
        "url-encode": (encoded, raw),
    }
    sent = (("empty-body", None), ("json-body", '{"some": "value"}'), ("str-body", "some raw data"))
    with target(function_url(lambda event: Given(200, {}, event["body"]))) as uri:
        api = _routes(run, uri, templates)
        for part in templates:
            found = {
                name: str(run.invoke(api, "dev", f"/{part}", "POST", body, _TEXT).text.encode())
                for name, body in sent
            }
            run.match(f"response-{part}", found, "Invoke")
