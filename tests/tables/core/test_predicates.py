"""What DynamoDB would refuse of a condition is refused before it is sent: every operator with every type, limits, keys."""

from __future__ import annotations

import pytest
from hypothesis import given

from dashboard.aws import dynamodb
from dashboard.core.errors import InputError
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
    Or,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import TAGS, Wire
from dashboard.tables.core.language import parse_where
from dashboard.tables.core.parts import expression_bytes
from dashboard.tables.core.predicates import check
from tests.tables.conditions import CONDITIONS
from tests.tables.tables import COUNTERS, PARCELS

VALUES: dict[str, Wire] = {
    "S": {"S": "x"},
    "N": {"N": "1"},
    "B": {"B": "AAH/"},
    "SS": {"SS": ["x"]},
    "NS": {"NS": ["1"]},
    "BS": {"BS": ["AAH/"]},
    "M": {"M": {"k": {"S": "x"}}},
    "L": {"L": [{"N": "1"}]},
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
}
A = ("a",)
ORDER = {"S", "N", "B"}
TAKEN: dict[str, set[str]] = {
    "=": set(TAGS),
    "<>": set(TAGS),
    "<": ORDER,
    "<=": ORDER,
    ">": ORDER,
    ">=": ORDER,
    "BETWEEN": ORDER,
    "IN": set(TAGS),
    "begins_with": {"S", "B"},
    "contains": set(TAGS),
    "size": {"N"},
}


def with_value(operator: str, value: Wire) -> Condition:
    if operator == "BETWEEN":
        return Between(A, value, value)
    if operator == "IN":
        return In(A, (value,))
    if operator == "begins_with":
        return BeginsWith(A, value)
    if operator == "contains":
        return Contains(A, value)
    return Compare(Size(A), "=", value) if operator == "size" else Compare(A, operator, value)


def refusal(condition: Condition) -> str:
    with pytest.raises(InputError) as refused:
        check(PARCELS, condition)
    assert refused.value.field == "where"
    return refused.value.rule


def test_it_works() -> None:
    check(PARCELS, None)
    check(
        PARCELS, parse_where("pk = 'a' AND sk BETWEEN 'a' AND 'b' AND weight > 3 AND NOT contains(tags, 'x')")
    )


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("operator", TAKEN)
def test_every_operator_with_every_type(operator: str, tag: str) -> None:
    condition = with_value(operator, VALUES[tag])
    if tag in TAKEN[operator]:
        check(PARCELS, condition)
    else:
        assert refusal(condition).startswith(("a: ", "size(a): "))


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        (Between(A, {"N": "1"}, {"S": "2"}), "two values of one type, not a number and a string"),
        (Between(A, {"N": "10"}, {"N": "9"}), "must not be smaller"),
        (Between(A, {"S": "ü"}, {"S": "z"}), "must not be smaller"),
        (Compare(A, "=", PathOperand(A)), "compared with itself"),
        (Compare(Size(A), "<", Size(A)), "compared with itself"),
        (Compare(A, "~", {"N": "1"}), "The comparison is one of"),
        (In(A, ()), "takes 1 to 100 values and has 0"),
        (In(A, tuple({"N": str(n)} for n in range(101))), "takes 1 to 100 values and has 101"),
        (In(Size(A), ({"N": "1"}, {"S": "x"})), "can never be compared with a string"),
        (TypeIs(A, "X"), "The type is one of"),
        (Exists((0, "a")), "begins with the name of an attribute"),
        (Exists(()), "begins with the name of an attribute"),
        (Exists(("a", -1)), "a whole number from 0"),
        (Exists(("a", "")), "empty name"),
        (Exists(("a", *["b"] * 32)), "The path has 33 parts"),
        (Exists(("a\ud800",)), "half of a character"),
        (Compare(A, "=", {"N": "1" * 39}), "has 39 significant digits"),
        (Compare(A, "=", {"N": "1E+126"}), "outside DynamoDB's range"),
        (Compare(A, "=", {"N": "NaN"}), "is not a number"),
        (Compare(A, "=", {"SS": []}), "cannot be empty"),
        (Compare(A, "=", {"SS": ["x", "x"]}), "holds each value once"),
        (Compare(A, "=", {"S": "\ud800"}), "half of a character"),
        (Compare(A, "=", {"B": "?"}), "not base64"),
        (And(()), "group of the condition is empty"),
        (Not(Or(())), "group of the condition is empty"),
        (Or(tuple(Exists((f"a{n}",)) for n in range(151))), "has 301 operators"),
        (In(A, tuple({"N": str(n)} for n in range(100))), ""),
        (Or(tuple(Exists((f"a{n}",)) for n in range(150))), ""),
        (Or(tuple(In((f"a{n}",), tuple({"N": str(m)} for m in range(100))) for n in range(9))), "bytes long"),
    ],
)
def test_limits_and_shapes(condition: Condition, rule: str) -> None:
    if rule:
        assert rule in refusal(condition)
    else:
        check(PARCELS, condition)


def nested(levels: int) -> Wire:
    value: Wire = {"N": "1"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def test_nesting_of_33_levels() -> None:
    check(PARCELS, Compare(A, "=", nested(32)))
    assert "nested deeper than 32" in refusal(Compare(A, "=", nested(33)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "pk = 5",
            "pk: It is a key and always a string, so no item matches a number. Compare it with the text '5'.",
        ),
        ("pk = ''", "must not be empty"),
        ("pk IN ('a', 5)", "always a string"),
        ("sk BETWEEN 1 AND 2", "always a string"),
        ("begins_with(pk, b'AAH/')", "always a string"),
        ("contains(sk, 5)", "always a string"),
        ("attribute_type(pk, 'N')", "no item would match"),
        ("pk.x = 1", "it has nothing inside"),
        (f"pk = '{'x' * 2049}'", "2,049 bytes and at most 2,048"),
        (f"sk = '{'x' * 1025}'", "1,025 bytes and at most 1,024"),
        ("pk <> 5", ""),
        ("NOT pk = 5", "always a string"),
        ("NOT pk <> 5", "always a string"),
        ("NOT (a = 1 OR NOT NOT sk <> 5)", "always a string"),
        ("NOT NOT pk <> 5", ""),
        ("size(pk) > 3", ""),
        ("attribute_type(pk, 'S')", ""),
        ("weight = 'heavy'", ""),
    ],
)
def test_keys(text: str, rule: str) -> None:
    if rule:
        assert rule in refusal(parse_where(text))
    else:
        check(PARCELS, parse_where(text))


def test_a_number_key() -> None:
    with pytest.raises(InputError, match=r"Compare it with the number -1\.5, without quotes"):
        check(COUNTERS, parse_where("id = '-1.5'"))
    with pytest.raises(InputError, match=r"no item matches a string\.$"):
        check(COUNTERS, parse_where("id = 'five'"))


@pytest.mark.parametrize("name", ["status", "name", "order", "select", "size", "a.b", "<img>", "%2F", "👩‍🚀"])
def test_reserved_and_hostile_names_are_names(name: str) -> None:
    check(PARCELS, Compare((name,), "=", {"S": "x"}))


@given(CONDITIONS)
def test_the_length_is_that_of_what_is_sent(condition: Condition) -> None:
    assert expression_bytes(condition) == dynamodb.expression_bytes(condition)
