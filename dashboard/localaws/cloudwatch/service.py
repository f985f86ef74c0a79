"""CloudWatch as a service of the layer, over the JSON protocol that boto3 speaks."""

from __future__ import annotations

import gzip
import json
import logging
import uuid
import zlib
from collections.abc import Callable
from typing import Any

from dashboard.localaws import refusals
from dashboard.localaws.cloudwatch import asking, reading, writing
from dashboard.localaws.cloudwatch.errors import MetricsError
from dashboard.localaws.cloudwatch.store import Metrics, MetricStore
from dashboard.localaws.layer import Head
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
_TARGET = "GraniteServiceVersion20100801."

Report = Callable[[str, float, float, int], dict[str, Any] | None]
"""Takes a rule's name, the begin and end of a time (seconds since 1970), how many contributors."""
Operation = Callable[[Metrics, dict[str, Any], float], dict[str, Any]]
OPERATIONS: dict[str, Operation] = {
    "GetMetricData": reading.get_metric_data,
    "GetMetricStatistics": reading.get_metric_statistics,
    "ListMetrics": reading.list_metrics,
    "PutMetricData": writing.put_metric_data,
}


class CloudWatch:
    """``serve`` is a ``layer.Service``; ``report`` answers for the rules of Contributor Insights."""

    def __init__(self, store: MetricStore, report: Report | None = None) -> None:
        self.store = store
        self._report = report or (lambda rule, start, end, most: None)

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call; every refusal is one that SDKs read."""
        target = head.headers.get("x-amz-target", "")
        operation = OPERATIONS.get(target.removeprefix(_TARGET)) if target.startswith(_TARGET) else None
        try:
            if target == f"{_TARGET}GetInsightRuleReport":
                return _answered(self._rule_report(_body(head, body)))
            if operation is None:
                raise MetricsError(
                    "UnknownOperationException",
                    f"The embedded CloudWatch does not offer {target or raw_path}.",
                )
            given = _body(head, body)
            with self.store.lock:
                value = operation(self.store.region(head.region), given, self.store.clock())
        except MetricsError as error:
            return _refused(head, error)
        except (AttributeError, TypeError, KeyError):
            logger.exception("%s failed", target)
            return _refused(head, MetricsError("InternalFailure", "The embedded CloudWatch failed.", 500))
        return _answered(value)

    def _rule_report(self, given: dict[str, Any]) -> dict[str, Any]:
        start, end = asking.window(given, self.store.clock())
        found = self._report(
            str(given.get("RuleName")), start, end, int(given.get("MaxContributorCount") or 10)
        )
        if found is None:
            raise MetricsError(
                "ResourceNotFoundException", f"The rule {given.get('RuleName')} does not exist.", 404
            )
        return found


def _answered(value: dict[str, Any]) -> Answer:
    headers = (
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amzn-requestid", str(uuid.uuid4())),
    )
    return Answer(200, headers, json.dumps(value).encode())


def _body(head: Head, body: bytes) -> dict[str, Any]:
    try:
        plain = gzip.decompress(body) if head.headers.get("content-encoding") == "gzip" else body
        value = json.loads(plain or b"{}")
    except (ValueError, OSError, EOFError, zlib.error):
        raise MetricsError("SerializationException", "The request's body is not JSON.") from None
    if not isinstance(value, dict):
        raise MetricsError("SerializationException", "The request's body is not an object.")
    return value


def _refused(head: Head, error: MetricsError) -> Answer:
    """The refusal, with the code of the query protocol beside it, which SDKs prefer."""
    content_type = head.headers.get("content-type", "")
    answer = refusals.aws_error(error.status, error.code, error.message, content_type=content_type)
    kind = "Receiver" if error.status >= 500 else "Sender"
    return Answer(
        answer.status, (*answer.headers, ("x-amzn-query-error", f"{error.code};{kind}")), answer.body
    )
