"""A query's tokens, each with its place, and the error that names a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<quoted>`[^`]+`)"
    r"|(?P<span>\d+(?:ms|mo|qtr|[smhdwqy])\b)"
    r"|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z_@])"
    r"|(?P<name>[@A-Za-z_][@A-Za-z0-9_]*(?:\.[@A-Za-z0-9_]+)*)"
    r"|(?P<mark>=~|!=|<=|>=|[=<>|,()\[\]*/+%^-])",
    re.DOTALL,
)
_PATTERN = re.compile(r"/((?:[^/\\\n]|\\.)+)/")


class QueryError(Exception):
    """A query that cannot be read: AWS's sentence, and the characters (0-based, the end is not in) that are at fault."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


@dataclass(frozen=True)
class Token:
    """``kind`` is text, quoted, span, number, name, mark, pattern or end; ``text`` is as it was written."""

    kind: str
    text: str
    start: int
    end: int


def unexpected(query: str, token: Token) -> QueryError:
    """The error for a token that may not stand where it does."""
    line = query.count("\n", 0, token.start) + 1
    column = token.start - (query.rfind("\n", 0, token.start) + 1) + 1
    found = token.text or "<EOF>"
    return QueryError(
        f"unexpected symbol found {found} at line {line} and position {column}", token.start, token.end
    )


def tokens(query: str) -> list[Token]:
    """Every token of a query and one of the kind ``end``. A ``/`` begins a pattern where a value may begin."""
    found: list[Token] = []
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if query[place] == "/" and _value_may_begin(found):
            pattern = _PATTERN.match(query, place)
            if pattern:
                found.append(Token("pattern", pattern[1], place, pattern.end()))
                place = pattern.end()
                continue
        if match is None or match.lastgroup is None:
            raise unexpected(query, Token("mark", query[place], place, place + 1))
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0], place, match.end()))
        place = match.end()
    return [*found, Token("end", "", len(query), len(query))]


def _value_may_begin(found: list[Token]) -> bool:
    """After a name, a number or a closing bracket, ``/`` divides."""
    if not found:
        return True
    last = found[-1]
    if last.kind == "name":
        return last.text.lower() in ("like", "parse", "and", "or", "not", "in") or (
            len(found) > 1 and found[-2].text.lower() == "parse"
        )
    return last.kind == "mark" and last.text not in (")", "]")
