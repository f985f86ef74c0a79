"""Mapping templates, as far as mock APIs need them: text with references to ``$input``, ``$context``, ``$stageVariables`` and
``$util``. Directives (``#set``, ``#if``, ``#foreach`` …) are refused with ``TemplateError``: a wrong answer would be worse.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from dashboard.localaws.gateway import jsonpath
from dashboard.localaws.gateway.exchange import as_text
from dashboard.localaws.gateway.mapping import Sources

_COMMENT = re.compile(r"##[^\n]*\n?|#\*.*?\*#", re.DOTALL)
_DIRECTIVE = re.compile(
    r"#\{?(set|if|else|elseif|end|foreach|macro|define|include|parse|evaluate|break|stop)\b"
)
_ROOT = re.compile(r"\$!?\{?(input|context|stageVariables|util)\b")
_NAME = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)")
_CLOSE = re.compile(r"\s*\)")
_TEXT = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\")")


class TemplateError(Exception):
    """The template uses what is not offered; the text names it."""


def render(template: str, sources: Sources) -> str:
    """The template's text with every reference replaced; TemplateError for a directive or a call that is not offered."""
    text = _COMMENT.sub("", template)
    if found := _DIRECTIVE.search(text):
        raise TemplateError(f"The directive #{found[1]} is not offered here.")
    pieces: list[str] = []
    place = 0
    while root := _ROOT.search(text, place):
        pieces.append(text[place : root.start()])
        value, place = _reference(text, root, sources)
        pieces.append(java_text(value))
    return "".join([*pieces, text[place:]])


def _reference(text: str, root: re.Match[str], sources: Sources) -> tuple[Any, int]:
    """A reference's value and where the text goes on."""
    value: Any = _roots(root[1], sources)
    place = root.end()
    while name := _NAME.match(text, place):
        place = name.end()
        if text[place : place + 1] == "(":
            arguments, place = _arguments(text, place + 1, sources)
            value = _call(value, name[1], arguments)
        else:
            value = _member(value, name[1])
    if text[root.start() :].startswith(("${", "$!{")):
        if text[place : place + 1] != "}":
            raise TemplateError(f"The reference {text[root.start() : place]} is not closed.")
        place += 1
    return value, place


def _arguments(text: str, place: int, sources: Sources) -> tuple[list[Any], int]:
    arguments: list[Any] = []
    while not (close := _CLOSE.match(text, place)):
        if literal := _TEXT.match(text, place):
            arguments.append(literal[1] if literal[1] is not None else literal[2])
            place = literal.end()
        elif root := _ROOT.match(text, place + len(text[place:]) - len(text[place:].lstrip())):
            value, place = _reference(text, root, sources)
            arguments.append(value)
        else:
            raise TemplateError(f"The arguments {text[place : place + 40]!r} are not understood here.")
        if text[place : place + 1] == ",":
            place += 1
    return arguments, close.end()


def _roots(name: str, sources: Sources) -> Any:
    if name == "context":
        return sources.exchange.context
    if name == "stageVariables":
        return dict(sources.exchange.stage_variables)
    return _Input(sources) if name == "input" else _UTIL


def _member(value: Any, name: str) -> Any:
    if isinstance(value, _Input):
        return value.sources.text if name == "body" else None
    return value.get(name) if isinstance(value, dict) else None


def _call(value: Any, name: str, arguments: list[Any]) -> Any:
    if isinstance(value, _Input):
        return value.call(name, arguments)
    if value is _UTIL and name in _UTIL and len(arguments) == 1:
        return _UTIL[name](arguments[0])
    if isinstance(value, dict) and value is not _UTIL and name == "get" and len(arguments) == 1:
        return value.get(str(arguments[0]))
    if name == "toString" and not arguments:
        return java_text(value)
    raise TemplateError(f"The call {name}() is not offered here.")


class _Input:
    """``$input``."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def call(self, name: str, arguments: list[Any]) -> Any:
        """``json``, ``path`` and ``params``."""
        if name == "params":
            return self._param(str(arguments[0])) if arguments else self._maps()
        if name not in ("json", "path") or len(arguments) != 1:
            raise TemplateError(f"The call $input.{name}() is not offered here.")
        try:
            value = jsonpath.find(self.sources.document, str(arguments[0]))
        except ValueError as error:
            raise TemplateError(str(error)) from None
        if name == "path":
            return value
        return '""' if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def _param(self, name: str) -> str:
        """The path's value, the query's, the header's: the first that there is."""
        maps = self._maps()
        for kind in ("path", "querystring"):
            if name in maps[kind]:
                return maps[kind][name]
        return self.sources.exchange.incoming.header(name) or ""

    def _maps(self) -> dict[str, dict[str, str]]:
        exchange = self.sources.exchange
        return {
            "path": dict(exchange.params),
            "querystring": dict(exchange.incoming.parameters()),
            "header": dict(exchange.incoming.headers),
        }


def java_text(value: Any) -> str:
    """A value as the service's own language prints it: a map as ``{a=b}``, a list as JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={java_text(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "" if isinstance(value, _Input) else as_text(value)


def _escaped(value: Any) -> str:
    return json.dumps(java_text(value), ensure_ascii=False)[1:-1].replace("'", "\\'").replace("/", "\\/")


def _parsed(value: Any) -> Any:
    try:
        return json.loads(java_text(value))
    except ValueError:
        raise TemplateError("$util.parseJson was given something else than JSON.") from None


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(java_text(value)).decode(errors="replace")
    except ValueError:
        raise TemplateError("$util.base64Decode was given something else than base64.") from None


_UTIL: dict[str, Callable[[Any], Any]] = {
    "escapeJavaScript": _escaped,
    "urlEncode": lambda value: quote_plus(java_text(value)),
    "urlDecode": lambda value: unquote_plus(java_text(value)),
    "base64Encode": lambda value: base64.b64encode(java_text(value).encode()).decode(),
    "base64Decode": _decoded,
    "parseJson": _parsed,
}
