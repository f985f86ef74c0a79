"""What DynamoDB does, as cases: a call and what AWS answers to it, a part of the answer or a refusal with its text.

The texts are those of AWS, from its documentation and from answers that were seen. A case changes nothing but items of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TABLE = "behaviour"
INVALID = "ValidationException"
ONE_WAS_INVALID = "One or more parameter values were invalid:"
ENVELOPE = "1 validation error detected:"


@dataclass(frozen=True)
class Case:
    """``expected`` is (code, text) of a refusal, or what ``of`` makes of the answer. ``first`` are calls before it."""

    name: str
    operation: str
    given: dict[str, Any]
    expected: Any
    of: Callable[[Any], Any] | None = None
    first: tuple[tuple[str, dict[str, Any]], ...] = ()


def key(name: str, number: str = "1") -> dict[str, Any]:
    """The key of an item."""
    return {"pk": {"S": name}, "sk": {"N": number}}


def table() -> dict[str, Any]:
    """The table of every case: pk (S), sk (N), a global index by kind and rank that holds the keys only."""
    types = {"pk": "S", "sk": "N", "kind": "S", "rank": "N"}
    return {
        "TableName": TABLE,
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in types.items()],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-kind",
                "KeySchema": [
                    {"AttributeName": "kind", "KeyType": "HASH"},
                    {"AttributeName": "rank", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }


def items() -> list[dict[str, Any]]:
    """What is in it: ten items of one partition, of which three are in the index."""
    return [
        key("p", str(number))
        | {"n": {"N": str(number)}, "title": {"S": f"item {number}"}}
        | ({"kind": {"S": "k"}, "rank": {"N": str(-number)}} if number < 3 else {})
        for number in range(10)
    ]


def scan(name: str, text: str, sentence: str, **more: Any) -> Case:
    """A filter that is refused."""
    values = {":x": {"N": "1"}} if ":x" in text and "values" not in more else more.pop("values", None)
    given = {"FilterExpression": text, **({"ExpressionAttributeValues": values} if values else {}), **more}
    return Case(name, "scan", given, (INVALID, sentence))


def query(name: str, text: str, expected: Any, of: Any = None, values: Any = None, **more: Any) -> Case:
    """A key condition on the partition p."""
    given = {
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": {":p": {"S": "p"}, **(values or {})},
        **more,
    }
    return Case(name, "query", given, expected, of)


def update(name: str, text: str, expected: Any, before: Any = None, values: Any = None, **more: Any) -> Case:
    """An update of an item of the case's own."""
    first = (("put_item", {"Item": key(name) | before}),) if before is not None else ()
    given = {
        "Key": key(name),
        "UpdateExpression": text,
        **({"ExpressionAttributeValues": values} if values else {}),
    }
    given |= {"ReturnValues": "ALL_NEW", **more}
    of = None if isinstance(expected, tuple) else _attributes
    return Case(name, "update_item", given, expected, of, first)


def _attributes(answer: Any) -> Any:
    return {name: value for name, value in answer.get("Attributes", {}).items() if name not in ("pk", "sk")}


def numbers(answer: Any) -> list[str]:
    """The sort values of the items, in order."""
    return [item["sk"]["N"] for item in answer["Items"]]


def put(name: str, item: dict[str, Any], sentence: str) -> Case:
    """An item that is refused."""
    return Case(name, "put_item", {"Item": item}, (INVALID, sentence))


def kept(name: str, item: dict[str, Any], as_: dict[str, Any]) -> Case:
    """An item that is kept in another writing."""
    return Case(
        name,
        "get_item",
        {"Key": key(name)},
        as_,
        lambda answer: {n: v for n, v in answer["Item"].items() if n not in ("pk", "sk")},
        (("put_item", {"Item": key(name) | item}),),
    )
