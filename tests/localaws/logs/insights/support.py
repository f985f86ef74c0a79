"""A query over a few lines, without a server."""

from __future__ import annotations

import json
from typing import Any

from dashboard.localaws.logs.insights.evaluate import Evaluator
from dashboard.localaws.logs.insights.parser import parse
from dashboard.localaws.logs.insights.rows import Row
from dashboard.localaws.logs.insights.values import text
from dashboard.localaws.logs.store import Event

START = 1_700_000_000_000
MINUTE = 60_000
LINES = [
    {"status": 200, "ms": 12, "path": "/a", "user": {"id": "u1"}, "ok": True},
    {"status": 200, "ms": 20, "path": "/b", "user": {"id": "u2"}, "ok": True},
    {"status": 500, "ms": 45, "path": "/a", "user": {"id": "u1"}, "ok": False, "error": "Boom"},
    {"status": 404, "ms": 3, "path": "/none", "list": ["x", {"y": "7"}]},
    {"status": "200", "ms": "8.5", "path": "/a"},
]
"""A minute apart, the first the earliest."""


def ask(query: str, lines: list[Any] | None = None) -> list[dict[str, str]]:
    """What the query answers, one dictionary a row."""
    rows = [
        Row(
            START + n * MINUTE,
            Event(START + n * MINUTE, START, line if isinstance(line, str) else json.dumps(line), n),
            "1:group",
            "stream",
        )
        for n, line in enumerate(LINES if lines is None else lines)
    ]
    outcome = Evaluator(START).run(parse(query), rows[::-1])
    return [
        {name: text(value) for name in outcome.columns if (value := row.get(name)) is not None}
        for row in outcome.rows
    ]


def column(query: str, lines: list[Any] | None = None) -> list[str]:
    """The last column of the answer, '' where a row has none."""
    rows = ask(query, lines)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [row.get(names[-1], "") for row in rows] if names else []
