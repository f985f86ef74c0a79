"""The access log: one line a request in the stage's own format, in which a variable without a value is ``-``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.localaws.gateway.exchange import as_text, look_up

_NAME = r"context((?:\.[A-Za-z_][A-Za-z0-9_-]*)+)"
_VARIABLE = re.compile(rf"\${_NAME}|\$\{{{_NAME}\}}")
_GROUP = re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?")
_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(32), 127)}


def line(template: str, context: Mapping[str, Any]) -> str:
    """``template`` with its ``$context`` variables. A value never ends the line or the quotes around it."""

    def value(found: re.Match[str]) -> str:
        name = (found[1] or found[2])[1:]
        text = as_text(look_up(context, name))
        if text == "":
            return "-"
        if name in ("error.messageString", "error.responseTypeString"):
            return text
        return text.replace("\\", "\\\\").replace('"', '\\"').translate(_CONTROLS)

    return _VARIABLE.sub(value, " ".join(template.splitlines()))


def group_of(settings: Mapping[str, Any] | None) -> str | None:
    """The log group that a stage's ``accessLogSettings`` name, None for another destination or none."""
    found = _GROUP.fullmatch((settings or {}).get("destinationArn") or "")
    return found[1] if found else None


def stream_of(request_id: str) -> str:
    """The stream of a line: AWS spreads them over streams whose names say nothing."""
    return f"{request_id[:1].lower() or '0'}".rjust(32, "0")
