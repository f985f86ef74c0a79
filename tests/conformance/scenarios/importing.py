"""Imports: a document becomes an API, and everything of it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from dashboard.localaws.environment import ACCOUNT
from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of
from tests.conformance.targets import echo, target
from tests.localaws.support import REGION

_IMPORT = "TestApiGatewayImportRestApi::test_import"
_FUNCTION = (
    f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:authorizer/invocations"
)
_PLACES = {
    "${uri}": f"http://petstore.execute-api.{REGION}.amazonaws.com/petstore/pets",
    "${authorizer_lambda_invocation_arn}": _FUNCTION,
    "${lambda_invocation_arn}": _FUNCTION,
    "${cognito_pool_arn}": f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_ABC123",
    "account-id": ACCOUNT,
    "us-east-1": REGION,
}
"""What the samples leave open."""
_LISTS = {"get-authorizers": "get_authorizers", "request-validators": "get_request_validators"}


def sample(run: Run, name: str) -> bytes:
    """A sample document with its gaps filled."""
    text = run.sample(name).decode()
    for place, value in _PLACES.items():
        text = text.replace(place, value)
    return text.encode()


def sorted_by(answer: dict[str, Any], member: str) -> dict[str, Any]:
    """A list's answer, its items in the order of a member."""
    return answer | {"items": sorted(answer["items"], key=itemgetter(member))}


def resources(run: Run, api: str, step: str, prefix: str = "") -> None:
    """The API's resources and all that hangs on each method: itself, its 200 response, its integration and that one's."""
    found = sorted_by(run.apigw.get_resources(restApiId=api), "path")
    run.match(step, found, "GetResources")
    for each in found["items"]:
        for verb in each.get("resourceMethods", ()):
            name = f"{each['path'][1:] or 'root'}-{verb.lower()}"
            where = method_of(api, each["id"], verb)
            run.step(f"{prefix}method-{name}", run.apigw.get_method, **where)
            run.step(
                f"{prefix}method-response-{name}", run.apigw.get_method_response, **where, statusCode="200"
            )
            run.step(f"{prefix}integration-{name}", run.apigw.get_integration, **where)
            run.step(
                f"{prefix}integration-response-{name}",
                run.apigw.get_integration_response,
                **where,
                statusCode="200",
            )


