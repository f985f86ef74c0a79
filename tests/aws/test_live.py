"""The door on the embedded AWS: what we send is understood, and what was stored comes back."""

from __future__ import annotations

import pytest

from dashboard.aws import clients, dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import KeyPart, ReadRequest
from dashboard.core.errors import AwsError, Kind
from dashboard.core.expressions import And, Compare, Condition, Exists, In, NotExists, Or, Remove, Set
from dashboard.core.wire import Item
from tests.aws.test_expressions import SHAPES
from tests.aws.test_items import EVERYTHING

pytestmark = pytest.mark.localaws
TABLE = "door-items"
# Numbers as DynamoDB writes them: it trims zeros and writes exponents out.
NUMBERS: Item = {
    "big": {"N": "-" + "9" * 38 + "0" * 88},
    "kept": {"N": "12.5"},
    "numbers": {"NS": ["2", "1"]},
}
STORED: Item = {**EVERYTHING, **NUMBERS}
KEY: Item = {"pk": STORED["pk"]}


@pytest.fixture
def target(localaws: str) -> Target:
    """The embedded AWS with an empty table."""
    target = Target("eu-central-1", endpoint=localaws)
    if TABLE not in dynamodb.list_tables(target).rows:
        clients.dynamodb(target).client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.delete_item(target, TABLE, KEY, condition=None, change="")
    return target


def test_it_works(target: Target) -> None:
    absent = NotExists(("pk",))
    assert dynamodb.put_item(target, TABLE, STORED, condition=absent, change="c-1").before is None
    assert dynamodb.get_item(target, TABLE, KEY).item == STORED
    key_condition = Compare(("pk",), "=", STORED["pk"])
    assert dynamodb.read(target, ReadRequest(TABLE, key_condition=key_condition)).items == (STORED,)
    written = dynamodb.update_item(
        target,
        TABLE,
        KEY,
        actions=(Set(("a.b[0]",), {"B": "/w=="}), Remove(("empty",))),
        condition=And((Exists(("pk",)), Compare(("a.b[0]",), "=", STORED["a.b[0]"]))),
        change="c-2",
    )
    assert written.before == STORED
    expected = {name: value for name, value in STORED.items() if name != "empty"} | {"a.b[0]": {"B": "/w=="}}
    assert dynamodb.get_item(target, TABLE, KEY).item == expected
    assert dynamodb.delete_item(target, TABLE, KEY, condition=None, change="c-3").before == expected


def test_a_failed_condition_brings_the_item(target: Target) -> None:
    dynamodb.put_item(target, TABLE, STORED, condition=None, change="")
    with pytest.raises(AwsError) as caught:
        dynamodb.put_item(target, TABLE, KEY, condition=NotExists(("pk",)), change="")
    assert (caught.value.kind, caught.value.item) == (Kind.CONDITION, STORED)


@pytest.mark.parametrize("condition", [shape for shape, _ in SHAPES], ids=[text for _, text in SHAPES])
def test_every_shape_of_condition_is_understood(target: Target, condition: Condition) -> None:
    assert dynamodb.read(target, ReadRequest(TABLE, filter=condition)).next is None


def test_a_condition_decides(target: Target) -> None:
    dynamodb.put_item(target, TABLE, STORED, condition=None, change="")
    true, false = Compare(("kept",), "=", {"N": "12.5"}), Compare(("kept",), ">", {"N": "13"})
    either = Or((false, And((true, In(("yes",), ({"BOOL": True},))))))
    assert len(dynamodb.read(target, ReadRequest(TABLE, filter=either)).items) == 1
    assert dynamodb.read(target, ReadRequest(TABLE, filter=And((true, false)))).items == ()


def test_the_table_is_described(target: Target) -> None:
    table = dynamodb.describe_table(target, TABLE)
    assert (table.partition, table.sort, table.billing) == (KeyPart("pk", "S"), None, "PAY_PER_REQUEST")
    assert dynamodb.describe_time_to_live(target, TABLE) == ""


def test_what_is_not_there(target: Target) -> None:
    with pytest.raises(AwsError) as caught:
        dynamodb.get_item(target, "no-such-table", KEY)
    assert (caught.value.kind, caught.value.attempts) == (Kind.NOT_FOUND, 1)
