"""What may be put as an integration and its responses, and a private API's endpoint."""

from __future__ import annotations

import json
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, patch
from tests.conformance.targets import ROLE, httpbin, target
from tests.localaws.functions.support import uri
from tests.localaws.support import REGION


@scenario("integrations", "test_put_integration_responses")
def responses(run: Run) -> None:
    api, root = new_api(run)
    pattern = {"statusCode": "200", "selectionPattern": "2\\d{2}"}
    with target(httpbin) as echo:
        get = _method(run, method_of(api, root), "get", f"{echo}/post")
        call = run.apigw.put_integration_response
        run.step("put-integration-response-get", call, **get, **pattern, responseTemplates={})
        named = get | {"statusCode": "200"}
        run.step("get-integration-response-get", run.apigw.get_integration_response, **named)
        run.step("get-method-get", run.apigw.get_method, **get)
        run.step("deploy", run.apigw.create_deployment, restApiId=api, stageName="local")
        assert run.invoke(api, "local").status == 200
        run.step("delete-integration-response-get", run.apigw.delete_integration_response, **named)
        run.step("get-method-get-after-int-resp-delete", run.apigw.get_method, **get)
        put = _method(run, method_of(api, root, "PUT"), "put", f"{echo}/post")
        binary = {"contentHandling": "CONVERT_TO_BINARY"}
        run.step("put-integration-response-put", call, **put, **pattern, **binary)
        named = put | {"statusCode": "200"}
        run.step("get-integration-response-put", run.apigw.get_integration_response, **named)


def _method(run: Run, where: dict[str, str], word: str, place: str) -> dict[str, str]:
    """A method with an HTTP integration, a step each; the arguments that name it."""
    run.step(f"put-method-{word}", run.apigw.put_method, **where, authorizationType="NONE")
    run.step(f"put-method-response-{word}", run.apigw.put_method_response, **where, statusCode="200")
    given = {"type": "HTTP", "uri": place, "integrationHttpMethod": "POST"}
    run.step(f"put-integration-{word}", run.apigw.put_integration, **where, **given)
    return where


@scenario("integrations", "test_put_integration_response_with_response_template")
def templated(run: Run) -> None:
    where = method_of(*new_api(run))
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration(**where, type="HTTP", uri="http://example.com", integrationHttpMethod="POST")
    where |= {"statusCode": "200"}
    run.apigw.put_integration_response(
        **where, selectionPattern="foobar", responseTemplates={JSON: json.dumps({"data": "test"})}
    )
    run.step("get-integration-response", run.apigw.get_integration_response, **where)


@scenario("integrations", "test_put_integration_validation")
def refused(run: Run) -> None:
    where = method_of(*new_api(run))
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_method_response(**where, statusCode="200")
    role = f"arn:aws:iam::{ACCOUNT}:role/service-role/testfunction-role-oe783psq"
    web, bucket = "http://example.com", f"arn:aws:apigateway:{REGION}:s3:path/b/k"
    posts = {"integrationHttpMethod": "POST"}
    function = uri(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:MyLambda")
    table: list[tuple[str, str, str, dict[str, str]]] = [
        *((f"required-integration-method-{kind}", kind, web, {}) for kind in ("HTTP", "HTTP_PROXY", "AWS")),
        ("not-required-integration-method-MOCK", "MOCK", web, {}),
        *((f"http-method-{kind}", kind, web, posts) for kind in ("HTTP", "HTTP_PROXY")),
        ("aws-integration-AWS", "AWS", bucket, posts | {"credentials": role}),
        *((f"aws-integration-type-{kind}", kind, function, posts) for kind in ("AWS", "AWS_PROXY")),
        ("no-s3-support-AWS_PROXY", "AWS_PROXY", bucket, posts | {"credentials": role}),
        *((f"invalid-uri-{kind}", kind, "non-valid-http", posts) for kind in ("HTTP", "HTTP_PROXY")),
        ("invalid-uri-not-an-arn", "AWS", "non-valid-arn", posts),
        ("invalid-uri-invalid-arn", "AWS", "arn:aws:iam::0000000000:role/service-role/asdf", posts),
    ]
    for step, kind, place, more in table:
        run.step(step, run.apigw.put_integration, **where, type=kind, uri=place, **more)


@scenario("integrations", "test_create_execute_api_vpc_endpoint")
def private(run: Run) -> None:
    api, root = new_api(run, endpointConfiguration={"types": ["REGIONAL"]})
    where = method_of(api, root, "POST")
    run.apigw.put_method(**where, authorizationType="NONE")
    scan = f"arn:aws:apigateway:{REGION}:dynamodb:action/Scan"
    run.apigw.put_integration(**where, type="AWS", uri=scan, credentials=ROLE, integrationHttpMethod="POST")
    _change(run, api, patch("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"))
    _change(run, api, patch("add", "/endpointConfiguration/vpcEndpointIds", "vpce-0a1b2c3d4e5f60718"))
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": ["execute-api:/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    answer = _change(run, api, patch("replace", "/policy", policy))
    answer["policy"] = json.loads(answer["policy"].encode().decode("unicode_escape"))
    run.match("api-details", answer, "UpdateRestApi")


def _change(run: Run, api: str, operation: dict[str, Any]) -> Any:
    return run.apigw.update_rest_api(restApiId=api, patchOperations=[operation])
