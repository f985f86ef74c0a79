"""A state of an item as it was, as it is shown beside how the item is now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.core.diff import diff_items
from dashboard.core.wire import Item, compact, same_item
from dashboard.tables.screens.values import attributes


@dataclass(frozen=True)
class Version:
    """A state of the item that can be looked at and brought back. ``source`` says where it is from, for the form.

    ``sure`` is False for a state of which nobody knows that it was the item's at the moment asked for.
    """

    title: str
    item: Item | None
    source: str
    attributes: Sequence[Any]
    changes: tuple[Any, ...]
    digest: str
    is_now: bool
    sure: bool = True


def version(
    title: str, item: Item | None, now: Item | None, source: str, keys: tuple[str, ...], *, sure: bool = True
) -> Version:
    """How a state is shown beside what stands there now."""
    return Version(
        title,
        item,
        source,
        attributes(item, keys) if item else (),
        diff_items(now, item),
        digest(item),
        same_item(item, now),
        sure,
    )


def digest(item: Item | None) -> str:
    """Tells whether the state that is brought back is the one that was looked at."""
    return hashlib.sha256(compact(item).encode("utf-8", "surrogatepass")).hexdigest()[:20]
