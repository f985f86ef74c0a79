"""The values of a query turned into parameters: ``customer = '7'`` becomes ``customer = :customer``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.tables.core.parameters import MOST, Parameter, names

_COMPARED = r"""(?P<path>"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_]*)(?P<op>\s*(?:=|<>|!=|<=|>=|<|>)\s*)"""
_BEGINS = r"""(?P<call>begins_with|contains)(?P<open>\s*\(\s*)(?P<path_in>"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_.]*)(?P<comma>\s*,\s*)"""
_TEXT = r"'(?:[^']|'')*'"
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?![\w.])"
_SKIPPED = rf"""{_TEXT}|"(?:[^"]|"")*"|--[^\n]*|/\*.*?(?:\*/|\Z)"""
_SCAN = re.compile(
    rf"(?:{_COMPARED}(?P<value>{_TEXT}|{_NUMBER}|\b(?:true|false)\b))|(?:{_BEGINS}(?P<value_in>{_TEXT}))|(?:{_SKIPPED})",
    re.IGNORECASE | re.DOTALL,
)


def asking(text: str) -> tuple[str, tuple[Parameter, ...]]:
    """The text with parameters where attributes are compared with values, named after them, and the new ones with the values as defaults.

    Values that a form cannot begin with (an empty text, binary) and those that are not compared with an attribute stay.
    """
    taken = set(names(text))
    found: list[Parameter] = []
    made: list[str] = []
    place = 0
    for match in _SCAN.finditer(text):
        parameter = _parameter(match, taken) if len(taken) < MOST else None
        if parameter is None:
            continue
        start = match.start("value") if match["value"] else match.start("value_in")
        made += [text[place:start], f":{parameter.name}"]
        place = match.end()
        taken.add(parameter.name)
        found.append(parameter)
    return "".join([*made, text[place:]]), tuple(found)


def _parameter(match: re.Match[str], taken: set[str]) -> Parameter | None:
    value = match["value"] or match["value_in"]
    if value is None or value == "''":
        return None
    name = next(name for name in _free(match["path"] or match["path_in"]) if name not in taken)
    if value.startswith("'"):
        return Parameter(name, "S", value[1:-1].replace("''", "'"))
    return Parameter(name, "BOOL" if value[0] in "tTfF" else "N", value.lower())


def _free(path: str) -> Iterator[str]:
    """``customer``, ``customer_2`` and so on for the attribute ``customer``."""
    last = path.strip('"').rpartition(".")[2]
    base = re.sub(r"\W", "_", last, flags=re.ASCII)[:36]
    base = base if base[:1].isalpha() or base[:1] == "_" else f"v{base}"
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1
