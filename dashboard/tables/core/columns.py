"""Pure: a choice of columns, which is a list of attribute names in the order they stand."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.core.errors import InputError

MOST_COLUMNS = 120
"""Columns that a grid shows: more do not fit on any screen, and a page would hold too many cells."""
MOST_BYTES = 65_536
"""Of all names together; one alone may be nearly as long (Developer Guide, "Naming rules": 64 KB)."""
FIELD = "col"


def check(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once; InputError ``col`` when they cannot be columns."""
    kept = tuple(dict.fromkeys(names))
    if not kept or not all(kept):
        raise InputError(FIELD, "Choose at least one column; a column has the name of an attribute.")
    if len(kept) > MOST_COLUMNS:
        raise InputError(
            FIELD,
            f"At most {MOST_COLUMNS} columns can be chosen, and these are {len(kept):,}. Take some away.",
        )
    if sum(len(name.encode("utf-8", "surrogatepass")) for name in kept) > MOST_BYTES:
        raise InputError(
            FIELD, f"The names are longer than {MOST_BYTES:,} bytes together. Take the longest away."
        )
    return kept


def moved(names: Sequence[str], name: str, step: int) -> tuple[str, ...]:
    """The names with ``name`` ``step`` places further (-1: before the one it stands behind); as they are where it cannot go further."""
    order = list(names)
    if name in order:
        place = order.index(name)
        order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
    return tuple(order)
