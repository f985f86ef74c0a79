"""Transactions and reading several items through the door."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.aws import clients, dynamodb
from dashboard.aws.dynamodb import transactions
from dashboard.aws.target import Target
from dashboard.core.dynamodb import TransactStep
from dashboard.core.errors import AwsError, Kind
from dashboard.core.expressions import Compare, Exists, NotExists, Remove, Set
from dashboard.core.wire import Item
from tests.stub.server import StubAws

TOKEN = "0199c1f4-2c2c-7000-8000-000000000001"
TABLES = ("several-a", "several-b")


def key(name: str) -> Item:
    """A key of the tests' tables."""
    return {"pk": {"S": name}}


STEPS = (
    TransactStep("put", "a", key("1"), item={**key("1"), "raw": {"B": "AAE="}}, condition=NotExists(("pk",))),
    TransactStep(
        "update",
        "b",
        key("2"),
        actions=(Set(("a.b",), {"N": "7"}), Remove(("old",))),
        condition=Compare(("a.b",), "=", {"N": "6"}),
    ),
    TransactStep("delete", "a", key("3")),
    TransactStep("check", "b", key("4"), condition=Exists(("pk",))),
)


def test_it_works(stub: StubAws, target: Target) -> None:
    consumed = [{"TableName": "a", "CapacityUnits": 4.0}, {"TableName": "b", "CapacityUnits": 2.5}]
    stub.reply("TransactWriteItems", {"ConsumedCapacity": consumed})
    written = dynamodb.transact_write(target, STEPS, token=TOKEN, change="c-1")
    assert (written.units, written.attempts) == (6.5, 1)
    assert written.request_id.startswith("STUB")
    assert stub.requests[0].headers["user-agent"].endswith(" gatehouse-change/c-1")
    old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert stub.of("TransactWriteItems") == [
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": "a",
                        "Item": {"pk": {"S": "1"}, "raw": {"B": "AAE="}},
                        "ConditionExpression": "attribute_not_exists (#0)",
                        "ExpressionAttributeNames": {"#0": "pk"},
                        **old,
                    }
                },
                {
                    "Update": {
                        "TableName": "b",
                        "Key": {"pk": {"S": "2"}},
                        "UpdateExpression": "SET #0 = :0 REMOVE #1",
                        "ConditionExpression": "#0 = :1",
                        "ExpressionAttributeNames": {"#0": "a.b", "#1": "old"},
                        "ExpressionAttributeValues": {":0": {"N": "7"}, ":1": {"N": "6"}},
                        **old,
                    }
                },
                {"Delete": {"TableName": "a", "Key": {"pk": {"S": "3"}}, **old}},
                {
                    "ConditionCheck": {
                        "TableName": "b",
                        "Key": {"pk": {"S": "4"}},
                        "ConditionExpression": "attribute_exists (#0)",
                        "ExpressionAttributeNames": {"#0": "pk"},
                        **old,
                    }
                },
            ],
            "ClientRequestToken": TOKEN,
            "ReturnConsumedCapacity": "TOTAL",
        }
    ]


def test_a_cancelled_transaction_says_why_for_each_step(stub: StubAws, target: Target) -> None:
    reasons = [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": {"raw": {"B": "AAE="}}},
    ]  # fmt: skip
    stub.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    with pytest.raises(AwsError) as caught:
        dynamodb.transact_write(target, STEPS[:2], token=TOKEN, change="c")
    assert caught.value.kind is Kind.CONDITION
    assert [reason["Code"] for reason in caught.value.reasons] == ["None", "ConditionalCheckFailed"]
    assert caught.value.reasons[1]["Item"] == {"raw": {"B": "AAE="}}
    assert caught.value.resource == "table:a, b"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TransactionConflict", Kind.CONFLICT),
        ("ThrottlingError", Kind.THROTTLED),
        ("ProvisionedThroughputExceeded", Kind.THROTTLED),
        ("ItemCollectionSizeLimitExceeded", Kind.QUOTA),
        ("ValidationError", Kind.VALIDATION),
    ],
)
def test_what_cancelled_it_decides_the_kind(stub: StubAws, target: Target, code: str, kind: Kind) -> None:
    stub.fail(
        "TransactWriteItems",
        "TransactionCanceledException",
        "cancelled",
        CancellationReasons=[{"Code": "None"}, {"Code": code}],
    )
    with pytest.raises(AwsError) as caught:
        dynamodb.transact_write(target, STEPS[:2], token=TOKEN, change="c")
    assert caught.value.kind is kind


def test_a_dropped_answer_is_asked_again_with_the_same_token(
    stub: StubAws, target: Target, at_once: None
) -> None:
    stub.reply("TransactWriteItems", {})
    stub.drop("TransactWriteItems", times=1)
    assert dynamodb.transact_write(target, STEPS[:1], token=TOKEN, change="c").attempts == 2
    assert [body["ClientRequestToken"] for body in stub.of("TransactWriteItems")] == [TOKEN, TOKEN]


def test_no_answer_at_all_is_lost(stub: StubAws, target: Target, at_once: None) -> None:
    stub.drop("TransactWriteItems", times=None)
    with pytest.raises(AwsError) as caught:
        dynamodb.transact_write(target, STEPS[:1], token=TOKEN, change="c")
    assert caught.value.kind is Kind.LOST


