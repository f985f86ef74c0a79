"""Tags and filters of the frame: ``{% load console %}``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.console.advice import State, state_of
from dashboard.console.icons import ICONS
from dashboard.console.sides import Side, columns
from dashboard.console.sides import sides as both_sides
from dashboard.core import nested
from dashboard.core.diff import AttributeChange
from dashboard.core.errors import AwsError
from dashboard.core.unseen import unseen_name
from dashboard.core.wire import TYPE_NAMES, Wire, tag_of

register = template.Library()

_DRAWN = {
    name: format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', path)
    for name, path in ICONS.items()
}
_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")
LINE = 60
"""Characters of a line of JSON in a column of a difference."""
_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """An icon of our own as inline SVG: ``{% icon "table" %}``. With a title it speaks, without it is decoration."""
    if not title:
        return _DRAWN[name]
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>',
        title,
        ICONS[name],
    )


@register.inclusion_tag("console/components/state.html")
def aws_error(error: AwsError, retry: str = "") -> dict[str, Any]:
    """The state of an AWS failure inside a page: ``{% aws_error error %}``; ``retry`` is a URL for "Try again"."""
    return as_context(state_of(error), retry)


def as_context(state: State, retry: str = "") -> dict[str, Any]:
    """The parameters of ``state.html``."""
    return {
        "kind": state.kind,
        "title": state.title,
        "text": state.text,
        "steps": state.steps,
        "code": state.code,
        "message": state.message,
        "request_id": state.request_id,
        "retry": retry,
    }


@register.filter
def with_columns(rows: Any, columns: Any) -> list[list[tuple[Any, Any]]]:
    """The cells of ``table.html`` with their columns; a text becomes the cell with that text."""
    return [
        [
            (column, cell if isinstance(cell, dict) else {"text": cell})
            for column, cell in zip(columns, row, strict=True)
        ]
        for row in rows
    ]


@register.filter
def number(value: Any) -> str:
    """A count or a decimal, commas between thousands as ``:,`` writes them; figures are kept as they are, a dash for None."""
    if value is None or value == "":
        return "–"
    text = str(value)
    sign = "-" if text.startswith("-") else ""
    whole, dot, rest = text.removeprefix("-").partition(".")
    if not whole.isdigit():
        return text
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
    return sign + ",".join(reversed(groups)) + dot + rest


@register.filter
def size(value: int | None) -> str:
    """Bytes in powers of 1024, as AWS counts them: ``390 KB``; a dash for None."""
    if value is None:
        return "–"
    amount, unit = float(value), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    figure = f"{amount:.0f}" if unit == 0 or amount >= 100 else f"{amount:.1f}"
    name = "byte" if unit == 0 and figure == "1" else _UNITS[unit]
    return f"{figure}\u00a0{name}"


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago: ``3 minutes ago``; ``just now`` under a minute, ``never`` for None."""
    if value is None:
        return "never"
    seconds = int((timezone.now() - value).total_seconds())
    for span, name in _SPANS:
        if seconds >= span:
            count = seconds // span
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now" if seconds > -60 else "in the future"


@register.filter
def type_name(value: Wire) -> str:
    """The type of a wire value in words: ``string set``."""
    return TYPE_NAMES[tag_of(value)]


@register.filter
def inside(change: AttributeChange) -> tuple[nested.Place, ...]:
    """The places inside a changed map, list or set; empty when the value as a whole says more (no collection, or too many places)."""
    found = nested.places(change.before, change.after)
    return found if len(found) <= nested.MOST else ()


@register.filter
def hidden(name: str) -> str:
    """What the eye does not see in a name: ``U+200B``; empty for nothing."""
    return unseen_name(name)


@register.filter
def versions(row: Any) -> tuple[Side | None, ...]:
    """The original, yours and theirs of a row of a three-way merge, as cells of a table."""
    return columns((row.original, row.yours, row.theirs), wire_line)


@register.filter
def sides(change: AttributeChange | nested.Place) -> tuple[Side | None, Side | None]:
    """What a difference shows before and after; None where there was or will be nothing."""
    return both_sides(change.before, change.after, wire_text)


@register.filter
def wire_text(value: Wire | None) -> str:
    """A wire value for reading: what is in it, without the type tag for scalars, as JSON for the rest (see ``laid_out``)."""
    if value is None:
        return ""
    tag = tag_of(value)
    inner = value[tag]
    if tag in ("S", "N", "B"):
        return str(inner)
    if tag == "NULL":
        return "null"
    return laid_out(inner)


def laid_out(value: Any, depth: int = 0) -> str:
    """JSON on as few lines as can be read: what fits into LINE stays on one, the rest is broken and indented by two."""
    flat = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    if len(flat) + 2 * depth <= LINE or not isinstance(value, dict | list) or not value:
        return flat
    room = "\n" + "  " * (depth + 1)
    if isinstance(value, list):
        parts, ends = [laid_out(inner, depth + 1) for inner in value], "[]"
    else:
        ends = "{}"
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {laid_out(inner, depth + 1)}"
            for name, inner in value.items()
        ]
    return ends[0] + room + ("," + room).join(parts) + "\n" + "  " * depth + ends[1]


@register.filter
def wire_line(value: Wire | None) -> str:
    """A wire value on one line, for a cell of a table."""
    if value is None:
        return ""
    tag = tag_of(value)
    if tag in ("S", "N", "B", "NULL"):
        return wire_text(value)
    return json.dumps(value[tag], ensure_ascii=False, separators=(", ", ": "))
