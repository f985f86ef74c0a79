"""Reading whole statements."""

from __future__ import annotations

import re

from dashboard.core.errors import InputError
from dashboard.tables.core.partiql.expressions import Reader
from dashboard.tables.core.partiql.tokens import FIELD, Token, refuse, tokenize
from dashboard.tables.core.partiql.tree import (
    Delete,
    Exists,
    Insert,
    MapOf,
    Parameter,
    Parsed,
    Path,
    RemoveAt,
    Select,
    SetTo,
    Statement,
    Update,
)
from dashboard.tables.core.partiql.words import KEYWORDS

MOST_STATEMENT = 8192
"""Characters of one statement (API reference, ExecuteStatement, Statement)."""
MOST_STATEMENTS = 100
"""Of a transaction; a batch has 25 (API reference, ExecuteTransaction and BatchExecuteStatement)."""
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
_RETURNING = ("ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW")
_CALLED_FOR = "A statement begins with SELECT, INSERT INTO, UPDATE, DELETE FROM or EXISTS(SELECT …)"
_NOT_PART = {
    "JOIN": "DynamoDB's PartiQL reads one table; there is no JOIN.",
    "LIMIT": "DynamoDB's PartiQL has no LIMIT; how many items a page reads is a field below the statement.",
    "GROUP": "DynamoDB's PartiQL does not group.",
    "HAVING": "DynamoDB's PartiQL does not group.",
    "UNION": "DynamoDB's PartiQL has no UNION; separate statements with ; instead.",
    "AS": "DynamoDB's PartiQL has no other names for tables and attributes.",
    ",": "DynamoDB's PartiQL reads one table.",
}


def parse(text: str) -> Parsed:
    """The one statement that ``text`` is; InputError (field ``statement``) with line, column and rule for anything else."""
    found = parse_all(text)
    if len(found) > 1:
        raise InputError(
            FIELD, f"Line {found[1].line}: There is a second statement here; one is run at a time."
        )
    return found[0]


def parse_all(text: str) -> tuple[Parsed, ...]:
    """The statements of ``text``, separated by ``;``; at least one, at most 100. InputError as in ``parse``."""
    if len(text) > MOST_STATEMENT * MOST_STATEMENTS:
        raise InputError(FIELD, f"A statement of DynamoDB has at most {MOST_STATEMENT:,} characters.")
    tokens = tokenize(text)
    pieces = [piece for piece in _split(tokens) if len(piece) > 1]
    if not pieces:
        raise InputError(FIELD, f"Enter a statement. {_CALLED_FOR}.")
    if len(pieces) > MOST_STATEMENTS:
        raise refuse(pieces[MOST_STATEMENTS][0], f"At most {MOST_STATEMENTS} statements are sent together.")
    return tuple(_parsed(piece) for piece in pieces)


