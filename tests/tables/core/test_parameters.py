"""Parameters of saved queries: found, typed, bound, and never more than a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import InputError
from dashboard.tables.core.parameters import Parameter, bound, guessed, names, pieces

FOUND = [
    ("customer = :customer", ("customer",)),
    ("a = :x AND b = :y OR c = :x", ("x", "y")),
    ("pk = 'ORDER#:{id}'", ("id",)),
    ("pk = 'it''s :{id}' AND a = :b", ("id", "b")),
    ("pk = ':id'", ()),
    ('":id" = 1', ()),
    ('"we""ird:x" = :x', ("x",)),
    ("m = {'k':true}", ()),
    ("m = {'k' : :v}", ("v",)),
    ("m = {'k': {'l':null}, 'n': :v}", ("v",)),
    ("a IN (:a,:b, :c)", ("a", "b", "c")),
    ("a = b'AAH/' AND b = :b", ("b",)),
    ("a = ':{open", ("open",)[:0]),
    ("-- it's :a\na = :b", ("b",)),
    ("/* ' :{a} ' */ a = ':{b}'", ("b",)),
    ("/* :a", ()),
    ("a--b = :b AND c = ':{d}'", ("b", "d")),
    ("a = '--' AND b = :b", ("b",)),
    ("", ()),
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_it_works(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


TYPED = [
    ("total > :min", {"min": "N"}),
    ("total BETWEEN :a AND :b", {"a": "N", "b": "N"}),
    ("other = :x", {"x": "S"}),
    ('"total" = :x', {"x": "N"}),
    ("other = :x AND total = :x", {"x": "N"}),
    ("total IN (:x)", {"x": "N"}),
    ("contains(total, :x)", {"x": "S"}),
]


@pytest.mark.parametrize(("text", "tags"), TYPED)
def test_a_parameter_has_the_type_of_the_key_it_is_compared_with(text: str, tags: dict[str, str]) -> None:
    assert guessed(text, {"total": "N", "pk": "S"}) == tags


BOUND = [
    ("a = :x", "S", "it's", "a = 'it''s'"),
    ("a = :x", "S", "x' OR a <> 'x", "a = 'x'' OR a <> ''x'"),
    ("a = :x", "N", " 12.50 ", "a = 12.50"),
    ("a = :x", "B", "AAH/", "a = b'AAH/'"),
    ("a = :x", "BOOL", "true", "a = true"),
    ("a = 'O#:{x}#1'", "S", "o'2", "a = 'O#o''2#1'"),
    ("a = :x AND b = :x", "N", "1", "a = 1 AND b = 1"),
]


@pytest.mark.parametrize(("text", "tag", "value", "made"), BOUND)
def test_values_become_literals(text: str, tag: str, value: str, made: str) -> None:
    assert bound(text, {"x": Parameter("x", tag)}, {"x": value}) == made


REFUSED = [
    ("N", "abc", "is a number"),
    ("N", "1 OR 1", "is a number"),
    ("N", "NaN", "is a number"),
    ("B", "!!", "base64"),
    ("BOOL", "yes", "true or false"),
    ("S", "", "needs a value"),
]


@pytest.mark.parametrize(("tag", "value", "words"), REFUSED)
def test_a_value_that_is_not_of_its_type_is_refused_at_its_field(tag: str, value: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        bound("a = :x", {"x": Parameter("x", tag)}, {"x": value})
    assert refused.value.field == "x"


def test_the_default_stands_in_for_no_value() -> None:
    assert bound("a = :x", {"x": Parameter("x", "N", "7")}, {"x": ""}) == "a = 7"


@given(st.text(alphabet="ab'\":{}x= \\\n-/*", max_size=40))
def test_the_pieces_are_the_text(text: str) -> None:
    forms = {"text": "{}", "whole": ":{}", "inside": ":{{{}}}"}
    assert "".join(forms[piece.kind].format(piece.text) for piece in pieces(text)) == text


@given(st.text(max_size=40).filter(bool))
def test_a_value_never_leaves_its_quotes(value: str) -> None:
    made = bound("a = :x AND b = '-:{x}-'", {"x": Parameter("x")}, {"x": value})
    doubled = value.replace("'", "''")
    assert made == f"a = '{doubled}' AND b = '-{doubled}-'"
    assert names(made.replace(doubled, "")) == ()
