"""Values in a condition's text."""

from __future__ import annotations

from dashboard.core import numbers
from dashboard.core.wire import Wire, tag_of, to_bytes
from dashboard.tables.core.language.stream import Stream
from dashboard.tables.core.language.tokens import refuse
from dashboard.tables.core.values import MAX_NESTING

_WORDS: dict[str, Wire] = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True}}


def read_literal(stream: Stream, wanted: str, depth: int = 0) -> Wire:
    """The value that comes; InputError with its column when DynamoDB could not hold it."""
    token = stream.next
    if depth >= MAX_NESTING and token.kind == "mark" and token.text in ("[", "{"):
        raise refuse(
            token.column,
            f"Lists and maps are nested deeper than {MAX_NESTING} levels, which DynamoDB does not take.",
        )
    if token.kind == "string":
        return {"S": stream.take().text}
    if token.kind == "number":
        return _number(stream)
    if token.kind == "binary":
        return _binary(stream)
    if token.kind == "keyword" and token.text in _WORDS:
        return dict(_WORDS[stream.take().text])
    if stream.took("mark", "<<"):
        return _set(stream, token.column)
    if stream.took("mark", "["):
        return _list(stream, depth)
    if stream.took("mark", "{"):
        return _map(stream, depth)
    raise stream.unexpected(wanted)


def _number(stream: Stream) -> Wire:
    token = stream.take()
    if problem := numbers.problem(token.text):
        raise refuse(token.column, f"The number {problem}.")
    return {"N": token.text}


def _binary(stream: Stream) -> Wire:
    token = stream.take()
    try:
        to_bytes(token.text)
    except ValueError as error:
        raise refuse(
            token.column,
            "Binary is written as base64, for example b'AAH/' (A-Z a-z 0-9 + / with = at the end).",
        ) from error
    return {"B": token.text}


def _list(stream: Stream, depth: int) -> Wire:
    members: list[Wire] = []
    if stream.took("mark", "]"):
        return {"L": members}
    while True:
        members.append(read_literal(stream, "a value of the list", depth + 1))
        if stream.took("mark", "]"):
            return {"L": members}
        stream.expect("mark", ",", "a comma or ]")


def _map(stream: Stream, depth: int) -> Wire:
    members: dict[str, Wire] = {}
    if stream.took("mark", "}"):
        return {"M": members}
    while True:
        token = stream.next
        if token.kind != "string":
            raise stream.unexpected("a name of the map in single quotes")
        stream.take()
        if not token.text:
            raise refuse(token.column, "A name of the map is empty. A name has at least one character.")
        if token.text in members:
            raise refuse(token.column, "The map has this name twice.")
        stream.expect("mark", ":", "a colon after the name")
        members[token.text] = read_literal(stream, "a value of the map", depth + 1)
        if stream.took("mark", "}"):
            return {"M": members}
        stream.expect("mark", ",", "a comma or }")


def _set(stream: Stream, column: int) -> Wire:
    if stream.next.text == ">>":
        raise refuse(column, "A set cannot be empty.")
    members: list[Wire] = []
    while True:
        members.append(read_literal(stream, "a value of the set"))
        if stream.took("mark", ">>"):
            break
        stream.expect("mark", ",", "a comma or >>")
    tags = {tag_of(member) for member in members}
    if len(tags) != 1 or not tags <= {"S", "N", "B"}:
        raise refuse(column, "A set holds values of one type: all strings, all numbers or all binary.")
    tag = tags.pop()
    texts = [member[tag] for member in members]
    if len({numbers.canonical(text) if tag == "N" else text for text in texts}) < len(texts):
        raise refuse(column, "A set holds each value once; one is in it twice.")
    return {f"{tag}S": texts}
