"""Routes, integrations, authorizers, models and responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.v2.support import AUTHORIZER, LAMBDA, api, integration, jwt, plain, refused, route, socket


def test_it_works(v2: Any) -> None:
    api_id = api(v2)
    target = f"integrations/{integration(v2, api_id)}"
    route_id = route(
        v2,
        api_id,
        "GET /pets/{id}",
        Target=target,
        AuthorizationType="JWT",
        AuthorizerId=jwt(v2, api_id),
        AuthorizationScopes=["read"],
    )
    answer = plain(v2.get_route(ApiId=api_id, RouteId=route_id))
    assert answer == v2.get_routes(ApiId=api_id)["Items"][0]
    authorizer = v2.get_authorizers(ApiId=api_id)["Items"][0]["AuthorizerId"]
    assert answer == {
        "ApiKeyRequired": False,
        "AuthorizationScopes": ["read"],
        "AuthorizationType": "JWT",
        "AuthorizerId": authorizer,
        "RouteId": route_id,
        "RouteKey": "GET /pets/{id}",
        "Target": target,
    }


def test_a_route_changes_and_goes(v2: Any) -> None:
    api_id = api(v2)
    route_id = route(v2, api_id, AuthorizationType="JWT", AuthorizerId=jwt(v2, api_id))
    answer = v2.update_route(
        ApiId=api_id, RouteId=route_id, RouteKey="POST /pets", AuthorizationType="NONE", OperationName="add"
    )
    assert (answer["RouteKey"], answer["OperationName"]) == ("POST /pets", "add")
    assert "AuthorizerId" not in answer
    v2.delete_route(ApiId=api_id, RouteId=route_id)
    refused(v2.get_route, "NotFoundException", route_id, ApiId=api_id, RouteId=route_id)
    assert v2.get_routes(ApiId=api_id)["Items"] == []


@pytest.mark.parametrize(
    "key", ["GET /", "ANY /{proxy+}", "PATCH /a/{b}/c-d_e.f", "$default", "GET /pets/", "OPTIONS /{a}/{b+}"]
)
def test_route_keys(v2: Any, key: str) -> None:
    api_id = api(v2)
    assert v2.get_route(ApiId=api_id, RouteId=route(v2, api_id, key))["RouteKey"] == key
    refused(
        v2.create_route,
        "ConflictException",
        f"Route with key {key} already exists for this API",
        ApiId=api_id,
        RouteKey=key,
    )


@pytest.mark.parametrize(
    "key",
    ["/pets", "get /pets", "GET pets", "FETCH /a", "GET /{a+}/b", "GET /{}", "GET /a b", "GET /{a}/{a}"],
)
def test_wrong_route_keys(v2: Any, key: str) -> None:
    refused(v2.create_route, "BadRequestException", "not formatted properly", ApiId=api(v2), RouteKey=key)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"Target": "integrations/none"}, "no such integration"),
        ({"Target": "none"}, "no such integration"),
        ({"AuthorizationType": "MAGIC"}, "authorizationType"),
        ({"AuthorizationType": "JWT", "AuthorizerId": "none"}, "Invalid Authorizer identifier"),
        ({"AuthorizationType": "CUSTOM"}, "Invalid Authorizer identifier"),
        ({"ApiKeyRequired": True}, "ApiKeyRequired"),
        ({"AuthorizationScopes": ["a"]}, "AuthorizationScopes"),
        ({"RequestParameters": {"route.request.querystring.a": {"Required": True}}}, "requestParameters"),
    ],
)
def test_wrong_routes(v2: Any, values: dict, words: str) -> None:
    api_id = api(v2)
    refused(v2.create_route, "BadRequestException", words, ApiId=api_id, RouteKey="GET /a", **values)
    route_id = route(v2, api_id)
    refused(v2.update_route, "BadRequestException", words, ApiId=api_id, RouteId=route_id, **values)
    assert "Target" not in v2.get_route(ApiId=api_id, RouteId=route_id)


def test_an_integration_from_beginning_to_end(v2: Any) -> None:
    api_id = api(v2)
    made = integration(v2, api_id, RequestParameters={"append:header.a": "1", "append:header.b": "2"})
    answer = plain(v2.get_integration(ApiId=api_id, IntegrationId=made))
    assert (answer["ConnectionType"], answer["TimeoutInMillis"]) == ("INTERNET", 30_000)
    change = {"RequestParameters": {"append:header.a": "", "append:header.c": "3"}, "TimeoutInMillis": 5000}
    after = v2.update_integration(ApiId=api_id, IntegrationId=made, **change)
    assert after["RequestParameters"] == {"append:header.b": "2", "append:header.c": "3"}
    assert (after["TimeoutInMillis"], after["IntegrationUri"]) == (5000, "https://example.com/{proxy}")
    route_id = route(v2, api_id, Target=f"integrations/{made}")
    refused(
        v2.delete_integration,
        "ConflictException",
        f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{route_id}]",
        ApiId=api_id,
        IntegrationId=made,
    )
    v2.delete_route(ApiId=api_id, RouteId=route_id)
    v2.delete_integration(ApiId=api_id, IntegrationId=made)
    refused(v2.get_integration, "NotFoundException", made, ApiId=api_id, IntegrationId=made)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"IntegrationType": "MOCK"}, "integrationType"),
        (
            {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "example"},
            "HTTP endpoint",
        ),
        ({"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://a.b"}, "IntegrationMethod"),
        ({"IntegrationType": "AWS_PROXY", "IntegrationUri": LAMBDA}, "PayloadFormatVersion"),
        (
            {"IntegrationType": "AWS_PROXY", "IntegrationUri": "x", "PayloadFormatVersion": "2.0"},
            "function ARN",
        ),
        (
            {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "GET",
                "IntegrationUri": "https://a.b",
                "TimeoutInMillis": 30_001,
            },
            "30000",
        ),
        (
            {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "GET",
                "IntegrationUri": "https://a.b",
                "ConnectionType": "VPC_LINK",
            },
            "ConnectionId",
        ),
    ],
)
def test_wrong_integrations(v2: Any, values: dict, words: str) -> None:
    api_id = api(v2)
    refused(v2.create_integration, "BadRequestException", words, ApiId=api_id, **values)
    assert v2.get_integrations(ApiId=api_id)["Items"] == []


def test_a_jwt_authorizer(v2: Any) -> None:
    api_id = api(v2)
    made = jwt(v2, api_id)
    assert plain(v2.get_authorizer(ApiId=api_id, AuthorizerId=made)) == {
        "AuthorizerId": made,
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Audience": ["shop"], "Issuer": "https://issuer.example"},
        "Name": "people",
    }
    after = v2.update_authorizer(
        ApiId=api_id, AuthorizerId=made, JwtConfiguration={"Audience": ["shop", "till"]}
    )
    assert after["JwtConfiguration"] == {"Audience": ["shop", "till"], "Issuer": "https://issuer.example"}
    route(v2, api_id, "GET /a", AuthorizationType="JWT", AuthorizerId=made)
    refused(
        v2.delete_authorizer,
        "ConflictException",
        "Cannot delete authorizer 'people', is referenced in route: GET /a",
        ApiId=api_id,
        AuthorizerId=made,
    )
    refused(
        v2.create_route,
        "BadRequestException",
        "does not match",
        ApiId=api_id,
        RouteKey="GET /b",
        AuthorizationType="CUSTOM",
        AuthorizerId=made,
    )


def test_a_lambda_authorizer(v2: Any) -> None:
    api_id = api(v2)
    values: dict[str, Any] = {"AuthorizerType": "REQUEST", "AuthorizerUri": AUTHORIZER, "Name": "custom"} | {
        "IdentitySource": []
    }
    made = v2.create_authorizer(
        ApiId=api_id, AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True, **values
    )
    assert made["AuthorizerResultTtlInSeconds"] == 300
    v2.delete_authorizer(ApiId=api_id, AuthorizerId=made["AuthorizerId"])
    assert v2.get_authorizers(ApiId=api_id)["Items"] == []
    refused(v2.create_authorizer, "BadRequestException", "PayloadFormatVersion", ApiId=api_id, **values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"AuthorizerType": "JWT", "IdentitySource": []}, "IdentitySource"),
        ({"AuthorizerType": "JWT", "JwtConfiguration": {"Audience": ["a"]}}, "Issuer"),
        ({"AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": "https://a"}}, "Audience"),
        ({"AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": "a", "Audience": ["a"]}}, "Issuer"),
        ({"AuthorizerType": "TOKEN"}, "authorizerType"),
        ({"AuthorizerType": "REQUEST"}, "AuthorizerUri"),
        (
            {"AuthorizerType": "REQUEST", "AuthorizerUri": AUTHORIZER, "AuthorizerResultTtlInSeconds": 3601},
            "3600",
        ),
        (
            {
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": AUTHORIZER,
                "AuthorizerPayloadFormatVersion": "1.0",
                "EnableSimpleResponses": True,
            },
            "EnableSimpleResponses",
        ),
    ],
)
def test_wrong_authorizers(v2: Any, values: dict, words: str) -> None:
    source = {"IdentitySource": ["$request.header.a"]}
    refused(v2.create_authorizer, "BadRequestException", words, ApiId=api(v2), Name="n", **(source | values))


def test_authorizers_have_names_of_their_own(v2: Any) -> None:
    api_id = api(v2)
    jwt(v2, api_id)
    with pytest.raises(Exception, match="people already exists"):
        jwt(v2, api_id)


def test_models(v2: Any) -> None:
    api_id = socket(v2)
    made = v2.create_model(ApiId=api_id, Name="Pet", Schema='{"type": "object"}')
    assert made["ContentType"] == "application/json"
    model = {"ApiId": api_id, "ModelId": made["ModelId"]}
    assert v2.update_model(**model, Description="A pet")["Schema"] == '{"type": "object"}'
    assert v2.get_model(**model)["Description"] == "A pet"
    values = {"ApiId": api_id, "Name": "Pet", "Schema": "{}"}
    refused(v2.create_model, "ConflictException", "Pet", **values)
    refused(v2.create_model, "BadRequestException", "alphanumeric", **(values | {"Name": "a-b"}))
    refused(v2.create_model, "BadRequestException", "schema", **(values | {"Name": "B", "Schema": "{"}))
    v2.delete_model(**model)
    refused(v2.get_model, "NotFoundException", "Model", **model)
    assert v2.get_models(ApiId=api_id)["Items"] == []


def test_routes_of_websockets_with_responses(v2: Any) -> None:
    api_id = socket(v2)
    made = v2.create_integration(ApiId=api_id, IntegrationType="MOCK", RequestTemplates={"200": '{"a": 1}'})
    assert (made["TimeoutInMillis"], made["PassthroughBehavior"]) == (29_000, "WHEN_NO_MATCH")
    parameter = {"route.request.querystring.a": {"Required": True}}
    route_id = route(
        v2,
        api_id,
        "$connect",
        ApiKeyRequired=True,
        Target=f"integrations/{made['IntegrationId']}",
        RequestParameters=parameter,
    )
    v2.delete_route_request_parameter(
        ApiId=api_id, RouteId=route_id, RequestParameterKey="route.request.querystring.a"
    )
    refused(
        v2.delete_route_request_parameter,
        "NotFoundException",
        "request parameter",
        ApiId=api_id,
        RouteId=route_id,
        RequestParameterKey="route.request.querystring.a",
    )
    for kind, owner in (
        ("route", {"RouteId": route_id}),
        ("integration", {"IntegrationId": made["IntegrationId"]}),
    ):
        title = kind.capitalize()
        place = {"ApiId": api_id, **owner}
        key = {f"{title}ResponseKey": "$default"}
        answer = getattr(v2, f"create_{kind}_response")(**place, **key)
        one = place | {f"{title}ResponseId": answer[f"{title}ResponseId"]}
        refused(getattr(v2, f"create_{kind}_response"), "ConflictException", "$default", **place, **key)
        getattr(v2, f"update_{kind}_response")(**one, ResponseParameters={})
        assert len(getattr(v2, f"get_{kind}_responses")(**place)["Items"]) == 1
        getattr(v2, f"delete_{kind}_response")(**one)
        refused(getattr(v2, f"get_{kind}_response"), "NotFoundException", f"{title}Response", **one)


def test_responses_are_of_websockets_only(v2: Any) -> None:
    api_id = api(v2)
    refused(
        v2.create_route_response,
        "BadRequestException",
        "HTTP",
        ApiId=api_id,
        RouteId=route(v2, api_id),
        RouteResponseKey="$default",
    )
