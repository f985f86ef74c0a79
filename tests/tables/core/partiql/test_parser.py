"""What is read as a statement, what it is read as, and what is refused: line, column and rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.core.errors import InputError
from dashboard.tables.core.partiql import MOST_STATEMENT, parse, parse_all, statement_text
from dashboard.tables.core.partiql import tree as t

READ: list[tuple[str, str, str, str, int]] = [
    # text, kind, table, index, parameters
    ('SELECT * FROM "Music"', "Select", "Music", "", 0),
    ("select * from Music", "Select", "Music", "", 0),
    ('SELECT * FROM "my.table-1"', "Select", "my.table-1", "", 0),
    ('SELECT * FROM "Music"."by-year" WHERE "year" = ?', "Select", "Music", "by-year", 1),
    ('SELECT a, "b c", c.d[0]."e"[2] FROM Music', "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = 'x;y' AND b = '--no' AND c = '/* no */'", "Select", "Music", "", 0),
    ("SELECT * FROM Music -- to the end\nWHERE a = 1", "Select", "Music", "", 0),
    ("SELECT /* ; DELETE FROM Other */ * FROM Music", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = 'it''s' AND b = ''", "Select", "Music", "", 0),
    ('SELECT * FROM Music WHERE "quo""te" = 1', "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a IN [1, 2, ?] OR b IN ('x')", "Select", "Music", "", 1),
    ("SELECT * FROM Music WHERE a BETWEEN 1 AND 2 AND NOT b BETWEEN ? AND ?", "Select", "Music", "", 2),
    ("SELECT * FROM Music WHERE a NOT IN [1] AND b NOT BETWEEN 1 AND 2", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a IS MISSING OR b IS NOT NULL", "Select", "Music", "", 0),
    (
        "SELECT * FROM Music WHERE begins_with(a, 'x') AND contains(b, ?) AND size(c) > 3",
        "Select",
        "Music",
        "",
        1,
    ),
    ("SELECT * FROM Music WHERE attribute_type(a, 'SS') AND attribute_exists(b.c)", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE ((((a = 1))))", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = -1.50e3 AND b <> .5 AND c != 1.", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = true AND b = NULL AND c = {'x': [1, <<'s'>>]}", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = 1 ORDER BY b DESC, c", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = 1;", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a['x y'] = 1 AND NOT NOT b = 2", "Select", "Music", "", 0),
    ("SELECT * FROM Music WHERE a = '😀 \u202e \n\t\0 “' AND \"ключ\" = 1", "Select", "Music", "", 0),
    ("INSERT INTO Music VALUE {'pk': 'a', 'n': ?, 's': <<1, 2>>}", "Insert", "Music", "", 1),
    ('INSERT INTO "Music" VALUE ?', "Insert", "Music", "", 1),
    ("UPDATE Music SET a = 1 SET b = ? REMOVE c, d[1] WHERE pk = 'x'", "Update", "Music", "", 1),
    ("UPDATE Music SET a = a + 1, b = list_append(b, [?]) WHERE pk = ?", "Update", "Music", "", 2),
    ("UPDATE Music SET a = set_add(a, <<'x'>>) WHERE pk = 'x' RETURNING ALL NEW *", "Update", "Music", "", 0),
    ("UPDATE Music REMOVE a WHERE pk = 'x' returning modified old *", "Update", "Music", "", 0),
    ("DELETE FROM Music WHERE pk = 'x' AND sk = 2 RETURNING ALL OLD *", "Delete", "Music", "", 0),
    ("EXISTS(SELECT * FROM Music WHERE pk = 'x' AND a > 1)", "Exists", "Music", "", 0),
    ("  \n\t SELECT * FROM Music", "Select", "Music", "", 0),
]

REFUSED: list[tuple[str, str]] = [
    ("", "Enter a statement"),
    (" ; ; ", "Enter a statement"),
    ("-- SELECT * FROM Music", "Enter a statement"),
    ("SELECT", "Line 1, column 7: Expected the name of an attribute, found the end."),
    ("SELECT * FROM", "Line 1, column 14: Expected the name of a table"),
    (
        "SELECT * FROM 'Music'",
        "column 15: Expected the name of a table, found 'Music'. Put it in double quotes.",
    ),
    ("SELECT * FROM Music.idx", 'Put both in double quotes: "Music"."idx"'),
    ("SELECT * FROM Music.by-city-2 WHERE a = 1", 'Put both in double quotes: "Music"."by-city-2"'),
    ("SELECT * FROM customs-seals WHERE a = 1", 'A name with - in it is in double quotes: "customs-seals"'),
    ("DELETE FROM orders-2nd.table WHERE a = 1", 'in double quotes: "orders-2nd.table"'),
    (
        "SELECT * FROM Music WHERE",
        "Line 1, column 26: Expected a value, a name or a condition, found the end.",
    ),
    ('SELECT * FROM "Music".idx', "Put both in double quotes"),
    ('SELECT * FROM "Music"."idx"."more"', "nothing more can follow"),
    ("SELECT * FROM a", "No table can be called a"),
    ('SELECT * FROM "arn:aws:dynamodb:eu-central-1:123456789012:table/Music"', "No table can be called"),
    ('SELECT * FROM "Mu/../sic"', "No table can be called"),
    ('SELECT * FROM "Müsic"', "No table can be called"),
    ("SELECT * FROM Müsic", "U+00FC (LATIN SMALL LETTER U WITH DIAERESIS) cannot stand here"),
    ("SELECT * FROM Music, Other", "reads one table"),
    ("SELECT * FROM Music JOIN Other ON a = b", "there is no JOIN"),
    ("SELECT * FROM Music m", "no other names for tables"),
    ("SELECT * FROM Music AS m", "no other names"),
    ('SELECT * FROM "Music" "Other"', "no other names for tables"),
    ("SELECT a AS b FROM Music", "no other names"),
    ("SELECT COUNT(*) FROM Music", "does not count"),
    ("SELECT DISTINCT a FROM Music", "no DISTINCT"),
    ("SELECT * FROM Music LIMIT 5", "has no LIMIT"),
    ("SELECT * FROM Music WHERE a = 1 GROUP BY a", "does not group"),
    ("SELECT * FROM Music UNION SELECT * FROM Other", "no UNION"),
    ("INSERT INTO Music (pk, sk) VALUES ('a', 'b')", "inserts one item: VALUE {'name': 'text'}"),
    ("UPDATE Music SET n = if_not_exists(n, 1) WHERE pk = 'a'", "say in WHERE that the name IS MISSING"),
    ("SELECT * FROM Music WHERE", "found the end"),
    ("SELECT * FROM Music WHERE a", "Expected a condition"),
    ("SELECT * FROM Music WHERE a = ", "found the end"),
    ("SELECT * FROM Music WHERE a LIKE 'x%'", "has no LIKE"),
    ("SELECT * FROM Music WHERE a IN (SELECT b FROM Other)", "no SELECT inside"),
    ("SELECT * FROM Music WHERE EXISTS(SELECT * FROM Other WHERE a = 1)", "a statement of its own"),
    ("SELECT * FROM Music WHERE a IN []", "1 to 100 values, found 0"),
    (f"SELECT * FROM Music WHERE a IN [{', '.join(['1'] * 101)}]", "1 to 100 values, found 101"),
    ("SELECT * FROM Music WHERE a IS STRING", "MISSING or NULL"),
    ("SELECT * FROM Music WHERE upper(a) = 'X'", "upper is no function"),
    ("SELECT * FROM Music WHERE begins_with('x', a)", "the name of an attribute first"),
    ("SELECT * FROM Music WHERE begins_with(a)", "takes 2 values, found 1"),
    ("SELECT * FROM Music WHERE attribute_type(a, 'TEXT')", "one of the types"),
    ("SELECT * FROM Music WHERE a = 'x", "column 31: This string in single quotes is never closed."),
    ('SELECT * FROM "Music', "This name in double quotes is never closed."),
    ("SELECT * FROM Music /* open", "This comment is never closed."),
    ('SELECT * FROM Music WHERE "" = 1', "at least one character"),
    ("SELECT * FROM Music WHERE a = ‘x’", "typographic character; write '"),
    ("SELECT * FROM Music WHERE a = `x`", "Ion literals"),
    ("SELECT * FROM Music WHERE #a = 1", "# begins no name"),
    ("SELECT *\u00a0FROM Music", "NO-BREAK SPACE"),
    ("SELECT * FROM Music\u200b", "ZERO WIDTH SPACE"),
    ("SELECT * FROM Mu\u0441ic", "CYRILLIC SMALL LETTER ES"),
    ("SELECT * FROM Music\0", "U+0000"),
    ("SELECT * FROM Music WHERE a = '\ud800'", "half of a character"),
    ("SELECT * FROM Music WHERE a = 123456789012345678901234567890123456789", "39 significant digits"),
    ("SELECT * FROM Music WHERE a = 1E+126", "outside DynamoDB's range"),
    ("SELECT * FROM Music WHERE a = NaN AND", "found the end"),
    ("SELECT * FROM Music WHERE select = 1", "select is a keyword"),
    ("SELECT * FROM Music WHERE a = 1 AND AND b = 2", "AND is a keyword"),
    ("SELECT * FROM Music WHERE a[x] = 1", "a place in the list"),
    ("SELECT * FROM Music WHERE a.5 = 1", "a name after the point"),
    (f"SELECT * FROM Music WHERE {'(' * 60}a = 1{')' * 60}", "nested deeper"),
    (f"SELECT * FROM Music WHERE a = {'[' * 60}1{']' * 60}", "nested deeper"),
    (f"SELECT * FROM Music WHERE a = '{'x' * MOST_STATEMENT}'", "at most 8,192 characters"),
    ("SELECT * FROM Music WHERE a = <<>>", "not empty"),
    ("SELECT * FROM Music WHERE a = <<1, 'x'>>", "all strings or all numbers"),
    ("SELECT * FROM Music WHERE a = {'x': 1, 'x': 2}", "stands twice"),
    ('SELECT * FROM Music WHERE a = {"x": 1}', "in single quotes"),
    ("INSERT INTO Music VALUES ('a', 'b')", "VALUE {'name': 'text'}"),
    ("INSERT INTO Music VALUE 'a'", "VALUE takes the item"),
    ('INSERT INTO "Music"."idx" VALUE ?', "Only SELECT reads an index"),
    ("INSERT INTO Music VALUE {'a': 1} ON CONFLICT DO NOTHING", "found ON"),
    ("UPDATE Music SET a = 1", "UPDATE needs WHERE"),
    ("UPDATE Music WHERE pk = 'x'", "Expected SET or REMOVE"),
    ('UPDATE "Music"."idx" SET a = 1 WHERE pk = 1', "Only SELECT reads an index"),
    ("UPDATE Music SET a = 1 WHERE pk = 'x' RETURNING *", "RETURNING takes"),
    ("UPDATE Music SET a = (b = 1) WHERE pk = 'x'", "Expected a value here, found a condition"),
    ("DELETE FROM Music", "DELETE needs WHERE"),
    ("DELETE FROM Music WHERE pk = 'x' RETURNING ALL NEW *", "only RETURNING ALL OLD"),
    ("DROP TABLE Music", "A statement begins with"),
    ("FROM Music WHERE pk = 1 SET a = 2", "A statement begins with"),
    ("EXISTS(SELECT * FROM Music)", "has a WHERE"),
    ("EXISTS(DELETE FROM Music WHERE pk = 1)", "EXISTS takes a SELECT"),
]


@pytest.mark.parametrize(("text", "kind", "table", "index", "parameters"), READ)
def test_what_is_read(text: str, kind: str, table: str, index: str, parameters: int) -> None:
    parsed = parse(text)
    assert (type(parsed.statement).__name__, parsed.table, parsed.index, parsed.parameters) == (
        kind,
        table,
        index,
        parameters,
    )
    assert parse(statement_text(parsed.statement)).statement == parsed.statement


@pytest.mark.parametrize(("text", "rule"), REFUSED)
def test_what_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text)
    assert refused.value.field == "statement"
    assert rule in refused.value.rule


def test_there_are_enough_cases() -> None:
    assert len(READ) + len(REFUSED) >= 60


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM Music; DELETE FROM Other WHERE pk = 1",
        "SELECT * FROM Music WHERE a = 'x''; SELECT * FROM Other -- '; DELETE FROM Secret WHERE pk = 1",
        "SELECT * FROM Music /* */; UPDATE Other SET a = 1 WHERE pk = 1 /* */",
    ],
)
def test_a_second_statement_is_no_part_of_one(text: str) -> None:
    with pytest.raises(InputError, match="second statement"):
        parse(text)


def test_several_statements_and_their_lines() -> None:
    found = parse_all("SELECT * FROM Music WHERE a = ';';\n\nDELETE FROM Other WHERE pk = ? AND sk = ?;\n;")
    assert [(one.table, one.permission, one.parameters, one.line) for one in found] == [
        ("Music", "read", 0, 1),
        ("Other", "delete", 2, 3),
    ]
    with pytest.raises(InputError, match="At most 100"):
        parse_all("SELECT * FROM Music;" * 101)


def test_what_is_sent_is_written_from_the_tree() -> None:
    """No comment, no other spelling, no text that was not read: names quoted, strings quoted."""
    parsed = parse("update Music set \"a\"\"b\" = 'o''clock', c = -1 /* x */ where pk != '--' -- y")
    assert statement_text(parsed.statement) == (
        'UPDATE "Music" SET "a""b" = \'o\'\'clock\' SET "c" = -1 WHERE "pk" <> \'--\''
    )


names = some.text(some.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
paths = some.tuples(names).flatmap(
    lambda first: some.lists(some.one_of(names, some.integers(0, 99)), max_size=2).map(
        lambda rest: (*first, *rest)
    )
)
literals = some.one_of(
    some.text(some.characters(exclude_categories=["Cs"]), max_size=8).map(lambda text: t.Value({"S": text})),
    some.integers(-999, 999).map(lambda number: t.Value({"N": str(number)})),
    some.booleans().map(lambda value: t.Value({"BOOL": value})),
    some.just(t.Value({"NULL": True})),
)
attributes = paths.map(t.Attribute)
operands = some.recursive(
    some.one_of(literals, attributes),
    lambda inner: some.one_of(
        some.lists(inner, max_size=2).map(lambda found: t.ListOf(tuple(found))),
        some.dictionaries(names, inner, max_size=2).map(lambda found: t.MapOf(tuple(found.items()))),
        some.tuples(some.sampled_from("+-"), inner, inner).map(lambda found: t.Sum(*found)),
        attributes.map(lambda path: t.Call("size", (path,))),
    ),
    max_leaves=4,
)
comparisons = some.one_of(
    some.tuples(some.sampled_from(["=", "<>", "<", ">="]), operands, operands).map(
        lambda found: t.Compare(*found)
    ),
    some.tuples(operands, literals, literals).map(lambda found: t.Between(*found)),
    some.tuples(operands, some.lists(literals, min_size=1, max_size=3).map(tuple)).map(
        lambda found: t.In(*found)
    ),
    some.tuples(attributes, some.sampled_from(["MISSING", "NULL"]), some.booleans()).map(
        lambda found: t.Is(*found)
    ),
    some.tuples(attributes, literals).map(lambda found: t.Test("contains", found)),
)
conditions = some.recursive(
    comparisons,
    lambda inner: some.one_of(
        some.lists(inner, min_size=2, max_size=3).map(lambda found: t.And(tuple(found))),
        some.lists(inner, min_size=2, max_size=3).map(lambda found: t.Or(tuple(found))),
        inner.map(lambda found: t.Not(found)),
    ),
    max_leaves=5,
)


@given(condition=conditions, fields=some.lists(paths, max_size=3).map(tuple))
def test_text_and_tree_mean_the_same(condition: t.Condition, fields: tuple[t.Path, ...]) -> None:
    """Whatever is in names and strings, what is sent is read as what was meant; nothing gets out of its quotes."""
    select = t.Select("Music", "idx", fields, condition)
    again = parse(statement_text(select)).statement
    assert statement_text(again) == statement_text(select)
    assert isinstance(again, t.Select)
    assert (again.table, again.index, again.fields) == ("Music", "idx", fields)


@given(some.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        found = parse_all(text)
    except InputError as error:
        assert error.rule
    else:
        assert all(one.table for one in found)
