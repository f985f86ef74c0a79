"""Values of a query as parameters."""

from __future__ import annotations

import pytest

from dashboard.tables.core.askable import asking
from dashboard.tables.core.parameters import MOST, Parameter, bound

TABLE: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("customer_id = '10001'", "customer_id = :customer_id", [("customer_id", "S", "10001")]),
    ("a > 1 AND a<=-2.50", "a > :a AND a<=:a_2", [("a", "N", "1"), ("a_2", "N", "-2.50")]),
    (
        "name = 'it''s' OR paid = true",
        "name = :name OR paid = :paid",
        [("name", "S", "it's"), ("paid", "BOOL", "true")],
    ),
    ("\"a b\" = 'x'", '"a b" = :a_b', [("a_b", "S", "x")]),
    ("begins_with(sk, 'ORDER#')", "begins_with(sk, :sk)", [("sk", "S", "ORDER#")]),
    ("contains(a.city, 'Os')", "contains(a.city, :city)", [("city", "S", "Os")]),
    ("address.city = 'Oslo'", "address.city = :city", [("city", "S", "Oslo")]),
    ("pk = :pk AND pk > 'a'", "pk = :pk AND pk > :pk_2", [("pk_2", "S", "a")]),
    (
        "note = 'x = 5' AND \"y = 6\" = 7",
        'note = :note AND "y = 6" = :y___6',
        [("note", "S", "x = 5"), ("y___6", "N", "7")],
    ),
    ("a = '' AND b = b'AA=='", "a = '' AND b = b'AA=='", []),
    ("n = 1e5 OR min < max", "n = 1e5 OR min < max", []),
    ("size(a) = 3", "size(a) = 3", []),
    (
        "SELECT * FROM t WHERE \"1\" = 'x' -- a = 5",
        'SELECT * FROM t WHERE "1" = :v1 -- a = 5',
        [("v1", "S", "x")],
    ),
]


@pytest.mark.parametrize(("text", "made", "found"), TABLE)
def test_it_works(text: str, made: str, found: list[tuple[str, str, str]]) -> None:
    """And with its defaults the query is the one it was."""
    asked, parameters = asking(text)
    assert (asked, [(each.name, each.tag, each.default) for each in parameters]) == (made, found)
    known = {each.name: each for each in parameters}
    if ":pk " not in text:
        assert bound(asked, known, {}) == text


def test_there_are_no_more_than_a_query_may_have() -> None:
    text = " OR ".join(f"a{number} = {number}" for number in range(MOST + 5))
    asked, parameters = asking(text)
    assert len(parameters) == MOST
    assert bound(asked, {each.name: each for each in parameters}, {}) == text
    assert parameters[0] == Parameter("a0", "N", "0")
