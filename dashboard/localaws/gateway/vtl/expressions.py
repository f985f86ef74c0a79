"""Reading references and expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from dashboard.localaws.gateway.vtl.nodes import (
    Binary,
    Call,
    Expression,
    Index,
    ListOf,
    Literal,
    MapOf,
    Member,
    Piece,
    Quoted,
    Range,
    Reference,
    TemplateError,
    Unary,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_BLANK = re.compile(r"\s*")
_LEVELS: tuple[dict[str, str], ...] = (
    {"||": "||", "or": "||"},
    {"&&": "&&", "and": "&&"},
    {"==": "==", "eq": "==", "!=": "!=", "ne": "!="},
    {"<=": "<=", "le": "<=", ">=": ">=", "ge": ">=", "<": "<", "lt": "<", ">": ">", "gt": ">"},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
)
"""Operators by rank, the weakest first."""
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 60


class Reader:
    """A text, and the place that is read next."""

    def __init__(self, text: str, template: Callable[[str], tuple[Piece, ...]]) -> None:
        self.text = text
        self.place = 0
        self._template = template
        self._nested = 0

    def error(self, wanted: str) -> TemplateError:
        """What is wrong at this place."""
        return TemplateError(f"{wanted} was expected at {self.text[self.place : self.place + 40]!r}.")

    def skip(self) -> None:
        """Pass over white space."""
        found = _BLANK.match(self.text, self.place)
        assert found is not None
        self.place = found.end()

    def take(self, mark: str) -> bool:
        """Pass over white space and ``mark``, when it is there."""
        self.skip()
        if not self.text.startswith(mark, self.place):
            return False
        self.place += len(mark)
        return True

    def expect(self, mark: str) -> None:
        """The same; TemplateError when it is not there."""
        if not self.take(mark):
            raise self.error(mark)

    def word(self, wanted: str) -> None:
        """Pass over a word."""
        self.skip()
        found = _NAME.match(self.text, self.place)
        if not found or found[0] != wanted:
            raise self.error(wanted)
        self.place = found.end()

    def reference(self) -> Reference | None:
        """The reference at this place, which is its dollar; None (and nowhere else) when there is none."""
        start = self.place
        if not self.text.startswith("$", self.place):
            return None
        self.place += 1
        quiet = self.text.startswith("!", self.place)
        self.place += quiet
        formal = self.text.startswith("{", self.place)
        self.place += formal
        name = _NAME.match(self.text, self.place)
        if name is None:
            self.place = start
            return None
        self.place = name.end()
        tail = self._tail()
        if formal:
            if not self.text.startswith("}", self.place):
                raise TemplateError(f"The reference {self.text[start : self.place]} is not closed.")
            self.place += 1
        return Reference(name[0], tail, self.text[start : self.place], quiet)

    def _tail(self) -> tuple[Member | Call | Index, ...]:
        found: list[Member | Call | Index] = []
        while True:
            name = _NAME.match(self.text, self.place + 1) if self.text.startswith(".", self.place) else None
            if name is not None:
                self.place = name.end()
                if self.text.startswith("(", self.place):
                    self.place += 1
                    found.append(Call(name[0], self._list(")")))
                else:
                    found.append(Member(name[0]))
            elif (index := self._index()) is not None:
                found.append(index)
            else:
                return tuple(found)

    def _index(self) -> Index | None:
        """``[…]`` after a reference; in plain text what is no index stays text."""
        start = self.place
        if not self.text.startswith("[", self.place):
            return None
        self.place += 1
        try:
            at = self.expression()
            self.expect("]")
        except TemplateError:
            self.place = start
            return None
        return Index(at)

    def _list(self, closer: str) -> tuple[Expression, ...]:
        members: list[Expression] = []
        if self.take(closer):
            return ()
        while True:
            members.append(self.expression())
            if self.take(closer):
                return tuple(members)
            self.expect(",")

    def expression(self, level: int = 0) -> Expression:
        """An expression whose operators are of this rank or a stronger one."""
        if level == len(_LEVELS):
            return self._unary()
        left = self.expression(level + 1)
        while (operator := self._operator(_LEVELS[level])) is not None:
            left = Binary(operator, left, self.expression(level + 1))
        return left

    def _operator(self, offered: dict[str, str]) -> str | None:
        self.skip()
        name = _NAME.match(self.text, self.place)
        if name is not None:
            if name[0] not in offered:
                return None
            self.place = name.end()
            return offered[name[0]]
        for mark, operator in offered.items():
            if not mark.isalpha() and self.text.startswith(mark, self.place):
                self.place += len(mark)
                return operator
        return None

    def _unary(self) -> Expression:
        self._nested += 1
        if self._nested > _DEEPEST:
            raise TemplateError("The template is nested too deeply.")
        try:
            for mark in ("!", "-"):
                if self.take(mark):
                    return Unary(mark, self._unary())
            return self._primary()
        finally:
            self._nested -= 1

    def _primary(self) -> Expression:
        self.skip()
        mark = self.text[self.place : self.place + 1]
        if mark == "$":
            reference = self.reference()
            return reference if reference is not None else self._wrong()
        if mark in ("'", '"'):
            return self._quoted(mark)
        if number := _NUMBER.match(self.text, self.place):
            self.place = number.end()
            return Literal(float(number[0]) if number[1] else int(number[0]))
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.take("["):
            return self._listed()
        if self.take("{"):
            return self._mapped()
        name = _NAME.match(self.text, self.place)
        if name is None:
            self._wrong()
        if name[0] == "not":
            self.place = name.end()
            return Unary("!", self._unary())
        if name[0] not in _WORDS:
            self._wrong()
        self.place = name.end()
        return Literal(_WORDS[name[0]])

    def _wrong(self) -> NoReturn:
        raise self.error("A value")

    def _quoted(self, mark: str) -> Expression:
        """A text in quotes; two of them are one in it."""
        end = self.place + 1
        while True:
            end = self.text.find(mark, end)
            if end < 0:
                raise self.error(f"A closing {mark}")
            if not self.text.startswith(mark * 2, end):
                break
            end += 2
        content = self.text[self.place + 1 : end].replace(mark * 2, mark)
        self.place = end + 1
        if mark == "'" or ("$" not in content and "#" not in content):
            return Literal(content)
        return Quoted(self._template(content))

    def _listed(self) -> Expression:
        if self.take("]"):
            return ListOf(())
        first = self.expression()
        if self.take(".."):
            last = self.expression()
            self.expect("]")
            return Range(first, last)
        if self.take("]"):
            return ListOf((first,))
        self.expect(",")
        return ListOf((first, *self._list("]")))

    def _mapped(self) -> Expression:
        members: list[tuple[Expression, Expression]] = []
        if self.take("}"):
            return MapOf(())
        while True:
            key = self.expression()
            self.expect(":")
            members.append((key, self.expression()))
            if self.take("}"):
                return MapOf(tuple(members))
            self.expect(",")
