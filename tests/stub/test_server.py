"""The stub itself: what other tests lean on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.stub.server import Failure, StubAws, nothing_there


@pytest.fixture
def stub() -> Iterator[StubAws]:
    with StubAws() as running:
        yield running


def client(endpoint: str, service: str = "dynamodb", attempts: int = 2) -> Any:
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts}, read_timeout=2)
    return session.create_client(service, region_name="eu-central-1", endpoint_url=endpoint, config=config)


def test_it_works(stub: StubAws) -> None:
    stub.reply("GetItem", lambda body: {"Item": {**body["Key"], "n": {"N": "1.50"}}})
    key = {"pk": {"S": "é/'"}}
    assert client(stub.endpoint).get_item(TableName="t", Key=key)["Item"] == {**key, "n": {"N": "1.50"}}
    assert stub.requests[0].operation == "GetItem"
    assert stub.of("GetItem") == [{"TableName": "t", "Key": key}]
    assert stub.requests[0].headers["x-amz-target"] == "DynamoDB_20120810.GetItem"


def test_an_operation_without_an_answer_says_so(stub: StubAws) -> None:
    with pytest.raises(ClientError, match="no answer for Scan"):
        client(stub.endpoint).scan(TableName="t")


def test_failures_are_used_up_before_the_answer(stub: StubAws) -> None:
    stub.reply("Scan", {"Items": [], "Count": 0, "ScannedCount": 0})
    stub.fail("Scan", "InternalServerError", status=500, times=1)
    assert client(stub.endpoint).scan(TableName="t")["Count"] == 0
    assert stub.count("Scan") == 2


def test_a_function_may_refuse(stub: StubAws) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        raise Failure("ConditionalCheckFailedException", "no", Item={"a": {"S": "x"}})

    stub.reply("PutItem", answer)
    with pytest.raises(ClientError) as caught:
        client(stub.endpoint).put_item(TableName="t", Item={"a": {"S": "y"}})
    assert caught.value.response["Item"] == {"a": {"S": "x"}}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(("after", "applied"), [(False, 1), (True, 2)])
def test_a_dropped_answer(stub: StubAws, after: bool, applied: int) -> None:
    seen: list[Any] = []

    def put(body: dict[str, Any]) -> dict[str, Any]:
        seen.append(body)
        return {}

    stub.reply("PutItem", put)
    stub.drop("PutItem", after_apply=after)
    client(stub.endpoint).put_item(TableName="t", Item={"a": {"S": "y"}})
    assert (len(seen), stub.count("PutItem")) == (applied, 2)


def test_identity_and_role(stub: StubAws) -> None:
    sts = client(stub.endpoint, "sts")
    assert sts.get_caller_identity()["Account"] == "123456789012"
    role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="xy")
    assert role["Credentials"]["AccessKeyId"] == "ASIASTUB"
    assert stub.of("AssumeRole")[0]["RoleSessionName"] == "xy"


def test_sts_refuses_in_xml(stub: StubAws) -> None:
    stub.fail("GetCallerIdentity", "ExpiredToken", "the <token> ran out")
    with pytest.raises(ClientError, match="the <token> ran out") as caught:
        client(stub.endpoint, "sts").get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "ExpiredToken"


def test_nothing_there() -> None:
    with nothing_there() as endpoint, pytest.raises(EndpointConnectionError):
        client(endpoint).list_tables()