def test_what_cannot_be_sent_is_not_sent(stub: StubAws, target: Target) -> None:
    many = STEPS[:1] * 101
    for steps, token in (((), TOKEN), (many, TOKEN), (STEPS, ""), (STEPS, "x" * 37)):
        with pytest.raises(ValueError, match=r"transaction has|token has"):
            dynamodb.transact_write(target, steps, token=token, change="c")
    for step in (TransactStep("check", "a", key("1")), TransactStep("put", "a", key("1"))):
        with pytest.raises(ValueError, match=r"a check has|a put has"):
            dynamodb.transact_write(target, (step,), token=TOKEN, change="c")
    read_only = Target("eu-central-1", endpoint=stub.endpoint, read_only=True)
    with pytest.raises(AwsError, match="ReadOnlyConnection"):
        dynamodb.transact_write(read_only, STEPS, token=TOKEN, change="c")
    assert stub.requests == []


def test_one_moment_of_several_items(stub: StubAws, target: Target) -> None:
    stub.reply(
        "TransactGetItems",
        {"Responses": [{"Item": key("1")}, {}], "ConsumedCapacity": [{"TableName": "a", "CapacityUnits": 4}]},
    )
    found = dynamodb.transact_get(target, [("a", key("1")), ("b", key("2"))])
    assert (found.items, found.units, found.calls) == ((key("1"), None), 4.0, 1)
    assert stub.of("TransactGetItems")[0]["TransactItems"] == [
        {"Get": {"TableName": "a", "Key": key("1")}},
        {"Get": {"TableName": "b", "Key": key("2")}},
    ]


def test_an_answer_about_other_items_is_none(stub: StubAws, target: Target) -> None:
    stub.reply("TransactGetItems", {"Responses": [{}]})
    with pytest.raises(AwsError, match="DamagedAnswer"):
        dynamodb.transact_get(target, [("a", key("1")), ("b", key("2"))])


def _serving(most: int) -> Any:
    """BatchGetItem that answers ``most`` keys of each request and leaves the rest over; numbers come back trimmed."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        responses: dict[str, Any] = {}
        left: dict[str, Any] = {}
        served = 0
        for table, request in body["RequestItems"].items():
            for wanted in request["Keys"]:
                if served < most:
                    served += 1
                    responses.setdefault(table, []).append(
                        {"id": {"N": wanted["id"]["N"].removesuffix(".0")}}
                    )
                else:
                    left.setdefault(table, {"Keys": []})["Keys"].append(wanted)
        return {
            "Responses": responses,
            "UnprocessedKeys": left,
            "ConsumedCapacity": [{"CapacityUnits": served}],
        }

    return answer


def test_left_over_keys_are_asked_again(stub: StubAws, target: Target) -> None:
    stub.reply("BatchGetItem", _serving(40))
    keys = [("a" if number % 2 else "b", {"id": {"N": f"{number}.0"}}) for number in range(150)]
    found = dynamodb.batch_get(target, [*keys, keys[0]])
    assert found.items == tuple({"id": {"N": str(number)}} for number in [*range(150), 0])
    assert (found.units, found.calls) == (150.0, 4)
    assert all(sum(len(one["Keys"]) for one in body["RequestItems"].values()) <= 100 for body in stub.of("BatchGetItem"))  # fmt: skip


def test_a_batch_that_never_moves_is_throttled(
    stub: StubAws, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "_PAUSE", 0)
    stub.reply("BatchGetItem", _serving(0))
    with pytest.raises(AwsError) as caught:
        dynamodb.batch_get(target, [("a", {"id": {"N": "1"}})])
    assert (caught.value.kind, stub.count("BatchGetItem")) == (Kind.THROTTLED, transactions.ROUNDS)


@pytest.fixture
def live(localaws: str) -> Target:
    """The embedded AWS with two tables; what earlier tests left in them is gone."""
    target = Target("eu-central-1", endpoint=localaws)
    there = dynamodb.list_tables(target).rows
    for table in TABLES:
        if table not in there:
            clients.dynamodb(target).client.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        for name in "1234":
            dynamodb.delete_item(target, table, key(name), condition=None, change="")
    return target


def _live(step: TransactStep, table: str) -> TransactStep:
    return TransactStep(step.kind, table, step.key, step.item, step.actions, step.condition)


@pytest.mark.localaws
def test_the_embedded_dynamodb_understands(live: Target) -> None:
    a, b = TABLES
    steps = [_live(step, a if step.table == "a" else b) for step in STEPS]
    dynamodb.put_item(live, b, {**key("2"), "a.b": {"N": "5"}}, condition=None, change="")
    with pytest.raises(AwsError) as caught:
        dynamodb.transact_write(live, steps, token=TOKEN, change="c")
    assert caught.value.kind is Kind.CONDITION
    codes = [reason["Code"] for reason in caught.value.reasons]
    assert codes == ["None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"]
    assert caught.value.reasons[1]["Item"] == {**key("2"), "a.b": {"N": "5"}}
    assert dynamodb.get_item(live, a, key("1")).item is None
    dynamodb.put_item(live, b, {**key("2"), "a.b": {"N": "6"}, "old": {"S": ""}}, condition=None, change="")
    dynamodb.put_item(live, b, key("4"), condition=None, change="")
    first = dynamodb.transact_write(live, steps, token=TOKEN, change="c")
    assert first.units > 0
    expected = ({**key("1"), "raw": {"B": "AAE="}}, {**key("2"), "a.b": {"N": "7"}}, None)
    keys = [(a, key("1")), (b, key("2")), (a, key("3"))]
    assert dynamodb.transact_get(live, keys).items == expected
    assert dynamodb.batch_get(live, keys).items == expected
    dynamodb.transact_write(
        live, steps, token=TOKEN, change="c"
    )  # the same token: nothing happens, no refusal
    assert dynamodb.transact_get(live, keys).items == expected
