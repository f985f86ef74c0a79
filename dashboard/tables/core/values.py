"""Whether DynamoDB would store an item, value by value, with a sentence that names the place when it would not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.core import numbers
from dashboard.core.errors import InputError
from dashboard.core.nested import encodable, path_text
from dashboard.core.wire import TAGS, TYPE_NAMES, Item, Wire, to_bytes
from dashboard.tables.core.size import MAX_ITEM_BYTES, item_size

FIELD = "draft"
"""The input that every sentence here is about."""
MAX_NESTING = 32
"""Lists and maps inside one another (Developer Guide, "Quotas", nested attribute depth)."""
MAX_NAME_BYTES = 65_535
_SETS = ("SS", "NS", "BS")

Path = tuple[str | int, ...]

__all__ = [
    "FIELD",
    "MAX_NESTING",
    "Misplaced",
    "Path",
    "check_depth",
    "check_item",
    "check_name",
    "check_scalar",
    "check_value",
    "is_wire",
    "path_text",
    "refuse",
]


@dataclass
class Misplaced(InputError):
    """What cannot be stored, and where it stands: ``path`` begins with the attribute's name, empty for the item as a whole.

    ``sentence`` is the rule alone, ``rule`` has the place before it.
    """

    path: Path = ()
    sentence: str = ""

    def __str__(self) -> str:
        """The sentence shown."""
        return self.rule

    def within(self, name: str) -> str:
        """The sentence for the field of the attribute ``name``: with the place inside it, without the name itself."""
        inside = len(self.path) > 1 and self.path[0] == name
        return f"{path_text(self.path)}: {self.sentence}" if inside else self.sentence


def refuse(path: Path, sentence: str) -> Misplaced:
    """The error for one place: ``scans[2].weight: sentence``."""
    where = path_text(path)
    return Misplaced(FIELD, f"{where}: {sentence}" if where else sentence, path, sentence)


def check_item(item: Item) -> None:
    """Raise InputError for the first thing in ``item`` that DynamoDB would refuse whatever the table."""
    for name, value in item.items():
        check_name((), name)
        check_value((name,), value, 0)
    size = item_size(item)
    if size > MAX_ITEM_BYTES:
        raise refuse(
            (),
            f"The item is {size:,} bytes; DynamoDB takes at most {MAX_ITEM_BYTES:,} (400 KB), names included.",
        )


def check_name(path: Path, name: str) -> None:
    """Raise InputError unless ``name`` can be the name of an attribute or of a map's member, which is at ``path``."""
    if not name:
        raise refuse(path, "An attribute has an empty name. A name has at least one character.")
    if not encodable(name):
        raise refuse(
            (*path, name), "The name holds half of a character (an unpaired surrogate), which is not text."
        )
    if len(name) > MAX_NAME_BYTES // 4 and len(name.encode()) > MAX_NAME_BYTES:
        raise refuse((*path, name), f"The name is longer than {MAX_NAME_BYTES:,} bytes.")


def check_value(path: Path, value: Any, depth: int) -> None:
    """Raise InputError unless ``value`` is one well-formed wire value; ``depth`` lists and maps are around it."""
    if not isinstance(value, dict) or len(value) != 1 or (tag := next(iter(value))) not in TAGS:
        raise refuse(
            path, f'A value is one of {", ".join(TAGS)} with what it holds, for example {{"S": "text"}}.'
        )
    inner = value[tag]
    if tag in ("M", "L"):
        _check_nested(path, tag, inner, depth + 1)
    elif tag in _SETS:
        _check_set(path, tag, inner)
    elif tag == "BOOL":
        if not isinstance(inner, bool):
            raise refuse(path, "BOOL is true or false, without quotes.")
    elif tag == "NULL":
        if inner is not True:
            raise refuse(path, "NULL is always true; to take an attribute away, leave it out.")
    else:
        check_scalar(path, tag, inner)


def check_scalar(path: Path, tag: str, inner: Any) -> None:
    """Raise InputError unless ``inner`` is what S, N or B can hold."""
    if not isinstance(inner, str):
        hint = (
            ' in quotes, so that no digit is lost, for example {"N": "12.50"}' if tag == "N" else " in quotes"
        )
        raise refuse(path, f"{tag} ({TYPE_NAMES[tag]}) takes its value{hint}.")
    if tag == "S" and not encodable(inner):
        raise refuse(path, "The string holds half of a character (an unpaired surrogate), which is not text.")
    if tag == "N" and (problem := numbers.problem(inner)):
        raise refuse(path, f"The number {problem}.")
    if tag == "B":
        try:
            to_bytes(inner)
        except ValueError as error:
            raise refuse(
                path, "The binary value is not base64 (A-Z a-z 0-9 + / with = at the end)."
            ) from error


def check_depth(path: Path, depth: int) -> None:
    """Raise InputError when ``depth`` lists and maps are inside one another and DynamoDB takes fewer."""
    if depth > MAX_NESTING:
        raise refuse(
            path[:3],
            f"Lists and maps are nested deeper than {MAX_NESTING} levels, which DynamoDB does not take.",
        )


def _check_nested(path: Path, tag: str, inner: Any, depth: int) -> None:
    check_depth(path, depth)
    if tag == "L":
        if not isinstance(inner, list):
            raise refuse(path, "L (list) takes a JSON array of values.")
        for place, part in enumerate(inner):
            check_value((*path, place), part, depth)
        return
    if not isinstance(inner, dict):
        raise refuse(path, "M (map) takes a JSON object of values.")
    for name, part in inner.items():
        check_name(path, name)
        check_value((*path, name), part, depth)


def _check_set(path: Path, tag: str, inner: Any) -> None:
    if not isinstance(inner, list):
        raise refuse(path, f"{tag} ({TYPE_NAMES[tag]}) takes a JSON array.")
    if not inner:
        raise refuse(path, f"A {TYPE_NAMES[tag]} cannot be empty. Leave the attribute out instead.")
    for place, part in enumerate(inner):
        check_scalar((*path, place), tag[0], part)
    twice = _first_repeated(tag, inner)
    if twice is not None:
        raise refuse((*path, twice), f"A {TYPE_NAMES[tag]} holds each value once; this one is in it already.")


def _first_repeated(tag: str, members: Sequence[str]) -> int | None:
    seen: set[object] = set()
    for place, member in enumerate(members):
        value: object = numbers.parse(member) if tag == "NS" else member
        if value in seen:
            return place
        seen.add(value)
    return None


def is_wire(value: Wire) -> bool:
    """Whether ``value`` and everything in it is a well-formed wire value."""
    try:
        check_value((), value, 0)
    except InputError:
        return False
    return True
