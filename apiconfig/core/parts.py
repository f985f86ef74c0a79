"""What a definition holds beside its routes: models, authorizers, gateway responses, settings, as comparable text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from apiconfig.core.definition import canonical

Json = Mapping[str, Any]


def named(
    items: Sequence[Json] | None, name: str, *, drop: Sequence[str] = (), text: Sequence[str] = ()
) -> dict[str, str]:
    """Each entry by its name as canonical text, without the members of ``drop`` (ids, which say nothing).

    Members of ``text`` are JSON in a text (a model's schema): they are read, so that blanks and order do not count.
    """
    found = {}
    for entry in items or ():
        kept = {key: value for key, value in entry.items() if key not in {*drop, name}}
        for key in text:
            kept[key] = _parsed(kept.get(key))
        found[str(entry.get(name, ""))] = canonical(kept)
    return found


def blindness(parts: Mapping[str, object | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which parts could not be read, and a sentence for each."""
    blind = tuple(name for name, value in parts.items() if value is None)
    return blind, tuple(f"The {name} could not be read, so they are not compared." for name in blind)


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # AWS takes schemas that are not JSON; they are compared letter by letter
