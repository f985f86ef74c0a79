"""Pure: what should be said of one edit of many items before it is made: names that are new to them, types that change."""

from __future__ import annotations

import json
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
    sets: Mapping[str, Wire], shown: Sequence[Item | None], known: Iterable[str] = ()
) -> tuple[str, ...]:
    """A sentence for each attribute in ``sets`` that none of the items has, or that has another type in some.

    ``known`` are names that the items have beside those in ``shown``, for a name that was meant perhaps.
    """
    there = [item for item in shown if item is not None]
    names = dict.fromkeys([*known, *(name for item in there for name in item)])
    said = []
    for name, value in sets.items():
        have = [tag_of(item[name]) for item in there if name in item]
        if not have:
            said.append(_new(name, [each for each in names if each not in sets]))
        elif others := [tag for tag in have if tag != tag_of(value)]:
            said.append(_other(name, others, tag_of(value), len(have)))
    return tuple(said)


def _new(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1, 0.75)
    meant = f" Did you mean {near[0][:ROOM]}?" if near else ""
    return f"{name[:ROOM]} is new: none of these items has an attribute of that name.{meant}"


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
