"""Parameter mappings: where a header, a query parameter or a part of the path takes its value from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.gateway import jsonpath
from dashboard.localaws.gateway.exchange import Exchange, Pairs, as_text, look_up

JSON = "application/json"


@dataclass
class Sources:
    """What an expression may refer to: the request, and once it is there the integration's answer."""

    exchange: Exchange
    answer_headers: Pairs = ()
    body: str | None = None
    """The body that ``$input`` reads: the request's, or the integration's answer in a response template."""
    _parsed: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The body that ``$input`` reads."""
        return self.exchange.incoming.text if self.body is None else self.body

    @property
    def document(self) -> Any:
        """The body as JSON, None when it is none."""
        if not self._parsed:
            try:
                self._parsed.append(json.loads(self.text))
            except ValueError:
                self._parsed.append(None)
        return self._parsed[0]


def source(expression: str, sources: Sources) -> str | None:
    """The value of ``'literal'``, ``method.request.header.X``, ``integration.response.body.x``, ``context.x``,
    ``stageVariables.x``; None when there is none.
    """
    exchange = sources.exchange
    if len(expression) > 1 and expression[0] == expression[-1] == "'":
        return expression[1:-1]
    if expression.startswith("context."):
        value = look_up(exchange.context, expression.removeprefix("context."))
        return None if value is None else as_text(value)
    if expression.startswith("stageVariables."):
        return exchange.stage_variables.get(expression.removeprefix("stageVariables."))
    if expression.startswith("integration.response."):
        return _answered(expression.removeprefix("integration.response."), sources)
    return _requested(expression.removeprefix("method.request."), exchange)


def _requested(expression: str, exchange: Exchange) -> str | None:
    kind, _, name = expression.partition(".")
    if kind == "header":
        return exchange.incoming.header(name)
    if kind == "multivalueheader":
        return ",".join(exchange.incoming.every_header(name)) or None
    if kind in ("querystring", "multivaluequerystring"):
        values = [value for key, value in exchange.incoming.parameters() if key == name]
        if not values:
            return None
        return ",".join(values) if kind.startswith("multi") else values[-1]
    if kind == "path":
        return exchange.params.get(name)
    if kind == "body":
        return _in_body(name, exchange.incoming.text)
    return None


def _answered(expression: str, sources: Sources) -> str | None:
    kind, _, name = expression.partition(".")
    if kind in ("header", "multivalueheader"):
        wanted = name.lower()
        found = [value for key, value in sources.answer_headers if key.lower() == wanted]
        return ",".join(found) if found else None
    return _in_body(name, sources.text) if kind == "body" else None


def _in_body(path: str, text: str) -> str | None:
    if not path:
        return text
    try:
        value = jsonpath.find(json.loads(text), f"$.{path}")
    except ValueError:
        return None
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def pick(templates: Mapping[str, str | None], wanted: str | None) -> tuple[str, str | None]:
    """The template for the first type that ``wanted`` (an Accept or a Content-Type) names; else JSON's, else the first.

    Without any template: the type application/json and None.
    """
    for part in (wanted or "").split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in templates:
            return kind, templates[kind]
    if JSON in templates or not templates:
        return JSON, templates.get(JSON)
    return next(iter(templates.items()))
