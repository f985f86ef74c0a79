"""The files of an export, laid out as "DynamoDB table export output format" says: a summary, a list, gzipped data, an item a line."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson

from dashboard.localaws.dynamodb.engine import Item, Table, engine
from dashboard.localaws.dynamodb.history import History
from dashboard.localaws.dynamodb.sizes import item_size

PER_FILE = 2000
"""Items a file: one is written at once, between requests."""


class _NoBucket(Exception):
    """S3 did not take a file."""


def writing(
    description: dict[str, Any], table: Table, history: History, scope: Callable[[], Any]
) -> Iterator[None]:
    """Write everything, in pieces; the description tells in the end how it went."""
    lines = (
        _changes(description, table, history)
        if "ExportTime" not in description
        else _whole(description, table, history)
    )
    prefix = f"{description['S3Prefix'].rstrip('/')}/" if description.get("S3Prefix") else ""
    place = f"{prefix}AWSDynamoDB/{description['ExportArn'].rpartition('/')[2]}"
    files, size = [], 0
    try:
        with scope():
            _put(description, f"{place}/_started", b"")
        while part := list(islice(lines, PER_FILE)):
            data = gzip.compress(b"".join(line for line, _ in part))
            key = f"{place}/data/{uuid.uuid4().hex[:26]}.json.gz"
            with scope():
                _put(description, key, data)
            files.append(
                {
                    "itemCount": len(part),
                    "md5Checksum": _md5(data),
                    "etag": hashlib.md5(data).hexdigest(),
                    "dataFileS3Key": key,
                }
            )
            size += sum(length for _, length in part)
            yield
        _finish(description, place, files, size, scope)
    except _NoBucket as error:
        description |= {
            "ExportStatus": "FAILED",
            "EndTime": time.time(),
            "FailureCode": "S3NoSuchBucket",
            "FailureMessage": str(error),
        }


def _finish(
    description: dict[str, Any], place: str, files: list[dict[str, Any]], size: int, scope: Callable[[], Any]
) -> None:
    description |= {
        "EndTime": time.time(),
        "ItemCount": sum(one["itemCount"] for one in files),
        "BilledSizeBytes": size,
        "ExportManifest": f"{place}/manifest-summary.json",
    }
    listed = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in files)
    summary = orjson.dumps(_summary(description, place))
    with scope():
        for name, data in (("manifest-files", listed), ("manifest-summary", summary)):
            _put(description, f"{place}/{name}.json", data)
            _put(description, f"{place}/{name}.md5", _md5(data).encode())
    description["ExportStatus"] = "COMPLETED"


def _summary(description: dict[str, Any], place: str) -> dict[str, Any]:
    incremental = description.get("IncrementalExportSpecification")
    found = {
        "version": "2023-08-01" if incremental else "2020-06-30",
        "exportArn": description["ExportArn"],
        "startTime": _iso(description["StartTime"]),
        "endTime": _iso(description["EndTime"]),
        "tableArn": description["TableArn"],
        "tableId": description["TableId"],
        "s3Bucket": description["S3Bucket"],
        "s3Prefix": description.get("S3Prefix"),
        "s3SseAlgorithm": description["S3SseAlgorithm"],
        "s3SseKmsKeyId": description.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{place}/manifest-files.json",
        "billedSizeBytes": description["BilledSizeBytes"],
        "itemCount": description["ItemCount"],
        "outputFormat": description["ExportFormat"],
        "exportType": description["ExportType"],
    }
    if incremental:
        return found | {
            "exportFromTime": _iso(incremental["ExportFromTime"]),
            "exportToTime": _iso(incremental["ExportToTime"]),
            "outputView": incremental["ExportViewType"],
        }
    return found | {"exportTime": _iso(description["ExportTime"])}


def _whole(description: dict[str, Any], table: Table, history: History) -> Iterator[tuple[bytes, int]]:
    """Every item of the moment, with its bytes."""
    for sorts in history.at(table, description["ExportTime"]).values():
        for item in sorts.values():
            yield orjson.dumps({"Item": item}, option=orjson.OPT_APPEND_NEWLINE), item_size(item)


def _changes(description: dict[str, Any], table: Table, history: History) -> Iterator[tuple[bytes, int]]:
    """Every item that changed between the moments: its key, and how it was and is."""
    given = description["IncrementalExportSpecification"]
    start, end = float(given["ExportFromTime"]), float(given["ExportToTime"])
    touched = {
        (partition, sort): when
        for when, partition, sort, _ in history.rows.get(table["TableId"], ())
        if start < when <= end
    }
    before, after = history.at(table, start), history.at(table, end)
    for (partition, sort), when in touched.items():
        old, new = before.get(partition, {}).get(sort), after.get(partition, {}).get(sort)
        if old is not None or new is not None:
            record = _record(table, old, new, when, given["ExportViewType"])
            yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE), item_size(old) + item_size(new)


def _record(table: Table, old: Item | None, new: Item | None, when: float, view: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "Metadata": {"WriteTimestampMicros": {"N": str(int(when * 1_000_000))}},
        "Keys": engine()._extract_key_from_item(table, new or old),
    }
    if new is not None:
        record["NewImage"] = new
    if old is not None and view != "NEW_IMAGE":
        record["OldImage"] = old
    return record


def _put(description: dict[str, Any], key: str, data: bytes) -> None:
    s3 = importlib.import_module("ministack.services.s3")
    status, _, _ = s3._put_object(description["S3Bucket"], key, data, {})
    if status != 200:
        raise _NoBucket("The specified bucket does not exist")


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def _iso(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
