"""Batches of which a share stays unprocessed, as when a table is throttled in the middle of one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import orjson

from dashboard.localaws.faults.asked import Asked
from dashboard.localaws.refusals import Answer

_LEFT = {"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}
BATCHES = frozenset(_LEFT)
"""The operations that may leave a share."""
Batch = dict[str, Any]


def served(request: Asked, share: float, serve: Callable[[bytes], Answer]) -> Answer:
    """The answer to a batch of which only the first part was handed to ``serve``; any other request is handed on whole."""
    member = _LEFT.get(request.operation)
    if member is None:
        return serve(request.body)
    try:
        given = orjson.loads(request.body)
        done, left = split(given["RequestItems"], share)
    except (ValueError, KeyError, TypeError, AttributeError):  # its own refusal is the right answer
        return serve(request.body)
    if not done:
        empty: Batch = {"Responses": {}} if request.operation == "BatchGetItem" else {}
        return _answer({**empty, member: left})
    answer = serve(orjson.dumps({**given, "RequestItems": done}))
    if answer.status != 200:
        return answer
    value = json.loads(answer.body)
    value[member] = {**left, **value.get(member, {})}
    return Answer(200, _without_sums(answer.headers), json.dumps(value).encode())


def split(items: Batch, share: float) -> tuple[Batch, Batch]:
    """What is processed and what is left of ``RequestItems``: the last ``share`` of it, rounded up."""
    wrapped = {name: isinstance(entry, dict) for name, entry in items.items()}
    flat = [
        (name, one) for name, entry in items.items() for one in (entry["Keys"] if wrapped[name] else entry)
    ]
    kept = len(flat) - math.ceil(len(flat) * share)

    def batch(part: list[tuple[str, Any]]) -> Batch:
        found: dict[str, list[Any]] = {}
        for name, one in part:
            found.setdefault(name, []).append(one)
        return {
            name: {**items[name], "Keys": ones} if wrapped[name] else ones for name, ones in found.items()
        }

    return batch(flat[:kept]), batch(flat[kept:])


def _without_sums(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers that stay true when the body changes."""
    return tuple(
        (name, value) for name, value in headers if name.lower() not in ("x-amz-crc32", "content-length")
    )


def _answer(value: Any) -> Answer:
    return Answer(200, (("content-type", "application/x-amz-json-1.0"),), json.dumps(value).encode())
