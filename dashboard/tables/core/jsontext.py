"""JSON read without losing anything: numbers keep their text, names that stand twice are seen, NaN is no number."""

from __future__ import annotations

import json

from dashboard.core.errors import InputError
from dashboard.tables.core.values import FIELD, MAX_NESTING

MAX_TEXT = 16_000_000
"""Characters. An item of 400 KB is far less in any sensible JSON; more than this is not one."""


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


class Members(list[tuple[str, "Node"]]):
    """A JSON object as it was written: its members in order, repeated names included."""


Node = Members | list["Node"] | Number | str | bool | None


class _NotFinite(ValueError):
    """NaN or Infinity, which Python's reader would take."""


def _refuse_constant(text: str) -> Node:
    raise _NotFinite(text)


def read_json(text: str) -> Node:
    """The parsed text; InputError with line and column when it is not JSON."""
    if len(text) > MAX_TEXT:
        raise InputError(
            FIELD, f"The text is longer than {MAX_TEXT:,} characters; an item is at most 400 KB."
        )
    try:
        node: Node = json.loads(
            text,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=Members,
        )
    except _NotFinite as error:
        raise InputError(FIELD, f"{error} is not a number that JSON or DynamoDB knows.") from error
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise InputError(
            FIELD, f"This is not valid JSON: line {error.lineno}, column {error.colno}: {reason}."
        ) from error
    except RecursionError as error:
        raise InputError(
            FIELD,
            f"Lists and maps are nested deeper than {MAX_NESTING} levels, which DynamoDB does not take.",
        ) from error
    return node
