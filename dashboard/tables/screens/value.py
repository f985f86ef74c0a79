"""One value of an item as a file: binary as its bytes, text as UTF-8, anything else as plain JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError
from dashboard.core.wire import Item, Wire, tag_of, to_bytes
from dashboard.tables.core.drafts import value_text
from dashboard.tables.operations import items
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links
from dashboard.tables.screens.values import key_label

LONGEST_PATH = 4_000
"""Characters of ``path`` in an address."""


@screen("read", "table:{table}")
def value(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """``path`` is a JSON array: the attribute's name, then member names and places. One GetItem.

    404 where nothing is at the path, 400 for what is no path.
    """
    links = Links(place, table, key)
    way = ("The item", links.item)
    try:
        path = _path(request.GET.get("path", ""))
    except InputError as error:
        return no_such_key(request, links, error, "The address names no value", way, 400)
    try:
        shown = items.get_item(actor_of(request), place, table, key)
        if shown.item is None:
            return missing(request, links, key_label(shown.key, shown.table.key_names))
        found = _at(shown.item, path)
    except InputError as error:
        return no_such_key(request, links, error, "There is no such value", way)
    ending, body = _file(found)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{_name(table, path)}{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _path(text: str) -> list[str | int]:
    if len(text) > LONGEST_PATH:
        raise InputError("path", "The path in this address is too long.")
    try:
        path: Any = json.loads(text)
    except (ValueError, RecursionError):
        path = None
    steps_fit = isinstance(path, list) and all(type(step) in (str, int) for step in path)
    if not steps_fit or not path or not isinstance(path[0], str):
        raise InputError(
            "path",
            "The address does not say which value: path is a JSON array that begins with an attribute.",
        )
    steps: list[str | int] = path
    return steps


def _at(item: Item, path: list[str | int]) -> Wire:
    """The value at ``path``; a place in a set is the place of a member in the order DynamoDB gave it."""
    found: Wire = {"M": item}
    for step in path:
        tag = tag_of(found)
        inner: Any = found[tag]
        if tag == "M" and isinstance(step, str) and step in inner:
            found = inner[step]
        elif tag in ("L", "SS", "NS", "BS") and isinstance(step, int) and 0 <= step < len(inner):
            found = inner[step] if tag == "L" else {tag[0]: inner[step]}
        else:
            raise InputError("path", "The item has no value there (any more).")
    return found


def _file(value: Wire) -> tuple[str, bytes]:
    tag = tag_of(value)
    if tag == "B":
        return ".bin", to_bytes(value["B"])
    if tag == "S":
        return ".txt", str(value["S"]).encode("utf-8", "surrogatepass")
    return ".json", value_text(value).encode("utf-8", "surrogatepass")


def _name(table: str, path: list[str | int]) -> str:
    """A file name of harmless characters."""
    text = re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join(map(str, path)))[:60].strip("-")
    return f"{table}-{text}" if text else table
