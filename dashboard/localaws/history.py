"""What never happened: a service of the embedded AWS by which the demo's world puts in generated metrics, usage and log lines.

AWS has nothing like it. Everything that is sent replaces what the same series, counter or group held, so that a filling that was
interrupted can be done again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from dashboard.localaws import refusals
from dashboard.localaws.apigateway.rest.quota import set_left
from dashboard.localaws.apigateway.store import Region
from dashboard.localaws.apigateway.store import Store as ApiStore
from dashboard.localaws.cloudwatch.cell import Cell
from dashboard.localaws.cloudwatch.store import MetricStore, SeriesName
from dashboard.localaws.layer import Head
from dashboard.localaws.logs.store import LogStore
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
SERVICE = "gatehouse-history"
"""The name that a request is signed for."""
MARK = "world"
TAG = ("world", "parcel-carrier")
"""On everything that the world made."""


class History:
    """``serve`` is a ``layer.Service``: the operations of the body's members, in the order in which they stand in ``_OPERATIONS``."""

    def __init__(self, apis: ApiStore, metrics: MetricStore, logs: LogStore) -> None:
        self._apis = apis
        self._metrics = metrics
        self._logs = logs
        self._operations: Mapping[str, Callable[[str, Any], None]] = {
            "forget": self._forget,
            "metrics": self._add_metrics,
            "usage": self._add_usage,
            "left": self._set_left,
            "lines": self._add_lines,
            "dates": self._set_dates,
            "mark": self._mark,
        }

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call. It answers ``{"mark": …}``: what the last ``mark`` of the region said, None when there was none."""
        try:
            given = orjson.loads(body or b"{}")
            for name, operation in self._operations.items():
                if name in given:
                    operation(head.region, given[name])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.exception("Generated history was refused")
            return refusals.as_json(400, {"message": f"{type(error).__name__}: {error}"})
        with self._apis.lock:
            return refusals.as_json(200, {"mark": self._apis.region(head.region).more.get(MARK)})

    def _forget(self, region: str, _given: Any) -> None:
        """Take away what an interrupted filling left."""
        with self._apis.lock:
            state = self._apis.region(region)
            things: tuple[dict[str, Any], ...] = (state.rest, state.v2, state.keys, state.plans)
            gone = [
                (things_of, name) for things_of in things for name, each in things_of.items() if _ours(each)
            ]
            for things_of, name in gone:
                del things_of[name]
                state.plan_keys.pop(name, None)
            state.usage = {place: n for place, n in state.usage.items() if place[0] in state.plans}
        self._apis.changed()

    def _add_metrics(self, region: str, given: Any) -> None:
        """``[{namespace, name, dimensions, unit, rows: [[epoch seconds, [[value, count], …]], …]}, …]``"""
        metrics = self._metrics.region(region)
        with self._metrics.lock:
            for each in given:
                metrics.series.pop(SeriesName.of(each["namespace"], each["name"], each["dimensions"]), None)
                rows = ((when, Cell.counted(dict(values))) for when, values in each["rows"])
                metrics.insert(each["namespace"], each["name"], each["dimensions"], rows, each["unit"])

    def _add_usage(self, region: str, given: Any) -> None:
        """``[[plan, key, YYYY-MM-DD, requests], …]``"""
        with self._apis.lock:
            for plan, key, day, requests in given:
                self._apis.region(region).usage[plan, key, day] = requests
        self._apis.changed()

    def _set_left(self, region: str, given: Any) -> None:
        """``[[plan, key, remaining], …]``, as UpdateUsage does it."""
        with self._apis.lock:
            state = self._apis.region(region)
            for plan, key, remaining in given:
                set_left(state, state.plans[plan], key, remaining)
        self._apis.changed()

    def _add_lines(self, region: str, given: Any) -> None:
        """``[[group, {stream: [[epoch milliseconds, line], …]}], …]``"""
        logs = self._logs.region(region)
        with self._logs.lock:
            for group, streams in given:
                logs.groups.pop(group, None)
                for stream, lines in streams.items():
                    logs.extend(group, stream, ((when, line) for when, line in lines))

    def _set_dates(self, region: str, given: Any) -> None:
        """``[[[part of the region, key, …, member], value], …]``: when something that was made just now was made."""
        with self._apis.lock:
            for path, value in given:
                _put(self._apis.region(region), path, value)
        self._apis.changed()

    def _mark(self, region: str, given: Any) -> None:
        """Keep a word for the one who fills."""
        with self._apis.lock:
            self._apis.region(region).more[MARK] = given
        self._apis.changed()


def _ours(thing: Mapping[str, Any]) -> bool:
    tags = thing.get("tags") or (thing.get("info") or thing.get("api") or {}).get("tags") or {}
    return bool(tags.get(TAG[0]) == TAG[1])


def _put(region: Region, path: list[str], value: Any) -> None:
    """Set a member that is there already; KeyError for any other."""
    inside = getattr(region, path[0])
    for step in path[1:-1]:
        inside = inside[step]
    if path[-1] not in inside:
        raise KeyError(path[-1])
    inside[path[-1]] = value
