"""The JSON paths that mappings use: ``$.name``, ``$['name']``, ``$.list[0]``. Filters and ``..`` are not offered."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")


def find(document: Any, path: str) -> Any:
    """The value at ``path``, None when there is none; ValueError for a path of another form."""
    if not path.startswith("$"):
        raise ValueError(f"{path} is not a JSON path.")
    place, value = 1, document
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            raise ValueError(f"{path} is not a JSON path that is understood here.")
        place = step.end()
        if step[2] is not None:
            index = int(step[2])
            value = value[index] if isinstance(value, list) and index < len(value) else None
        else:
            value = value.get(step[1] or step[3]) if isinstance(value, dict) else None
    return value
