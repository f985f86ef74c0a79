"""What a statement reaches, costs, leaves behind and is guarded by; parameters as they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.tables.core.costs import About
from dashboard.tables.core.partiql import parse, statement_text
from dashboard.tables.core.partiql.cost import estimate, usual_limit
from dashboard.tables.core.partiql.drafts import plan_statement
from dashboard.tables.core.partiql.reach import check_parameters, key_given, reach_of
from dashboard.tables.core.partiql.values import parse_parameters

PK, SK = KeyPart("pk", "S"), KeyPart("sk", "N")
INDEX = Index(
    "by-city", (KeyPart("city", "S"),), (KeyPart("at", "S"),), True, "ALL", item_count=10, size_bytes=5000
)
MANY = Index("by-both", (KeyPart("a", "S"), KeyPart("b", "S")), (), True, "ALL")
TABLE = Table(
    "Music", "ACTIVE", PK, SK, (INDEX, MANY), "PAY_PER_REQUEST", item_count=10_000, size_bytes=40_960_000
)
ITEM: Item = {
    "pk": {"S": "a"},
    "sk": {"N": "1"},
    "n": {"N": "0.1"},
    "tags": {"SS": ["x", "y"]},
    "list": {"L": [{"S": "one"}, {"S": "two"}]},
    "map": {"M": {"in": {"S": "old"}}},
}


@pytest.mark.parametrize(
    ("where", "way", "count"),
    [
        ("", "scan", 1),
        ("WHERE n = 1", "scan", 1),
        ("WHERE pk > 'a'", "scan", 1),
        ("WHERE begins_with(pk, 'a')", "scan", 1),
        ("WHERE pk = n", "scan", 1),
        ("WHERE pk = 'a' OR n = 1", "scan", 1),
        ("WHERE NOT pk = 'a'", "scan", 1),
        ("WHERE map.pk = 'a'", "scan", 1),
        ("WHERE pk IN ['a', n]", "scan", 1),
        ("WHERE pk = 'a'", "query", 1),
        ("WHERE 'a' = pk AND n = 1", "query", 1),
        ("WHERE pk = 'a' AND (n = 1 OR n = 2)", "query", 1),
        ("WHERE pk IN ['a', 'b', 'c']", "query", 3),
        ("WHERE pk = 'a' OR pk = 'b'", "query", 2),
        ("WHERE (pk = 'a' AND n = 1) OR (pk = 'b' AND n = 2)", "query", 2),
        ("WHERE pk = 'a' AND sk > 1", "query", 1),
        ("WHERE pk = 'a' AND sk = 1", "get", 1),
        ("WHERE pk IN ['a', 'b'] AND sk = 1", "get", 2),
    ],
)
def test_reach(where: str, way: str, count: int) -> None:
    reach = reach_of(TABLE, parse(f"SELECT * FROM Music {where}"), ())
    assert (reach.way, reach.count) == (way, count)
    assert reach.why.endswith((".", "read."))


@pytest.mark.parametrize(
    "text",
    [
        "Music WHERE pk = 'a' ORDER BY sk DESC",
        "Music WHERE pk = 'a' ORDER BY pk, sk",
        "Music WHERE pk IN ['a', 'b'] ORDER BY pk DESC, sk",
        '"Music"."by-city" WHERE city = \'x\' ORDER BY at',
    ],
)
def test_what_a_key_sorts_can_be_ordered(text: str) -> None:
    assert reach_of(TABLE, parse(f"SELECT * FROM {text}"), ()).way == "query"


@pytest.mark.parametrize("where", ['pk = "it\'s me"', 'n = 1 AND "it\'s me" = pk'])
def test_a_name_where_a_text_was_meant_is_said(where: str) -> None:
    """The usual slip reads the whole table and finds nothing."""
    reach = reach_of(TABLE, parse(f"SELECT * FROM Music WHERE {where}"), ())
    assert reach.way == "scan"
    assert reach.why.startswith(
        "pk is compared with the attribute it's me, so DynamoDB reads all of the table."
    )
    assert reach.why.endswith("A text is in single quotes: 'it''s me'.")


def test_reach_of_an_index() -> None:
    found = reach_of(TABLE, parse("SELECT * FROM \"Music\".\"by-city\" WHERE city = 'x' AND at = 'y'"), ())
    assert (found.way, found.count) == ("query", 1)
    assert reach_of(TABLE, parse('SELECT * FROM "Music"."by-city" WHERE pk = \'x\''), ()).way == "scan"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('SELECT * FROM "Music"."none"', "has no index none; it has: by-both, by-city"),
        ('SELECT * FROM "Music"."by-both" WHERE a = \'x\'', "several attributes"),
        ("SELECT * FROM Music WHERE pk = 1", "pk is a key of type string and is compared with a number"),
        ("SELECT * FROM Music WHERE pk = 5", "Digits that are text are in quotes: '5'"),
        (
            "\nSELECT * FROM Music WHERE pk = 'a' AND sk = 'b'",
            "Line 2: sk is a key of type number.* no quotes",
        ),
        ("SELECT * FROM Music ORDER BY sk", "WHERE has to give pk by = or IN. A full scan has no order"),
        ("SELECT * FROM Music WHERE pk > 'a' ORDER BY sk", "WHERE has to give pk"),
        ("SELECT * FROM Music WHERE pk = 'a' ORDER BY n", 'ORDER BY takes pk and sk here.*"n" is no part'),
        ("SELECT * FROM Music WHERE pk = 'a' ORDER BY sk[0]", "no part of it"),
        ("SELECT * FROM Music WHERE pk IN ['a', 'b'] ORDER BY sk", "begin with it: ORDER BY pk, sk"),
        ('SELECT * FROM "Music"."by-city" WHERE city = \'x\' ORDER BY sk', "takes city and at here"),
    ],
)
def test_reach_refused(text: str, rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        reach_of(TABLE, parse(text), ())


@pytest.mark.parametrize(
    ("where", "rule"),
    [
        ("pk = 'a'", "whole key, pk and sk"),
        ("pk = 'a' OR sk = 1", "whole key"),
        ("pk = 'a' AND sk = n", "whole key"),
        ("pk = 'a' AND sk IN [1]", "whole key"),
        ("pk = 'a' AND pk = 'b' AND sk = 1", "whole key"),
        ("pk = '' AND sk = 1", "must not be empty"),
        ("pk = 'a' AND sk = 'b'", "must be a number"),
        (f"pk = '{'x' * 2049}' AND sk = 1", "at most 2,048"),
    ],
)
def test_key_refused(where: str, rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        key_given(TABLE, parse(f"DELETE FROM Music WHERE {where}"), ())


def test_key_and_parameters() -> None:
    parsed = parse("UPDATE Music SET n = ? WHERE pk = ? AND (sk = ?) AND n > 3")
    (values,) = check_parameters([parsed], parse_parameters(["1.50", '"a"', "7"]))
    assert values == ({"N": "1.50"}, {"S": "a"}, {"N": "7"})
    assert key_given(TABLE, parsed, values) == {"pk": {"S": "a"}, "sk": {"N": "7"}}
    with pytest.raises(InputError, match="has 3 parameters"):
        check_parameters([parsed], values[:2])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"text"', {"S": "text"}),
        ("12.50", {"N": "12.50"}),
        ("true", {"BOOL": True}),
        (" null ", {"NULL": True}),
        ('["a", 1]', {"L": [{"S": "a"}, {"N": "1"}]}),
        ('{"$ss": ["a"]}', {"SS": ["a"]}),
        ('{"$b": "AAH/"}', {"B": "AAH/"}),
        ('{"a": {}}', {"M": {"a": {"M": {}}}}),
    ],
)
def test_parameters(text: str, value: Any) -> None:
    assert parse_parameters([text]) == (value,)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "Parameter 1 needs a value"),
        ("open", 'A text is in quotes: "open"'),
        ("'open'", "not valid JSON"),
        ('1, "q": 2', "not valid JSON"),
        ("NaN", "NaN"),
        ("1" * 39, "39 significant digits"),
        ('{"$ss": []}', "cannot be empty"),
        ("[" * 40 + "]" * 40, "nested deeper"),
    ],
)
def test_parameters_refused(text: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_parameters([text])
    assert refused.value.field == "p0"
    assert rule in refused.value.rule


def test_cost() -> None:
    """10,000 items of 4 KB: 5,000 units and a call for each MB; a page of 100 is 400 KB."""
    scan = parse("SELECT * FROM Music")
    reach = reach_of(TABLE, scan, ())
    found = estimate(TABLE, scan, reach, usual_limit(scan, reach), About(), consistent=False)
    assert found.whole.units.high is not None and 5000 <= found.whole.units.high <= 5020
    assert found.whole.calls.high == 100
    filtered = parse("SELECT * FROM Music WHERE n = 1")
    assert usual_limit(filtered, reach_of(TABLE, filtered, ())) is None
    one = parse("SELECT * FROM Music WHERE pk = 'a' AND sk = 1")
    got = estimate(TABLE, one, reach_of(TABLE, one, ()), 100, About(), consistent=True)
    assert (got.whole.units.low, got.whole.calls.high) == (1, 1)


def draft_of(text: str, shown: Item | None = ITEM, *parameters: str) -> Any:
    return plan_statement(TABLE, parse(text), parse_parameters(parameters), shown)


KEY = "WHERE pk = 'a' AND sk = 1"


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ("SET n = 5", {"n": {"N": "5"}}),
        ("SET n = n + 0.2", {"n": {"N": "0.3"}}),
        ("SET n = 1 - n", {"n": {"N": "0.9"}}),
        ("SET x = n SET y = map", {"x": {"N": "0.1"}, "y": {"M": {"in": {"S": "old"}}}}),
        ("REMOVE n, tags", {"n": None, "tags": None}),
        (
            "SET map.\"in\" = 'new' SET map.more = [1]",
            {"map": {"M": {"in": {"S": "new"}, "more": {"L": [{"N": "1"}]}}}},
        ),
        ("SET list[1] = 'x'", {"list": {"L": [{"S": "one"}, {"S": "x"}]}}),
        ("REMOVE list[0]", {"list": {"L": [{"S": "two"}]}}),
        (
            "SET list = list_append(list, ['three'])",
            {"list": {"L": [{"S": "one"}, {"S": "two"}, {"S": "three"}]}},
        ),
        ("SET tags = set_add(tags, <<'y', 'z'>>)", {"tags": {"SS": ["x", "y", "z"]}}),
        ("SET tags = set_delete(tags, <<'x'>>)", {"tags": {"SS": ["y"]}}),
        ("SET new = {'a': <<1, 2>>}", {"new": {"M": {"a": {"NS": ["1", "2"]}}}}),
    ],
)
def test_what_an_update_leaves(changes: str, after: dict[str, Any]) -> None:
    draft = draft_of(f"UPDATE Music {changes} {KEY}")
    assert draft.computed
    assert {change.name: change.after for change in draft.planned.changes} == after
    assert draft.sent.text.endswith("RETURNING ALL OLD *")


@pytest.mark.parametrize(
    "changes",
    [
        "SET x = gone + 1",
        "SET x = tags + 1",
        "SET list[7] = 1",
        "SET n = list_append(n, [1])",
        "SET tags = set_delete(tags, <<'x', 'y'>>)",
        "REMOVE list[0], list[1]",
        "SET map = {'a': 1} SET map.b = 2",
    ],
)
def test_what_cannot_be_computed_says_so_and_is_guarded_all_the_same(changes: str) -> None:
    draft = draft_of(f"UPDATE Music {changes} {KEY}")
    assert not draft.computed and not draft.planned.changes
    assert draft.guards
    assert draft.sent.text.endswith("RETURNING ALL NEW *")
    left = {
        "pk": {"S": "a"},
        "sk": {"N": "1"},
        "theirs": {"S": "meanwhile"},
        **{name: {"S": "new"} for name in draft.guards},
    }
    written = draft.written([left])
    assert written.after == left
    untouched = {name: value for name, value in written.before.items() if name not in draft.guards}
    assert untouched == {"pk": {"S": "a"}, "sk": {"N": "1"}, "theirs": {"S": "meanwhile"}}
    assert {name: written.before.get(name) for name in draft.guards} == {
        name: ITEM.get(name) for name in draft.guards
    }


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ("SET gone.a = 1", '"gone"."a" cannot be set: "gone" is no map'),
        ("SET gone.a.b = 1", '"gone"."a"."b" cannot be set: "gone" is no map'),
        ("SET map.gone.b = 1", '"map"."gone"."b" cannot be set: "map"."gone" is no map'),
        ("SET gone[0] = 1", '"gone"[0] cannot be set: "gone" is no list'),
        ("SET n.a = 1", '"n" is no map'),
        ("SET n = 1 SET list.a = 1", '"list" is no map'),
        ("SET map[0] = 1", '"map" is no list'),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(changes: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        draft_of(f"UPDATE Music {changes} {KEY}")
    assert rule in refused.value.rule


@pytest.mark.parametrize(
    ("changes", "returning", "answer"),
    [
        ("SET n = 5", "ALL OLD", {**ITEM, "theirs": {"S": "meanwhile"}}),
        ("SET n = 5 REMOVE tags", "MODIFIED OLD", {"n": ITEM["n"], "tags": ITEM["tags"]}),
        ("SET n = 5 REMOVE tags", "MODIFIED NEW", {"n": {"N": "5"}}),
        ("SET new = 5", "MODIFIED OLD", {}),
        (
            "SET n = 5 REMOVE tags, list, map",
            "ALL NEW",
            {"pk": {"S": "a"}, "sk": {"N": "1"}, "n": {"N": "5"}, "theirs": {"S": "meanwhile"}},
        ),
        ("SET n = 5", "", None),
    ],
)
def test_returning_is_answered_as_it_was_asked(changes: str, returning: str, answer: Item | None) -> None:
    """What is sent returns the item as it was, with what somebody else wrote beside it."""
    draft = draft_of(f"UPDATE Music {changes} {KEY}{f' RETURNING {returning} *' if returning else ''}")
    assert draft.answer([{**ITEM, "theirs": {"S": "meanwhile"}}]) == answer


def test_returning_of_what_only_dynamodb_computes() -> None:
    left = {**ITEM, "list": {"L": [*ITEM["list"]["L"], {"N": "1"}]}}
    text = f"UPDATE Music SET list[7] = 1 {KEY} RETURNING"
    assert draft_of(f"{text} ALL NEW *").answer([left]) == left
    assert draft_of(f"{text} MODIFIED NEW *").answer([left]) == {"list": left["list"]}
    assert draft_of(f"{text} ALL OLD *").answer([left]) == ITEM


def test_a_delete_answers_what_was_there() -> None:
    assert draft_of(f"DELETE FROM Music {KEY} RETURNING ALL OLD *").answer([ITEM]) == ITEM
    assert draft_of(f"DELETE FROM Music {KEY} RETURNING ALL OLD *").answer([]) is None


def test_what_was_shown_is_part_of_the_condition() -> None:
    draft = draft_of(f"UPDATE Music SET n = ? SET new = tags {KEY} AND (n < 9 OR n > 10)", ITEM, "2")
    assert draft.sent.text == (
        'UPDATE "Music" SET "n" = ? SET "new" = "tags" WHERE "pk" = \'a\' AND "sk" = 1 AND ("n" < 9 OR "n" > 10)'
        ' AND "n" = ? AND "new" IS MISSING AND "tags" = ? RETURNING ALL OLD *'
    )
    assert draft.sent.parameters == ({"N": "2"}, {"N": "0.1"}, {"SS": ["x", "y"]})
    assert "RETURNING" not in draft.sent_together.text
    assert statement_text(parse(draft.sent.text).statement) == draft.sent.text


def test_a_delete_is_guarded_by_every_attribute() -> None:
    draft = draft_of(f"DELETE FROM Music {KEY}")
    assert draft.guards == ("n", "tags", "list", "map")
    assert draft.sent.parameters == tuple(ITEM[name] for name in draft.guards)
    assert draft.written([ITEM]).before == ITEM
    assert draft.written([]) is None  # there was nothing to delete


def test_an_or_at_the_top_stays_together() -> None:
    draft = draft_of("UPDATE Music SET n = 2 WHERE pk = 'a' AND sk = 1")
    assert " AND " in draft.sent.text
    with pytest.raises(InputError, match="whole key"):
        draft_of("UPDATE Music SET n = 2 WHERE (pk = 'a' AND sk = 1) OR n = 1")


@pytest.mark.parametrize(
    ("text", "shown", "rule"),
    [
        (f"UPDATE Music SET n = 0.10 {KEY}", ITEM, "would change nothing"),
        (f"UPDATE Music SET pk = 'b' {KEY}", ITEM, "part of the item's key"),
        (f"UPDATE Music SET n = 1 {KEY}", None, "no item with this key, so there is nothing to change"),
        (f"DELETE FROM Music {KEY}", None, "nothing to delete"),
        (f"UPDATE Music SET city = 5 {KEY}", ITEM, "must be a string"),
        ("INSERT INTO Music VALUE {'pk': 'a', 'sk': 1}", ITEM, "already"),
        ("INSERT INTO Music VALUE {'pk': 'a'}", None, "sk: The item needs this attribute"),
        ("INSERT INTO Music VALUE {'pk': 'a', 'sk': '1'}", None, "must be a number"),
        ("INSERT INTO Music VALUE {'pk': 'a', 'sk': n}", None, "values or parameters only"),
        (
            f"DELETE FROM Music {KEY}",
            {**ITEM, **{f"a{number}": {"S": "x"} for number in range(160)}},
            "DynamoDB takes 8,192 and 149",
        ),
    ],
)
def test_writes_refused(text: str, shown: Item | None, rule: str) -> None:
    with pytest.raises(InputError, match=rule) as refused:
        draft_of(text, shown)
    assert refused.value.rule.startswith("Line 1: ")
