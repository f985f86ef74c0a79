"""Filter patterns of CloudWatch Logs: words (``error -debug ?a ?b``) and JSON selectors (``{ $.status = 429 && $.path = "/a*" }``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from dashboard.localaws.logs.errors import LogsError, invalid

Match = Callable[[str], bool]
_MISSING = object()
_WORD = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')
_TOKEN = re.compile(
    r'\s*(?:(?P<op>&&|\|\||!=|>=|<=|=|>|<|\(|\))|(?P<text>"(?:[^"\\]|\\.)*")'
    r'|(?P<path>\$(?:\.[\w*-]+|\["[^"]*"\]|\[\d+\]|\[\'[^\']*\'\])*)|(?P<word>[^\s()=<>!&|]+))'
)
_STEP = re.compile(r'\.([\w*-]+)|\["([^"]*)"\]|\[\'([^\']*)\'\]|\[(\d+)\]')


def matcher(pattern: str) -> Match:
    """The test of a pattern; LogsError for one that cannot be read. An empty pattern matches every line."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if text.startswith("{"):
        if not text.endswith("}"):
            raise invalid("Invalid filter pattern")
        test = _Selector(text[1:-1]).read()
        return lambda line: _json(line, test)
    return _words(text)


def _words(text: str) -> Match:
    """Every plain word must be there, no ``-word`` may, and of the ``?words`` one must."""
    every: list[str] = []
    none: list[str] = []
    some: list[str] = []
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if not found:
            raise invalid("Invalid filter pattern")
        sign, quoted, plain = found.groups()
        word = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        {"": every, "-": none, "?": some}[sign].append(word)
        at = found.end()

    def test(line: str) -> bool:
        return (
            all(word in line for word in every)
            and not any(word in line for word in none)
            and (not some or any(word in line for word in some))
        )

    return test


def _json(line: str, test: Callable[[Any], bool]) -> bool:
    try:
        value = json.loads(line, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict | list) and test(value)


class _Selector:
    """A reader of ``comparison (&& | ||) comparison`` with parentheses; ``&&`` binds closer."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or found.lastgroup is None:
                raise invalid("Invalid filter pattern")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0

    def read(self) -> Callable[[Any], bool]:
        """The whole condition."""
        test = self._any()
        if self.at < len(self.tokens):
            raise invalid("Invalid filter pattern")
        return test

    def _take(self, *kinds: str) -> str:
        if self.at >= len(self.tokens) or (kinds and self.tokens[self.at][0] not in kinds):
            raise invalid("Invalid filter pattern")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _sees(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == ("op", text)

    def _any(self) -> Callable[[Any], bool]:
        tests = [self._all()]
        while self._sees("||"):
            self.at += 1
            tests.append(self._all())
        return lambda value: any(test(value) for test in tests)

    def _all(self) -> Callable[[Any], bool]:
        tests = [self._one()]
        while self._sees("&&"):
            self.at += 1
            tests.append(self._one())
        return lambda value: all(test(value) for test in tests)

    def _one(self) -> Callable[[Any], bool]:
        if self._sees("("):
            self.at += 1
            test = self._any()
            if not self._sees(")"):
                raise invalid("Invalid filter pattern")
            self.at += 1
            return test
        path = self._take("path")
        kind = self.tokens[self.at][0] if self.at < len(self.tokens) else ""
        if kind == "word":
            return _worded(path, self._take("word"), self)
        operator = self._take("op")
        if operator not in ("=", "!=", ">", "<", ">=", "<="):
            raise invalid("Invalid filter pattern")
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self._take("text", "word")
        return _compared(path, operator, kind, text)

    def word(self) -> str:
        """The next bare word, upper case."""
        return self._take("word").upper()


def _worded(path: str, word: str, selector: _Selector) -> Callable[[Any], bool]:
    """``IS TRUE``, ``IS FALSE``, ``IS NULL``, ``NOT EXISTS``."""
    phrase = (word.upper(), selector.word())
    constants = {("IS", "TRUE"): True, ("IS", "FALSE"): False, ("IS", "NULL"): None}
    if phrase in constants:
        return lambda value: _at(value, path) is constants[phrase]
    if phrase == ("NOT", "EXISTS"):
        return lambda value: _at(value, path) is _MISSING
    raise invalid("Invalid filter pattern")


def _compared(path: str, operator: str, kind: str, text: str) -> Callable[[Any], bool]:
    number = _number(text) if kind == "word" else None
    if operator in (">", "<", ">=", "<="):
        if number is None:
            raise invalid("Invalid filter pattern")
        return lambda value: _ordered(_at(value, path), operator, number)
    plain = re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "text" else text
    glob = plain.replace("[", "[[]").replace("?", "[?]")

    def equal(value: Any) -> bool:
        found = _at(value, path)
        if number is not None and isinstance(found, Decimal):
            return bool(found == number)
        return isinstance(found, str) and fnmatchcase(found, glob)

    if operator == "=":
        return equal
    return lambda value: _at(value, path) is not _MISSING and not equal(value)


def _ordered(found: Any, operator: str, number: Decimal) -> bool:
    if not isinstance(found, Decimal):
        return False
    return {">": found > number, "<": found < number, ">=": found >= number, "<=": found <= number}[operator]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _at(value: Any, path: str) -> Any:
    """The value at a selector such as ``$.identity.ip`` or ``$.list[0]``, ``_MISSING`` when there is none."""
    for found in _STEP.finditer(path):
        name = next((part for part in found.groups()[:3] if part is not None), None)
        if name is not None and isinstance(value, dict) and name in value:
            value = value[name]
        elif name is None and isinstance(value, list) and int(found[4]) < len(value):
            value = value[int(found[4])]
        else:
            return _MISSING
    return value


__all__ = ["LogsError", "matcher"]
