"""Keys in URLs: one reversible text for the key of any item, safe as one segment of a path.

A part is a letter for the type and the form, then the value: ``s``, ``n`` or ``b`` with every byte outside
``A-Z a-z 0-9 - _`` written ``~XX`` (uppercase hex); or ``S``, ``N``, ``B`` with the bytes as unpadded base64url, taken when
that is shorter. Parts are joined by ``.``; the partition key comes first. There is no ``/``, ``%`` or leading dot in it, so no
proxy or browser rewrites it, and no two texts mean the same key: a text that is not the one we would write is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from dashboard.core import numbers
from dashboard.core.errors import InputError
from dashboard.core.wire import Item, Wire, from_bytes, tag_of, to_bytes

_SPECIAL = {byte: f"~{byte:02X}" for byte in range(256) if not re.match(rb"[A-Za-z0-9_-]", bytes([byte]))}
_ESCAPED = re.compile(r"(?:[A-Za-z0-9_-]|~[0-9A-F]{2})*")


def _escape(raw: bytes) -> str:
    return raw.decode("latin-1").translate(_SPECIAL)  # a character for each byte


def _unescape(text: str) -> bytes:
    if not _ESCAPED.fullmatch(text):
        raise ValueError("not an escaped key")
    return re.sub(rb"~([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text.encode("ascii"))


def _encode_part(value: Wire) -> str:
    tag = tag_of(value)
    if tag not in ("S", "N", "B"):
        raise ValueError(f"a key is a string, number or binary, not {tag}")
    raw = to_bytes(value["B"]) if tag == "B" else str(value[tag]).encode("utf-8", "surrogatepass")
    escaped = _escape(raw)
    if tag == "N" or len(escaped) <= -(-len(raw) * 4 // 3):  # the length of unpadded base64
        return tag.lower() + escaped
    return tag + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode_part(text: str) -> Wire:
    letter, body = text[:1], text[1:]
    if letter not in tuple("snbSNB"):
        raise ValueError("unknown type letter")
    padded = body + "=" * (-len(body) % 4)
    raw = _unescape(body) if letter.islower() else base64.b64decode(padded, altchars=b"-_", validate=True)
    tag = letter.upper()
    if tag == "N" and numbers.problem(raw.decode()):
        raise ValueError("not a number")
    return {tag: from_bytes(raw) if tag == "B" else raw.decode("utf-8", "surrogatepass")}


def encode_key(key: Item, names: Sequence[str]) -> str:
    """The URL text of ``key``; ``names`` are the key attributes, partition key first."""
    return ".".join(_encode_part(key[name]) for name in names)


def decode_key(text: str, names: Sequence[str]) -> Item:
    """The key that ``text`` stands for; InputError when we would not have written it so."""
    parts = text.split(".")
    try:
        if len(parts) != len(names):
            raise ValueError("wrong number of parts")
        key = {name: _decode_part(part) for name, part in zip(names, parts, strict=True)}
        if encode_key(key, names) != text:
            raise ValueError("not the canonical form")
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise InputError("key", "This link does not hold a key of this table.") from error
    return key
