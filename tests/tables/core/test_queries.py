"""What a person asks of a table, as one Query or Scan."""

from __future__ import annotations

import pytest

from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, BeginsWith, Between, Compare
from dashboard.tables.core.queries import Query, plan_read
from tests.tables.tables import COUNTERS, PARCELS

PK = Compare(("pk",), "=", {"S": "P#1"})


def query(**fields: object) -> Query:
    return Query(**{"mode": "query", "partition": "P#1", **fields})  # type: ignore[arg-type]


def test_it_works() -> None:
    assert plan_read(PARCELS, Query()) == ReadRequest("parcels")
    assert plan_read(PARCELS, query()) == ReadRequest("parcels", key_condition=PK)


@pytest.mark.parametrize("op", ["=", "<", "<=", ">", ">="])
def test_comparisons(op: str) -> None:
    request = plan_read(PARCELS, query(sort_op=op, sort="2026"))
    assert request.key_condition == And((PK, Compare(("sk",), op, {"S": "2026"})))


def test_between_and_begins_with() -> None:
    between = plan_read(PARCELS, query(sort_op="between", sort="a", sort_to="b")).key_condition
    assert between == And((PK, Between(("sk",), {"S": "a"}, {"S": "b"})))
    begins = plan_read(PARCELS, query(sort_op="begins_with", sort="SCAN#")).key_condition
    assert begins == And((PK, BeginsWith(("sk",), {"S": "SCAN#"})))


def test_an_index_has_its_own_key() -> None:
    request = plan_read(
        PARCELS, query(index="by-depot", partition="HAM", sort_op="between", sort="9", sort_to="10")
    )
    assert request.index == "by-depot"
    assert request.key_condition == And(
        (Compare(("depot",), "=", {"S": "HAM"}), Between(("weight",), {"N": "9"}, {"N": "10"}))
    )


def test_binary_is_entered_as_base64() -> None:
    request = plan_read(PARCELS, query(index="by-code", sort_op="begins_with", sort="AAH/"))
    assert request.key_condition == And((PK, BeginsWith(("code",), {"B": "AAH/"})))


def test_an_index_of_several_attributes() -> None:
    request = plan_read(
        PARCELS, query(index="by-route", partition='["EU", "7"]', sort_op=">", sort='["2026-11-21", "3"]')
    )
    assert request.key_condition == And(
        (
            Compare(("region",), "=", {"S": "EU"}),
            Compare(("route",), "=", {"N": "7"}),
            Compare(("day",), "=", {"S": "2026-11-21"}),
            Compare(("stop",), ">", {"N": "3"}),
        )
    )


def test_order_limit_and_start() -> None:
    start = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    request = plan_read(PARCELS, query(backward=True, limit=7), start)
    assert (request.backward, request.limit, request.start) == (True, 7, start)


def test_spaces_round_a_number_are_no_part_of_it_but_those_of_a_text_are() -> None:
    assert plan_read(COUNTERS, query(partition=" 1.50 ")).key_condition == Compare(
        ("id",), "=", {"N": "1.50"}
    )
    assert plan_read(PARCELS, query(partition=" a ")).key_condition == Compare(("pk",), "=", {"S": " a "})


MANY = query(index="by-route", partition='["EU", "7"]')


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        (query(partition=""), "partition", "pk needs a value: it is a key of type string"),
        (
            query(index="by-depot", sort_op="=", sort="heavy"),
            "sort",
            "weight is a number, and the value is not a number",
        ),
        (query(index="by-depot", sort_op="=", sort="NaN"), "sort", "weight is a number"),
        (query(index="by-depot", sort_op="=", sort="1E+126"), "sort", "range"),
        (
            query(index="by-depot", sort_op="begins_with", sort="1"),
            "sort_op",
            "begins_with is for strings and binary",
        ),
        (query(index="by-code", sort_op="=", sort="x"), "sort", "code is binary: enter it as base64"),
        (query(sort_op="=", sort=""), "sort", "sk needs a value"),
        (query(sort="x"), "sort_op", "Choose how to compare"),
        (query(sort_to="x"), "sort_op", "Choose how to compare"),
        (query(sort_op="like", sort="x"), "sort_op", "one of: ="),
        (query(sort_op="<>", sort="x"), "sort_op", "one of: ="),
        (query(sort_op="=", sort="x", sort_to="y"), "sort_to", "belongs to between only"),
        (query(sort_op="between", sort="x"), "sort_to", "sk needs a value"),
        (query(sort_op="between", sort="b", sort_to="a"), "sort_to", "must not be smaller"),
        (
            query(index="by-depot", sort_op="between", sort="10", sort_to="9"),
            "sort_to",
            "must not be smaller",
        ),
        (
            query(index="by-code", sort_op="between", sort="AAH/", sort_to="AAAA"),
            "sort_to",
            "must not be smaller",
        ),
        (query(partition="x" * 2049), "partition", "2,049 bytes and at most 2,048"),
        (query(sort_op="=", sort="ü" * 513), "sort", "1,026 bytes and at most 1,024"),
        (query(partition="\ud800"), "partition", "half of a character"),
        (query(index="nope"), "index", "it has: by-code, by-depot, by-route"),
        (query(mode="walk"), "mode", "Choose Scan or Query"),
        (query(limit=0), "limit", "between 1 and 1000"),
        (query(limit=1001), "limit", "between 1 and 1000"),
        (Query(partition="x"), "partition", "A scan reads every item"),
        (Query(sort="x"), "sort", "A scan reads every item"),
        (Query(backward=True), "backward", "no order"),
        (query(index="by-route", partition="EU"), "partition", "region, route"),
        (query(index="by-route", partition='["EU"]'), "partition", "region, route"),
        (query(index="by-route", partition='["EU", 7]'), "partition", "JSON array"),
        (query(index="by-route", partition="[" * 100_000), "partition", "JSON array"),
        (query(index="by-route", partition='["EU", "x"]'), "partition", "route is a number"),
        (
            query(index="by-route", partition='["EU", "7"]', sort_op="=", sort='["a", "1", "2"]'),
            "sort",
            "one to 2 values",
        ),
        (query(index="by-route", partition='["EU", "7"]', sort_op="=", sort="[]"), "sort", "one to 2 values"),
    ],
)
def test_what_is_refused_and_where(asked: Query, field: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        plan_read(PARCELS, asked)
    assert (refused.value.field, says in refused.value.rule) == (field, True), refused.value.rule


def test_a_table_without_a_sort_key_compares_none() -> None:
    with pytest.raises(InputError) as refused:
        plan_read(COUNTERS, query(partition="1", sort_op="=", sort="1"))
    assert refused.value.field == "sort_op"


def test_no_two_queries_share_a_fingerprint() -> None:
    queries = [
        Query(),
        query(),
        query(backward=True),
        query(limit=5),
        query(index="by-depot"),
        query(sort_op="=", sort="a"),
    ]
    queries += [query(partition="a", sort_op="b"), query(partition="ab")]
    assert len({one.fingerprint() for one in queries}) == len(queries)