def _split(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each statement with an end of its own; a semicolon inside quotes is no token."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "sign" and token.text == ";":
            pieces[-1].append(Token("end", ";", token.start, token.start, token.line, token.column))
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _parsed(tokens: list[Token]) -> Parsed:
    length = tokens[-1].start - tokens[0].start
    if length > MOST_STATEMENT:
        raise refuse(
            tokens[0],
            f"A statement of DynamoDB has at most {MOST_STATEMENT:,} characters; this one has {length:,}.",
        )
    reader = Reader(tokens)
    statement = _statement(reader)
    left = reader.next
    if left.kind != "end":
        raise refuse(
            left,
            _NOT_PART.get(left.word or left.text, f"Expected the end of the statement, found {left.shown}."),
        )
    return Parsed(statement, reader.parameters, tokens[0].line)


def _statement(reader: Reader) -> Statement:
    token = reader.next
    if token.word == "SELECT":
        return _select(reader)
    if token.word == "INSERT":
        return _insert(reader)
    if token.word == "UPDATE":
        return _update(reader)
    if token.word == "DELETE":
        return _delete(reader)
    if token.word == "EXISTS":
        reader.take()
        reader.expect("(", "after EXISTS")
        if not reader.sees("SELECT"):
            raise refuse(reader.next, f"EXISTS takes a SELECT, found {reader.next.shown}.")
        inner = _select(reader)
        reader.expect(")", "to close EXISTS")
        if inner.where is None or inner.order or inner.index:
            raise refuse(
                token,
                "The SELECT of EXISTS has a WHERE with the item's whole key, reads a table and has no ORDER BY.",
            )
        return Exists(inner)
    raise refuse(token, f"{_CALLED_FOR}; found {token.shown}.")


def _select(reader: Reader) -> Select:
    reader.take()
    if reader.sees("DISTINCT"):
        raise refuse(reader.next, "DynamoDB's PartiQL has no DISTINCT.")
    fields = () if reader.accept("*") else _fields(reader)
    if reader.sees("AS"):
        raise refuse(reader.next, _NOT_PART["AS"])
    reader.expect("FROM", "after what is selected")
    table, index = _table(reader, index_too=True)
    where = reader.condition() if reader.accept("WHERE") else None
    order: list[tuple[Path, bool]] = []
    if reader.accept("ORDER"):
        reader.expect("BY", "after ORDER")
        while True:
            path = reader.path()
            order.append((path, reader.sees("DESC")))
            reader.accept("DESC", "ASC")
            if not reader.accept(","):
                break
    return Select(table, index, fields, where, tuple(order))


def _fields(reader: Reader) -> tuple[Path, ...]:
    fields: list[Path] = []
    while True:
        at = reader.next
        if at.kind == "word" and reader.after().text == "(":
            raise refuse(
                at,
                "What is selected is * or names of attributes; DynamoDB's PartiQL computes nothing there and does not count.",
            )
        fields.append(reader.path())
        if not reader.accept(","):
            return tuple(fields)


def _insert(reader: Reader) -> Insert:
    reader.take()
    reader.expect("INTO", "after INSERT")
    table, _ = _table(reader)
    if reader.sees("VALUES", "("):
        raise refuse(reader.next, "DynamoDB's PartiQL inserts one item: VALUE {'name': 'text'}.")
    reader.expect("VALUE", "after the table")
    at = reader.next
    if reader.accept("{"):
        return Insert(table, reader.map_of(at))
    found = reader.operand()
    if not isinstance(found, Parameter | MapOf):
        raise refuse(at, f"VALUE takes the item: {{'name': 'text'}} or ?, found {at.shown}.")
    return Insert(table, found)


def _update(reader: Reader) -> Update:
    start = reader.take()
    table, _ = _table(reader)
    changes: list[SetTo | RemoveAt] = []
    while reader.sees("SET", "REMOVE"):
        sets = reader.take().word == "SET"
        while True:
            path = reader.path()
            if sets:
                reader.expect("=", "after the name that is set")
                changes.append(SetTo(path, reader.operand()))
            else:
                changes.append(RemoveAt(path))
            if not reader.accept(","):
                break
    if not changes:
        raise refuse(reader.next, f"Expected SET or REMOVE, found {reader.next.shown}.")
    if not reader.accept("WHERE"):
        raise refuse(
            reader.next if reader.next.kind == "end" else start,
            "UPDATE needs WHERE with the item's whole key.",
        )
    return Update(table, tuple(changes), reader.condition(), _returning(reader))


def _delete(reader: Reader) -> Delete:
    start = reader.take()
    reader.expect("FROM", "after DELETE")
    table, _ = _table(reader)
    if not reader.accept("WHERE"):
        raise refuse(
            reader.next if reader.next.kind == "end" else start,
            "DELETE needs WHERE with the item's whole key.",
        )
    where = reader.condition()
    at = reader.next
    returning = _returning(reader)
    if returning not in ("", "ALL OLD"):
        raise refuse(at, "DELETE takes only RETURNING ALL OLD *.")
    return Delete(table, where, returning)


def _returning(reader: Reader) -> str:
    if not reader.accept("RETURNING"):
        return ""
    at = reader.next
    words = f"{reader.take().word} {reader.take().word}"
    if words not in _RETURNING:
        raise refuse(at, "RETURNING takes ALL OLD *, ALL NEW *, MODIFIED OLD * or MODIFIED NEW *.")
    reader.expect("*", f"after RETURNING {words}")
    return words


def _table(reader: Reader, *, index_too: bool = False) -> tuple[str, str]:
    """The table and the index behind the point. Both in double quotes then: bare words with a point could be one name or two."""
    first = _table_name(reader, "table")
    index = ""
    if reader.sees("."):
        point = reader.take()
        if not index_too:
            raise refuse(
                point,
                "Only SELECT reads an index; here stands the table alone. A name with a point is in double quotes.",
            )
        if first.kind != "quoted" or reader.next.kind != "quoted":
            meant = _run_together(reader, reader.take()) if reader.next.kind == "word" else "index"
            raise refuse(
                point,
                f'Put both in double quotes: "{first.value}"."{meant}". A table\'s name with a point is "one.name".',
            )
        index = _table_name(reader, "index").value
        if reader.sees("."):
            raise refuse(reader.next, 'A table is "table" or "table"."index"; nothing more can follow.')
    left = reader.next
    if left.text == "-" and left.start == first.end:
        raise refuse(first, f'A name with - in it is in double quotes: "{_run_together(reader, first)}".')
    if left.kind in ("word", "quoted", "string") and left.word not in KEYWORDS | {"VALUES"}:
        raise refuse(
            left, f"Behind the table stands {left.shown}; DynamoDB's PartiQL has no other names for tables."
        )
    return first.value, index


def _run_together(reader: Reader, first: Token) -> str:
    """The name that was meant where it was cut in pieces: everything that follows without a space."""
    text, end = first.text, first.end
    while reader.next.start == end and (
        reader.next.kind in ("word", "number") or reader.next.text in ("-", ".")
    ):
        token = reader.take()
        text, end = text + token.text, token.end
    return text


def _table_name(reader: Reader, what: str) -> Token:
    token = reader.next
    if token.kind not in ("word", "quoted") or token.word in KEYWORDS:
        hint = " Put it in double quotes." if token.kind in ("word", "string") else ""
        raise refuse(
            token,
            f"Expected the name of a{'n' if what == 'index' else ''} {what}, found {token.shown}.{hint}",
        )
    if not _TABLE.fullmatch(token.value):
        raise refuse(
            token,
            f"No {what} can be called {token.shown}: a name is 3 to 255 of the characters A-Z a-z 0-9 _ . -",
        )
    return reader.take()
