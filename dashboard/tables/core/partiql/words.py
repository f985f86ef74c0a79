"""The words of the language: keywords, comparisons, functions; and the small rules of single values."""

from __future__ import annotations

from dashboard.core import numbers
from dashboard.core.wire import TAGS
from dashboard.tables.core.partiql.tokens import Token, refuse
from dashboard.tables.core.partiql.tree import Operand, Parameter, Value

KEYWORDS = frozenset(
    [
        *(
            "SELECT",
            "FROM",
            "WHERE",
            "AND",
            "OR",
            "NOT",
            "IN",
            "IS",
            "BETWEEN",
            "LIKE",
            "INSERT",
            "INTO",
            "VALUE",
            "UPDATE",
            "SET",
        ),
        *(
            "REMOVE",
            "DELETE",
            "RETURNING",
            "ORDER",
            "BY",
            "ASC",
            "DESC",
            "AS",
            "EXISTS",
            "NULL",
            "MISSING",
            "TRUE",
            "FALSE",
            "JOIN",
        ),
        *("LIMIT", "GROUP", "HAVING", "UNION", "DISTINCT", "UNPIVOT"),
    ]
)
"""Words that are no names unless they stand in double quotes."""
MOST_NESTING = 40
"""Brackets, lists and maps inside one another; DynamoDB stores 32 levels of lists and maps."""
MOST_OPTIONS = 100
"""Values of one IN (Developer Guide, PartiQL operators: 50 for a partition key, 100 for others)."""
COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
TESTS = {
    "begins_with": 2,
    "contains": 2,
    "attribute_type": 2,
    "attribute_exists": 1,
    "attribute_not_exists": 1,
}
CALLS = {"size": 1, "list_append": 2, "set_add": 2, "set_delete": 2}
UNKNOWN = {
    "COUNT": "DynamoDB's PartiQL does not count: page through the items.",
    "IF_NOT_EXISTS": "DynamoDB's PartiQL has no if_not_exists; say in WHERE that the name IS MISSING.",
    "EXISTS": "EXISTS( ) is a statement of its own, for a transaction; it cannot stand inside another one.",
}


def check_type(token: Token, operand: Operand) -> None:
    """A type's name is one of DynamoDB's; a parameter is looked at by DynamoDB itself."""
    if isinstance(operand, Parameter):
        return
    if not isinstance(operand, Value) or operand.wire.get("S") not in TAGS:
        raise refuse(token, f"attribute_type takes one of the types {', '.join(TAGS)} in single quotes.")


def member_name(token: Token) -> str:
    """The name of a map's member."""
    if not token.value:
        raise refuse(token, "A name has at least one character.")
    return token.value


def number_value(token: Token, sign: str = "") -> Value:
    """A number as it was written; refused when DynamoDB would."""
    digits = f"0{token.text}" if token.text.startswith(".") else token.text
    text = sign + digits.replace(".e", "e").replace(".E", "E").removesuffix(".")
    if problem := numbers.problem(text):
        raise refuse(token, f"The number {problem}.")
    return Value({"N": text})


def string_hint(token: Token) -> str:
    """What somebody may have meant who put a name into single quotes."""
    return (
        f' A name is in double quotes, not single ones: "{token.value}".'
        if token.kind == "string" and token.value
        else ""
    )
