"""Running a template. It is bounded: so many steps, so many turns of a loop, so long a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.localaws.gateway.vtl import nodes, values
from dashboard.localaws.gateway.vtl.nodes import Expression, Piece, TemplateError

MOST_TURNS = 1_000
"""Turns of one #foreach (AWS's limit)."""
_MOST_STEPS = 200_000
_LONGEST = values.LONGEST
_MOST_MEMBERS = 100_000
"""Members of a list or map; a value may not grow without end either."""


class _Break(Exception):
    """The innermost loop ends."""


class _Stop(Exception):
    """The template ends."""


class Run:
    """One rendering: ``roots`` are the names that are there from the beginning, and that a template cannot replace."""

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self._roots = roots
        self._names: dict[str, Any] = {}
        self._steps = 0
        self._length = 0

    def text(self, pieces: Iterable[Piece]) -> str:
        """What the pieces write; TemplateError for what cannot be."""
        out: list[str] = []
        try:
            self._block(pieces, out)
        except (_Stop, _Break):
            pass
        except RecursionError:
            raise TemplateError("A value is nested too deeply.") from None
        return "".join(out)

    def _block(self, pieces: Iterable[Piece], out: list[str]) -> None:
        for piece in pieces:
            self._step()
            match piece:
                case nodes.Text():
                    self._write(piece.text, out)
                case nodes.Reference():
                    self._write(self._shown(piece), out)
                case nodes.Escaped():
                    known = self._known(piece.reference.root)
                    self._write(("" if known else "\\") + piece.reference.source, out)
                case nodes.Set():
                    self._set(piece.target, self.value(piece.value))
                case nodes.If():
                    self._if(piece, out)
                case nodes.ForEach():
                    self._foreach(piece, out)
                case nodes.Leave():
                    raise _Break if piece.word == "break" else _Stop

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TemplateError("The template takes too many steps.")

    def _write(self, text: str, out: list[str]) -> None:
        self._length += len(text)
        if self._length > _LONGEST:
            raise TemplateError("The template writes more than 10 MB.")
        out.append(text)

    def _shown(self, reference: nodes.Reference) -> str:
        """A reference in the text; one whose root nobody knows stays as it is written."""
        if not self._known(reference.root):
            return "" if reference.quiet else reference.source
        return values.java_text(self.value(reference))

    def _known(self, root: str) -> bool:
        return root in self._roots or root in self._names

    def _if(self, piece: nodes.If, out: list[str]) -> None:
        for condition, body in piece.branches:
            if _true(self.value(condition)):
                self._block(body, out)
                return
        self._block(piece.otherwise, out)

    def _foreach(self, piece: nodes.ForEach, out: list[str]) -> None:
        over = self.value(piece.over)
        members = list(over.values()) if isinstance(over, dict) else over if isinstance(over, list) else []
        members = list(members)[:MOST_TURNS]
        before = {name: self._names[name] for name in (piece.name, "foreach") if name in self._names}
        for index, each in enumerate(members):
            self._names[piece.name] = each
            self._names["foreach"] = {
                "index": index,
                "count": index + 1,
                "hasNext": index + 1 < len(members),
                "first": index == 0,
                "last": index + 1 == len(members),
            }
            self._names["velocityCount"] = index + 1
            try:
                self._block(piece.body, out)
            except _Break:
                break
        for name in (piece.name, "foreach"):
            self._names.pop(name, None)
        self._names.update(before)

    def _set(self, target: nodes.Reference, value: Any) -> None:
        if not target.tail:
            if target.root in self._roots:
                raise TemplateError(f"${target.root} cannot be set.")
            self._names[target.root] = value
            return
        *way, last = target.tail
        holder = self._followed(self._root(target.root), way)
        if isinstance(last, nodes.Call):
            raise TemplateError(f"{target.source} cannot be set.")
        values.put(holder, last.name if isinstance(last, nodes.Member) else self.value(last.at), value)

    def _root(self, name: str) -> Any:
        return self._roots[name] if name in self._roots else self._names.get(name)

    def _followed(self, value: Any, tail: Iterable[nodes.Member | nodes.Call | nodes.Index]) -> Any:
        for part in tail:
            match part:
                case nodes.Member(name=name):
                    value = values.member(value, name)
                case nodes.Index(at=at):
                    value = values.item(value, self.value(at))
                case nodes.Call(name=name, arguments=arguments):
                    value = values.call(value, name, [self.value(each) for each in arguments])
        return value

    def value(self, expression: Expression) -> Any:
        """The value of an expression; TemplateError when it has grown beyond measure."""
        self._step()
        found = self._value(expression)
        if (isinstance(found, str) and len(found) > _LONGEST) or (
            isinstance(found, list | dict) and len(found) > _MOST_MEMBERS
        ):
            raise TemplateError("A value has grown too large.")
        return found

    def _value(self, expression: Expression) -> Any:
        match expression:
            case nodes.Literal():
                return expression.value
            case nodes.Reference():
                return self._followed(self._root(expression.root), expression.tail)
            case nodes.Quoted():
                out: list[str] = []
                self._block(expression.pieces, out)
                return "".join(out)
            case nodes.ListOf():
                return [self.value(each) for each in expression.members]
            case nodes.MapOf():
                return {values.java_text(self.value(k)): self.value(v) for k, v in expression.members}
            case nodes.Range():
                return self._range(self.value(expression.first), self.value(expression.last))
            case nodes.Unary(operator="!"):
                return not _true(self.value(expression.operand))
            case nodes.Unary():
                return _counted("-", 0, self.value(expression.operand))
            case nodes.Binary():
                return self._binary(expression)

    def _range(self, first: Any, last: Any) -> list[int]:
        if not (isinstance(first, int) and isinstance(last, int)) or abs(last - first) > MOST_TURNS:
            raise TemplateError("A range needs two whole numbers that are not too far apart.")
        return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))

    def _binary(self, expression: nodes.Binary) -> Any:
        left = self.value(expression.left)
        if expression.operator == "&&":
            return _true(left) and _true(self.value(expression.right))
        if expression.operator == "||":
            return _true(left) or _true(self.value(expression.right))
        right = self.value(expression.right)
        if expression.operator in ("==", "!="):
            return values.equal(left, right) is (expression.operator == "==")
        return _counted(expression.operator, left, right)


def _true(value: Any) -> bool:
    """Nothing and false are false; everything else is true, also the empty text."""
    return value is not None and value is not False


def _counted(operator: str, left: Any, right: Any) -> Any:
    """Arithmetic and order; texts are only added. Nothing comes of nothing."""
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return values.java_text(left) + values.java_text(right)
    if not (values.is_number(left) and values.is_number(right)):
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right if max(abs(left), abs(right)) < 10**40 else None
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
    if right == 0:
        return None
    whole = isinstance(left, int) and isinstance(right, int)
    if operator == "/":
        return _towards_zero(left, right) if whole else left / right
    return left - _towards_zero(left, right) * right if whole else left % right


def _towards_zero(left: int, right: int) -> int:
    """Java's division of whole numbers."""
    found = abs(left) // abs(right)
    return found if (left < 0) is (right < 0) else -found
