"""Conditions evaluated here as DynamoDB evaluates them, and taken apart."""

from __future__ import annotations

import pytest

from dashboard.core.wire import Item
from dashboard.tables.core.evaluate import holds, value_at
from dashboard.tables.core.language import parse_where
from dashboard.tables.core.parts import attributes, conjuncts, implied

ITEM: Item = {
    "s": {"S": "Straße"},
    "n": {"N": "1.50"},
    "b": {"B": "AAH/"},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "m": {"M": {"in.side": {"L": [{"N": "7"}, {"S": "x"}]}}},
    "yes": {"BOOL": True},
    "nul": {"NULL": True},
    "empty": {"S": ""},
    "n2": {"N": "15e-1"},
}
TRUE = [
    "n = 1.5",
    "n = n2",
    "n <> '1.5'",
    "n > -2 AND n < 10",
    "n BETWEEN 1 AND 1.5",
    "n IN (3, 1.50)",
    "s > 'St'",
    "s < 'Su'",
    "begins_with(s, 'Stra')",
    "begins_with(b, b'AA==')",
    "contains(s, 'aß')",
    "contains(b, b'Af8=')",
    "contains(ss, 'a')",
    "contains(ns, 1.0)",
    'contains(m."in.side", 7)',
    "size(s) = 6",
    "size(b) = 3",
    "size(ss) = 2",
    "size(m) = 1",
    "size(empty) < n",
    "m.\"in.side\"[1] = 'x'",
    "attribute_type(nul, 'NULL')",
    "attribute_exists(empty)",
    "attribute_not_exists(m.other)",
    "missing <> 1",
    "NOT missing = 1",
    "ss = <<'b', 'a'>>",
    "yes = true",
    "n = 9 OR s = 'Straße'",
]
FALSE = [
    "n = '1.5'",
    "missing = 1",
    "missing < 1",
    "missing = other",
    "NOT missing <> 1",
    "n < 'x'",
    "yes = false",
    "begins_with(n, '1')",
    "contains(n, 1)",
    "contains(s, b'AAH/')",
    "contains(yes, true)",
    "size(n) = 1",
    "size(missing) >= 0",
    'm."in.side"[2] = 1',
    "m[0] = 1",
    "s.x = 1",
    "attribute_type(n, 'S')",
    "n BETWEEN 2 AND 3",
    "n IN ('1.5')",
]


@pytest.mark.parametrize("text", TRUE)
def test_it_works(text: str) -> None:
    assert holds(parse_where(text), ITEM)


@pytest.mark.parametrize("text", FALSE)
def test_what_does_not_hold(text: str) -> None:
    assert not holds(parse_where(text), ITEM)


def test_no_condition_holds_for_everything() -> None:
    assert holds(None, {})
    assert value_at(ITEM, ("m", "in.side", 0)) == {"N": "7"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = 1 AND b > c", {"a", "b", "c"}),
        ("a = 1 OR a > 5", {"a"}),
        ("a = 1 OR b = 1", set()),
        ("a <> 1", set()),
        ("NOT a = 1", set()),
        ("NOT attribute_not_exists(a.b)", {"a"}),
        ("attribute_not_exists(a)", set()),
        ("attribute_exists(a.b[0]) AND size(c) > 1", {"a", "c"}),
        ("a IN (1, 2) AND contains(b, 1) AND attribute_type(c, 'S')", {"a", "b", "c"}),
    ],
)
def test_what_must_be_there(text: str, names: set[str]) -> None:
    assert implied(parse_where(text)) == names


def test_parts() -> None:
    where = parse_where("a = 1 AND (b = 2 AND (c = 3 OR d = size(e)))")
    assert [len(attributes(one)) for one in conjuncts(where)] == [1, 1, 3]
    assert conjuncts(None) == () and attributes(where) == {"a", "b", "c", "d", "e"}
