"""An item as rows of a form, one an attribute, and back without losing anything.

A row's text is what stands in its field: the text of a string, the digits of a number, base64, ``true`` or ``false``, one member of a set
a line, plain JSON for maps and lists. What a form's field cannot carry (a browser turns every line end into CR LF and drops U+0000) stays
in the row as a *fixed* value, which is shown and changed as JSON. ``item_of(rows_of(item)) == item``, order included.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.wire import TYPE_NAMES, Item, Wire, tag_of
from dashboard.tables.core.drafts import (
    FORMS,
    Attributes,
    members_of,
    members_text,
    parse_value,
    value_text,
)
from dashboard.tables.core.itemkeys import index_problems, key_of
from dashboard.tables.core.size import MAX_ITEM_BYTES, item_size
from dashboard.tables.core.values import Misplaced, check_name, check_value, refuse

MOST_ROWS = 300
"""Attributes that are edited as a form; a wider item is edited as text. Each row is three fields of at most 1,000 in a request."""
SETS = ("SS", "NS", "BS")
NESTED = ("M", "L")


@dataclass(frozen=True)
class Row:
    """One attribute as typed. ``number`` tells the rows of a draft apart and stays the same while it is edited.

    ``fixed`` is the value that no field can carry, or whose name cannot be; then ``text`` is empty. ``note`` says what a change of
    type did.
    """

    number: int
    name: str
    tag: str
    text: str
    fixed: Wire | None = None
    note: str = ""


def rows_of(attributes: Attributes) -> tuple[Row, ...]:
    """A row for each attribute, numbered from 1."""
    return tuple(_row(number, name, value) for number, (name, value) in enumerate(attributes, 1))


def _row(number: int, name: str, value: Wire) -> Row:
    text = text_of(value) if carries(name) and "\n" not in name else None
    tag = tag_of(value)
    return Row(number, name, tag, "", fixed=value) if text is None else Row(number, name, tag, text)


def carries(text: str) -> bool:
    """Whether a field of a form brings ``text`` back as it was: no control character but tab and line feed, no half of a character."""
    return not any(char not in "\t\n" and unicodedata.category(char) in ("Cc", "Cs") for char in text)


def text_of(value: Wire) -> str | None:
    """What stands in the field of ``value``; None when a field cannot carry it."""
    tag = tag_of(value)
    inner = value[tag]
    if tag == "NULL":
        return "" if inner is True else None
    if tag == "BOOL":
        return ("true" if inner else "false") if isinstance(inner, bool) else None
    if tag in NESTED:
        return value_text(value)  # JSON escapes control characters; half of a character stops the save anyway
    if tag in SETS:
        return _lines(inner)
    return inner if isinstance(inner, str) and _fits(tag, inner) else None


def _fits(tag: str, text: str) -> bool:
    return carries(text) and (tag == "S" or ("\n" not in text and text == text.strip()))


def _lines(members: Sequence[object]) -> str | None:
    texts = [
        member for member in members if isinstance(member, str) and member.strip() and "\n" not in member
    ]
    whole = len(texts) == len(members) and all(map(carries, texts))
    return "\n".join(texts) if whole else None


def value_of(row: Row) -> Wire:
    """The value that the row spells, not yet checked against DynamoDB's rules; InputError when its text does not fit its type at all."""
    if row.fixed is not None:
        return row.fixed
    if row.tag == "NULL":
        return {"NULL": True}
    if row.tag == "BOOL":
        if row.text not in ("true", "false"):
            raise refuse((row.name,), "Choose true or false.")
        return {"BOOL": row.text == "true"}
    if row.tag in NESTED:
        return _nested(row)
    if row.tag in SETS:
        members = [line for line in row.text.split("\n") if line.strip()]
        return {row.tag: members if row.tag == "SS" else [line.strip() for line in members]}
    return {row.tag: row.text if row.tag == "S" else row.text.strip()}


def _nested(row: Row) -> Wire:
    try:
        value = parse_value(row.text, (row.name,))
    except Misplaced:
        raise
    except InputError as error:
        raise refuse((row.name,), error.rule) from error
    if tag_of(value) != row.tag:
        wanted = "a map takes a JSON object, {…}" if row.tag == "M" else "a list takes a JSON array, […]"
        found = TYPE_NAMES[tag_of(value)]
        raise refuse((row.name,), f"This is the JSON of a {found}; {wanted}.")
    return value


def members(rows: Iterable[Row]) -> Attributes:
    """The attributes that the rows spell; InputError for the first whose text is no value of its type."""
    return tuple((row.name, value_of(row)) for row in rows)


def item_of(rows: Sequence[Row]) -> Item:
    """The item; InputError for the first row that cannot be stored."""
    found = problems(rows)
    for row in rows:
        if row.number in found:
            raise refuse((row.name,), found[row.number])
    return dict(members(rows))


def problems(rows: Sequence[Row], table: Table | None = None) -> dict[int, str]:
    """Why the rows cannot be saved: a sentence for each row that is wrong, by its number; 0 for the item as a whole.

    With ``table``, also what its keys and those of its indexes ask for.
    """
    found: dict[int, str] = {}
    seen: set[str] = set()
    for row in rows:
        try:
            check_name((), row.name)
            if row.name in seen:
                raise refuse(
                    (row.name,), "Another attribute has this name already; one of the two would be lost."
                )
            seen.add(row.name)
            check_value((row.name,), value_of(row), 0)
        except Misplaced as error:
            found[row.number] = error.within(row.name)
        except InputError as error:
            found[row.number] = error.rule
    if found:
        return found
    item = dict(members(rows))
    size = item_size(item)
    if size > MAX_ITEM_BYTES:
        found[0] = (
            f"The item is {size:,} bytes; DynamoDB takes at most {MAX_ITEM_BYTES:,} (400 KB), names included."
        )
    return found or _of_table(rows, item, table)


def _of_table(rows: Sequence[Row], item: Item, table: Table | None) -> dict[int, str]:
    if table is None:
        return {}
    numbers = {row.name: row.number for row in rows}
    wrong = list(index_problems(table, item))
    try:
        key_of(table, item)
    except Misplaced as error:
        wrong.insert(0, error)
    return {_number(numbers, error): error.within(_name(error)) for error in reversed(wrong)}


def _number(numbers: Mapping[str, int], error: Misplaced) -> int:
    return numbers.get(_name(error), 0)


def _name(error: Misplaced) -> str:
    return str(error.path[0]) if error.path else ""


def as_text(rows: Sequence[Row], form: str) -> str:
    """The rows as one of ``drafts.FORMS``, with what is wrong in them; InputError for a row that the form has no words for."""
    if form not in FORMS:
        raise InputError("form", "Choose DynamoDB JSON or plain JSON.")
    attributes = members(rows)
    text = members_text(attributes, form)
    if members_of(text, form) != attributes:  # a wrong value that would come back as another one
        item_of(rows)
        raise InputError("form", "This draft cannot be shown as text; correct it first.")
    return text


def approximate_size(rows: Iterable[Row]) -> int:
    """Bytes of the rows that are values, for the bar while others are still wrong."""
    total = 0
    for row in rows:
        try:
            value = value_of(row)
            check_value((row.name,), value, 0)
        except InputError:
            total += len(row.name.encode("utf-8", "replace")) + len(row.text.encode("utf-8", "replace"))
        else:
            total += item_size({row.name: value})
    return total
