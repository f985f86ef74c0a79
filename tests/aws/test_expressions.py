"""Conditions and actions become expressions in which nothing a person wrote is syntax."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.aws.dynamodb.expressions import Expressions, compiled, expression_bytes, update_bytes
from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    In,
    Not,
    NotExists,
    Or,
    Path,
    PathOperand,
    Remove,
    Set,
    Size,
    TypeIs,
)

X: dict[str, Any] = {"S": "x"}
Y: dict[str, Any] = {"N": "2"}
A, B = ("a",), ("b",)

SHAPES: list[tuple[Condition, str]] = [
    (Compare(A, "=", X), "#0 = :0"),
    (Compare(A, "<>", PathOperand(B)), "#0 <> #1"),
    (Compare(Size(A), ">=", Y), "size (#0) >= :0"),
    (Compare(A, "<", Size(B)), "#0 < size (#1)"),
    (Between(A, X, Y), "#0 BETWEEN :0 AND :1"),
    (Between(Size(A), Y, Y), "size (#0) BETWEEN :0 AND :1"),
    (In(A, (X, Y)), "#0 IN (:0, :1)"),
    (BeginsWith(A, X), "begins_with (#0, :0)"),
    (BeginsWith(A, {"B": "AA=="}), "begins_with (#0, :0)"),
    (Contains(A, {"B": "AA=="}), "contains (#0, :0)"),
    (TypeIs(A, "NS"), "attribute_type (#0, :0)"),
    (Exists(("a", 0, "b", 1, 2)), "attribute_exists (#0[0].#1[1][2])"),
    (NotExists(A), "attribute_not_exists (#0)"),
    (Not(Compare(A, "=", X)), "(NOT #0 = :0)"),
    (And((Exists(A),)), "attribute_exists (#0)"),
    (And((Exists(A), Exists(A))), "attribute_exists (#0) AND attribute_exists (#0)"),
    (
        And((Exists(A), And((Exists(B), Exists(A))))),
        "attribute_exists (#0) AND attribute_exists (#1) AND attribute_exists (#0)",
    ),
    (Or((Exists(A), Exists(B))), "(attribute_exists (#0) OR attribute_exists (#1))"),
    (Not(And((Exists(A), Exists(B)))), "(NOT (attribute_exists (#0) AND attribute_exists (#1)))"),
    (
        And((Or((Exists(A), Exists(B))), Exists(A))),
        "(attribute_exists (#0) OR attribute_exists (#1)) AND attribute_exists (#0)",
    ),
]


@pytest.mark.parametrize(("condition", "text"), SHAPES)
def test_it_works(condition: Condition, text: str) -> None:
    assert compiled(condition).serialize({}, {}) == text
    assert expression_bytes(condition) == len(text)


NAMES = some.one_of(
    some.text(max_size=12),
    some.sampled_from(
        ["a.b", "x[0]", "x[a]", "", "#0", ":0", "{0}", "size", "' OR 1=1 --", "<img src=x onerror=y>"]
    ),
)
PATHS: some.SearchStrategy[Path] = some.builds(
    lambda first, rest: (first, *rest),
    NAMES,
    some.lists(some.one_of(NAMES, some.integers(0, 99)), max_size=3),
)
WIRES = NAMES.map(lambda text: {"S": text}) | some.integers().map(lambda value: {"N": str(value)})
LEAVES: some.SearchStrategy[Condition] = some.one_of(
    some.builds(Compare, PATHS, some.sampled_from(["=", "<>", "<", "<=", ">", ">="]), WIRES),
    some.builds(Between, PATHS, WIRES, WIRES),
    some.builds(In, PATHS, some.lists(WIRES, min_size=1, max_size=4).map(tuple)),
    some.builds(BeginsWith, PATHS, WIRES),
    some.builds(Contains, PATHS, WIRES),
    some.builds(Exists, PATHS),
    some.builds(Compare, PATHS.map(Size), some.just("="), PATHS.map(PathOperand)),
)
CONDITIONS: some.SearchStrategy[Condition] = some.recursive(
    LEAVES,
    lambda inner: some.one_of(
        some.builds(Not, inner),
        some.builds(And, some.lists(inner, min_size=1, max_size=3).map(tuple)),
        some.builds(Or, some.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
SYNTAX = re.compile(
    r"(?:#\d+|:\d+|\[\d+\]|[().,]| |<>|<=|>=|[=<>]|AND|OR|NOT|BETWEEN|IN|size|begins_with|contains|attribute_exists)*"
)


@settings(max_examples=200, deadline=None)
@given(condition=CONDITIONS)
def test_nothing_written_by_a_person_is_syntax(condition: Condition) -> None:
    expressions = Expressions()
    expressions.condition("FilterExpression", condition)
    arguments = expressions.arguments()
    text = arguments["FilterExpression"]
    assert SYNTAX.fullmatch(text)
    names, values = arguments["ExpressionAttributeNames"], arguments.get("ExpressionAttributeValues", {})
    assert set(re.findall(r"#\d+", text)) == set(names)  # AWS refuses one that is not used
    assert set(re.findall(r":\d+", text)) == set(values)
    assert list(names.values()) == list(dict.fromkeys(_names(condition)))


def _names(condition: Any) -> list[str]:
    """Every attribute name in the condition, in the order of reading."""
    if isinstance(condition, tuple):
        return [name for part in condition for name in ([part] if isinstance(part, str) else _names(part))]
    fields = getattr(condition, "__dataclass_fields__", {})
    return [
        name for field in fields if field not in ("op", "tag") for name in _names(getattr(condition, field))
    ]


def test_a_path_of_a_name_with_syntax_is_one_name() -> None:
    expressions = Expressions()
    expressions.projection([("a.b[0]",), ("a", "b", 0)])
    assert expressions.arguments() == {
        "ProjectionExpression": "#0, #1.#2[0]",
        "ExpressionAttributeNames": {"#0": "a.b[0]", "#1": "a", "#2": "b"},
    }


def test_a_map_that_looks_like_a_wire_value_stays_a_map() -> None:
    expressions = Expressions()
    expressions.update([Set(A, {"M": {"S": {"S": "x"}}})])
    assert expressions.arguments()["ExpressionAttributeValues"] == {":0": {"M": {"S": {"S": "x"}}}}


def test_names_and_values_are_shared_by_a_request() -> None:
    expressions = Expressions()
    expressions.update([Set(A, {"B": "AA=="}), Remove(B), Set(("c",), {"NULL": True})])
    expressions.condition("ConditionExpression", Compare(B, "=", X))
    assert expressions.arguments() == {
        "UpdateExpression": "SET #0 = :0, #1 = :1 REMOVE #2",
        "ConditionExpression": "#2 = :2",
        "ExpressionAttributeNames": {"#0": "a", "#1": "c", "#2": "b"},
        "ExpressionAttributeValues": {":0": {"B": b"\0"}, ":1": {"NULL": True}, ":2": X},
    }


def test_thousands_of_parts_neither_recurse_nor_nest() -> None:
    parts = tuple(Compare((f"a{number}",), "=", X) for number in range(3000))
    text = compiled(Or(parts)).serialize({}, {})
    assert text.count(" OR ") == 2999
    assert text.count("(") == 1
    nested: Condition = parts[0]
    for part in parts[1:]:
        nested = Or((nested, part))
    assert compiled(nested).serialize({}, {}) == text


def test_the_length_that_aws_limits_can_be_asked_before_sending() -> None:
    many = And(tuple(Exists((f"a{number}",)) for number in range(200)))
    assert expression_bytes(many) > 4096
    assert expression_bytes(In(A, tuple({"S": "x" * 1000} for _ in range(100)))) < 1000  # values do not count
    assert update_bytes([Set((f"a{number}",), X) for number in range(400)]) > 4096
    assert update_bytes([Set(A, X)]) == len("SET #0 = :0")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (In(A, ()), "1 to 100"),
        (In(A, (X,) * 101), "1 to 100"),
        (And(()), "AND of nothing"),
        (Or(()), "OR of nothing"),
        (Exists(()), "begins with the name"),
        (Exists((0, "a")), "begins with the name"),
        (Compare(A, "= :0 OR", X), "not a valid comparison"),
        (Compare(A, "=", {"Q": "x"}), "not a wire value"),
    ],
)
def test_what_cannot_be_said_is_refused(condition: Condition, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compiled(condition)
