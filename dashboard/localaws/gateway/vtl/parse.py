"""A template's text to its pieces: text, references and directives. Expressions are in ``expressions``."""

from __future__ import annotations

import re
from functools import lru_cache

from dashboard.localaws.gateway.vtl.expressions import Reader
from dashboard.localaws.gateway.vtl.nodes import (
    Escaped,
    Expression,
    ForEach,
    If,
    Leave,
    Piece,
    Reference,
    Set,
    TemplateError,
    Text,
)

_NEXT = re.compile(r"##|#\*|#\{?[a-z]+\b|\\*\$")
_DIRECTIVE = re.compile(r"#(?:\{([a-z]+)\}|([a-z]+))")
_OFFERED = frozenset({"set", "if", "elseif", "else", "end", "foreach", "break", "stop"})
_KNOWN = _OFFERED | {"macro", "define", "include", "parse", "evaluate"}
_CLOSERS = frozenset({"elseif", "else", "end"})
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")
_DEEPEST = 40


@lru_cache(maxsize=512)
def parse(template: str) -> tuple[Piece, ...]:
    """The pieces; TemplateError for what is broken, too deep or not offered."""
    parser = _Parser(template)
    pieces, closer = parser.block()
    if closer:
        raise TemplateError(f"There is an #{closer} without its beginning.")
    return pieces


class _Parser(Reader):
    """One pass over a template."""

    def __init__(self, text: str) -> None:
        super().__init__(text, parse)
        self._depth = 0

    def block(self) -> tuple[tuple[Piece, ...], str]:
        """The pieces up to the end or a directive that closes, and that one's word ('' at the end)."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TemplateError("The template is nested too deeply.")
        pieces: list[Piece] = []
        while found := _NEXT.search(self.text, self.place):
            self._put(pieces, self.text[self.place : found.start()])
            self.place = found.start()
            closer = self._special(found[0], pieces)
            if closer:
                self._depth -= 1
                return tuple(pieces), closer
        self._put(pieces, self.text[self.place :])
        self.place = len(self.text)
        self._depth -= 1
        return tuple(pieces), ""

    def _put(self, pieces: list[Piece], text: str) -> None:
        if text:
            pieces.append(Text(text))

    def _special(self, mark: str, pieces: list[Piece]) -> str:
        """What begins with a sign: a comment, a directive or a reference; the word of a directive that closes."""
        if mark == "##":
            end = self.text.find("\n", self.place)
            self.place = len(self.text) if end < 0 else end + 1
        elif mark == "#*":
            end = self.text.find("*#", self.place)
            self.place = len(self.text) if end < 0 else end + 2
        elif mark.endswith("$"):
            self._dollar(mark, pieces)
        else:
            return self._directive(pieces)
        return ""

    def _dollar(self, mark: str, pieces: list[Piece]) -> None:
        slashes = len(mark) - 1
        self._put(pieces, "\\" * (slashes // 2))
        start = self.place
        self.place += slashes
        reference = self.reference()
        if reference is None:
            self.place = start + len(mark)
            self._put(pieces, mark[slashes // 2 :] if slashes else "$")
        else:
            pieces.append(Escaped(reference) if slashes % 2 else reference)

    def _directive(self, pieces: list[Piece]) -> str:
        found = _DIRECTIVE.match(self.text, self.place)
        word = found[1] or found[2] if found else ""
        if found is None or word not in _KNOWN:
            self._put(pieces, self.text[self.place])
            self.place += 1
            return ""
        if word not in _OFFERED:
            raise TemplateError(f"The directive #{word} is not offered here.")
        self.place = found.end()
        if word in _CLOSERS:
            if word != "elseif":
                self._end_of_line()
            return word
        pieces.append(self._opened(word))
        return ""

    def _opened(self, word: str) -> Piece:
        if word == "set":
            return self._set()
        if word == "if":
            return self._if()
        if word == "foreach":
            return self._foreach()
        self._end_of_line()
        return Leave(word)

    def _end_of_line(self) -> None:
        """A directive takes the rest of its line with it when there is nothing on it."""
        if found := _REST_OF_LINE.match(self.text, self.place):
            self.place = found.end()

    def _set(self) -> Set:
        self.expect("(")
        target = self._target()
        self.expect("=")
        value = self.expression()
        self.expect(")")
        self._end_of_line()
        return Set(target, value)

    def _target(self) -> Reference:
        self.skip()
        target = self.reference()
        if target is None:
            raise self.error("a reference")
        return target

    def _condition(self) -> Expression:
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        self._end_of_line()
        return condition

    def _if(self) -> If:
        branches = []
        condition = self._condition()
        while True:
            body, closer = self.block()
            branches.append((condition, body))
            if closer != "elseif":
                break
            condition = self._condition()
        otherwise: tuple[Piece, ...] = ()
        if closer == "else":
            otherwise, closer = self.block()
        if closer != "end":
            raise TemplateError("An #if has no #end.")
        return If(tuple(branches), otherwise)

    def _foreach(self) -> ForEach:
        self.expect("(")
        name = self._target()
        self.word("in")
        over = self.expression()
        self.expect(")")
        self._end_of_line()
        body, closer = self.block()
        if closer != "end":
            raise TemplateError("A #foreach has no #end.")
        return ForEach(name.root, over, body)
