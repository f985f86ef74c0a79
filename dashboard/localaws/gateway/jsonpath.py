"""The JSON paths that mappings use.

``$.name``, ``$['name']``, ``$['a','b']``, ``$.list[0]``, ``[-1]``, ``[1:3]``, ``[*]``, ``.*``, ``..name`` and filters of one comparison,
``[?(@.age > 3)]`` or ``[?(@.name)]``. A path that names one place gives its value; every other gives a list, as at AWS.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Step = Callable[[Any], Iterator[Any]]
_MOST = 100_000
"""Places that one path may find."""
_NAMES = r"'[^']*'|\"[^\"]*\""
_STEP = re.compile(
    rf"""(?P<deep>\.\.(?=[^.]))?(?:
      (?(deep)|\.)(?P<name>[^.\[\]()*]+)
    | (?(deep)|\.)(?P<any>\*)
    | \[\s*(?P<index>-?\d+)\s*\]
    | \[\s*(?P<all>\*)\s*\]
    | \[\s*(?P<first>-?\d+)?\s*:\s*(?P<last>-?\d+)?\s*\]
    | \[\s*(?P<names>(?:{_NAMES})(?:\s*,\s*(?:{_NAMES}))*)\s*\]
    | \[\?\(\s*@\.?(?P<of>[^\s()=<>!]*)\s*(?:(?P<how>==|!=|<=|>=|<|>)\s*(?P<value>'[^']*'|"[^"]*"|[^\s()]+)\s*)?\)\]
    )""",
    re.VERBOSE,
)
_HOW: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def find(document: Any, path: str) -> Any:
    """The value at ``path``, None when there is none; a list for a path of many places. ValueError for a path of another form."""
    steps, many = _steps(path)
    found = [document]
    for step in steps:
        found = [each for value in found for each in step(value)]
        if len(found) > _MOST:
            raise ValueError(f"{path} finds too much.")
    return found if many else next(iter(found), None)


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[tuple[Step, ...], bool]:
    """The steps of a path, and whether it may find many places."""
    if not path.startswith("$"):
        raise ValueError(f"{path} is not a JSON path.")
    place, steps, many = 1, [], False
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None:
            raise ValueError(f"{path} is not a JSON path that is understood here.")
        place = found.end()
        step, several = _step(found)
        steps.append(_deep(step) if found["deep"] else step)
        many = many or several or bool(found["deep"])
    return tuple(steps), many


def _step(found: re.Match[str]) -> tuple[Step, bool]:
    if found["name"] is not None:
        return _named((found["name"],)), False
    if found["names"] is not None:
        names = tuple(each[1:-1] for each in re.findall(_NAMES, found["names"]))
        return _named(names), len(names) > 1
    if found["index"] is not None:
        return _indexed(int(found["index"])), False
    if found["any"] or found["all"]:
        return _members, True
    if found["of"] is not None:
        return _filtered(found["of"], found["how"], found["value"]), True
    first, last = (int(each) if each else None for each in (found["first"], found["last"]))
    return lambda value: iter(value[first:last] if isinstance(value, list) else ()), True


def _named(names: tuple[str, ...]) -> Step:
    return lambda value: (
        value[name] for name in names if isinstance(value, dict) and value.get(name) is not None
    )


def _indexed(index: int) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list) and -len(value) <= index < len(value):
            yield value[index]

    return step


def _members(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _deep(step: Step) -> Step:
    """The step at a value and everywhere below it."""

    def everywhere(value: Any) -> Iterator[Any]:
        waiting = [value]
        while waiting:
            here = waiting.pop()
            yield from step(here)
            waiting += reversed(list(_members(here)))

    return everywhere


def _filtered(path: str, how: str | None, text: str | None) -> Step:
    """The members for which a filter holds."""
    steps, _many = _steps(f"$.{path}" if path and not path.startswith("[") else f"${path}")
    wanted = _literal(text) if text is not None else None

    def holds(member: Any) -> bool:
        found = [member]
        for step in steps:
            found = [each for value in found for each in step(value)]
        if how is None:
            return bool(found)
        try:
            return any(_HOW[how](each, wanted) for each in found)
        except TypeError:
            return False

    return lambda value: (each for each in _members(value) if holds(each))


def _literal(text: str) -> Any:
    if text[0] in "'\"":
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"{text} is not a value of a filter.") from None
