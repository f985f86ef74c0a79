"""Pure display: items as columns and rows. Which columns, in which order, and what stands in their cells; no request, no call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.alike import names_text
from dashboard.tables.core.columns import MOST_COLUMNS
from dashboard.tables.core.itemkeys import readable
from dashboard.tables.screens.cells import Cell, cell

COLUMNS = 16
"""Columns a grid shows before the rest is folded, keys included."""
HEAD_ROOM = 60
"""Characters of an attribute's name in the head."""
NAMED = 6
"""Attributes without a column whose names a row tells."""


@dataclass(frozen=True)
class Column:
    """A column's attribute, its name as the head shows it, whether it is a key of the table or of the index being read.

    ``css`` is the class of its head: ``key``, and ``num`` for a column of nothing but numbers. ``links`` says that its cells lead to
    the item.
    """

    name: str
    shown: str
    is_key: bool
    css: str
    links: bool


@dataclass(frozen=True)
class Order:
    """The order that the key gives: the attribute, whether it runs backward, and the address of the other direction."""

    name: str
    backward: bool
    url: str


@dataclass(frozen=True)
class Row:
    """One item: its key in URL form (empty when the item lacks a key attribute), its cells, and the names that have no column."""

    key: str
    cells: tuple[Cell, ...]
    more: str


@dataclass(frozen=True)
class Grid:
    """A page of items as columns and rows.

    ``names`` are all attributes that may have a column: the columns' first, then the others of this page, the most frequent first.
    ``folded`` counts the latter. ``partial`` says that the items may lack attributes that the table's have; ``chosen`` that somebody chose
    the columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    folded: int
    partial: bool = False
    chosen: bool = False

    @property
    def names_text(self) -> str:
        """The names for the form about selected rows, which completes them."""
        return names_text(self.names)

    @property
    def total(self) -> int:
        """How many attributes there are to choose from."""
        return len(self.names)


def grid(
    items: Sequence[Item],
    key_names: Sequence[str],
    index_keys: Sequence[str] = (),
    *,
    chosen: Sequence[str] | None = None,
    most: int = COLUMNS,
    partial: bool = False,
    folding: bool = False,
) -> Grid:
    """Lay out a page: the chosen columns, else the table's keys, the index's keys, then the most frequent attributes up to ``most``.

    ``folding``: ``chosen`` are the columns of a page that is on the screen already and gets more rows; what has none is folded.
    """
    keys = tuple(dict.fromkeys((*key_names, *index_keys)))
    counted = Counter(chain.from_iterable(items))
    known = [*keys, *(name for name, _ in counted.most_common() if name not in keys)]
    shown = _shown(known, len(keys), most) if chosen is None else tuple(dict.fromkeys(chosen))[:MOST_COLUMNS]
    others = [name for name in known if name not in shown]
    free = chosen is None or folding
    folded = frozenset(others) if free else frozenset()
    linked = frozenset(shown).intersection(key_names) or frozenset(shown[:1])
    return Grid(
        tuple([_column(name, name in keys, name in linked, items) for name in shown]),
        tuple([_row(item, key_names, shown, folded) for item in items]),
        (*shown, *others),
        len(others),
        partial,
        not free,
    )


def _shown(known: Sequence[str], keys: int, most: int) -> tuple[str, ...]:
    """The columns without a choice. One name more than fits is shown: the column of the folded ones would take the same place."""
    return tuple(known if len(known) <= most + 1 else known[: max(most, keys)])


def head(name: str) -> str:
    """A name in the head of a column: one line, with what is not drawn written out."""
    text = name if name.isprintable() else readable({"S": name})
    return text if len(text) <= HEAD_ROOM else f"{text[:HEAD_ROOM]}…"


def _column(name: str, is_key: bool, links: bool, items: Sequence[Item]) -> Column:
    numbers = all("N" in item[name] for item in items if name in item)
    css = " ".join((["key"] if is_key else []) + (["num"] if numbers else []))
    return Column(name, head(name), is_key, css, links)


def _row(item: Item, keys: Sequence[str], names: Sequence[str], folded: frozenset[str]) -> Row:
    get = item.get
    return Row(
        encode_key(item, keys) if keys and item.keys() >= set(keys) else "",
        tuple([cell(get(name)) for name in names]),
        _names(item, folded) if folded else "",
    )


def _names(item: Mapping[str, Wire], folded: frozenset[str]) -> str:
    """The item's attributes that have no column, as ``+3: a, b, c``."""
    names = [name for name in item if name in folded]
    if not names:
        return ""
    text = ", ".join(head(name) for name in names[:NAMED])
    return f"+{len(names)}: {text}" + ("…" if len(names) > NAMED else "")
