"""Binary at the border: base64 text on our side, bytes on botocore's.

botocore wants bytes and gives bytes. What we send is turned into bytes here; what arrives is normally parsed by our own hook,
which leaves the text as AWS sent it. Should a newer botocore not call the hook, ``to_text`` restores the same form.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

import orjson

from dashboard.core.wire import TAGS, Item, Wire, tag_of, to_bytes


def to_sending(value: Wire) -> Wire:
    """A wire value as botocore takes it. ValueError for an unknown tag or text that is not base64."""
    tag = tag_of(value)
    inner = value[tag]
    if tag == "B":
        return {"B": to_bytes(inner)}
    if tag == "BS":
        return {"BS": [to_bytes(one) for one in inner]}
    if tag == "M":
        return {"M": {name: to_sending(one) for name, one in inner.items()}}
    if tag == "L":
        return {"L": [to_sending(one) for one in inner]}
    if tag not in TAGS or len(value) != 1:
        raise ValueError(f"not a wire value: {tag}")
    return value


def item_to_sending(item: Mapping[str, Wire]) -> Item:
    """An item or key as botocore takes it."""
    return {name: to_sending(value) for name, value in item.items()}


def to_text(parsed: Any) -> Any:
    """What botocore parsed, as it stood in AWS's JSON: bytes as base64 text, times as seconds since 1970."""
    if isinstance(parsed, bytes):
        return base64.b64encode(parsed).decode()
    if isinstance(parsed, datetime):
        return parsed.timestamp()
    if isinstance(parsed, dict):
        return {name: to_text(value) for name, value in parsed.items()}
    if isinstance(parsed, list):
        return [to_text(value) for value in parsed]
    return parsed


def parse_body(body: bytes) -> dict[str, Any] | None:
    """AWS's JSON as plain values, None when it is not JSON."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            parsed = json.loads(body)  # takes lone surrogates, which orjson refuses
        except ValueError:
            return None
    return parsed if isinstance(parsed, dict) else None


def intact(body: bytes, checksum: str | None) -> bool:
    """Whether the body is the one AWS computed its crc32 of; True when it sent none.

    botocore repeats a call with a wrong checksum, but hands out the broken body when it stays wrong.
    """
    return checksum is None or not checksum.isdigit() or crc32(body) == int(checksum)
