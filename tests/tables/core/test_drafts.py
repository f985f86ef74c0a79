"""Items as text: nothing is lost on the way there and back, and what cannot be stored is refused in a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.core.errors import InputError
from dashboard.core.wire import Item, compact
from dashboard.tables.core import drafts
from dashboard.tables.core.drafts import FORMS, parse, to_text
from dashboard.tables.core.values import is_wire
from tests.values import ITEMS

EVERY: Item = {
    "s": {"S": 'a "quoted" \n <img src=x onerror=alert(1)>'},
    "n": {"N": "-12.50"},
    "big": {"N": "1234567890123456789012345678901234567.8"},
    "odd": {"N": "+007"},
    "b": {"B": "AAH/"},
    "ss": {"SS": ["b", "a", ""]},
    "ns": {"NS": ["1", "2.50", "1E+3", ".5"]},
    "bs": {"BS": ["", "AA=="]},
    "m": {"M": {"a.b": {"L": []}, "$ss": {"BOOL": False}}},
    "looks": {"M": {"$ss": {"L": [{"S": "x"}]}}},
    "empty": {"M": {}},
    "l": {"L": [{"NULL": True}, {"L": [{"N": "1"}]}]},
    "$b": {"S": "not a marker up here"},
}


@pytest.mark.parametrize("form", FORMS)
def test_it_works(form: str) -> None:
    text = to_text(EVERY, form)
    assert compact(parse(text, form)) == compact(EVERY)
    json.loads(text)


def test_the_plain_form_reads_as_plain_json() -> None:
    assert json.loads(to_text(EVERY, "plain")) == {
        "s": EVERY["s"]["S"],
        "n": -12.5,
        "big": 1234567890123456789012345678901234567.8,
        "odd": {"$n": "+007"},
        "b": {"$b": "AAH/"},
        "ss": {"$ss": ["b", "a", ""]},
        "ns": {"$ns": [1, 2.5, 1000.0, ".5"]},
        "bs": {"$bs": ["", "AA=="]},
        "m": {"a.b": [], "$ss": False},
        "looks": {"$m": {"$ss": ["x"]}},
        "empty": {},
        "l": [None, [1]],
        "$b": "not a marker up here",
    }
    assert '"n": -12.50' in to_text(EVERY, "plain")


@settings(max_examples=300)
@given(ITEMS, st.sampled_from(FORMS))
def test_any_item_survives(item: dict, form: str) -> None:
    assert compact(parse(to_text(item, form), form)) == compact(item)


@given(ITEMS, st.sampled_from(FORMS))
def test_what_a_browser_does_to_line_ends_changes_nothing(item: dict, form: str) -> None:
    assert parse(to_text(item, form).replace("\n", "\r\n"), form) == item


@given(st.text() | st.text(alphabet='{}[]":,01eE.-$nsmb tru\\'), st.sampled_from(FORMS))
def test_any_text_is_read_or_refused_in_a_sentence(text: str, form: str) -> None:
    try:
        item = parse(text, form)
    except InputError as refused:
        assert refused.field == "draft" and refused.rule
    else:
        assert parse(to_text(item, form), form) == item


def test_numbers_keep_their_spelling() -> None:
    for text in ("-0", "1.50", "1E+125", "1e-130", "0.1", "12345678901234567890123456789012345678"):
        assert parse(f'{{"a": {text}}}', "plain") == {"a": {"N": text}}
        assert parse(f'{{"a": {{"N": "{text}"}}}}', "dynamodb") == {"a": {"N": text}}


BOTH = [
    ("", "not valid JSON: line 1, column 1"),
    ('{"a": }', "line 1, column 7"),
    ('{\n"a": 1,\n}', "This is not valid JSON: line "),
    ("[]", "An item is a JSON object"),
    ('"text"', "An item is a JSON object"),
    ("12", "An item is a JSON object"),
    ("null", "An item is a JSON object"),
    ("[" * 200_000, "nested deeper than 32"),
    ('{"a":' * 100_000, "nested deeper than 32"),
    ("{" + '"": 1}', "empty name"),
    ('{"a": NaN}', "NaN is not a number"),
    ('{"a": -Infinity}', "-Infinity is not a number"),
    ('{"a": "\x00"}', "not valid JSON"),
]
TYPED = [
    ('{"a": {"S": "x"}, "a": {"S": "y"}}', "a: The name stands twice"),
    ('{"a": {"M": {"b": {"S": "x"}, "b": {"S": "x"}}}}', "a.b: The name stands twice"),
    ('{"a": {"S": "x", "S": "y"}}', "a: A value is an object with one type"),
    ('{"a": {"S": "x", "N": "1"}}', "a: A value is an object with one type"),
    ('{"a": "x"}', "a: A value is an object with one type"),
    ('{"a": {}}', "a: A value is an object with one type"),
    ('{"a": {"Q": "x"}}', 'a: "Q" is not a type'),
    ('{"a": {"s": "x"}}', 'a: "s" is not a type'),
    ('{"a": {"N": 1}}', 'a: N (number) takes its value in quotes; write {"N": "1"}'),
    ('{"a": {"N": "1E+126"}}', "a: The number is outside DynamoDB's range"),
    ('{"a": {"N": "NaN"}}', "a: The number is not a number"),
    ('{"a": {"N": "123456789012345678901234567890123456789"}}', "a: The number has 39 significant digits"),
    ('{"a": {"N": ""}}', "a: The number is not a number"),
    ('{"a": {"N": true}}', "a: N (number) takes its value in quotes"),
    ('{"a": {"S": 1}}', "a: S (string) takes its value in quotes"),
    ('{"a": {"S": null}}', "a: S (string) takes its value in quotes"),
    ('{"a": {"S": ["x"]}}', "a: S (string) takes a single value"),
    ('{"a": {"S": "\\ud800"}}', "a: The string holds half of a character"),
    ('{"a\\udfff": {"S": "x"}}', "half of a character"),
    ('{"a": {"B": "x"}}', "a: The binary value is not base64"),
    ('{"a": {"B": "AB=="}}', "a: The binary value is not base64"),
    ('{"a": {"BOOL": "true"}}', "a: BOOL is true or false"),
    ('{"a": {"BOOL": null}}', "a: BOOL is true or false"),
    ('{"a": {"NULL": false}}', "a: NULL is always true"),
    ('{"a": {"SS": []}}', "a: A string set cannot be empty"),
    ('{"a": {"NS": []}}', "a: A number set cannot be empty"),
    ('{"a": {"BS": []}}', "a: A binary set cannot be empty"),
    ('{"a": {"SS": ["x", "y", "x"]}}', "a[2]: A string set holds each value once"),
    ('{"a": {"NS": ["1", "1.0"]}}', "a[1]: A number set holds each value once"),
    ('{"a": {"NS": ["0", "-0"]}}', "a[1]: A number set holds each value once"),
    ('{"a": {"BS": ["AA==", "AA=="]}}', "a[1]: A binary set holds each value once"),
    ('{"a": {"SS": [1]}}', "a[0]: A string set takes its values in quotes"),
    ('{"a": {"NS": [1]}}', "a[0]: A number set takes its values in quotes"),
    ('{"a": {"SS": "x"}}', "a: A string set takes a JSON array"),
    ('{"a": {"SS": {"x": "y"}}}', "a: A string set takes a JSON array"),
    ('{"a": {"SS": [["x"]]}}', "a[0]: A string set takes its values in quotes"),
    ('{"a": {"L": {}}}', "a: A list takes a JSON array"),
    ('{"a": {"L": "x"}}', "a: A list takes a JSON array"),
    ('{"a": {"M": []}}', "a: A map takes a JSON object"),
    ('{"a": {"M": {"": {"S": "x"}}}}', "a: An attribute has an empty name"),
    (
        '{"scans": {"L": [{"S": ""}, {"S": ""}, {"M": {"weight": {"N": "x"}}}]}}',
        "scans[2].weight: The number is not",
    ),
    ('{"we ird": {"M": {"a.b": {"N": "x"}}}}', "['we ird']['a.b']: The number"),
]
PLAIN = [
    ('{"a": 1, "a": 1}', "a: The name stands twice"),
    ('{"a": [{"b": {"c": 1, "c": 2}}]}', "a[0].b.c: The name stands twice"),
    ('{"a": {"$m": {"x": 1, "x": 2}}}', "a.x: The name stands twice"),
    ('{"a": 1E+126}', "a: The number is outside DynamoDB's range"),
    ('{"a": 123456789012345678901234567890123456789}', "a: The number has 39 significant digits"),
    ('{"a": {"$n": "NaN"}}', "a: The number is not a number"),
    ('{"a": {"$ss": []}}', "a: A string set cannot be empty"),
    ('{"a": {"$ns": [1, 1.0]}}', "a[1]: A number set holds each value once"),
    ('{"a": {"$ss": [1]}}', "a[0]: A string set takes its values in quotes"),
    ('{"a": {"$ss": "x"}}', "a: A string set takes a JSON array"),
    ('{"a": {"$ns": [true]}}', "a[0]: A number set takes its values in quotes"),
    ('{"a": {"$b": 1234}}', 'a: "$b" takes its value in quotes'),
    ('{"a": {"$b": "x"}}', "a: The binary value is not base64"),
    ('{"a": {"$n": null}}', 'a: "$n" takes its value in quotes'),
    ('{"a": {"$m": []}}', "a: A map takes a JSON object"),
    ('{"a": ["\\ud800"]}', "a[0]: The string holds half of a character"),
    ('{"a": {"": 1}}', "a: An attribute has an empty name"),
]


@pytest.mark.parametrize(
    ("form", "text", "says"),
    [(form, *case) for case in BOTH for form in FORMS]
    + [("dynamodb", *case) for case in TYPED]
    + [("plain", *case) for case in PLAIN],
)
def test_what_is_refused_and_how(form: str, text: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text, form)
    assert refused.value.field == "draft"
    assert says in refused.value.rule
    assert len(refused.value.rule) < 400


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        parse("{}", "yaml")
    assert refused.value.field == "form"


def nested(levels: int, kind: str) -> dict:
    value: dict = {"S": "x"}
    for _ in range(levels):
        value = {"M": {"a": value}} if kind == "M" else {"L": [value]}
    return {"a": value}


@pytest.mark.parametrize("kind", ["M", "L"])
@pytest.mark.parametrize("form", FORMS)
def test_nesting_of_32_levels_and_not_one_more(form: str, kind: str) -> None:
    assert parse(to_text(nested(32, kind), form), form) == nested(32, kind)
    with pytest.raises(InputError, match="deeper than 32"):
        parse(to_text(nested(33, kind), form), form)


@pytest.mark.parametrize("form", FORMS)
def test_400_kb_and_not_one_byte_more(form: str) -> None:
    fits = {"a": {"S": "x" * 409_599}}
    assert parse(to_text(fits, form), form) == fits
    with pytest.raises(InputError, match="The item is 409,601 bytes; DynamoDB takes at most 409,600"):
        parse(to_text({"a": {"S": "x" * 409_600}}, form), form)


def test_a_text_beyond_any_item_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="16,000,000 characters"):
        parse(" " * 16_000_001, "plain")


@pytest.mark.parametrize("values", ["1," * 409_600 + "1", "[]," * 409_600 + "[]", '{"a":1},' * 409_600 + "1"])
def test_more_values_than_fit_are_refused_before_each_is_looked_at(
    values: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "check_item", lambda _item: pytest.fail("it was looked at"))
    with pytest.raises(InputError, match="409,601 values, more than fit"):
        parse(f'{{"a": [{values}]}}', "plain")


def test_what_is_no_value_of_dynamodb() -> None:
    assert is_wire({"NULL": True})
    assert not is_wire({"Q": "x"})
    assert not is_wire({"NULL": False})


def test_members_of_a_map_with_several_names_are_no_markers() -> None:
    assert parse('{"a": {"$ss": ["x"], "b": 1}}', "plain") == {
        "a": {"M": {"$ss": {"L": [{"S": "x"}]}, "b": {"N": "1"}}}
    }
    assert parse('{"a": {"$other": 1}}', "plain") == {"a": {"M": {"$other": {"N": "1"}}}}
