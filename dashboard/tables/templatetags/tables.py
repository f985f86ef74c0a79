"""Tags of the tables module: ``{% load tables %}``.

The rows of a page are one tag: a template's loop over 1,400 cells takes three times as long. Every text goes through ``format_html``,
which escapes it; the patterns are made of type tags alone.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.core.wire import TAGS
from dashboard.tables.screens.cells import Grid, Row

register = template.Library()

_CELL = {mark: f'<td class="v{mark}">{{}}</td>' for mark in ("", *TAGS)}
_KEY_CELL = {mark: f'<td class="v{mark}"><a href="{{url}}">{{}}</a></td>' for mark in ("", *TAGS)}
_MORE = '<td class="more">{more}</td>'


@register.simple_tag
def grid_rows(grid: Grid, base: str) -> SafeString:
    """The rows of a page. The key's cells are links to the item, whose address is ``base`` and the key's text."""
    return format_html_join("\n", "<tr>{}</tr>", [(_cells(row, base),) for row in grid.rows])


def _cells(row: Row, base: str) -> SafeString:
    more = [_MORE] if row.more else []
    pattern = "".join(
        [_KEY_CELL[mark] for mark, _ in row.keys] + [_CELL[mark] for mark, _ in row.cells] + more
    )
    texts = [text for _, text in (*row.keys, *row.cells)]
    return format_html(pattern, *texts, url=f"{base}{row.key}/", more=row.more)
