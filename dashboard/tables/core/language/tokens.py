"""The words of a condition's text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.core.errors import InputError

FIELD = "where"
MAX_TEXT = 100_000
"""Characters; far more than DynamoDB's 4,096 bytes of an expression and what a page's address holds."""
KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "TRUE", "FALSE", "NULL"})
NOT_NUMBERS = frozenset({"NAN", "INFINITY", "INF"})
"""What other languages call numbers; a name that reads so is quoted, lest a value be taken for a name."""
OPERATORS = ("=", "<>", "<", "<=", ">", ">=")

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<binary>[bB]'(?:[^']|'')*')
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w]))
    |(?P<name>[^\W\d][\w-]*)
    |(?P<mark><<|>>|<>|!=|<=|>=|[=<>()\[\]{},.:])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One word. ``kind`` is string, binary, name (quoted or not), number, keyword, mark or end; ``column`` counts from 1."""

    kind: str
    text: str
    column: int
    quoted: bool = False


def refuse(column: int, rule: str) -> InputError:
    """The error at one place of the text."""
    return InputError(FIELD, f"Column {column}: {rule}")


def tokens_of(text: str) -> list[Token]:
    """The words with an end mark; InputError where no word can begin."""
    if len(text) > MAX_TEXT:
        raise InputError(FIELD, f"The condition has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        if match.lastgroup != "space":
            found.append(_token(match))
        place = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _token(match: re.Match[str]) -> Token:
    kind, text, column = str(match.lastgroup), match.group(), match.start() + 1
    if kind == "string":
        return Token("string", text[1:-1].replace("''", "'"), column)
    if kind == "binary":
        return Token("binary", text[2:-1].replace("''", "'"), column)
    if kind == "quoted":
        return Token("name", text[1:-1].replace('""', '"'), column, quoted=True)
    if kind == "name" and text.upper() in KEYWORDS:
        return Token("keyword", text.upper(), column)
    return Token(kind, "<>" if text == "!=" else text, column)


def _unreadable(text: str, place: int) -> InputError:
    mark, column = text[place], place + 1
    if mark == "'" or text[place : place + 2].lower() == "b'":
        return refuse(
            column, "A string begins here and has no end. Close it with ' and write a ' inside as ''."
        )
    if mark == '"':
        return refuse(column, 'A name in quotes begins here and has no end. Close it with ".')
    if mark in "+-.0123456789":
        return refuse(column, "This is no number. Write digits such as 12, -0.5 or 1.5E+10.")
    return refuse(
        column,
        f"{mark} means nothing here. Put a name with such characters in double quotes and text in single quotes.",
    )
