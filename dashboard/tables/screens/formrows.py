"""The rows of an item's form: read from what a browser sent, and dressed for the template.

A row is three fields: ``name.7``, ``tag.7`` (the type that is wanted) and ``value.7.S`` (what was typed, and for which type it was typed; a
difference between the two is a change of type). A row that no field can carry is one: ``fixed.7``, the name and value as JSON in ASCII.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.unseen import unseen, unseen_name
from dashboard.core.wire import TAGS, TYPE_NAMES, Wire, tag_of
from dashboard.tables.core.conversions import KEEPS, converted
from dashboard.tables.core.forms import NESTED, SETS, Row
from dashboard.tables.core.size import value_size
from dashboard.tables.core.values import is_wire
from dashboard.tables.screens.cells import brief

MOST_EDITORS = 12
"""Maps and lists of a form that get an editor with colours; in a form with more they are plain fields, which open at once."""
MOST_LINES = 24
"""Lines of a field before it scrolls."""
LONG_NAME = 26
"""Characters of a name above which its row gives it a line of its own."""
NARROW_NAME = 16
"""The same on the screen of a telephone."""
_FIELD = re.compile(r"(name|fixed)\.([0-9]{1,6})", re.ASCII)
_CONTROL = {"N": "line", "B": "bytes", "BOOL": "bool", "NULL": "null"} | {
    tag: kind for tags, kind in ((SETS, "lines"), (NESTED, "json")) for tag in tags
}


@dataclass(frozen=True)
class Field:
    """A row as the template draws it. ``control`` is line, area, bytes, bool, null, lines, json or fixed.

    ``types``: (tag, name, what a change to it keeps). ``lines`` is the height of the field; ``shown`` a fixed value on one line and
    ``carried`` what brings it back. The keyboard goes to the name of the ``fresh`` one, else to the value of the one ``first_wrong``.
    """

    row: Row
    control: str
    is_key: bool
    types: tuple[tuple[str, str, str], ...]
    problem: str
    lines: int
    editor: bool = False
    shown: str = ""
    carried: str = ""
    fresh: bool = False
    first_wrong: bool = False

    @property
    def bytes(self) -> int:
        """The size of a fixed value, for the sum that a script keeps."""
        return value_size(self.row.fixed) if self.row.fixed is not None and is_wire(self.row.fixed) else 0

    @property
    def hidden(self) -> str:
        """What the eye does not see in the row, in words; empty for nothing."""
        name, text = unseen_name(self.row.name), ""
        if self.row.tag == "S" and self.row.fixed is None:
            text = unseen(self.row.text)
        return "; ".join([f"its name holds {name}"] * bool(name) + [f"holds {text}"] * bool(text))

    @property
    def long(self) -> bool:
        """Whether the name needs more room than a column of the form has."""
        return len(self.row.name) > LONG_NAME

    @property
    def narrow_long(self) -> bool:
        """The same where the screen is narrow."""
        return len(self.row.name) > NARROW_NAME

    @property
    def what(self) -> str:
        """The attribute for a label; a new one has no name yet."""
        return self.row.name or "new attribute"


def fields(
    rows: Sequence[Row], table: Table | None, problems: Mapping[int, str], fresh: int = 0
) -> tuple[Field, ...]:
    """The rows for the template, keys first; ``fresh`` is the number of the row whose name is typed next."""
    parts = {part.name: part for part in (table.partition, table.sort) if part} if table else {}
    order = list(parts)
    sort = sorted(rows, key=lambda row: order.index(row.name) if row.name in parts else len(order))
    first = next((row.number for row in sort if problems.get(row.number)), 0)
    editors = sum(row.tag in NESTED for row in rows) <= MOST_EDITORS
    found = (
        _field(row, parts.get(row.name), problems.get(row.number, ""), editors, row.number == fresh)
        for row in sort
    )
    return tuple(replace(each, first_wrong=True) if each.row.number == first else each for each in found)


def _field(row: Row, part: KeyPart | None, problem: str, editors: bool, fresh: bool) -> Field:
    lines = min(MOST_LINES, max(row.text.count("\n") + 1, len(row.text) // 90 + 1))
    if row.fixed is not None:
        carried = json.dumps([row.name, row.fixed])
        return Field(row, "fixed", part is not None, (), problem, 1, shown=_shown(row.fixed), carried=carried)
    control = _CONTROL.get(row.tag, "area")
    types = () if part is not None and part.tag == row.tag else _types(row.tag)
    return Field(
        row, control, part is not None, types, problem, lines, editors and control == "json", fresh=fresh
    )


def _types(tag: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((each, TYPE_NAMES[each], "" if each == tag else KEEPS[each]) for each in TAGS)


def _shown(value: Wire) -> str:
    tag = tag_of(value)
    inner = value[tag]
    return ascii(inner)[1:-1][:500] if isinstance(inner, str) else json.dumps(inner)[:500] or brief(value)


def posted_rows(data: QueryDict) -> tuple[Row, ...]:
    """The rows that a form sent, in the order of the page, changes of type carried out; what no page sends is passed over."""
    rows: dict[int, Row] = {}
    values = _values(data)
    for name in data:
        found = _FIELD.fullmatch(name)
        if found is None or int(found[2]) in rows:
            continue
        number = int(found[2])
        row = _fixed(number, data.get(name, "")) if found[1] == "fixed" else _typed(number, data, values)
        if row is not None:
            rows[number] = row
    return tuple(rows.values())


def _values(data: QueryDict) -> dict[int, tuple[str, str]]:
    """Number to the type that a value was typed for, and its text."""
    found = {}
    for name in data:
        head, _, rest = name.partition(".")
        number, _, tag = rest.partition(".")
        if head == "value" and number.isdecimal() and tag in TAGS:
            found[int(number)] = (tag, data.get(name, "").replace("\r\n", "\n").replace("\r", "\n"))
    return found


def _typed(number: int, data: QueryDict, values: Mapping[int, tuple[str, str]]) -> Row:
    tag, text = values.get(number, ("NULL", ""))
    wanted = data.get(f"tag.{number}", tag)
    row = Row(number, data.get(f"name.{number}", ""), tag, text)
    return converted(row, wanted) if wanted in TAGS else row


def _fixed(number: int, text: str) -> Row | None:
    try:
        name, value = json.loads(text)
        tag = tag_of(value)
    except (ValueError, TypeError, AttributeError, StopIteration):
        return None
    if not isinstance(name, str) or tag not in TAGS or len(value) != 1:
        return None
    return Row(number, name, tag, "", fixed=value)


def added(rows: Sequence[Row]) -> tuple[tuple[Row, ...], int]:
    """The rows with an empty one at the end, and its number."""
    number = max((row.number for row in rows), default=0) + 1
    return (*rows, Row(number, "", "S", "")), number


def removed(rows: Sequence[Row], number: int, keys: Sequence[str] = ()) -> tuple[tuple[Row, ...], int]:
    """The rows without that one, and the number of the one after it whose name can be typed, 0 for none."""
    after = iter(rows)
    for row in after:
        if row.number == number:
            break
    following = next((row.number for row in after if row.fixed is None and row.name not in keys), 0)
    return tuple(row for row in rows if row.number != number), following
