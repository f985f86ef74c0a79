"""A recorded answer is a pattern: its placeholders stand for ids, names and times of the account that recorded it.

``<id:1>`` must be the same text wherever a scenario's recording says ``<id:1>``, and another text than ``<id:2>``. Placeholders
without a number are those of ``FREE`` (anything, each time anew), of ``FIXED`` (the embedded AWS's own) or of ``BOUND``
(the same throughout a scenario). Everything else is compared as it stands, types included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from tests.localaws.support import REGION

RECORDED_ACCOUNT = "111111111111"
FIXED = {"region": REGION, "partition": "aws"}
FREE = frozenset(
    {"Date", "date", "latency", "token", "endpoint_url", "external-aws-endpoint", "request-id-lambda"}
    | {"authorization-header", "x-amz-apigw-id", "x-amzn-Remapped-Date"}
    | {"X-Amzn-Trace-Id", "X-Forwarded-Port", "X-Forwarded-Proto"}
)
BOUND = frozenset(
    {"api-id", "function-name", "log-group-arn", "model-base-url", "rest-api-id", "upper-id"}
    | {f"request-id-{number}" for number in range(1, 10)}
)
UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
_TOKEN = re.compile(
    rf"<([A-Za-z_-]+):(\d+)>|<({'|'.join(sorted((*FREE, *BOUND, *FIXED), key=len, reverse=True))})>"
)
_LONGEST = 300
Bindings = dict[str, str]


def differences(
    expected: Any, actual: Any, bindings: Bindings, unordered: Collection[str] = (), path: str = ""
) -> list[str]:
    """What differs, a sentence each; ``bindings`` gains what the placeholders were found to stand for."""
    if isinstance(expected, dict | list) and isinstance(actual, str):
        actual = _parsed(actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _of_maps(expected, actual, bindings, unordered, path)
    if isinstance(expected, list) and isinstance(actual, list):
        return _of_lists(expected, actual, bindings, unordered, path)
    if isinstance(expected, str) and _same_text(expected, actual, bindings):
        return []
    if not isinstance(expected, str) and _kind(expected) is _kind(actual) and expected == actual:
        return []
    return [f"{path or 'the answer'}: recorded {_short(expected)}, answered {_short(actual)}"]


def _parsed(text: str) -> Any:
    """Recordings keep a text that is JSON (a schema, a template) as its value."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _kind(value: Any) -> type:
    """A whole number written 1.0 is the number 1; true is neither."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _of_maps(
    expected: dict[str, Any],
    actual: dict[str, Any],
    bindings: Bindings,
    unordered: Collection[str],
    path: str,
) -> list[str]:
    found: list[str] = []
    left = dict(actual)
    for key, wanted in sorted(expected.items(), key=lambda each: bool(_TOKEN.search(each[0]))):
        place = f"{path}.{key}" if path else key
        name = key if key in left else next((each for each in left if _same_text(key, each, bindings)), None)
        if name is None:
            found.append(f"{place}: recorded {_short(wanted)}, not answered")
            continue
        found += differences(wanted, left.pop(name), bindings, unordered, place)
    where = f"{path}." if path else ""
    return found + [f"{where}{key}: not recorded, answered {_short(each)}" for key, each in left.items()]


def _of_lists(
    expected: list[Any], actual: list[Any], bindings: Bindings, unordered: Collection[str], path: str
) -> list[str]:
    if path.rpartition(".")[2] in unordered:
        for found in _arrangements(expected, actual, bindings, unordered):
            bindings.update(found)
            return []
    pairs = enumerate(zip(expected, actual, strict=False))
    result = [
        each
        for index, (wanted, got) in pairs
        for each in differences(wanted, got, bindings, unordered, f"{path}[{index}]")
    ]
    if len(expected) != len(actual):
        result.append(f"{path}: recorded {len(expected)} members, answered {len(actual)}: {_short(actual)}")
    return result


def _arrangements(
    expected: list[Any], actual: list[Any], bindings: Bindings, unordered: Collection[str]
) -> Iterator[Bindings]:
    """The bindings of every way in which the two lists have the same members."""
    if not expected or len(expected) != len(actual):
        if len(expected) == len(actual):
            yield bindings
        return
    for index, each in enumerate(actual):
        draft = dict(bindings)
        if not differences(expected[0], each, draft, unordered):
            yield from _arrangements(expected[1:], actual[:index] + actual[index + 1 :], draft, unordered)


def _same_text(expected: str, actual: Any, bindings: Bindings) -> bool:
    """Whether ``actual`` fits; a placeholder alone may stand for a number, too."""
    if not isinstance(actual, str):
        alone = _TOKEN.fullmatch(expected) and isinstance(actual, int | float)
        return bool(alone) and _same_text(expected, str(actual), bindings)
    if expected == actual or (expected in ("date", "timestamp") and ISO_TIME.fullmatch(actual)):
        return True
    pattern, names = _pattern(expected, bindings)
    found = re.fullmatch(pattern, actual, re.DOTALL)
    if found is None:
        return False
    new = {token: found[group] for token, group in names.items()}
    family = [(token.partition(":")[0], value) for token, value in (bindings | new).items() if ":" in token]
    if len(set(family)) < len(family):
        return False
    bindings.update(new)
    return True


def _pattern(expected: str, bindings: Bindings) -> tuple[str, dict[str, str]]:
    """A regular expression of a recorded text, and the group of each placeholder that is not bound yet."""
    names: dict[str, str] = {}
    pieces, end = [], 0
    for token in _TOKEN.finditer(expected):
        pieces.append(_literal(expected[end : token.start()]))
        pieces.append(_place(token, bindings, names))
        end = token.end()
    return "".join([*pieces, _literal(expected[end:])]), names


def _literal(text: str) -> str:
    return re.escape(text.replace(RECORDED_ACCOUNT, ACCOUNT))


def _place(token: re.Match[str], bindings: Bindings, names: dict[str, str]) -> str:
    whole, family, plain = token[0], token[1], token[3]
    if plain in FREE:
        return ".+?"
    if plain in FIXED:
        return re.escape(FIXED[plain])
    if whole in bindings:
        return re.escape(bindings[whole])
    if whole in names:
        return f"(?P={names[whole]})"
    names[whole] = f"p{len(names)}"
    return f"(?P<{names[whole]}>{UUID if family == 'uuid' else '.+?'})"
