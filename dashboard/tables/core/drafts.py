"""An item as text to be edited, in two forms, and back without losing anything.

``dynamodb``: ``{"weight": {"N": "2.50"}, "tags": {"SS": ["a", "b"]}}``, every value with its type.

``plain``: ordinary JSON. Strings, numbers (with their digits as they are), true, false, null, arrays and objects mean S, N,
BOOL, NULL, L and M. What JSON has no word for is an object with exactly one member that has one of these names:

    {"$ss": ["a", "b"]}      string set          {"$b": "AAH/"}       binary, base64
    {"$ns": [1, 2.5]}        number set          {"$n": "+007"}       a number that JSON would not spell so
    {"$bs": ["AAH/"]}        binary set          {"$m": {...}}        a map as it stands, even when it looks like a marker

A map that has one member with such a name is itself written with ``$m``; so both forms hold every item. The attributes of
the item itself are never taken for a marker. ``parse(to_text(item, form), form) == item``, order included.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dashboard.core import numbers
from dashboard.core.errors import InputError
from dashboard.core.wire import TAGS, TYPE_NAMES, Item, Wire, tag_of
from dashboard.tables.core.jsontext import Members, Node, Number, read_json
from dashboard.tables.core.size import MAX_ITEM_BYTES
from dashboard.tables.core.values import FIELD, Path, check_depth, check_item, check_name, refuse

FORMS = ("dynamodb", "plain")
Attributes = tuple[tuple[str, Wire], ...]
"""Names and values in their order; a name may stand twice."""
MARKERS = ("$ss", "$ns", "$bs", "$b", "$n", "$m")
_MARKED_SETS = {"$ss": "SS", "$ns": "NS", "$bs": "BS"}


def parse(text: str, form: str) -> Item:
    """The item that ``text`` describes; InputError (field ``draft``) names the first place that cannot be stored and why."""
    node, read = _attributes(text, form)
    item = {name: read((name,), value, 0) for name, value in _unique((), node)}
    check_item(item)
    return item


def members_of(text: str, form: str) -> Attributes:
    """The attributes that ``text`` spells, in their order, also where DynamoDB would refuse a value or a name stands twice.

    InputError (field ``draft``) only for what is not the JSON of an item, so that one form can be shown as another with its errors in it.
    """
    node, read = _attributes(text, form)
    return tuple((name, read((name,), value, 0)) for name, value in node)


def members_text(members: Attributes, form: str) -> str:
    """``to_text`` of attributes of which some may be wrong; what is wrong is written as it stands."""
    write = _write_plain if form == "plain" else _write_typed
    return _write_members([(name, write(value, 1)) for name, value in members], 0)


def value_text(value: Wire) -> str:
    """One value as plain JSON."""
    return _write_plain(value, 0)


def parse_value(text: str, path: Path) -> Wire:
    """The value that plain JSON spells, not checked against DynamoDB's rules; InputError (field ``draft``) with its place."""
    node = read_json(text)
    _check_count(node)
    return _plain(path, node, 0)


def _attributes(text: str, form: str) -> tuple[Members, Callable[[Path, Node, int], Wire]]:
    read = {"dynamodb": _typed, "plain": _plain}.get(form)
    if read is None:
        raise InputError("form", "Choose DynamoDB JSON or plain JSON.")
    node = read_json(text)
    _check_count(node)
    if not isinstance(node, Members):
        raise InputError(FIELD, 'An item is a JSON object: {"name": value, ...}.')
    return node, read


def to_text(item: Item, form: str) -> str:
    """The item as indented JSON in ``form``; names and members in their order."""
    write = _write_plain if form == "plain" else _write_typed
    return _write_members([(name, write(value, 1)) for name, value in item.items()], 0)


def _check_count(node: Node) -> None:
    """Refuse early what cannot fit: each value takes a byte at least, and reading millions of them would take seconds."""
    found = 0
    waiting: list[Node] = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Members):
            waiting.extend([value for _, value in inner])
        elif isinstance(inner, list) and not isinstance(inner, Members):
            waiting.extend(inner)
        if not isinstance(inner, list) or not inner:
            found += 1
    if found > MAX_ITEM_BYTES:
        raise InputError(FIELD, f"The text holds {found:,} values, more than fit into the 400 KB of an item.")


def _unique(path: Path, members: Members) -> Members:
    seen: set[str] = set()
    for name, _ in members:
        check_name(path, name)
        if name in seen:
            raise refuse(
                (*path, name),
                "The name stands twice in the same object; one of the two values would be lost.",
            )
        seen.add(name)
    return members


