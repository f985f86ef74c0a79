"""How large an item is by DynamoDB's rule.

Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats": names and strings are UTF-8 bytes, binary is its bytes,
a number about one byte for two significant digits and one more, boolean and null one byte, a list or map 3 bytes and
one more for each element.
"""

from __future__ import annotations

from dashboard.core import numbers
from dashboard.core.wire import Item, Wire, tag_of

MAX_ITEM_BYTES = 409_600
"""400 KB, names included (Developer Guide, "Quotas", item size)."""


def item_size(item: Item) -> int:
    """Bytes of the item, names included. AWS calls its own figure for numbers approximate, so the last byte is not certain."""
    return sum(_text(name) + value_size(value) for name, value in item.items())


def value_size(value: Wire) -> int:
    """Bytes of one value without its name."""
    tag = tag_of(value)
    inner = value[tag]
    if tag in ("BOOL", "NULL"):
        return 1
    if tag == "M":
        return 3 + sum(1 + _text(name) + value_size(part) for name, part in inner.items())
    if tag == "L":
        return 3 + sum(1 + value_size(part) for part in inner)
    if tag in ("SS", "NS", "BS"):
        return sum(_scalar(tag[0], part) for part in inner)
    return _scalar(tag, inner)


def _scalar(tag: str, text: str) -> int:
    if tag == "S":
        return _text(text)
    if tag == "B":
        return len(text) // 4 * 3 - text[-2:].count("=")
    negative, digits, _ = numbers.parse(text) or numbers.ZERO
    return (len(digits) + 1) // 2 + 1 + negative


def _text(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
