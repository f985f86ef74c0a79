"""PartiQL through the door: what is sent, and what comes of each statement."""

from __future__ import annotations

import pytest

from dashboard.aws.dynamodb.partiql import batch_execute, execute_statement, execute_transaction
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from dashboard.core.partiql import Sent
from tests.stub.server import StubAws

SELECT = Sent('SELECT * FROM "t" WHERE "pk" = ?', "t", ({"B": "AAE="},), consistent=True)
UPDATE = Sent('UPDATE "t" SET "n" = 1 WHERE "pk" = ?', "t", ({"S": "a"},))


@pytest.fixture
def target(stub: StubAws) -> Target:
    return Target("eu-central-1", endpoint=stub.endpoint)


def test_it_works(stub: StubAws, target: Target) -> None:
    stub.reply(
        "ExecuteStatement",
        {
            "Items": [{"pk": {"B": "AAE="}}],
            "NextToken": "more",
            "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 1.5},
        },
    )
    page = execute_statement(target, SELECT, limit=10, next_token="here")
    assert (page.items, page.units, page.next_token) == (({"pk": {"B": "AAE="}},), 1.5, "more")
    assert stub.requests[0].body == {
        "Statement": SELECT.text,
        "Parameters": [{"B": "AAE="}],
        "ConsistentRead": True,
        "Limit": 10,
        "NextToken": "here",
        "ReturnConsumedCapacity": "TOTAL",
    }


def test_a_write_asks_for_what_failed_it(stub: StubAws, target: Target) -> None:
    stub.fail(
        "ExecuteStatement", "ConditionalCheckFailedException", "no", Item={"pk": {"S": "a"}, "n": {"N": "2"}}
    )
    with pytest.raises(AwsError) as failed:
        execute_statement(target, UPDATE, writes=True, change="c-1")
    assert failed.value.kind is Kind.CONDITION
    assert failed.value.item == {"pk": {"S": "a"}, "n": {"N": "2"}}
    request = stub.requests[0]
    assert request.body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
    assert "gatehouse-change/c-1" in request.headers["user-agent"]


def test_an_insert_of_a_taken_key_is_a_condition(stub: StubAws, target: Target) -> None:
    stub.fail("ExecuteStatement", "DuplicateItemException", "Duplicate primary key exists in table")
    with pytest.raises(AwsError) as failed:
        execute_statement(target, UPDATE, writes=True)
    assert failed.value.kind is Kind.CONDITION


def test_nothing_is_written_on_a_read_only_connection(stub: StubAws) -> None:
    target = Target("eu-central-1", endpoint=stub.endpoint, read_only=True)
    for send in (
        lambda: execute_statement(target, UPDATE, writes=True),
        lambda: batch_execute(target, [UPDATE], writes=True),
        lambda: execute_transaction(target, [UPDATE], token="t", writes=True),
    ):
        with pytest.raises(AwsError, match="ReadOnlyConnection"):
            send()
    assert not stub.requests


def test_each_of_a_batch_ends_by_itself(stub: StubAws, target: Target) -> None:
    stub.reply(
        "BatchExecuteStatement",
        {
            "Responses": [
                {"TableName": "t", "Item": {"pk": {"S": "a"}}},
                {"TableName": "t"},
                {"Error": {"Code": "ConditionalCheckFailed", "Message": "no", "Item": {"pk": {"S": "b"}}}},
                {"Error": {"Code": "ThrottlingError", "Message": "slow"}},
            ],
            "ConsumedCapacity": [
                {"TableName": "t", "CapacityUnits": 2.0},
                {"TableName": "u", "CapacityUnits": 0.5},
            ],
        },
    )
    batch = batch_execute(target, [SELECT, SELECT, UPDATE, UPDATE])
    assert batch.units == 2.5
    assert [outcome.item for outcome in batch.outcomes] == [{"pk": {"S": "a"}}, None, None, None]
    errors = [outcome.error for outcome in batch.outcomes]
    assert [error and error.kind for error in errors] == [None, None, Kind.CONDITION, Kind.THROTTLED]
    assert errors[2] is not None and errors[2].item == {"pk": {"S": "b"}}
    assert errors[3] is not None and not errors[3].permanent


def test_a_transaction_states_its_reasons(stub: StubAws, target: Target) -> None:
    reasons = [{"Code": "None"}, {"Code": "DuplicateItem", "Message": "there"}]
    stub.fail("ExecuteTransaction", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    with pytest.raises(AwsError) as failed:
        execute_transaction(target, [UPDATE, SELECT], token="t-1", writes=True)
    assert failed.value.kind is Kind.CONDITION
    assert [reason["Code"] for reason in failed.value.reasons] == ["None", "DuplicateItem"]
    sent = stub.requests[0].body
    assert sent["ClientRequestToken"] == "t-1"
    assert "ConsistentRead" not in sent["TransactStatements"][1]


def test_too_many(target: Target) -> None:
    with pytest.raises(ValueError, match="1 to 25"):
        batch_execute(target, [SELECT] * 26)
    with pytest.raises(ValueError, match="1 to 100"):
        execute_transaction(target, [SELECT] * 101, token="")
