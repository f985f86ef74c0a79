"""DynamoDB's comparisons and functions in plain words, how many values each takes, and how a value that was typed is meant.

How a value is meant (``kind``): empty is automatic, ``S N B BOOL NULL`` the type, ``json`` DynamoDB's own JSON (the way to enter a set, a
list or a map), ``path`` another attribute and ``size`` the size of another attribute.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core import numbers
from dashboard.core.wire import TAGS, TYPE_NAMES

MANY = 3
"""Values of an operator that takes as many as wished."""


@dataclass(frozen=True)
class Operator:
    """Words, how many values (0, 1, 2 or MANY), and whether only texts (strings, binary, sets, lists) can be asked that."""

    group: str
    words: str
    values: int
    texts: bool = False


def _operators() -> dict[str, Operator]:
    compare = {
        "=": "equals",
        "<>": "is not",
        "<": "is less than",
        "<=": "is at most",
        ">": "is greater than",
        ">=": "is at least",
    }
    found = {op: Operator("", words, 1) for op, words in compare.items()}
    found["between"] = Operator("", "is between", 2)
    found["in"] = Operator("", "is one of", MANY)
    found["begins_with"] = Operator("", "begins with", 1, texts=True)
    found["contains"] = Operator("", "contains", 1, texts=True)
    found["exists"] = Operator("", "exists", 0)
    found["missing"] = Operator("", "does not exist", 0)
    found["!between"] = Operator("Not", "is not between", 2)
    found["!in"] = Operator("Not", "is none of", MANY)
    found["!begins_with"] = Operator("Not", "does not begin with", 1, texts=True)
    found["!contains"] = Operator("Not", "does not contain", 1, texts=True)
    for tag in TAGS:
        found[f"type:{tag}"] = Operator("Type", f"is a {TYPE_NAMES[tag]}" if tag != "NULL" else "is null", 0)
    for op, words in compare.items():
        found[f"size:{op}"] = Operator("Size", "size " + words, 1)
    found["size:between"] = Operator("Size", "size is between", 2)
    found["size:in"] = Operator("Size", "size is one of", MANY)
    return found


OPERATORS = _operators()
"""Code to operator, in the order of the list that a person chooses from."""
KINDS = {
    "": "automatic",
    "S": "text",
    "N": "number",
    "BOOL": "true / false",
    "NULL": "null",
    "B": "binary (base64)",
    "json": "DynamoDB JSON",
    "path": "attribute",
    "size": "size of attribute",
}
_TEXTS = ("begins_with", "contains")


def choices(declared: str, chosen: str) -> tuple[str, ...]:
    """The operators for an attribute whose declared key type is ``declared`` (empty for none), ``chosen`` always among them."""
    return tuple(
        code
        for code, operator in OPERATORS.items()
        if code == chosen
        or not declared
        or not (operator.group == "Type" or (operator.texts and declared == "N"))
    )


def guess(op: str, text: str, declared: str) -> str:
    """The type that an automatic value has: the key attribute's declared one, else a number where the text is one, else a string."""
    if op.startswith("size:"):
        return "N"
    if declared:
        return declared
    if op.removeprefix("!") in _TEXTS:
        return "S"
    return "N" if text and not numbers.problem(text) else "S"
