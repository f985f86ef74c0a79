"""Parameters in the text of a saved query: where they stand, of which type they are, and the text with their values in it.

``customer = :customer AND begins_with(sk, 'ORDER#:{year}')`` has two: ``:customer`` stands for a whole value and becomes a literal of its
type, ``:{year}`` stands inside a string and becomes a part of it. Names in double quotes and comments hold none.
What a person enters is always quoted,
so it cannot change what the query means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard.core import numbers
from dashboard.core.errors import InputError
from dashboard.core.wire import to_bytes

TAGS = {"S": "text", "N": "number", "B": "binary, as base64", "BOOL": "true or false"}
"""The types a parameter can have, and how a form calls them."""
MOST = 20
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,39}"
_WHOLE = re.compile(rf":({_NAME})")
_INSIDE = re.compile(rf":\{{({_NAME})\}}")
_COMMENT = re.compile(r"(?<![\w-])--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
"""PartiQL's comments; in a condition's text, which has none, these signs stand only inside a name (``a--b``) or quotes."""
_COMPARED = re.compile(
    r"""(?P<name>"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_]*)\s*(?:=|<>|<=|>=|<|>|\bBETWEEN\b(?:\s*:\w+\s+AND)?|\bIN\s*\()\s*$""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, the type of its value, and what the form holds at first (empty: it has to be entered)."""

    name: str
    tag: str = "S"
    default: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of a query's text: plain text, a parameter for a whole value, or one inside a string."""

    kind: Literal["text", "whole", "inside"]
    text: str


def pieces(text: str) -> Iterator[Piece]:
    """The text in pieces; the texts of the pieces, with their colons and braces, are the text again."""
    place, plain, braces, after_string = 0, 0, 0, False
    while place < len(text):
        char = text[place]
        if char in "'\"":
            end = _closing(text, place)
            if char == "'":
                for found in _INSIDE.finditer(text, place, end):
                    yield Piece("text", text[plain : found.start()])
                    yield Piece("inside", found[1])
                    plain = found.end()
            place, after_string = end, True
            continue
        if comment := _COMMENT.match(text, place):  # a quote in there opens no string
            place = comment.end()
            continue
        found_whole = _WHOLE.match(text, place)
        if found_whole and not (braces and after_string):  # {'k':true} is a member, not a parameter
            yield Piece("text", text[plain:place])
            yield Piece("whole", found_whole[1])
            place = plain = found_whole.end()
            after_string = False
            continue
        braces += (char == "{") - (char == "}")
        after_string = after_string and char.isspace()
        place += 1
    yield Piece("text", text[plain:])


def _closing(text: str, place: int) -> int:
    """Where the quoted text that begins at ``place`` is over; a doubled quote is one of its characters."""
    quote = text[place]
    place += 1
    while place < len(text):
        if text[place] == quote:
            if text[place + 1 : place + 2] != quote:
                return place + 1
            place += 1
        place += 1
    return place


def names(text: str) -> tuple[str, ...]:
    """The parameters' names in the order of their first place."""
    return tuple(dict.fromkeys(piece.text for piece in pieces(text) if piece.kind != "text"))


def guessed(text: str, key_tags: Mapping[str, str]) -> dict[str, str]:
    """The type of each parameter: that of the key attribute it is compared with, text where there is none."""
    tags: dict[str, str] = {}
    before = ""
    for piece in pieces(text):
        if piece.kind == "text":
            before += piece.text
            continue
        compared = _COMPARED.search(before) if piece.kind == "whole" else None
        name = compared["name"].strip('"').replace('""', '"') if compared else ""
        if name in key_tags or piece.text not in tags:
            tags[piece.text] = key_tags.get(name, "S")
        before += f":{piece.text}"
    return tags


def bound(text: str, parameters: Mapping[str, Parameter], values: Mapping[str, str]) -> str:
    """The text with the values in it; InputError, whose field is the parameter, for one that is missing or not of its type."""
    made: list[str] = []
    for piece in pieces(text):
        if piece.kind == "text":
            made.append(piece.text)
            continue
        parameter = parameters.get(piece.text, Parameter(piece.text))
        value = values.get(piece.text, "") or parameter.default
        if piece.kind == "inside":
            made.append(_needed(parameter, value).replace("'", "''"))
        else:
            made.append(literal(parameter, value))
    return "".join(made)


def literal(parameter: Parameter, value: str) -> str:
    """The value as the query's language writes it."""
    if parameter.tag != "S":
        value = value.strip()
    _needed(parameter, value)
    if parameter.tag == "N":
        if problem := numbers.problem(value):
            raise InputError(parameter.name, f"{parameter.name} is a number, and the value {problem}.")
        return value
    if parameter.tag == "BOOL":
        if value not in ("true", "false"):
            raise InputError(parameter.name, f"{parameter.name} is true or false.")
        return value
    quoted = "'" + value.replace("'", "''") + "'"
    if parameter.tag == "B":
        try:
            to_bytes(value)
        except ValueError as error:
            raise InputError(
                parameter.name, f"{parameter.name} is binary: enter it as base64, for example AAH/."
            ) from error
        return f"b{quoted}"
    return quoted


def _needed(parameter: Parameter, value: str) -> str:
    if value == "":
        raise InputError(parameter.name, f"{parameter.name} needs a value.")
    return value
