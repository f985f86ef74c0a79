"""ExportTableToPointInTime: a table as it was at a moment, or what changed between two, as files in S3 that other tools read."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from dashboard.localaws.dynamodb import export_files, recovery
from dashboard.localaws.dynamodb.engine import engine, responses, scope, table_named
from dashboard.localaws.dynamodb.history import History
from dashboard.localaws.dynamodb.refusals import Refused, invalid

SECONDS = 1.0
"""An export takes at least so long."""
FULL, INCREMENTAL = "FULL_EXPORT", "INCREMENTAL_EXPORT"
_SHORTEST, _LONGEST = 15 * 60, 24 * 3600
_VIEWS = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")
_ECHOED = ("ClientToken", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId")


class Exports:
    """The engine keeps the descriptions; ``work`` writes the files a piece at a time."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._running: dict[str, Iterator[None]] = {}
        self.on_change: Callable[[], None] = lambda: None

    def start(self, data: dict[str, Any]) -> dict[str, Any]:
        """ExportTableToPointInTime."""
        table = table_named(data.get("TableArn") or "")
        if table is None:
            raise Refused("TableNotFoundException", f"Table not found: {data.get('TableArn')}")
        if not data.get("S3Bucket"):
            raise invalid(
                "1 validation error detected: Value null at 's3Bucket' failed to satisfy constraint: Member must not be null"
            )
        form = data.get("ExportFormat") or "DYNAMODB_JSON"
        if form not in ("DYNAMODB_JSON", "ION"):
            raise invalid(
                f"1 validation error detected: Value '{form}' at 'exportFormat' failed to satisfy constraint: "
                "Member must satisfy enum value set: [DYNAMODB_JSON, ION]"
            )
        if form == "ION":
            raise invalid("The embedded DynamoDB exports DYNAMODB_JSON only.")
        again = self._same(data)
        if again is not None:
            return {"ExportDescription": self._public(again)}
        now = time.time()
        moments = self._moments(table, data, now)
        identifier = f"{int(now * 1000):014d}-{uuid.uuid4().hex[:8]}"
        description = {
            "ExportArn": f"{table['TableArn']}/export/{identifier}",
            "ExportStatus": "IN_PROGRESS",
            "StartTime": now,
            "TableArn": table["TableArn"],
            "TableId": table["TableId"],
            "S3Bucket": data["S3Bucket"],
            "S3SseAlgorithm": "AES256",
            "ExportFormat": form,
            "ExportType": data.get("ExportType") or FULL,
            **{name: data[name] for name in _ECHOED if data.get(name)},
            **moments,
        }
        arn = description["ExportArn"]
        engine()._exports[arn] = description
        self._running[arn] = export_files.writing(description, table, self._history, scope=_here())
        return {"ExportDescription": self._public(description)}

    def _moments(self, table: dict[str, Any], data: dict[str, Any], now: float) -> dict[str, Any]:
        kind = data.get("ExportType") or FULL
        if kind == FULL:
            moment = float(data.get("ExportTime") or now)
            recovery.check_moment(table, self._history, moment, "InvalidExportTimeException")
            return {"ExportTime": moment}
        given = data.get("IncrementalExportSpecification") or {}
        start, end = given.get("ExportFromTime"), float(given.get("ExportToTime") or now)
        view = given.get("ExportViewType") or _VIEWS[1]
        if kind != INCREMENTAL or start is None or view not in _VIEWS:
            raise invalid(
                "An incremental export needs ExportFromTime, and ExportViewType NEW_IMAGE or NEW_AND_OLD_IMAGES"
            )
        recovery.check_moment(table, self._history, float(start), "InvalidExportTimeException")
        recovery.check_moment(table, self._history, end, "InvalidExportTimeException")
        if not _SHORTEST <= end - start <= _LONGEST:
            raise invalid("The export period must be at least 15 minutes and at most 24 hours")
        return {
            "IncrementalExportSpecification": {
                "ExportFromTime": start,
                "ExportToTime": end,
                "ExportViewType": view,
            }
        }

    def _same(self, data: dict[str, Any]) -> dict[str, Any] | None:
        token = data.get("ClientToken")
        found = (one for one in engine()._exports.values() if token and one.get("ClientToken") == token)
        return next(found, None)

    def describe(self, data: dict[str, Any]) -> dict[str, Any]:
        """DescribeExport."""
        found = engine()._exports.get(data.get("ExportArn"))
        if found is None:
            raise Refused("ExportNotFoundException", f"Export not found: {data.get('ExportArn')}")
        return {"ExportDescription": self._public(found)}

    def listed(self, data: dict[str, Any]) -> dict[str, Any]:
        """ListExports, in pages."""
        wanted, most, token = (
            data.get("TableArn"),
            int(data.get("MaxResults") or 25),
            str(data.get("NextToken") or "0"),
        )
        if not token.isdigit():
            raise invalid("Invalid NextToken")
        found = [one for one in engine()._exports.values() if wanted in (None, one["TableArn"])]
        names = ("ExportArn", "ExportStatus", "ExportType")
        rows = [{name: self._public(one)[name] for name in names} for one in found]
        start = int(token)
        answer: dict[str, Any] = {"ExportSummaries": rows[start : start + most]}
        return answer | ({"NextToken": str(start + most)} if start + most < len(rows) else {})

    def work(self) -> bool:
        """Write a piece of an export; False when there is none."""
        for arn, running in list(self._running.items()):
            if next(running, self) is self:
                del self._running[arn]
            self.on_change()
            return True
        return False

    def _public(self, description: dict[str, Any]) -> dict[str, Any]:
        """As it is answered: in progress for a while, and failed when its work was lost in a stop."""
        done = description["ExportStatus"] != "IN_PROGRESS"
        if done and time.time() - description["StartTime"] < SECONDS:
            hidden = ("EndTime", "ItemCount", "BilledSizeBytes", "ExportManifest")
            rest = {name: value for name, value in description.items() if name not in hidden}
            return {**rest, "ExportStatus": "IN_PROGRESS"}
        if not done and description["ExportArn"] not in self._running:
            description |= {
                "ExportStatus": "FAILED",
                "FailureCode": "InternalError",
                "FailureMessage": "Stopped.",
            }
        return description

    def reset(self) -> None:
        """Forget what is under way."""
        self._running.clear()


def _here() -> Callable[[], Any]:
    account, region = responses().get_account_id(), responses().get_region()
    return lambda: scope(account, region)
