"""Tags of the tables module: ``{% load tables %}``.

The rows of a page are one tag: a template's loop over 1,400 cells takes ten times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString

from dashboard.tables.screens.cells import MARKS
from dashboard.tables.screens.grid import Grid, Order, Row, head

register = template.Library()

_OPEN = {mark: f'<td class="v{mark}">' for mark in MARKS}
_BETWEEN = "\0"
"""Stands between texts while they are escaped together: 1,400 calls of ``escape`` would take longer than the rest of the page."""


@register.filter
def json_name(name: str) -> str:
    """An attribute's name as JSON, so that a form or a script gives back every character, line breaks among them."""
    return json.dumps(name)


@register.filter
def head_name(name: str) -> str:
    """An attribute's name on one line, with what is not drawn written out."""
    return head(name)


_LINE = (
    '<li><label><input type="checkbox" name="col" value="{0}"{2}> <span class="mono">{1}</span></label>'
    '<button type="submit" name="up" value="{0}" aria-label="{1}: further to the front">↑</button>'
    '<button type="submit" name="down" value="{0}" aria-label="{1}: further to the back">↓</button></li>'
)


@register.simple_tag
def column_lines(names: Sequence[tuple[str, bool]]) -> SafeString:
    """The lines of the form that chooses columns: a box for each name, checked for those that are columns, and two arrows."""
    texts = iter(escaped([text for name, _ in names for text in (json_name(name), head(name))]))
    lines = [_LINE.format(next(texts), next(texts), " checked" if shown else "") for _, shown in names]
    return SafeString("".join(lines))


@register.simple_tag
def grid_heads(grid: Grid, order: Order | None = None) -> SafeString:
    """The heads of the columns. The one that ``order`` names leads to the other order of the Query."""
    texts = iter(
        escaped([text for column in grid.columns for text in (json_name(column.name), column.shown)])
    )
    heads = []
    for column in grid.columns:
        name, shown, more = next(texts), next(texts), ""
        if order and order.name == column.name:  # "" where the page has none
            url = escape(order.url)
            more = f' aria-sort="{"descending" if order.backward else "ascending"}"'
            shown = f'<a href="{url}" hx-get="{url}" data-order>{shown}</a>'
        heads.append(f'<th scope="col" class="{column.css}" data-name="{name}"{more}>{shown}</th>')
    if grid.folded and not grid.chosen:
        heads.append('<th scope="col" class="more">more</th>')
    return SafeString("".join(heads))


@register.simple_tag
def grid_rows(grid: Grid, base: str = "", selectable: bool = False) -> SafeString:
    """The rows of a page. The key's cells are links to the item, whose address is ``base`` and the key's text; no links without ``base``.

    Everything that is not ours passes ``escaped``; a key's URL text has no character that means anything in HTML.
    """
    texts = iter(escaped([text for row in grid.rows for text in _texts(row)]))
    linked = [column.links and bool(base) for column in grid.columns]
    base, more = escape(base), bool(grid.folded) and not grid.chosen
    lines: list[str] = []
    for row in grid.rows:
        shown = [next(texts) for _ in row.cells]
        rest = next(texts)
        link = f'<a href="{base}{row.key}/">' if row.key else ""
        lines.append("<tr>")
        if selectable:
            lines.append(_box(row.key, [text for text, leads in zip(shown, linked, strict=True) if leads]))
        lines += [
            f"{_OPEN[mark]}{link}{text if text.strip() else 'open'}</a></td>"
            if leads and link
            else f"{_OPEN[mark]}{text}</td>"
            for (mark, _), text, leads in zip(row.cells, shown, linked, strict=True)
        ]
        lines.append(f'<td class="more">{rest}</td></tr>\n' if more else "</tr>\n")
    return SafeString("".join(lines))


def escaped(texts: Sequence[str]) -> list[str]:
    """Each text as HTML text or attribute value."""
    parts = escape(_BETWEEN.join(texts)).split(_BETWEEN)
    if len(parts) == len(texts):
        return parts
    return [escape(text) for text in texts]  # one of them holds the mark that stands between


def _texts(row: Row) -> Iterator[str]:
    """What a row shows: each cell, then the attributes without a column."""
    for _, text in row.cells:
        yield text
    yield row.more


def _box(key: str, names: Sequence[str]) -> str:
    """The cell that selects a row; ``names`` are escaped."""
    if not key:
        return '<td class="pick"></td>'
    label = f"Select {' / '.join(names)}" if names else "Select this item"
    return f'<td class="pick"><input type="checkbox" name="key" value="{key}" form="selected-items" aria-label="{label}"></td>'