def _typed(path: Path, node: Node, depth: int) -> Wire:
    """A value in DynamoDB's form; what the tag holds is checked once the item is whole."""
    if not isinstance(node, Members) or len(node) != 1:
        raise refuse(
            path, f'A value is an object with one type, {", ".join(TAGS)}, for example {{"S": "text"}}.'
        )
    tag, inner = node[0]
    if tag not in TAGS:
        raise refuse(path, f'"{tag[:20]}" is not a type of DynamoDB; the types are {", ".join(TAGS)}.')
    if tag in ("M", "L"):
        return _nested(path, tag, inner, depth + 1, _typed)
    if tag in ("SS", "NS", "BS"):
        return {tag: _members(path, tag, inner)}
    if isinstance(inner, Members | list):
        raise refuse(path, f"{tag} ({TYPE_NAMES[tag]}) takes a single value.")
    if isinstance(inner, Number):
        hint = f'; write {{"N": "{inner[:40]}"}}' if tag == "N" else ""
        raise refuse(path, f"{tag} ({TYPE_NAMES[tag]}) takes its value in quotes{hint}.")
    return {tag: inner}


def _plain(path: Path, node: Node, depth: int) -> Wire:
    """A value in the plain form."""
    if isinstance(node, Number):
        return {"N": str(node)}
    if isinstance(node, str):
        return {"S": node}
    if isinstance(node, bool):
        return {"BOOL": node}
    if node is None:
        return {"NULL": True}
    if isinstance(node, Members):
        if len(node) == 1 and node[0][0] in MARKERS:
            return _marked(path, node[0][0], node[0][1], depth)
        return _nested(path, "M", node, depth + 1, _plain)
    return _nested(path, "L", node, depth + 1, _plain)


def _marked(path: Path, marker: str, inner: Node, depth: int) -> Wire:
    if marker == "$m":
        return _nested(path, "M", inner, depth + 1, _plain)
    if marker in _MARKED_SETS:
        return {
            _MARKED_SETS[marker]: _members(path, _MARKED_SETS[marker], inner, numbers_too=marker == "$ns")
        }
    if not isinstance(inner, str) or (isinstance(inner, Number) and marker != "$n"):
        raise refuse(path, f'"{marker}" takes its value in quotes.')
    return {"B" if marker == "$b" else "N": str(inner)}


def _nested(path: Path, tag: str, node: Node, depth: int, read: Callable[[Path, Node, int], Wire]) -> Wire:
    check_depth(path, depth)
    if tag == "M":
        if not isinstance(node, Members):
            raise refuse(path, "A map takes a JSON object.")
        return {"M": {name: read((*path, name), value, depth) for name, value in _unique(path, node)}}
    if not isinstance(node, list) or isinstance(node, Members):
        raise refuse(path, "A list takes a JSON array.")
    return {"L": [read((*path, place), value, depth) for place, value in enumerate(node)]}


def _members(path: Path, tag: str, node: Node, numbers_too: bool = False) -> list[str]:
    if not isinstance(node, list) or isinstance(node, Members):
        raise refuse(path, f"A {TYPE_NAMES[tag]} takes a JSON array.")
    for place, member in enumerate(node):
        if not isinstance(member, str) or (isinstance(member, Number) and not numbers_too):
            raise refuse((*path, place), f"A {TYPE_NAMES[tag]} takes its values in quotes.")
    return [str(member) for member in node]


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_members(members: list[tuple[str, str]], level: int) -> str:
    if not members:
        return "{}"
    inside, outside = "  " * (level + 1), "  " * level
    return "{\n" + ",\n".join(f"{inside}{_dumps(name)}: {text}" for name, text in members) + f"\n{outside}}}"


def _write_list(parts: list[str], level: int) -> str:
    if not parts:
        return "[]"
    inside, outside = "  " * (level + 1), "  " * level
    return "[\n" + ",\n".join(inside + part for part in parts) + f"\n{outside}]"


def _write_typed(value: Wire, level: int) -> str:
    tag = tag_of(value)
    if tag == "M":
        members = [(name, _write_typed(part, level + 1)) for name, part in value["M"].items()]
        return f'{{"M": {_write_members(members, level)}}}'
    if tag == "L":
        return f'{{"L": {_write_list([_write_typed(part, level + 1) for part in value["L"]], level)}}}'
    return _dumps(value)


def _write_plain(value: Wire, level: int) -> str:
    tag = tag_of(value)
    inner = value[tag]
    if tag == "N":
        return str(inner) if numbers.is_json_number(inner) else _dumps({"$n": inner})
    if tag == "NS":
        members = (text if numbers.is_json_number(text) else _dumps(text) for text in inner)
        return f'{{"$ns": [{", ".join(members)}]}}'
    if tag in ("B", "SS", "BS"):
        return _dumps({f"${tag.lower()}": inner})
    if tag == "M":
        text = _write_members([(name, _write_plain(part, level + 1)) for name, part in inner.items()], level)
        return f'{{"$m": {text}}}' if len(inner) == 1 and next(iter(inner)) in MARKERS else text
    if tag == "L":
        return _write_list([_write_plain(part, level + 1) for part in inner], level)
    return "null" if tag == "NULL" else _dumps(inner)
