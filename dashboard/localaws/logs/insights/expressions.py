"""The expressions of a query: a parser by precedence, ``or`` < ``and`` < ``not`` < comparison < sum < product < power."""

from __future__ import annotations

import re
from decimal import Decimal

from dashboard.localaws.logs.insights.functions import AGGREGATES, FUNCTIONS
from dashboard.localaws.logs.insights.nodes import Binary, Call, Field, In, Like, Literal, Node, Unary
from dashboard.localaws.logs.insights.tokens import QueryError, Token, tokens, unexpected

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_WORDS = frozenset({"and", "or", "not", "like", "in", "as", "by"})
_DEEPEST = 60


class Expressions:
    """A reader over the tokens of ``text``; ``place`` is the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = tokens(text)
        self.place = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self.all[self.place]

    @property
    def before(self) -> Token:
        """The token that was taken last."""
        return self.all[self.place - 1]

    def unexpected(self, token: Token) -> QueryError:
        """AWS's sentence about a token."""
        return unexpected(self.text, token)

    def sees(self, mark: str) -> bool:
        """Whether the next token is this mark."""
        return self.token.kind == "mark" and self.token.text == mark

    def sees_word(self, word: str) -> bool:
        """Whether the next token is this word, in whatever case."""
        return self.token.kind == "name" and self.token.text.lower() == word

    def take(self, mark: str) -> Token:
        """This mark, else QueryError."""
        if not self.sees(mark):
            raise self.unexpected(self.token)
        self.place += 1
        return self.before

    def take_kind(self, kind: str) -> Token:
        """A token of this kind, else QueryError."""
        if self.token.kind != kind:
            raise self.unexpected(self.token)
        self.place += 1
        return self.before

    def name(self) -> str:
        """A field's name, in backticks or plain."""
        if self.token.kind == "quoted":
            self.place += 1
            return self.before.text[1:-1]
        if self.token.text.lower() in _WORDS:
            raise self.unexpected(self.token)
        return self.take_kind("name").text

    def string(self, token: Token) -> str:
        """A text without its quotes."""
        return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)

    def compiled(self, token: Token) -> re.Pattern[str]:
        """A pattern, whose groups may be written ``(?<name>…)``."""
        try:
            return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", token.text))
        except re.error as error:
            raise self.unexpected(token) from error

    def condition(self) -> Node:
        """A whole expression."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("The expression is nested too deeply", self.token.start, self.token.end)
        node = self._all()
        while self.sees_word("or"):
            self.place += 1
            node = Binary("or", node, self._all())
        self._depth -= 1
        return node

    def _all(self) -> Node:
        node = self._not()
        while self.sees_word("and"):
            self.place += 1
            node = Binary("and", node, self._not())
        return node

    def _not(self) -> Node:
        negations = 0
        while self.sees_word("not"):
            self.place += 1
            negations += 1
        node = self._comparison()
        return Unary("not", node) if negations % 2 else node

    def _comparison(self) -> Node:
        left = self.sum()
        token = self.token
        if token.kind == "mark" and token.text in _COMPARISONS:
            self.place += 1
            return Binary(token.text, left, self.sum())
        if self.sees("=~"):
            self.place += 1
            return self._like(left)
        negated = self.sees_word("not")
        if negated:
            self.place += 1
        if self.sees_word("like") or self.sees_word("in"):
            self.place += 1
            node = self._like(left) if self.before.text.lower() == "like" else self._in(left)
            return Unary("not", node) if negated else node
        if negated:
            raise self.unexpected(self.token)
        return left

    def _like(self, left: Node) -> Node:
        token = self.token
        if token.kind not in ("pattern", "text"):
            raise self.unexpected(token)
        self.place += 1
        return Like(left, self.compiled(token) if token.kind == "pattern" else self.string(token))

    def _in(self, left: Node) -> Node:
        self.take("[")
        choices = [self.sum()]
        while self.sees(","):
            self.place += 1
            choices.append(self.sum())
        self.take("]")
        return In(left, tuple(choices))

    def sum(self) -> Node:
        """Arithmetic, which is also what a comparison compares."""
        node = self._product()
        while self.sees("+") or self.sees("-"):
            self.place += 1
            node = Binary(self.before.text, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._power()
        while self.sees("*") or self.sees("/") or self.sees("%"):
            self.place += 1
            node = Binary(self.before.text, node, self._power())
        return node

    def _power(self) -> Node:
        node = self._primary()
        if self.sees("^"):
            self.place += 1
            return Binary("^", node, self._power())
        return node

    def _primary(self) -> Node:
        token = self.token
        if self.sees("-"):
            self.place += 1
            return Unary("-", self._primary())
        if self.sees("("):
            self.place += 1
            node = self.condition()
            self.take(")")
            return node
        if token.kind == "number":
            self.place += 1
            return Literal(Decimal(token.text))
        if token.kind == "text":
            self.place += 1
            return Literal(self.string(token))
        after = self.all[min(self.place + 1, len(self.all) - 1)]
        if token.kind == "name" and after.kind == "mark" and after.text == "(":
            return self._call()
        return Field(self.name())

    def _call(self) -> Node:
        first = self.take_kind("name")
        name = first.text.lower()
        if name not in FUNCTIONS and name not in AGGREGATES:
            raise self.unexpected(first)
        self.take("(")
        arguments: list[Node] = []
        while not self.sees(")"):
            if arguments:
                self.take(",")
            arguments.append(self._argument(name))
        self.take(")")
        least, most = AGGREGATES[name].arity if name in AGGREGATES else FUNCTIONS[name].arity
        if not least <= len(arguments) <= most:
            raise self.unexpected(self.before)
        return Call(name, tuple(arguments), self.text[first.start : self.before.end])

    def _argument(self, function: str) -> Node:
        if function == "count" and self.sees("*"):
            self.place += 1
            return Literal("*")
        if self.token.kind == "span":
            self.place += 1
            return Literal(self.before.text)
        return self.condition()
