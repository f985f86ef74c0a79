"""Reading operands and conditions, by precedence: OR, AND, NOT, comparison, sum, value."""

from __future__ import annotations

from typing import TypeVar

from dashboard.tables.core.partiql.tokens import Token, refuse
from dashboard.tables.core.partiql.tree import (
    And,
    Attribute,
    Between,
    Call,
    Compare,
    Condition,
    In,
    Is,
    ListOf,
    MapOf,
    Not,
    Operand,
    Or,
    Parameter,
    Path,
    SetOf,
    Sum,
    Test,
    Value,
)
from dashboard.tables.core.partiql.words import (
    CALLS,
    COMPARISONS,
    KEYWORDS,
    MOST_NESTING,
    MOST_OPTIONS,
    TESTS,
    UNKNOWN,
    check_type,
    member_name,
    number_value,
    string_hint,
)

_CONDITIONS = (Compare, Between, In, Is, Test, Not, And, Or)
Node = Operand | Condition
Kept = TypeVar("Kept")


class Reader:
    """The tokens of one statement and the place in them."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self.parameters = 0

    @property
    def next(self) -> Token:
        """The token that comes."""
        return self._tokens[self._place]

    def after(self) -> Token:
        """The one behind it."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Go on by one."""
        token = self.next
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def sees(self, *texts: str) -> bool:
        """Whether a sign or keyword of ``texts`` comes."""
        return (
            self.next.word if self.next.kind == "word" else self.next.text
        ) in texts and self.next.kind in ("word", "sign")

    def accept(self, *texts: str) -> bool:
        """Take one of ``texts`` if it comes."""
        if not self.sees(*texts):
            return False
        self.take()
        return True

    def expect(self, text: str, where: str = "") -> Token:
        """Take ``text``; a sentence when something else comes."""
        if not self.sees(text):
            raise refuse(
                self.next, f"Expected {text}{f' {where}' if where else ''}, found {self.next.shown}."
            )
        return self.take()

    def condition(self) -> Condition:
        """A whole condition."""
        start = self.next
        return self._as_condition(self._either(), start)

    def operand(self) -> Operand:
        """A value, path or sum; not a condition."""
        start = self.next
        return self._as_operand(self._either(), start)

    def path(self) -> Path:
        """``a."b c"[0]``."""
        parts: list[str | int] = [self._name("the name of an attribute")]
        while self.sees(".", "["):
            if self.take().text == ".":
                parts.append(self._name("a name after the point"))
                continue
            token = self.take()
            if token.kind == "string":
                parts.append(member_name(token))
            elif token.kind == "number" and token.text.isdigit() and len(token.text) <= 9:
                parts.append(int(token.text))
            else:
                raise refuse(token, f"Expected a place in the list, such as [0], found {token.shown}.")
            self.expect("]", "after the place in the list")
        return tuple(parts)

    def _name(self, what: str) -> str:
        token = self.next
        if token.kind == "quoted":
            return self.take().value
        if token.kind != "word":
            raise refuse(token, f"Expected {what}, found {token.shown}.{string_hint(token)}")
        if token.word in KEYWORDS:
            raise refuse(
                token, f'{token.text} is a keyword; as a name it is in double quotes: "{token.text}".'
            )
        return self.take().text

    def _as_condition(self, node: Node, token: Token) -> Condition:
        if not isinstance(node, _CONDITIONS):
            raise refuse(
                token, f"Expected a condition, such as status = 'open', found a value alone: {token.shown}."
            )
        return node

    def _as_operand(self, node: Node, token: Token) -> Operand:
        if isinstance(node, _CONDITIONS):
            raise refuse(token, "Expected a value here, found a condition.")
        return node

    def _either(self) -> Node:
        """Anything; the nesting is bounded, so that no text exhausts the stack."""
        self._depth += 1
        if self._depth > MOST_NESTING:
            raise refuse(self.next, f"Brackets are nested deeper than {MOST_NESTING} levels.")
        start = self.next
        parts = [self._all()]
        while self.accept("OR"):
            parts.append(self._all())
        self._depth -= 1
        if len(parts) == 1:
            return parts[0]
        return Or(tuple(self._as_condition(part, start) for part in parts))

    def _all(self) -> Node:
        start = self.next
        parts = [self._negated()]
        while self.accept("AND"):
            parts.append(self._negated())
        if len(parts) == 1:
            return parts[0]
        return And(tuple(self._as_condition(part, start) for part in parts))

    def _negated(self) -> Node:
        start = self.next
        times = 0
        while self.accept("NOT"):
            times += 1
        if not times:
            return self._comparison()
        inner = self._as_condition(self._comparison(), start)
        return Not(inner) if times % 2 else inner

    def _comparison(self) -> Node:
        start = self.next
        left = self._sum()
        if self.next.kind == "sign" and self.next.text in COMPARISONS:
            op = self.take().text
            right_at = self.next
            right = self._as_operand(self._sum(), right_at)
            return Compare("<>" if op == "!=" else op, self._as_operand(left, start), right)
        negated = self.sees("NOT") and self.after().word in ("IN", "BETWEEN", "LIKE")
        if negated:
            self.take()
        if not self.sees("IN", "BETWEEN", "IS", "LIKE"):
            return left
        found = self._word_comparison(self._as_operand(left, start))
        return Not(found) if negated else found

    def _word_comparison(self, left: Operand) -> Condition:
        token = self.take()
        if token.word == "LIKE":
            raise refuse(
                token,
                "DynamoDB's PartiQL has no LIKE; use begins_with(name, 'text') or contains(name, 'text').",
            )
        if token.word == "IN":
            return In(left, self._options())
        if token.word == "BETWEEN":
            at = self.next
            low = self._as_operand(self._sum(), at)
            self.expect("AND", "between the two values of BETWEEN")
            at = self.next
            return Between(left, low, self._as_operand(self._sum(), at))
        negated = self.accept("NOT")
        what = self.take()
        if what.word not in ("MISSING", "NULL"):
            raise refuse(
                what,
                f"After IS comes MISSING or NULL, found {what.shown}. For a type use attribute_type(name, 'S').",
            )
        return Is(left, what.word, negated)

    def _options(self) -> tuple[Operand, ...]:
        opening = self.take()
        if opening.text not in ("[", "(") or opening.kind != "sign":
            raise refuse(opening, f"After IN comes a list: ['a', 'b'], found {opening.shown}.")
        if self.sees("SELECT"):
            raise refuse(self.next, "DynamoDB's PartiQL has no SELECT inside another statement.")
        closing = "]" if opening.text == "[" else ")"
        found = self._members(closing)
        if not 1 <= len(found) <= MOST_OPTIONS:
            raise refuse(opening, f"IN takes 1 to {MOST_OPTIONS} values, found {len(found)}.")
        return found

    def _members(self, closing: str) -> tuple[Operand, ...]:
        found: list[Operand] = []
        while not self.sees(closing):
            found.append(self.operand())
            if not self.accept(","):
                break
        self.expect(closing, "at the end of the list")
        return tuple(found)

    def _sum(self) -> Node:
        start = self.next
        left = self._signed()
        while self.sees("+", "-"):
            op = self.take().text
            at = self.next
            left = Sum(op, self._as_operand(left, start), self._as_operand(self._signed(), at))
        return left

    def _signed(self) -> Node:
        if self.sees("-", "+"):
            sign = self.take()
            number = self.take()
            if number.kind != "number":
                raise refuse(number, f"After {sign.text} comes a number, found {number.shown}.")
            return number_value(number, "-" if sign.text == "-" else "")
        return self._single()

    def _single(self) -> Node:
        token = self.next
        if token.kind == "string":
            return Value({"S": self.take().value})
        if token.kind == "number":
            return number_value(self.take())
        if token.kind == "sign":
            return self._by_sign(token)
        if token.word in ("TRUE", "FALSE"):
            return Value({"BOOL": self.take().word == "TRUE"})
        if token.word == "NULL":
            self.take()
            return Value({"NULL": True})
        if token.kind == "word" and self.after().text == "(":
            return self._call()
        if token.kind == "end":
            raise refuse(token, f"Expected a value, a name or a condition, found {token.shown}.")
        return Attribute(self.path())

    def _by_sign(self, token: Token) -> Node:
        self.take()
        if token.text == "?":
            self.parameters += 1
            return Parameter(self.parameters - 1)
        if token.text == "(":
            inner = self._either()
            self.expect(")", "to close the bracket")
            return inner
        if token.text == "[":
            return ListOf(self._members("]"))
        if token.text == "<<":
            return self._set(token)
        if token.text == "{":
            return self.map_of(token)
        raise refuse(token, f"Expected a value, a name or a condition, found {token.shown}.")

    def _set(self, opening: Token) -> Operand:
        found = self._members(">>")
        if not found:
            raise refuse(opening, "A set is not empty in DynamoDB.")
        tags = {next(iter(one.wire)) if isinstance(one, Value) else "" for one in found}
        if (
            any(not isinstance(one, Value | Parameter) for one in found)
            or not tags - {""} <= {"S", "N"}
            or len(tags - {""}) > 1
        ):
            raise refuse(opening, "The members of a set are all strings or all numbers: <<'a', 'b'>>.")
        return SetOf(found)

    def map_of(self, opening: Token) -> MapOf:
        """``{'name': value}``, after its brace."""
        found: dict[str, Operand] = {}
        while not self.sees("}"):
            key = self.take()
            if key.kind != "string":
                raise refuse(key, f"A member's name is in single quotes: 'name', found {key.shown}.")
            if key.value in found:
                raise refuse(key, f"The name {key.text} stands twice; one of the two values would be lost.")
            self.expect(":", f"after the name {key.shown}")
            found[member_name(key)] = self.operand()
            if not self.accept(","):
                break
        self.expect("}", "to close the map")
        return MapOf(tuple(found.items()))

    def _call(self) -> Node:
        token = self.take()
        name = token.text.lower()
        if name not in TESTS and name not in CALLS:
            known = ", ".join((*TESTS, *CALLS))
            raise refuse(
                token,
                UNKNOWN.get(
                    token.word, f"{token.text} is no function of DynamoDB's PartiQL; there are {known}."
                ),
            )
        self.expect("(")
        arguments = self._members(")")
        wanted = TESTS.get(name) or CALLS[name]
        if len(arguments) != wanted:
            raise refuse(
                token, f"{name} takes {wanted} value{'' if wanted == 1 else 's'}, found {len(arguments)}."
            )
        if not isinstance(arguments[0], Attribute) and name != "list_append":
            raise refuse(token, f"{name} takes the name of an attribute first, not a value.")
        if name == "attribute_type":
            check_type(token, arguments[1])
        return Test(name, arguments) if name in TESTS else Call(name, arguments)
