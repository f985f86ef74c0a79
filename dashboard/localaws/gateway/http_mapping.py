"""Parameter mappings of HTTP APIs: ``append:header.x``, ``overwrite:querystring.y``, ``remove:…``, ``overwrite:path``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from dashboard.localaws.gateway import jsonpath
from dashboard.localaws.gateway.exchange import Exchange, Pairs, as_text, look_up

_REFERENCE = re.compile(
    r"\$\{((?:request|response|context|stageVariables)\b[^}]*)\}"
    r"|\$((?:request|response|context|stageVariables)(?:\.[A-Za-z0-9_$-]+)+)"
)


def value(text: str, exchange: Exchange, answered: Pairs = ()) -> str:
    """``text`` with its ``$request``, ``$response``, ``$context`` and ``$stageVariables`` references; what is missing is empty."""
    return _REFERENCE.sub(lambda found: _of(found[1] or found[2], exchange, answered), text)


def _of(reference: str, exchange: Exchange, answered: Pairs) -> str:
    root, _, rest = reference.partition(".")
    if root == "context":
        return as_text(look_up(exchange.context, rest))
    if root == "stageVariables":
        return exchange.stage_variables.get(rest, "")
    kind, _, name = rest.partition(".")
    if root == "response":
        return ",".join(v for k, v in answered if kind == "header" and k.lower() == name.lower())
    if kind == "header":
        return ",".join(exchange.incoming.every_header(name))
    if kind == "querystring":
        return ",".join(v for k, v in exchange.incoming.parameters() if k == name)
    if kind == "path":
        return exchange.params.get(name, "") if name else exchange.incoming.path
    return _in_body(name, exchange.incoming.text) if kind == "body" else ""


def _in_body(path: str, text: str) -> str:
    try:
        found = jsonpath.find(json.loads(text), f"$.{path}")
    except ValueError:
        return ""
    return json.dumps(found) if isinstance(found, list | dict) else as_text(found)


def apply(
    mappings: Mapping[str, str],
    kind: str,
    pairs: list[tuple[str, str]],
    exchange: Exchange,
    answered: Pairs = (),
) -> list[tuple[str, str]]:
    """``pairs`` (headers, or a query string when ``kind`` says so) after the mappings of that kind."""
    for target, text in mappings.items():
        how, _, place = target.partition(":")
        found, _, name = place.partition(".")
        if found != kind:
            continue
        same = name.lower() if kind == "header" else name
        if how in ("overwrite", "remove"):
            pairs = [(k, v) for k, v in pairs if (k.lower() if kind == "header" else k) != same]
        if how in ("overwrite", "append"):
            pairs = [*pairs, (name, value(text, exchange, answered))]
    return pairs
