"""Tags of the tables module: ``{% load tables %}``.

A row of the grid is one tag: a template's loop over 1,400 cells takes three times as long. Every text goes through ``format_html``,
which escapes it; the patterns are made of type tags alone.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.core.wire import TAGS
from dashboard.tables.screens.cells import Row

register = template.Library()

_CELL = {mark: f'<td class="v{mark}">{{}}</td>' for mark in ("", *TAGS)}
_KEY_CELL = {mark: f'<td class="v{mark}"><a href="{{url}}">{{}}</a></td>' for mark in ("", *TAGS)}


@register.simple_tag
def grid_cells(row: Row, base: str) -> SafeString:
    """The cells of a row; those of its key are links to the item, whose address is ``base`` and the key's text."""
    pattern = "".join([_KEY_CELL[mark] for mark, _ in row.keys] + [_CELL[mark] for mark, _ in row.cells])
    texts = [text for _, text in (*row.keys, *row.cells)]
    return format_html(pattern, *texts, url=f"{base}{row.key}/")
