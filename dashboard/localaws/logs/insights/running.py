"""A query's work, done beside the requests: events → results and statistics as they are answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.logs.insights.evaluate import Evaluator, Outcome
from dashboard.localaws.logs.insights.nodes import Command
from dashboard.localaws.logs.insights.rows import Row
from dashboard.localaws.logs.insights.values import text
from dashboard.localaws.logs.store import Event

logger = logging.getLogger("gatehouse.localaws")
NOTHING = (
    *("recordsMatched", "recordsScanned", "estimatedRecordsSkipped"),
    *("bytesScanned", "estimatedBytesSkipped", "logGroupsScanned"),
)


@dataclass(frozen=True)
class Source:
    """The events of a stream as they were when the query was started."""

    group: str
    stream: str
    events: Sequence[Event]


@dataclass(frozen=True)
class Answered:
    """What a finished query says."""

    results: list[list[dict[str, str]]]
    statistics: dict[str, float]


def run(
    commands: Sequence[Command], sources: Sequence[Source], start: int, end: int, limit: int, now: int
) -> Answered:
    """The answer over the events from ``start`` to ``end`` (milliseconds, both in); ``limit`` counts when the query has none."""
    try:
        rows = [
            row_of(source.group, source.stream, event)
            for source in sources
            for event in source.events
            if start <= event.when <= end
        ]
        rows.sort(key=lambda row: (row.when, row.event and row.event.number), reverse=True)
        outcome = Evaluator(now).run(commands, rows)
        size = sum(len(row.event.message.encode()) for row in rows if row.event)
        groups = len({source.group for source in sources})
        values = (outcome.matched, len(rows), 0, size, 0, groups)
        statistics = {name: float(value) for name, value in zip(NOTHING, values, strict=True)}
        return Answered(_shown(outcome, limit), statistics)
    except Exception:  # our defect; the query is Failed
        logger.exception("A query of Logs Insights failed")
        raise


def row_of(group: str, stream: str, event: Event) -> Row:
    """The row of one event."""
    return Row(event.when, event, f"{ACCOUNT}:{group}", stream)


def _shown(outcome: Outcome, limit: int) -> list[list[dict[str, str]]]:
    """Rows as they are answered; a field that a row has not is left out. Rows of events end with their pointer."""
    found = []
    for row in outcome.rows[: outcome.limit or limit]:
        values = [(name, row.get(name)) for name in outcome.columns]
        shown = [{"field": name, "value": text(value)} for name, value in values if value is not None]
        if not outcome.grouped:
            shown.append({"field": "@ptr", "value": text(row.get("@ptr"))})
        found.append(shown)
    return found
