"""DynamoDB Streams: a service of its own with DynamoDB's name in its signature. The engine keeps one shard for each stream."""

from __future__ import annotations

import importlib
import re
from typing import Any

from dashboard.localaws.dynamodb.engine import Reply
from dashboard.localaws.dynamodb.refusals import Refused

TARGET = "DynamoDBStreams_20120810."
_OPERATIONS = frozenset({"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"})


def served(operation: str, data: dict[str, Any]) -> Reply:
    """One call; ``operation`` has the target's prefix."""
    name = operation.removeprefix(TARGET)
    if name not in _OPERATIONS:
        raise Refused("UnknownOperationException", f"Unknown operation: {name}")
    module = importlib.import_module("ministack.services.dynamodb_streams")
    function = getattr(module, "_" + re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    return function(data)  # type: ignore[no-any-return]