@scenario("import", f"{_IMPORT}_rest_api", document="openapi.spec.pulumi.json", first="import_rest_api")
@scenario(
    "import",
    f"{_IMPORT}_swagger_api",
    document="petstore-authorizer.swagger.json",
    first="import-swagger",
    asked=("get-authorizers", "get-models", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_and_validate_rest_api[openapi.spec.tf.json]",
    document="openapi.spec.tf.json",
    first="import_tf_rest_api",
    asked=("get-models", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_and_validate_rest_api[swagger-mock-cors.json]",
    document="swagger-mock-cors.json",
    first="import_tf_rest_api",
    asked=("get-models", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_with_global_api_key_authorizer",
    document="openapi.spec.global-auth.json",
    first="import-swagger",
    asked=("get-authorizers", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_with_circular_models",
    document="openapi.spec.circular-ref.json",
    first="import-api",
    asked=("get-models", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_with_circular_models_and_request_validation",
    document="openapi.spec.circular-ref-with-request-body.json",
    first="import-api",
    asked=("get-models", "request-validators", "resources"),
)
@scenario(
    "import",
    f"{_IMPORT}_with_http_method_integration",
    document="openapi-http-method-integration.json",
    asked=("resources",),
)
@scenario(
    "import",
    f"{_IMPORT}_with_integer_http_status_code",
    document="openapi-method-int.spec.yaml",
    asked=("resources",),
)
def whole(run: Run, document: str, first: str = "", asked: Iterable[str] = ()) -> None:
    body = sample(run, document)
    if first:
        api = run.step(first, run.apigw.import_rest_api, body=body, failOnWarnings=True)["id"]
    else:
        api = run.apigw.import_rest_api(body=body, failOnWarnings=True)["id"]
    for step in asked:
        if step == "resources":
            resources(run, api, step)
        elif step == "get-models":
            run.match(step, sorted_by(run.apigw.get_models(restApiId=api), "name"), "GetModels")
        else:
            run.step(step, getattr(run.apigw, _LISTS[step]), restApiId=api)


@scenario("import", f"{_IMPORT}_with_cognito_auth_identity_source")
def user_pools(run: Run) -> None:
    body = sample(run, "openapi.cognito-auth.json")
    api = run.step("import-swagger", run.apigw.import_rest_api, body=body, failOnWarnings=True)["id"]
    found = run.apigw.get_authorizers(restApiId=api)["items"]
    run.match("get-authorizers", sorted(found, key=itemgetter("name")), "GetAuthorizers")
    resources(run, api, "resources")


@scenario("import", f"{_IMPORT}_rest_apis_with_base_path_swagger[ignore]", base="ignore")
@scenario("import", f"{_IMPORT}_rest_apis_with_base_path_swagger[prepend]", base="prepend")
@scenario("import", f"{_IMPORT}_rest_apis_with_base_path_swagger[split]", base="split")
def base_path(run: Run, base: str) -> None:
    given = {"basepath": base}
    api = run.apigw.create_rest_api(name=run.unique())["id"]
    run.step(
        "put-rest-api-swagger-json",
        run.apigw.put_rest_api,
        restApiId=api,
        body=sample(run, "swagger.json"),
        mode="overwrite",
        parameters=given,
    )
    resources(run, api, "get-resources-swagger-json")
    other = run.apigw.import_rest_api(body=sample(run, "pets.json"), parameters=given)["id"]
    resources(run, other, "get-resources-no-base-path-swagger")


@scenario("import", f"{_IMPORT}_rest_api_with_base_path_oas30[ignore]", base="ignore", called=("", ""))
@scenario(
    "import",
    f"{_IMPORT}_rest_api_with_base_path_oas30[prepend]",
    base="prepend",
    called=("/base-var", "/base-url/part"),
)
@scenario("import", f"{_IMPORT}_rest_api_with_base_path_oas30[split]", base="split", called=("", "/part"))
def server_path(run: Run, base: str, called: tuple[str, str]) -> None:
    api = run.apigw.create_rest_api(name=run.unique())["id"]
    documents = ("openapi-basepath-server-variable.yaml", "openapi-basepath-url.yaml")
    for word, document, path in zip(("var", "url"), documents, called, strict=True):
        run.step(
            f"put-rest-api-oas30-srv-{word}",
            run.apigw.put_rest_api,
            restApiId=api,
            body=sample(run, document),
            mode="overwrite",
            parameters={"basepath": base},
        )
        resources(run, api, f"get-resources-oas30-srv-{word}", f"srv-{word}-")
        run.apigw.create_deployment(restApiId=api, stageName="dev")
        assert run.invoke(api, "dev", f"{path}/test").status == 200


@scenario(
    "import", "TestApiGatewayImportRestApi::test_put_rest_api_mode_binary_media_types[merge]", mode="merge"
)
@scenario(
    "import",
    "TestApiGatewayImportRestApi::test_put_rest_api_mode_binary_media_types[overwrite]",
    mode="overwrite",
)
def media_types(run: Run, mode: str) -> None:
    made = run.step(
        "create-rest-api", run.apigw.create_rest_api, name=run.unique(), binaryMediaTypes=["image/heif"]
    )
    run.step("get-rest-api", run.apigw.get_rest_api, restApiId=made["id"])
    document = {
        "openapi": "3.0.0",
        "info": {"title": run.unique("put"), "version": "1.0.0"},
        "paths": {},
        "x-amazon-apigateway-binary-media-types": ["image/png", "image/jpg"],
    }
    run.step(
        "put-api",
        run.apigw.put_rest_api,
        restApiId=made["id"],
        mode=mode,
        body=json.dumps(document).encode(),
    )


@scenario("import", f"{_IMPORT}_api_bad_file")
def no_document(run: Run) -> None:
    api = run.apigw.create_rest_api(name=run.unique())["id"]
    broken: Mapping[str, bytes] = {
        "yaml": b"openapi: 3.0.1\ninfo:\n  title: [broken\n paths: {}\n",
        "json": b'{"openapi": "3.0.1", "info": {"title": "broken"',
    }
    for kind, body in broken.items():
        run.step(f"import-api-bad-{kind}-file", run.apigw.import_rest_api, body=body)
    for kind, body in broken.items():
        run.step(
            f"put-rest-api-bad-{kind}-file",
            run.apigw.put_rest_api,
            restApiId=api,
            mode="overwrite",
            body=body,
        )


@scenario("import", f"{_IMPORT}_with_stage_variables")
def stage_variables(run: Run) -> None:
    body = sample(run, "openapi.spec.stage-variables.json").replace(b"https://", b"http://")
    api = run.apigw.import_rest_api(body=body, failOnWarnings=True)["id"]
    deployment = run.apigw.create_deployment(restApiId=api)["id"]
    with target(echo(trim=True)) as address:
        variables = {
            "TestHost": urlsplit(address).netloc,
            "testPath": "test-path",
            "querystring": "qs_key=qs_value",
        }
        run.apigw.create_stage(restApiId=api, stageName="v1", deploymentId=deployment, variables=variables)
        answer = json.loads(run.invoke(api, "v1", "/path1").text)
    answer.pop("headers")
    run.match("get-resp-from-http", answer, "Invoke")
    run.apigw.create_stage(restApiId=api, stageName="v2", deploymentId=deployment)
    refused = run.invoke(api, "v2", "/path1")
    found = {"body": json.loads(refused.text), "errorType": refused.header("x-amzn-ErrorType")}
    run.match("get-error-resp-from-http", found, "Invoke")
