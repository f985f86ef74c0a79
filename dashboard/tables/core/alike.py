"""Pure: what should be said of one edit of many items before it is made: names that are new to them, types that change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from dashboard.core.wire import TYPE_NAMES, Item, Wire, tag_of

MOST_NAMES = 200
"""Attribute names that are offered for completion."""
LONGEST = 255
"""Characters of a name that is offered: it can be of 64 KB, and 200 of those would outgrow the form."""
ROOM = 100
"""Characters of a name in a sentence."""


def notes(
    sets: Mapping[str, Wire],
    shown: Sequence[Item | None],
    known: Iterable[str] = (),
    removes: Sequence[str] = (),
) -> tuple[str, ...]:
    """A sentence for each attribute in ``sets`` or ``removes`` that none of the items has, or that gets another type in some.

    ``known`` are names that the items have beside those in ``shown``, for a name that was meant perhaps.
    """
    there = [item for item in shown if item is not None]
    names = dict.fromkeys([*known, *(name for item in there for name in item)])
    others = [name for name in names if name not in sets and name not in removes]
    said = []
    for name, value in sets.items():
        have = [tag_of(item[name]) for item in there if name in item]
        if not have:
            said.append(
                f"{name[:ROOM]} is new: none of these items has an attribute of that name.{_meant(name, others)}"
            )
        elif changed := [tag for tag in have if tag != tag_of(value)]:
            said.append(_other(name, changed, tag_of(value), len(have)))
    said += [
        f"There is no {name[:ROOM]} to remove: none of these items has it.{_meant(name, others)}"
        for name in removes
        if not any(name in item for item in there)
    ]
    return tuple(said)


def _meant(name: str, known: Sequence[str]) -> str:
    """A name that was meant perhaps, or what is to be done for a place inside a map or list."""
    outer = re.split(r"[.[]", name, maxsplit=1)[0]
    if outer != name and outer in known:
        return (
            f" It is a name of its own, no place inside {outer[:ROOM]}: for that, set {outer[:ROOM]} whole."
        )
    near = get_close_matches(name, known, 1, 0.75)
    return f" Did you mean {near[0][:ROOM]}?" if near else ""


def _other(name: str, others: Sequence[str], tag: str, have: int) -> str:
    types = " or ".join(TYPE_NAMES[each] for each in dict.fromkeys(others))
    count = "all" if len(others) == have else str(len(others))
    where = f"in {count} of the {have} items that have it" if have > 1 else "now"
    return f"{name[:ROOM]} changes its type: it is {types} {where}, and becomes {TYPE_NAMES[tag]}."


def names_text(names: Sequence[str]) -> str:
    """Names for a form's hidden field, the first MOST_NAMES; without those that are longer than anybody types."""
    return json.dumps([name for name in names[:MOST_NAMES] if len(name) <= LONGEST], separators=(",", ":"))


def names_of(text: str) -> tuple[str, ...]:
    """The names that a form brought back. They only help with typing: what is no list of names is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list):
        return ()
    return tuple(name for name in found[:MOST_NAMES] if isinstance(name, str))
