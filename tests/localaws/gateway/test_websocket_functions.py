"""WebSocket routes with functions, authorizers and integration responses; and stages behind custom domain names."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.localaws.functions.support import function, uri
from tests.localaws.gateway.support import call, method, mock, new_api, path
from tests.localaws.gateway.test_websocket import connected
from tests.localaws.support import client

CERTIFICATE = "arn:aws:acm:eu-central-1:000000000000:certificate/c"


@pytest.fixture
def functions(localaws: str) -> Any:
    return client(localaws, "lambda")


def socket(http_apis: Any) -> str:
    """An empty WebSocket API."""
    made = http_apis.create_api(
        Name=uuid.uuid4().hex, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )
    return str(made["ApiId"])


def route(http_apis: Any, api: str, key: str, settings: dict[str, Any], **more: Any) -> str:
    """A route with an integration, whose id is given."""
    target = http_apis.create_integration(ApiId=api, **settings)["IntegrationId"]
    http_apis.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{target}", **more)
    return str(target)


ANSWERING = {"RouteResponseSelectionExpression": "$default"}


def test_it_works(http_apis: Any, functions: Any, localaws: str) -> None:
    source = """
        import json
        def handler(event, context):
            return {"statusCode": 200, "body": json.dumps(event)}
    """
    arn = function(functions, source)[1]
    api = socket(http_apis)
    settings = {"IntegrationType": "AWS_PROXY", "IntegrationUri": uri(arn)}
    route(http_apis, api, "$connect", settings)
    route(http_apis, api, "say", settings, **ANSWERING)
    http_apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True, StageVariables={"a": "b"})
    with connected(localaws, path(api, "live", "")) as here:
        here.say({"action": "say", "n": 1})
        event = here.heard()
    context = event["requestContext"]
    assert json.loads(event["body"]) == {"action": "say", "n": 1}
    assert (context["eventType"], context["routeKey"], context["stage"]) == ("MESSAGE", "say", "live")
    assert context["connectionId"] and context["messageId"]
    assert event["stageVariables"] == {"a": "b"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [("{'statusCode': 200}", 101), ("{'statusCode': 403}", 403), ("1 / 0", 500), ("{}", 500)],
)
def test_a_function_decides_who_connects(
    http_apis: Any, functions: Any, localaws: str, answer: str, status: int
) -> None:
    api = socket(http_apis)
    arn = function(functions, f"def handler(event, context): return {answer}")[1]
    route(http_apis, api, "$connect", {"IntegrationType": "AWS_PROXY", "IntegrationUri": uri(arn)})
    http_apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    with connected(localaws, path(api, "live", "")) as here:
        assert here.status == status


def test_an_authorizer_of_connect(http_apis: Any, functions: Any, localaws: str) -> None:
    source = """
        def handler(event, context):
            effect = "Allow" if event["queryStringParameters"]["token"] == "good" else "Deny"
            statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
            return {"principalId": "me", "policyDocument": {"Statement": [statement]}, "context": {"level": "7"}}
    """
    api = socket(http_apis)
    authorizer = http_apis.create_authorizer(
        ApiId=api,
        Name="a",
        AuthorizerType="REQUEST",
        AuthorizerUri=uri(function(functions, source)[1]),
        IdentitySource=["route.request.querystring.token"],
    )["AuthorizerId"]
    quiet = {
        "IntegrationType": "MOCK",
        "TemplateSelectionExpression": "200",
        "RequestTemplates": {"200": '{"statusCode": 200}'},
    }
    route(http_apis, api, "$connect", quiet, AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    echo = function(
        functions, "def handler(e, c): return {'statusCode': 200, 'body': e['requestContext']['authorizer']}"
    )
    settings = {"IntegrationType": "AWS_PROXY", "IntegrationUri": uri(echo[1])}
    route(http_apis, api, "$default", settings, **ANSWERING)
    http_apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    with connected(localaws, path(api, "live", "?token=good")) as here:
        here.say("hello")
        assert here.heard() == {"principalId": "me", "level": "7"}
    for query, status in (("?token=bad", 403), ("", 401)):
        with connected(localaws, path(api, "live", query)) as here:
            assert here.status == status


def test_integration_responses_shape_the_answer(http_apis: Any, functions: Any, localaws: str) -> None:
    source = """
        def handler(event, context):
            if event["n"] == 0:
                raise ValueError("nothing: zero")
            return {"twice": event["n"] * 2}
    """
    api = socket(http_apis)
    settings = {
        "IntegrationType": "AWS",
        "IntegrationUri": uri(function(functions, source)[1]),
        "TemplateSelectionExpression": "\\$default",
        "RequestTemplates": {"$default": """{"n": $input.json('$.n')}"""},
    }
    target = route(http_apis, api, "$default", settings, **ANSWERING)
    for key, template in (
        ("$default", """{"is": $input.json('$.twice')}"""),
        ("/nothing.*/", """{"why": $input.json('$.errorMessage')}"""),
    ):
        http_apis.create_integration_response(
            ApiId=api,
            IntegrationId=target,
            IntegrationResponseKey=key,
            ResponseTemplates={"$default": template},
        )
    http_apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    with connected(localaws, path(api, "live", "")) as here:
        here.say({"n": 4})
        assert here.heard() == {"is": 8}
        here.say({"n": 0})
        assert here.heard() == {"why": "nothing: zero"}


def test_a_mock_answers_by_its_response(http_apis: Any, localaws: str) -> None:
    api = socket(http_apis)
    settings = {
        "IntegrationType": "MOCK",
        "TemplateSelectionExpression": "200",
        "RequestTemplates": {"200": '{"statusCode": 200}'},
    }
    target = route(http_apis, api, "$default", settings, **ANSWERING)
    http_apis.create_integration_response(
        ApiId=api,
        IntegrationId=target,
        IntegrationResponseKey="/200/",
        TemplateSelectionExpression="\\$default",
        ResponseTemplates={"$default": """{"here": "$context.connectionId"}"""},
    )
    http_apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    with connected(localaws, path(api, "live", "")) as here:
        here.say("x")
        assert list(here.heard()) == ["here"]


def test_mappings_of_a_domain_name_lead_to_stages(apigw: Any, http_apis: Any, localaws: str) -> None:
    name = f"{uuid.uuid4().hex[:8]}.example.com"
    http_apis.create_domain_name(DomainName=name, DomainNameConfigurations=[{"CertificateArn": CERTIFICATE}])
    apis = {}
    for key in ("", "pets", "pets/old"):
        api = new_api(apigw)
        method(apigw, api, "/list", "GET", mock('{"key": "%s", "path": "$context.path"}' % key))  # noqa: UP031
        apigw.create_deployment(restApiId=api, stageName="prod")
        http_apis.create_api_mapping(DomainName=name, ApiId=api, Stage="prod", ApiMappingKey=key)
        apis[key] = api
    for where, key in (("/list", ""), ("/pets/list", "pets"), ("/pets/old/list", "pets/old")):
        got = call(localaws, f"/_aws/domains/{name}{where}")
        assert (got.status, got.json["key"]) == (200, key), where
    assert call(localaws, f"/_aws/domains/{name}/petsx/list").status == 403
    assert call(localaws, "/_aws/domains/none.example.com/list").status == 403
