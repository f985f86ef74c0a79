"""Changing the type of an attribute in a form: what is kept of its text, said in a sentence."""

from __future__ import annotations

from dashboard.core.errors import InputError
from dashboard.core.wire import TYPE_NAMES, Wire, from_bytes, tag_of, to_bytes
from dashboard.tables.core.drafts import parse_value, value_text
from dashboard.tables.core.forms import NESTED, SETS, Row, carries, text_of, value_of

KEEPS = {
    "S": "the text as it stands",
    "N": "the digits, if it is a number",
    "B": "the text's UTF-8 bytes as base64",
    "BOOL": "true or false, if it says so",
    "NULL": "nothing: the value is dropped",
    "SS": "each line as a member",
    "NS": "each line as a member, if they are numbers",
    "BS": "each line's UTF-8 bytes as a member",
    "M": "a JSON object as it stands",
    "L": "a JSON array as it stands, anything else as its one entry",
}
"""What a change to this type keeps, for the choice of types."""


def converted(row: Row, tag: str) -> Row:
    """The row as another type. What its field held is kept wherever the new type can hold it; the note says what happened."""
    if tag == row.tag:
        return row
    text, what = _text(row, tag)
    return Row(row.number, row.name, tag, text, note=f"Was a {TYPE_NAMES[row.tag]}: {what}")


def _text(row: Row, tag: str) -> tuple[str, str]:
    """The new field's text and what became of the old one."""
    value = _value(row)
    if tag == "NULL":
        return (
            "",
            "its value is dropped when you save. Until then you can choose another type and type it again.",
        )
    if tag == "BOOL":
        said = row.text.strip().lower()
        known = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}
        return known.get(said, ""), "kept." if said in known else "it does not say true or false; choose."
    if tag in NESTED:
        return _as_nested(row, value, tag)
    if tag in SETS:
        return _as_set(row, value, tag)
    if tag == "B":
        return from_bytes(row.text.encode("utf-8", "replace")), "its text is kept as UTF-8 bytes in base64."
    return _as_text(row, value, tag)


def _value(row: Row) -> Wire | None:
    try:
        return value_of(row)
    except InputError:
        return None  # what was typed is no value of its type; its text is all there is to keep


def _as_text(row: Row, value: Wire | None, tag: str) -> tuple[str, str]:
    if value is not None and row.tag == "B" and tag == "S":
        decoded = _decoded(row.text)
        if decoded is not None:
            return decoded, "the bytes are kept as the UTF-8 text they spell."
        return row.text, "the bytes are no text, so their base64 is kept."
    if row.tag in SETS and value is not None and len(value[row.tag]) == 1:
        return row.text.strip(), "its only member is kept."
    if row.tag == "L" and value is not None and len(value["L"]) == 1:
        only = text_of(value["L"][0])
        if only is not None and tag_of(value["L"][0]) in ("S", "N"):
            return only, "its only entry is kept."
    return row.text, "the text is kept."


def _decoded(base64_text: str) -> str | None:
    try:
        text = to_bytes(base64_text).decode()
    except ValueError:
        return None
    return text if carries(text) else None


def _as_set(row: Row, value: Wire | None, tag: str) -> tuple[str, str]:
    source = row.tag
    if source == "L" and value is not None:
        entries = [text_of(entry) if tag_of(entry) in ("S", "N", "B") else None for entry in value["L"]]
        if entries and all(entry is not None and "\n" not in entry for entry in entries):
            return "\n".join(str(entry) for entry in entries), "each entry is a member."
    lines = row.text.split("\n") if row.text else []
    if tag == "BS" and source not in ("B", "BS"):
        return "\n".join(
            from_bytes(line.encode("utf-8", "replace")) for line in lines
        ), "each line's bytes are a member."
    if source == "BS" and tag == "SS":
        decoded = [_decoded(line) for line in lines]
        if all(line is not None and "\n" not in line for line in decoded):
            return "\n".join(str(line) for line in decoded), "each member is kept as the text it spells."
    return row.text, "each line is a member."


def _as_nested(row: Row, value: Wire | None, tag: str) -> tuple[str, str]:
    if row.tag == "S":
        try:
            parsed = parse_value(row.text, (row.name,))
        except InputError:
            parsed = None
        if parsed is not None and tag_of(parsed) == tag:
            return row.text, "its text is JSON and is taken as it stands."
    if tag == "L" and value is not None:
        if row.tag in SETS:
            entries = [{row.tag[0]: member} for member in value[row.tag]]
            return value_text({"L": entries}), "its members are the entries."
        return value_text({"L": [value]}), "it is the list's one entry."
    if value is not None and row.tag == "L":
        named: dict[str, Wire] = {str(place): entry for place, entry in enumerate(value["L"])}
        return value_text({"M": named}), "its entries are kept under their places."
    if value is not None and row.tag not in ("NULL", "M"):
        return value_text({"M": {"value": value}}), 'it is kept as the map\'s member "value".'
    return (row.text or "{}" if tag == "M" else row.text or "[]"), "the text is kept."
