"""CloudWatch Logs as a service of the layer, over its JSON protocol."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

from dashboard.localaws import refusals
from dashboard.localaws.layer import Head
from dashboard.localaws.logs import events, groups
from dashboard.localaws.logs.errors import LogsError
from dashboard.localaws.logs.insights import queries
from dashboard.localaws.logs.store import LogStore
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
_TARGET = "Logs_20140328."

Operation = Callable[[LogStore, str, dict[str, Any]], dict[str, Any]]
OPERATIONS: dict[str, Operation] = {
    "CreateLogGroup": groups.create_log_group,
    "DeleteLogGroup": groups.delete_log_group,
    "DescribeLogGroups": groups.describe_log_groups,
    "PutRetentionPolicy": groups.put_retention_policy,
    "DeleteRetentionPolicy": groups.delete_retention_policy,
    "CreateLogStream": groups.create_log_stream,
    "DeleteLogStream": groups.delete_log_stream,
    "DescribeLogStreams": groups.describe_log_streams,
    "PutLogEvents": events.put_log_events,
    "GetLogEvents": events.get_log_events,
    "FilterLogEvents": events.filter_log_events,
    "StartQuery": queries.start_query,
    "GetQueryResults": queries.get_query_results,
    "StopQuery": queries.stop_query,
    "DescribeQueries": queries.describe_queries,
    "GetLogRecord": queries.get_log_record,
}


class CloudWatchLogs:
    """``serve`` is a ``layer.Service``."""

    def __init__(self, store: LogStore) -> None:
        self.store = store

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call; every refusal is one that SDKs read."""
        target = head.headers.get("x-amz-target", "")
        operation = OPERATIONS.get(target.removeprefix(_TARGET)) if target.startswith(_TARGET) else None
        if operation is None:
            return _refused(
                LogsError(
                    "UnknownOperationException",
                    f"The embedded CloudWatch Logs does not offer {target or raw_path}.",
                )
            )
        try:
            given = json.loads(body or b"{}")
            if not isinstance(given, dict):
                raise LogsError("SerializationException", "The request's body is not an object.")
            with self.store.lock:
                value = operation(self.store, head.region, given)
        except LogsError as error:
            return _refused(error)
        except ValueError:
            return _refused(LogsError("SerializationException", "The request's body is not JSON."))
        except (AttributeError, TypeError, KeyError):
            logger.exception("%s failed", target)
            return _refused(LogsError("InternalFailure", "The embedded CloudWatch Logs failed.", 500))
        headers = (
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amzn-requestid", str(uuid.uuid4())),
        )
        return Answer(200, headers, json.dumps(value).encode() if value else b"")


def _refused(error: LogsError) -> Answer:
    return refusals.aws_error(error.status, error.code, error.message, more=error.more)
