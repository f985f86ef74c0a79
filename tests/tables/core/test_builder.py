"""Rows and conditions: any condition through the form and back, what is left out, what is refused, and the buttons."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import TAGS
from dashboard.tables.core.builder import Group, Row, acted, from_fields, with_key_rows
from dashboard.tables.core.operators import choices, guess
from dashboard.tables.core.rows import condition_of, rows_of
from tests.values import NAMES, VALUES

DECLARED = {"pk": "S", "weight": "N", "raw": "B"}
PATHS = st.tuples(NAMES | st.sampled_from(list(DECLARED))) | st.tuples(
    NAMES, st.integers(0, 99) | NAMES, NAMES
)
SIDES = PATHS | PATHS.map(Size)
OPS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
LEAVES = (
    st.builds(Compare, SIDES, OPS, VALUES | PATHS.map(PathOperand) | PATHS.map(Size))
    | st.builds(Between, SIDES, VALUES, VALUES)
    | st.builds(In, SIDES, st.lists(VALUES, min_size=1, max_size=4).map(tuple))
    | st.builds(BeginsWith, PATHS, VALUES)
    | st.builds(Contains, PATHS, VALUES)
    | st.builds(TypeIs, PATHS, st.sampled_from(TAGS))
    | st.builds(Exists, PATHS)
    | st.builds(NotExists, PATHS)
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    ),
    max_leaves=6,
)


def fields_of(group: Group, path: str = "c") -> list[tuple[str, list[str]]]:
    """What a form with these rows sends: an input of one line takes line breaks out, and a row sends all of its fields."""
    sent: list[tuple[str, list[str]]] = [(f"{path}.join", [group.join])]
    for place, member in enumerate(group.members):
        inner = f"{path}.{place}"
        if isinstance(member, Group):
            sent += fields_of(member, inner)
            continue
        clean = [value.replace("\n", "").replace("\r", "").replace("\0", "\ufffd") for value in member.values]
        sent += [
            (f"{inner}.attr", [member.attribute]),
            (f"{inner}.op", [member.op]),
            (f"{inner}.kind", [member.kind]),
            (f"{inner}.v", clean),
            (f"{inner}.to", [member.to.replace("\n", "").replace("\r", "")]),
        ]
    return sent


@given(CONDITIONS)
def test_any_condition_comes_back_from_its_rows(condition: Condition) -> None:
    rows = rows_of(condition, DECLARED)
    assume(rows.drawable)  # else it is shown as text
    assert condition_of(from_fields(fields_of(rows)), DECLARED) == condition


@pytest.mark.parametrize(
    ("row", "condition"),
    [
        (Row("pk", "=", ("5",)), Compare(("pk",), "=", {"S": "5"})),
        (Row("total", "=", ("5",)), Compare(("total",), "=", {"N": "5"})),
        (Row("total", "=", ("5",), kind="S"), Compare(("total",), "=", {"S": "5"})),
        (Row("total", "=", (" 5",)), Compare(("total",), "=", {"S": " 5"})),
        (Row("weight", ">", (" 5 ",)), Compare(("weight",), ">", {"N": "5"})),
        (Row("a", "=", ("",), kind="S"), Compare(("a",), "=", {"S": ""})),
        (Row("a", "=", ("",), kind="NULL"), Compare(("a",), "=", {"NULL": True})),
        (Row("a", "=", ("TRUE",), kind="BOOL"), Compare(("a",), "=", {"BOOL": True})),
        (Row("a", "contains", ("5",)), Contains(("a",), {"S": "5"})),
        (Row("a", "!contains", ("5",), kind="N"), Not(Contains(("a",), {"N": "5"}))),
        (Row("a", "in", ("1", "", "x")), In(("a",), ({"N": "1"}, {"S": "x"}))),
        (Row("a", "between", ("1",), "2"), Between(("a",), {"N": "1"}, {"N": "2"})),
        (Row("a.b[0]", "size:<", ("5",)), Compare(Size(("a", "b", 0)), "<", {"N": "5"})),
        (Row("a", "=", ("b.c",), kind="path"), Compare(("a",), "=", PathOperand(("b", "c")))),
        (Row("a", "size:=", ("b",), kind="size"), Compare(Size(("a",)), "=", Size(("b",)))),
        (Row("a", "=", ('{"SS": ["x"]}',), kind="json"), Compare(("a",), "=", {"SS": ["x"]})),
        (Row("a", "type:NS"), TypeIs(("a",), "NS")),
        (Row("a", "missing"), NotExists(("a",))),
    ],
)
def test_what_a_row_means(row: Row, condition: Condition) -> None:
    assert condition_of(Group("all", (row,)), DECLARED) == condition


@pytest.mark.parametrize(
    "row",
    [
        Row("pk"),
        Row("pk", "between"),
        Row("", "exists"),
        Row("pk", "in", ("", "")),
        Row("", "=", ("",), kind="S"),
    ],
)
def test_an_empty_row_is_left_out(row: Row) -> None:
    assert condition_of(Group("none", (row, Group("any", (row,)))), DECLARED) is None


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (Row("", "=", ("x",)), "c.0.attr", "Name the attribute"),
        (Row("a..b", "=", ("x",)), "c.0.attr", "the name after the dot"),
        (Row("a", "between", ("1",)), "c.0.to", "both are needed"),
        (Row("a", "between", ("",), "1"), "c.0.v", "Enter the value"),
        (Row("weight", "=", ("heavy",)), "c.0.v", "not a number"),
        (Row("weight", "=", ("1" * 39,)), "c.0.v", "38"),
        (Row("weight", "=", ("1E+126",)), "c.0.v", "range"),
        (Row("weight", "=", ("NaN",)), "c.0.v", "not a number"),
        (Row("raw", "=", ("no base64",)), "c.0.v", "base64"),
        (Row("a", "=", ("maybe",), kind="BOOL"), "c.0.v", "true or false"),
        (Row("a", "=", ("{",), kind="json"), "c.0.v", "DynamoDB's JSON"),
        (Row("a", "=", ('{"N": "x"}',), kind="json"), "c.0.v", "not a number"),
        (Row("a", "between", ("b",), "c", kind="path"), "c.0.kind", "another attribute"),
        (Row("a", "=", ("x",), kind="<b>"), "c.0.kind", "another attribute"),
        (Row("a", "size:=", ("x",)), "c.0.v", "not a number"),
    ],
)
def test_a_row_that_cannot_be_names_its_input(row: Row, field: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        condition_of(Group("all", (row,)), DECLARED)
    assert refused.value.field == field
    assert said in refused.value.rule


def test_the_buttons() -> None:
    start = Group("all", (Row("a"), Group("any", (Row("b"), Row("c")))))
    assert acted(start, "add:c").members[2] == Row()
    assert acted(start, "group:c.1").members[1] == Group(
        "any", (Row("b"), Row("c"), Group("any", (Row(), Row())))
    )
    assert acted(start, "remove:c.1.0").members[1] == Group("any", (Row("c"),))
    assert acted(start, "remove:c.1") == Group("all", (Row("a"),))
    assert acted(start, "value:c.0").members[0] == Row("a", values=("", ""))
    for nothing in (
        "remove:c",
        "remove:c.9",
        "add:c.0",
        "add:c.0.0",
        "what",
        "add:c.x",
        "value:c",
        "add:x.0",
        "add:c.²",
    ):
        assert acted(start, nothing) == start


def test_fields_that_are_not_of_the_builder_are_passed_over() -> None:
    fields = [
        ("c.0.attr", ["a"]),
        ("c.7.attr", ["b"]),
        ("c.0.join", []),
        ("c.x.attr", ["z"]),
        ("where", ["x"]),
        ("c.1.op", ["<script>"]),
    ]
    assert from_fields(fields) == Group("all", (Row("a"), Row(), Row("b")))


def test_what_is_too_large_or_has_a_line_break_is_not_drawn() -> None:
    assert Group("all", (Row("a"),)).drawable
    assert not Group("all", (Row('"a\nb"'),)).drawable
    assert not Group("all", (Row("a"),) * 61).drawable
    deep: Group = Group("all", (Row("a"),))
    for _ in range(5):
        deep = Group("any", (deep, Row("b")))
    assert not deep.drawable


def test_key_rows_are_ready_while_nothing_else_is_asked() -> None:
    names = ["pk", "sk"]
    assert with_key_rows(Group(), None, names).members == (Row("pk"), Row("sk"))
    key = Compare(("pk",), "=", {"S": "x"})
    assert with_key_rows(rows_of(key, DECLARED), key, names).members == (Row("pk", "=", ("x",)), Row("sk"))
    other = And((key, Exists(("a",))))
    assert len(with_key_rows(rows_of(other, DECLARED), other, names).members) == 2


def test_operators_fit_the_declared_type() -> None:
    assert "begins_with" in choices("S", "=")
    assert "begins_with" not in choices("N", "=")
    assert "begins_with" in choices("N", "begins_with")
    assert "type:S" not in choices("S", "=")
    assert "type:S" in choices("", "=")
    assert guess("=", "1" * 39, "") == "S"
