"""Steps as a form carries them: kept as typed, refused with the field named, never half taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.core.errors import InputError
from dashboard.core.keys import encode_key
from dashboard.tables.core.baskets import Entry, Line, dump, edit_of, load, step_of
from dashboard.tables.core.search import parse_where
from tests.tables.tables import COUNTERS, PARCELS

KEY = {"pk": {"S": "P\n1"}, "sk": {"S": "<b>"}}
TEXT = encode_key(KEY, ("pk", "sk"))
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=12)


def test_it_works() -> None:
    line = Line(
        "update",
        "parcels",
        TEXT,
        text='{"n": 1.50, "tags": {"$ss": ["a"]}}',
        remove="old\n\nolder",
        where="n < 2",
    )
    step = step_of(PARCELS, line)
    assert (step.key, step.sets, step.removes) == (
        KEY,
        {"n": {"N": "1.50"}, "tags": {"SS": ["a"]}},
        ("old", "older"),
    )
    assert step.where == parse_where("n < 2")
    put = step_of(PARCELS, Line("put", "parcels", text='{"pk": "a", "sk": "b", "n": 1}'))
    assert (put.key, put.item) == (
        {"pk": {"S": "a"}, "sk": {"S": "b"}},
        {"pk": {"S": "a"}, "sk": {"S": "b"}, "n": {"N": "1"}},
    )
    typed = step_of(COUNTERS, Line("delete", "counters", typed=("12.50",)))
    assert typed.key == {"id": {"N": "12.50"}}


@given(
    some.lists(
        some.builds(
            Line,
            kind=some.sampled_from(["put", "check", "?"]),
            table=texts,
            key=texts,
            typed=some.lists(texts, max_size=2).map(tuple),
            text=texts,
            remove=texts,
            where=texts,
            seen=some.booleans(),
            shown=some.one_of(
                some.none(), some.dictionaries(texts, texts.map(lambda text: {"S": text}), max_size=2)
            ),
        ),
        max_size=3,
    )
)
def test_lines_survive_the_form(lines: list[Line]) -> None:
    assert load(dump(lines)) == tuple(lines)


@pytest.mark.parametrize(
    "text",
    ["rubbish", "{}", "[1]", '[{"other": 1}]', '[{"kind": 1}]', '[{"typed": "a"}]', '[{"typed": [1]}]', '[{"seen": 1}]',
     '[{"shown": {"a": 1}}]', '[{"shown": {"a": {"N": "x"}}}]', "[" * 5000, "[" + "{}," * 200 + "{}]"],
)  # fmt: skip
def test_a_basket_that_is_not_ours(text: str) -> None:
    with pytest.raises(InputError) as refused:
        load(text)
    assert refused.value.field == "basket"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Line("update", "parcels", TEXT), "text"),
        (Line("update", "parcels", TEXT, text="{"), "text"),
        (Line("update", "parcels", TEXT, text='{"n": NaN}'), "text"),
        (Line("put", "parcels", text='{"pk": "a"}'), "text"),
        (Line("put", "parcels", text='{"pk": "", "sk": "b"}'), "text"),
        (Line("replace", "parcels", TEXT), "text"),
        (Line("delete", "parcels", typed=("a",)), "typed-1"),
        (Line("delete", "parcels"), "typed-0"),
        (Line("delete", "parcels", "s~GG"), "key"),
        (Line("check", "parcels", TEXT), "where"),
        (Line("check", "parcels", TEXT, where="n <"), "where"),
        (Line("check", "parcels", TEXT, where="n < <<1, 2>>"), "where"),
        (Line("delete", "parcels", TEXT, where="pk = 1"), "where"),
        (Line("destroy", "parcels", TEXT), "kind"),
    ],
)
def test_a_line_that_is_no_step(line: Line, field: str) -> None:
    with pytest.raises(InputError) as refused:
        step_of(PARCELS, line)
    assert refused.value.field == field
    assert refused.value.rule


def test_an_edit_of_many() -> None:
    rows = [
        Entry("a.b", "S", " as it is "),
        Entry("n", "N", " 1.50 "),
        Entry("yes", "true"),
        Entry("no", "false", "ignored"),
        Entry("nothing", "NULL"),
        Entry("list", "json", '[1, {"$b": "AA=="}]'),
        Entry("old", "remove"),
        Entry(),
    ]
    assert edit_of(rows) == (
        {
            "a.b": {"S": " as it is "},
            "n": {"N": "1.50"},
            "yes": {"BOOL": True},
            "no": {"BOOL": False},
            "nothing": {"NULL": True},
            "list": {"L": [{"N": "1"}, {"B": "AA=="}]},
        },
        ("old",),
    )


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([], "entry-0"),
        ([Entry()], "entry-0"),
        ([Entry("", "S", "x")], "entry-0"),
        ([Entry("a"), Entry("a", "remove")], "entry-1"),
        ([Entry("a"), Entry("n", "N", "1" * 39)], "entry-1"),
        ([Entry("n", "N", "NaN")], "entry-0"),
        ([Entry("n", "N", "")], "entry-0"),
        ([Entry("j", "json", "{")], "entry-0"),
        ([Entry("j", "json", '1, "key": 2')], "entry-0"),
        ([Entry("j", "json", "[" * 40 + "]" * 40)], "entry-0"),
        ([Entry("j", "json", '{"$ss": []}')], "entry-0"),
        ([Entry("j", "other", "1")], "entry-0"),
    ],
)
def test_an_edit_that_cannot_be(rows: list[Entry], field: str) -> None:
    with pytest.raises(InputError) as refused:
        edit_of(rows)
    assert refused.value.field == field
