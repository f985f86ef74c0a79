"""The searches that are offered when one found nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.core.dynamodb import Index, KeyPart
from dashboard.core.expressions import Condition
from dashboard.tables.core import nearby
from dashboard.tables.core.search import parse_where, where_text
from tests.tables.tables import COUNTERS, PARCELS

BY_DEPOT, BY_ROUTE, _ = PARCELS.indexes
BY_OWNER = Index("by-owner", (KeyPart("owner", "S"),), (), True, "ALL", status="CREATING")


def text(condition: Condition | None) -> str:
    """The condition as a person writes it."""
    return "" if condition is None else where_text(condition)


def where(written: str) -> Condition:
    """The condition that is written so."""
    found = parse_where(written)
    assert found is not None
    return found


def others(written: str, index: Index | None = None) -> list[tuple[str, str]]:
    """The other keys of a search of the parcels."""
    return [(via, text(one)) for via, one in nearby.elsewhere(PARCELS, index, where(written))]


def test_it_works() -> None:
    """A customer's number under the table's key is looked for as the key of the index, and the other way round."""
    assert others("pk = '10001'") == [("index:by-depot", "depot = '10001'")]
    assert others("pk = '10001' AND sk = 'x'") == [("index:by-depot", "depot = '10001'")]
    assert others("depot = 'Kiel' AND weight = 2", BY_DEPOT) == [
        ("table", "pk = 'Kiel'"),  # and not by-code as well, which has the same partition key
    ]


@pytest.mark.parametrize("written", ["city = 'Oslo'", "NOT (pk = 'a')", "pk > 'a'", "pk = sk"])
def test_without_the_value_of_a_key_there_is_no_other_one(written: str) -> None:
    assert others(written) == []
    assert nearby.key_holding(PARCELS, None, where(written)) is None


def test_an_index_whose_partition_is_several_attributes_has_no_one_value() -> None:
    assert others("region = 'north' AND route = 7", BY_ROUTE) == []


def test_an_index_being_made_is_not_offered() -> None:
    table = replace(PARCELS, indexes=(BY_OWNER, BY_DEPOT))
    assert [via for via, _ in nearby.elsewhere(table, None, where("pk = 'a'"))] == ["index:by-depot"]


def test_keys_that_hold_the_value() -> None:
    assert text(nearby.key_holding(PARCELS, None, where("pk = '10001'"))) == "contains(pk, '10001')"
    number = parse_where("id = 7")
    assert nearby.key_holding(COUNTERS, None, number) is None


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("city = 'oslo'", "city = 'oslo' OR city = 'OSLO' OR city = 'Oslo'"),
        ("contains(city, 'Os')", "contains(city, 'Os') OR contains(city, 'os') OR contains(city, 'OS')"),
        ("begins_with(city, 'ö') AND n = 1", "(begins_with(city, 'ö') OR begins_with(city, 'Ö')) AND n = 1"),
        ("NOT (city = 'oslo')", ""),
        ("city = '17'", ""),
        ("n = 1", ""),
        (f"city = '{'a' * 101}'", ""),
    ],
)
def test_other_capitals(written: str, offered: str) -> None:
    assert text(nearby.other_capitals(where(written))) == offered


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("city = 'Os' AND n = 1", "contains(city, 'Os') AND n = 1"),
        ("address.city = 'Os'", "contains(address.city, 'Os')"),
        ("pk = 'a'", ""),
        ("city <> 'Os'", ""),
        ("city = ''", ""),
        ("size(city) = 3", ""),
    ],
)
def test_as_part(written: str, offered: str) -> None:
    assert text(nearby.as_part(where(written), frozenset({"pk", "sk"}))) == offered


@pytest.mark.parametrize(
    ("written", "offered"),
    [('city = "Köln"', "city = 'Köln'"), ("city = other.name", ""), ("city = 'a'", "")],
)
def test_double_quotes_that_were_meant_as_single_ones(written: str, offered: str) -> None:
    assert text(nearby.as_text(where(written))) == offered
