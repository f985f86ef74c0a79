"""An item as rows: nothing is lost on the way there and back, in any view; what is wrong is told at its row."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.core.errors import InputError
from dashboard.core.wire import TAGS, Item, Wire, compact
from dashboard.tables.core.conversions import converted
from dashboard.tables.core.drafts import FORMS, members_of, parse, to_text
from dashboard.tables.core.forms import Row, approximate_size, as_text, item_of, problems, rows_of
from dashboard.tables.core.size import item_size
from tests.tables.tables import PARCELS
from tests.values import ITEMS


def rows(item: Item) -> tuple[Row, ...]:
    return rows_of(tuple(item.items()))


@settings(max_examples=300)
@given(ITEMS, st.sampled_from(FORMS))
def test_any_item_survives_the_form_and_the_way_through_every_view(item: Item, form: str) -> None:
    shown = rows(item)
    assert compact(item_of(shown)) == compact(item)
    assert approximate_size(shown) == item_size(item)
    text = as_text(shown, form)
    assert text == to_text(item, form)
    other = next(each for each in FORMS if each != form)
    again = as_text(rows_of(members_of(text, form)), other)
    assert compact(parse(again, other)) == compact(item)


AWKWARD: Item = {
    "a.b": {"S": "a\r\nb"},
    "lone": {"S": "\r"},
    "nul": {"S": "\0"},
    "lines": {"S": "a\n\nb\n"},
    "<b>": {"S": ""},
    "👩‍🚀": {"N": "1" * 38},
    "name\nwith line": {"S": "x"},
    "members": {"SS": ["a\nb", "c"]},
    "empty member": {"SS": ["", "c"]},
    "spaces": {"SS": [" a ", "b"]},
    "bytes": {"BS": ["", "AA=="]},
    "nested": {"M": {"cr": {"S": "\r\n"}, "$ss": {"L": []}}},
}


def test_what_a_field_cannot_carry_is_fixed_and_the_rest_is_not() -> None:
    shown = rows(AWKWARD)
    assert {row.name for row in shown if row.fixed is not None} == {
        "a.b",
        "lone",
        "nul",
        "name\nwith line",
        "members",
        "empty member",
        "bytes",
    }
    assert item_of(shown) == AWKWARD
    for row in shown:  # what a browser does to the line ends of a field, undone by the screen
        assert "\r" not in row.text


def row(tag: str, text: str, name: str = "a") -> Row:
    return Row(1, name, tag, text)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row("N", "NaN"), "is not a number"),
        (row("N", "1E+126"), "outside DynamoDB's range"),
        (row("N", "1" * 39), "39 significant digits"),
        (row("N", ""), "is not a number"),
        (row("B", "not base64!"), "not base64"),
        (row("BOOL", ""), "Choose true or false"),
        (row("SS", ""), "cannot be empty"),
        (row("SS", "a\na"), "each value once"),
        (row("NS", "1\n1.0"), "each value once"),
        (row("NS", "1\nx"), "a[1]: The number is not a number"),
        (row("M", "{"), "not valid JSON: line 1"),
        (row("M", "[1]"), "This is the JSON of a list; a map takes"),
        (row("L", "{}"), "This is the JSON of a map; a list takes"),
        (row("M", '{"x": 1, "x": 2}'), "a.x: The name stands twice"),
        (row("L", "[" * 33 + "]" * 33), "deeper than 32"),
        (row("M", '{"x": {"$n": "1E+126"}}'), "a.x: The number is outside"),
        (row("S", "x", ""), "empty name"),
        (Row(1, "a", "S", "", fixed={"S": "\ud800"}), "half of a character"),
    ],
)
def test_what_is_wrong_is_told_at_its_row(wrong: Row, said: str) -> None:
    good = Row(2, "b", "S", "fine")
    found = problems((wrong, good))
    assert list(found) == [1]
    assert said in found[1]
    with pytest.raises(InputError):
        item_of((wrong, good))


def test_every_wrong_row_is_told_at_once() -> None:
    assert set(problems((row("N", "x"), Row(2, "b", "N", "1"), Row(3, "c", "BOOL", "")))) == {1, 3}


def test_a_name_that_stands_twice_is_told_at_the_second() -> None:
    found = problems((row("S", "x"), Row(7, "a", "N", "1")))
    assert list(found) == [7] and "has this name already" in found[7]


def test_an_item_that_is_too_large_is_told_for_the_whole() -> None:
    found = problems((row("S", "x" * 410_000),))
    assert list(found) == [0] and "409,600" in found[0]


def test_keys_and_indexes_are_told_at_their_rows() -> None:
    shown = (Row(1, "pk", "S", ""), Row(2, "sk", "S", "x"), Row(3, "weight", "S", "heavy"))
    found = problems(shown, PARCELS)
    assert "must not be empty" in found[1] and "key of the index by-depot" in found[3]
    assert "sort key" in problems((Row(1, "pk", "S", "x"),), PARCELS)[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "wrong", [row("N", "NaN"), row("N", "1" * 39), row("B", "?"), row("SS", ""), row("NS", "x\nx")]
)
def test_what_is_wrong_is_kept_through_the_views(wrong: Row, form: str) -> None:
    text = as_text((wrong,), form)
    (back,) = rows_of(members_of(text, form))
    assert (back.tag, back.text) == (wrong.tag, wrong.text)
    with pytest.raises(InputError):
        parse(text, form)


def test_a_name_twice_is_kept_through_the_views() -> None:
    text = as_text((row("S", "x"), Row(2, "a", "N", "1")), "plain")
    assert [back.text for back in rows_of(members_of(text, "plain"))] == ["x", "1"]


def test_a_row_without_a_value_stays_in_the_form() -> None:
    with pytest.raises(InputError, match="Choose true or false"):
        as_text((row("BOOL", ""),), "plain")


@given(ITEMS, st.sampled_from(TAGS))
def test_any_change_of_type_is_possible_and_says_what_happened(item: Item, tag: str) -> None:
    for each in rows(item):
        if each.fixed is None:
            changed = converted(each, tag)
            assert changed.tag == tag and changed.name == each.name
            assert (changed == each) if tag == each.tag else changed.note


KEPT: list[tuple[Wire, Wire]] = [
    ({"S": "12.50"}, {"N": "12.50"}),
    ({"N": "12.50"}, {"S": "12.50"}),
    ({"S": "True"}, {"BOOL": True}),
    ({"N": "0"}, {"BOOL": False}),
    ({"S": "ü"}, {"B": "w7w="}),
    ({"B": "w7w="}, {"S": "ü"}),
    ({"B": "/w=="}, {"S": "/w=="}),
    ({"S": "a\nb"}, {"SS": ["a", "b"]}),
    ({"SS": ["1", "2"]}, {"NS": ["1", "2"]}),
    ({"SS": ["a", "b"]}, {"L": [{"S": "a"}, {"S": "b"}]}),
    ({"L": [{"S": "a"}, {"N": "1"}]}, {"SS": ["a", "1"]}),
    ({"SS": ["ü"]}, {"BS": ["w7w="]}),
    ({"BS": ["w7w="]}, {"SS": ["ü"]}),
    ({"SS": ["only"]}, {"S": "only"}),
    ({"S": '{"a": [1]}'}, {"M": {"a": {"L": [{"N": "1"}]}}}),
    ({"S": "[1]"}, {"L": [{"N": "1"}]}),
    ({"S": "x"}, {"L": [{"S": "x"}]}),
    ({"S": "x"}, {"M": {"value": {"S": "x"}}}),
    ({"L": [{"N": "7"}]}, {"M": {"0": {"N": "7"}}}),
    ({"L": [{"N": "7"}]}, {"N": "7"}),
    ({"M": {"a": {"N": "1"}}}, {"L": [{"M": {"a": {"N": "1"}}}]}),
    ({"S": "x"}, {"NULL": True}),
    ({"NULL": True}, {"S": ""}),
]


@pytest.mark.parametrize(("before", "after"), KEPT)
def test_what_a_change_of_type_keeps(before: Wire, after: Wire) -> None:
    (shown,) = rows({"a": before})
    assert item_of((converted(shown, next(iter(after))),)) == {"a": after}
