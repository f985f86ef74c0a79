"""REST APIs, their account and tags."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.rest.support import answer, mock, new_api, patch, refused, unique
from tests.localaws.support import client

BAD = "BadRequestException"
WRONG_IP = (
    "Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: "
    "Member must satisfy enum value set: [ipv4, dualstack]"
)
WRONG_TYPE = (
    "Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: "
    "Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]"
)


def test_it_works(apigw: Any) -> None:
    made = new_api(apigw, description="first", tags={"team": "a"}, version="v1")
    assert made["endpointConfiguration"] == {"types": ["EDGE"], "ipAddressType": "ipv4"}
    assert answer(apigw.get_rest_api, restApiId=made["id"]) == made
    pages = apigw.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 1})
    assert made in [each for page in pages for each in page["items"]]
    changed = apigw.update_rest_api(
        restApiId=made["id"],
        patchOperations=[
            patch("replace", "/name", "second"),
            patch("add", "/binaryMediaTypes/image~1png"),
            patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL"),
            patch("remove", "/description"),
        ],
    )
    assert (changed["name"], changed["binaryMediaTypes"]) == ("second", ["image/png"])
    assert changed["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert "description" not in changed
    apigw.delete_rest_api(restApiId=made["id"])
    assert refused(apigw.get_rest_api, restApiId=made["id"]) == (
        404,
        "NotFoundException",
        f"Invalid API identifier specified 000000000000:{made['id']}",
    )


def test_regions_are_apart(apigw: Any, localaws: str) -> None:
    other = client(localaws, "apigateway", region="us-east-1")
    assert refused(other.get_rest_api, restApiId=new_api(apigw)["id"])[0] == 404


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"description": ""}, BAD, "Description cannot be an empty string"),
        (
            {"minimumCompressionSize": -1},
            BAD,
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (
            {"endpointConfiguration": {"types": []}},
            BAD,
            "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
        ),
        (
            {"endpointConfiguration": {"types": ["EDGE", "REGIONAL"]}},
            BAD,
            "Cannot create an api with multiple Endpoint Types.",
        ),
        (
            {"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "ipv4"}},
            BAD,
            "Only dualstack ipAddressType is supported for Private APIs.",
        ),
        (
            {"endpointConfiguration": {"ipAddressType": "wrong"}},
            "ValidationException",
            f"1 validation error detected: {WRONG_IP}",
        ),
        (
            {"endpointConfiguration": {"types": ["wrong"], "ipAddressType": "wrong"}, "description": ""},
            "ValidationException",
            f"2 validation errors detected: {WRONG_TYPE}; {WRONG_IP}",
        ),
    ],
)
def test_a_bad_api_is_refused(apigw: Any, given: dict[str, Any], code: str, message: str) -> None:
    assert refused(apigw.create_rest_api, name=unique(), **given) == (400, code, message)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            patch("add", "/minimumCompressionSize", "1"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (
            patch("replace", "/minimumCompressionSize", "x"),
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (patch("add", "/binaryMediaTypes", "a/b"), "Invalid patch path /binaryMediaTypes"),
        (
            patch("replace", "/endpointConfiguration/types/EDGE", "X"),
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
        ),
        (
            patch("copy", "/endpointConfiguration/types/EDGE", "X"),
            "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
        ),
        (patch("replace", "/nothing", "X"), "Invalid patch path /nothing"),
        (patch("replace"), "Invalid patch path null"),
    ],
)
def test_a_bad_patch_changes_nothing(apigw: Any, operation: dict[str, str], message: str) -> None:
    made = new_api(apigw)
    operations = [patch("replace", "/name", "changed"), operation]
    assert refused(apigw.update_rest_api, restApiId=made["id"], patchOperations=operations)[2] == message
    assert apigw.get_rest_api(restApiId=made["id"])["name"] == made["name"]


def test_every_unknown_op_is_named(apigw: Any) -> None:
    status, code, message = refused(
        apigw.update_rest_api,
        restApiId="nothere",
        patchOperations=[patch("wrong", "/name"), patch("replace", "/name", "x"), patch("bad", "/name")],
    )
    assert (status, code) == (400, "ValidationException")
    assert message.startswith(
        "2 validation errors detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op'"
    )
    assert "Value 'bad' at 'updateRestApiInput.patchOperations.3.member.op'" in message


def test_a_policy_is_answered_with_its_quotes_escaped(apigw: Any) -> None:
    made = new_api(apigw, policy='{"Version": "2012-10-17"}')
    assert made["policy"] == '{\\"Version\\": \\"2012-10-17\\"}'


def test_the_account(apigw: Any, localaws: str) -> None:
    assert answer(apigw.get_account)["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    role = "arn:aws:iam::000000000000:role/logs"
    elsewhere = client(localaws, "apigateway", region="us-west-1")
    changed = elsewhere.update_account(patchOperations=[patch("replace", "/cloudwatchRoleArn", role)])
    assert changed["cloudwatchRoleArn"] == role
    assert "cloudwatchRoleArn" not in apigw.get_account()


def test_tags(apigw: Any) -> None:
    made = new_api(apigw)
    arn = f"arn:aws:apigateway:eu-central-1::/restapis/{made['id']}"
    apigw.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    apigw.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert apigw.get_tags(resourceArn=arn)["tags"] == {"b": "2"}
    assert apigw.get_rest_api(restApiId=made["id"])["tags"] == {"b": "2"}
    assert refused(apigw.get_tags, resourceArn=arn + "x")[0] == 404
    assert refused(apigw.get_tags, resourceArn="arn:aws:s3:::x")[0] == 400


def test_a_clone_is_a_copy(apigw: Any) -> None:
    source = new_api(apigw)
    mock(apigw, source["id"], source["rootResourceId"])
    clone = new_api(apigw, cloneFrom=source["id"])
    apigw.delete_rest_api(restApiId=source["id"])
    assert apigw.get_method(restApiId=clone["id"], resourceId=clone["rootResourceId"], httpMethod="GET")


def test_an_unknown_operation_is_an_error_that_the_sdk_reads(apigw: Any) -> None:
    assert refused(apigw.get_domain_name_access_associations)[:2] == (404, "UnknownOperationException")


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        (["execute-api:/*"], "arn:aws:execute-api:{region}:000000000000:{api}/*"),
        ("execute-api:/prod/GET/a", "arn:aws:execute-api:{region}:000000000000:{api}/prod/GET/a"),
        (["*", "execute-api:/b"], ["*", "arn:aws:execute-api:{region}:000000000000:{api}/b"]),
        ("*", "*"),
    ],
)
def test_a_policys_short_resources_are_written_out(apigw: Any, resource: Any, wanted: Any) -> None:
    made = new_api(apigw, policy=json.dumps({"Statement": [{"Effect": "Allow", "Resource": resource}]}))
    policy = json.loads(json.loads(f'"{made["policy"]}"'))
    full = json.dumps(wanted).replace("{api}", made["id"]).replace("{region}", apigw.meta.region_name)
    assert policy["Statement"][0]["Resource"] == json.loads(full)


def test_a_policy_that_is_none_is_kept(apigw: Any) -> None:
    assert new_api(apigw, policy="no policy")["policy"] == "no policy"
