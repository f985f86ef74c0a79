"""Mapping templates: what a template of an API may refer to (``$input``, ``$context``, ``$stageVariables``, ``$util``)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from dashboard.localaws.gateway import jsonpath
from dashboard.localaws.gateway.mapping import Sources
from dashboard.localaws.gateway.vtl.evaluate import Run
from dashboard.localaws.gateway.vtl.nodes import TemplateError
from dashboard.localaws.gateway.vtl.parse import parse
from dashboard.localaws.gateway.vtl.values import Service, java_text

__all__ = ["TemplateError", "java_text", "render"]
OVERRIDES = ("requestOverride", "responseOverride")


def render(template: str, sources: Sources) -> str:
    """The text that a template makes; TemplateError for one that is broken or uses what is not offered.

    What it sets in ``$context.requestOverride`` and ``$context.responseOverride`` stays in the exchange's context.
    """
    context = sources.exchange.context
    overrides = context.setdefault("requestOverride", {"header": {}, "querystring": {}, "path": {}})
    answered = context.setdefault("responseOverride", {"header": {}})
    run = Run(
        {
            "input": _Input(sources),
            "context": {**context, "requestOverride": overrides, "responseOverride": answered},
            "stageVariables": dict(sources.exchange.stage_variables),
            "util": _Util(),
        }
    )
    return run.text(parse(template))


class _Input(Service):
    """``$input``."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def member(self, name: str) -> Any:
        """``body``; without one it is an empty object (recorded from AWS)."""
        return (self.sources.text or "{}") if name == "body" else None

    def call(self, name: str, arguments: list[Any]) -> Any:
        """``json``, ``path`` and ``params``."""
        if name == "params":
            return self._param(java_text(arguments[0])) if arguments else self._maps()
        if name not in ("json", "path") or len(arguments) != 1:
            raise TemplateError(f"The call $input.{name}() is not offered here.")
        try:
            value = jsonpath.find(self.sources.document, java_text(arguments[0]))
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


_UTIL: Mapping[str, Callable[[Any], Any]] = {
    "escapeJavaScript": _escaped,
    "urlEncode": lambda value: quote_plus(java_text(value)),
    "urlDecode": lambda value: unquote_plus(java_text(value)),
    "base64Encode": lambda value: base64.b64encode(java_text(value).encode()).decode(),
    "base64Decode": _decoded,
    "parseJson": _parsed,
}


class _Util(Service):
    """``$util``."""

    def call(self, name: str, arguments: list[Any]) -> Any:
        """One of its functions of one value."""
        if name not in _UTIL or len(arguments) != 1:
            raise TemplateError(f"The call $util.{name}() is not offered here.")
        return _UTIL[name](arguments[0])
