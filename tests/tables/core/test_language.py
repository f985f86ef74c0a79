"""The text of conditions: what it means, that it is written as it is read, and what is refused with its column."""

from __future__ import annotations

import pytest
from hypothesis import given

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
    NotExists,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import Wire
from dashboard.tables.core.language import parse_path, parse_where, path_words, value_text, where_text
from tests.tables.conditions import CONDITIONS, paths
from tests.values import VALUES


def test_it_works() -> None:
    assert parse_where("status = 'open' AND (total > 10 OR NOT contains(tags, 'x'))") == And(
        (
            Compare(("status",), "=", {"S": "open"}),
            Or((Compare(("total",), ">", {"N": "10"}), Not(Contains(("tags",), {"S": "x"})))),
        )
    )


@given(CONDITIONS)
def test_what_is_written_is_read_the_same(condition: Condition) -> None:
    assert parse_where(where_text(condition)) == condition


@given(paths())
def test_paths_too(path: Path) -> None:
    assert parse_path(path_words(path)) == path


@given(VALUES)
def test_values_too(value: Wire) -> None:
    assert parse_where(f"a = {value_text(value)}") == Compare(("a",), "=", value)


A = ("a",)
MEANS: list[tuple[str, Condition]] = [
    ("a=1", Compare(A, "=", {"N": "1"})),
    ("a != 1", Compare(A, "<>", {"N": "1"})),
    ("5 < a", Compare(A, ">", {"N": "5"})),
    ("'x' = size(a)", Compare(Size(A), "=", {"S": "x"})),
    ("a >= b.c[2]", Compare(A, ">=", PathOperand(("b", "c", 2)))),
    ("a = size(b)", Compare(A, "=", Size(("b",)))),
    (
        "a between 1 and 2 and b = 1",
        And((Between(A, {"N": "1"}, {"N": "2"}), Compare(("b",), "=", {"N": "1"}))),
    ),
    ("a IN ('x', 2)", In(A, ({"S": "x"}, {"N": "2"}))),
    ("begins_with(a, 'ORDER#')", BeginsWith(A, {"S": "ORDER#"})),
    ("ATTRIBUTE_EXISTS(a)", Exists(A)),
    ("attribute_not_exists ( a )", NotExists(A)),
    ("attribute_type(a, 'SS')", TypeIs(A, "SS")),
    ("size = 3", Compare(("size",), "=", {"N": "3"})),
    ('"AND" = 1', Compare(("AND",), "=", {"N": "1"})),
    ('"we.ird"."x y"[0] = 1', Compare(("we.ird", "x y", 0), "=", {"N": "1"})),
    ('"a""b" = 1', Compare(('a"b',), "=", {"N": "1"})),
    ("tracking-number = 'it''s'", Compare(("tracking-number",), "=", {"S": "it's"})),
    ("größe = 1", Compare(("größe",), "=", {"N": "1"})),
    ("a = b'AAH/'", Compare(A, "=", {"B": "AAH/"})),
    ("b = 'x'", Compare(("b",), "=", {"S": "x"})),
    ("a = true", Compare(A, "=", {"BOOL": True})),
    ("a = NULL", Compare(A, "=", {"NULL": True})),
    ("a = <<1, 2>>", Compare(A, "=", {"NS": ["1", "2"]})),
    ("a = [1, {'k': []}]", Compare(A, "=", {"L": [{"N": "1"}, {"M": {"k": {"L": []}}}]})),
    ("a = -1.50E+3", Compare(A, "=", {"N": "-1.50E+3"})),
    ("not a = 1 and b = 1", And((Not(Compare(A, "=", {"N": "1"})), Compare(("b",), "=", {"N": "1"})))),
    (
        "a = 1 or b = 1 and c = 1",
        Or(
            (
                Compare(A, "=", {"N": "1"}),
                And((Compare(("b",), "=", {"N": "1"}), Compare(("c",), "=", {"N": "1"}))),
            )
        ),
    ),
]


@pytest.mark.parametrize(("text", "condition"), MEANS, ids=[text for text, _ in MEANS])
def test_what_it_means(text: str, condition: Condition) -> None:
    assert parse_where(text) == condition


REFUSED = [
    ("", "empty"),
    ("a", "Column 2: Expected a comparison"),
    ("a =", "Column 4: Expected an attribute or a value, but the text ends"),
    ("a = 'x", "Column 5: A string begins here"),
    ('"a = 1', "Column 1: A name in quotes begins here"),
    ("a = 12x", "Column 5: This is no number"),
    ("a = 1 b = 2", "Column 7: Expected AND, OR"),
    ("a = 1; drop", "Column 6: ; means nothing"),
    ("AND = 1", "Column 1: Expected an attribute or a value, but found AND"),
    ("a.IN = 1", "Column 3: IN is a word of the language"),
    ("1 = 2", "Column 1: Both sides are values"),
    ("1 BETWEEN 0 AND 2", "Column 1: A value stands here"),
    ("a BETWEEN 1 OR 2", "Column 13: Expected AND and the upper value"),
    ("a IN ()", "Column 7: Expected a value"),
    ("a IN (b)", "Text stands in single quotes"),
    ("(a = 1", "Column 7: Expected a ) for the ( at column 1"),
    ("foo(a) = 1", "There is no function foo"),
    ("begins_with(a, b)", "Expected what it begins with and found the name b"),
    ("attribute_type(a, 'X')", "The type is one of"),
    ("a[x] = 1", "the place in the list"),
    ("a[-1] = 1", "the place in the list"),
    ("a[1.5] = 1", "the place in the list"),
    ('"" = 1', "The name is empty"),
    ("a = NaN", "DynamoDB has no number NaN"),
    ("a IN (Infinity)", "DynamoDB has no number Infinity"),
    ("a = 1E+126", "outside DynamoDB's range"),
    ("a = " + "1" * 39, "has 39 significant digits"),
    ("a = b'x'", "Binary is written as base64"),
    ("a = <<>>", "A set cannot be empty"),
    ("a = <<1, 'x'>>", "A set holds values of one type"),
    ("a = <<1, 1.0>>", "one is in it twice"),
    ("a = <<true>>", "A set holds values of one type"),
    ("a = {'k': 1, 'k': 2}", "has this name twice"),
    ("a = {k: 1}", "in single quotes"),
    ("a = " + "[" * 33 + "]" * 33, "nested deeper than 32"),
    ("(" * 200 + "a = 1" + ")" * 200, "groups are inside one another"),
    ("NOT " * 200 + "a = 1", "groups are inside one another"),
    ("a = '" + "x" * 100_001 + "'", "at most 100,000"),
]


@pytest.mark.parametrize(("text", "rule"), REFUSED, ids=[text[:40] for text, _ in REFUSED])
def test_what_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_where(text)
    assert refused.value.field == "where"
    assert rule in refused.value.rule


@pytest.mark.parametrize("text", ["", "a.", "a = 1", "a[", "IN", "size(a)"])
def test_a_field_that_is_no_path(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_path(text)
    assert refused.value.field == "field"


def test_a_number_that_is_none_is_never_written_as_a_name() -> None:
    with pytest.raises(InputError, match="is not a number"):
        where_text(Compare(A, "=", {"N": "NaN"}))
