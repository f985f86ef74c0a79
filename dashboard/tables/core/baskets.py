"""Steps as they travel in a form: what was typed, kept as typed, and the item as it was shown.

A basket is one JSON text: ``[{"kind": "update", "table": "orders", "key": "sA~231", ...}, ...]``, DynamoDB JSON for items, so that
nothing is kept on the server between two requests and a line break inside a value is not changed by the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from dashboard.core import numbers
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.drafts import parse
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_of
from dashboard.tables.core.predicates import check
from dashboard.tables.core.queries import parse_key_text
from dashboard.tables.core.search import parse_where
from dashboard.tables.core.transactions import KINDS, Step
from dashboard.tables.core.values import FIELD, check_item, is_wire

BASKET = "basket"
MOST_LINES = 200
"""More than DynamoDB takes, so that the sentence about its limit can be said."""
VALUE_TYPES = {
    "S": "Text",
    "N": "Number",
    "true": "True",
    "false": "False",
    "NULL": "Null",
    "json": "Plain JSON",
    "remove": "Remove it",
}


@dataclass(frozen=True)
class Line:
    """One step as typed. ``key`` (URL form) is that of an item that was opened or selected, else ``typed`` are the key's parts as text.

    ``text`` is the item (put, replace) or the attributes to set (update) as plain JSON, ``remove`` names one a line, ``where`` a condition.
    ``shown`` is the item as it was shown, None for none; it means something only when ``seen``.
    """

    kind: str = "update"
    table: str = ""
    key: str = ""
    typed: tuple[str, ...] = ()
    text: str = ""
    remove: str = ""
    where: str = ""
    seen: bool = False
    shown: Item | None = None

    @property
    def takes_item(self) -> bool:
        """Whether ``text`` is a whole item."""
        return self.kind in ("put", "replace")

    def at(self, shown: Item | None) -> Line:
        """With the item as it was read."""
        return replace(self, seen=True, shown=shown)


def dump(lines: Sequence[Line]) -> str:
    """The lines for the form's hidden field."""
    defaults = asdict(Line())
    kept = [
        {name: value for name, value in asdict(line).items() if value != defaults[name]} for line in lines
    ]
    return json.dumps(kept, ensure_ascii=True, separators=(",", ":"))


def load(text: str) -> tuple[Line, ...]:
    """The lines that a form brought back; InputError (field ``basket``) when they are not what we sent."""
    if not text.strip():
        return ()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > MOST_LINES:
        raise _broken()
    return tuple(_line(one) for one in found)


def step_of(table: Table, line: Line) -> Step:
    """The step that ``line`` means; InputError names the input (``kind``, ``typed-0``, ``typed-1``, ``text``, ``remove``, ``where``)."""
    if line.kind not in KINDS:
        raise InputError("kind", "Choose what the step does: put, replace, update, delete or check.")
    where = parse_where(line.where) if line.where.strip() else None
    check(table, where)
    if line.kind == "check" and where is None:
        raise InputError("where", "A check needs a condition, for example status = 'open'.")
    item = _parsed(line.text) if line.takes_item else None
    if line.kind == "put":
        return Step("put", table, _in_text(lambda: key_of(table, item or {})), item, where=where)
    key = key_in(table, line)
    if line.kind != "update":
        return Step(line.kind, table, key, item, where=where)
    sets = _parsed(line.text) if line.text.strip() else {}
    removes = tuple(dict.fromkeys(name for name in line.remove.splitlines() if name))
    if not sets and not removes:
        raise InputError("text", "Name an attribute to set, or one to remove.")
    return Step("update", table, key, None, sets, removes, where)


def key_in(table: Table, line: Line) -> Item:
    """The key of the line; InputError at ``typed-0`` (partition key) or ``typed-1`` (sort key)."""
    if line.key:
        return decode_key(line.key, table.key_names)
    parts = [(table.partition, MAX_PARTITION_BYTES)]
    if table.sort is not None:
        parts.append((table.sort, MAX_SORT_BYTES))
    typed = (*line.typed, "", "")
    return {
        part.name: parse_key_text(part, typed[place], f"typed-{place}", limit)
        for place, (part, limit) in enumerate(parts)
    }


@dataclass(frozen=True)
class Entry:
    """One attribute of an edit of many items: its name, one of VALUE_TYPES, and the value as typed."""

    name: str = ""
    type: str = "S"
    value: str = ""


def edit_of(entries: Sequence[Entry]) -> tuple[Item, tuple[str, ...]]:
    """What to set and what to remove; InputError (field ``entry-<place>``) for the first entry that cannot be used."""
    sets: Item = {}
    removes: list[str] = []
    for place, entry in enumerate(entries):
        if not entry.name and not entry.value:
            continue
        where = f"entry-{place}"
        if not entry.name:
            raise InputError(where, "A value has no attribute's name beside it.")
        if entry.name in sets or entry.name in removes:
            raise InputError(where, "This attribute is named twice.")
        if entry.type == "remove":
            removes.append(entry.name)
        else:
            sets[entry.name] = _value(entry, where)
    if not sets and not removes:
        raise InputError("entry-0", "Name an attribute to set or to remove.")
    return sets, tuple(removes)


def _value(entry: Entry, where: str) -> Wire:
    try:
        value = _typed(entry)
        check_item({entry.name: value})
    except InputError as error:
        raise InputError(where, error.rule) from error
    return value


def _typed(entry: Entry) -> Wire:
    match entry.type:
        case "S":
            return {"S": entry.value}
        case "N":
            text = entry.value.strip()
            if problem := numbers.problem(text):
                raise InputError("", f"The value {problem}.")
            return {"N": text}
        case "true" | "false":
            return {"BOOL": entry.type == "true"}
        case "NULL":
            return {"NULL": True}
        case "json":
            found: Item = parse(f'{{"value":{entry.value}\n}}', "plain")
            if len(found) != 1:  # somebody closed the value and went on
                raise InputError("", "This is not one JSON value.")
            return found["value"]
    raise InputError("", "Choose a type.")


def _parsed(text: str) -> Item:
    return _in_text(lambda: parse(text, "plain"))


def _in_text(read: Callable[[], Item]) -> Item:
    """What ``read`` gives; its sentences are about the line's text."""
    try:
        return read()
    except InputError as error:
        raise InputError("text" if error.field == FIELD else error.field, str(error)) from error


def _line(found: Any) -> Line:
    names = {one.name: one.type for one in fields(Line)}
    if not isinstance(found, dict) or not found.keys() <= names.keys():
        raise _broken()
    typed, shown = found.get("typed", ()), found.get("shown")
    texts = [found.get(name, "") for name in ("kind", "table", "key", "text", "remove", "where")]
    if not all(isinstance(one, str) for one in texts) or not isinstance(found.get("seen", False), bool):
        raise _broken()
    if not isinstance(typed, list | tuple) or not all(isinstance(one, str) for one in typed):
        raise _broken()
    if shown is not None and not (
        isinstance(shown, dict) and all(is_wire(value) for value in shown.values())
    ):
        raise _broken()
    return Line(**{**found, "typed": tuple(typed)})


def _broken() -> InputError:
    return InputError(
        BASKET,
        "The form did not bring its steps back whole, so nothing was sent. Go back to the page before and try again.",
    )
