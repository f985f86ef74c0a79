"""ministack's DynamoDB, which does most of the work: found late, because it reads its environment when it is imported."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

Table = dict[str, Any]
Item = dict[str, Any]
Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body: what a handler of ministack returns."""
Handler = Callable[[dict[str, Any]], Reply]

MEMBERS = "_index_members"
_OTHER_NAMES = {"ListTagsOfResource": "_list_tags"}
_OPERATIONS = frozenset(
    {
        *("CreateTable", "DeleteTable", "DescribeTable", "ListTables", "UpdateTable", "DescribeLimits"),
        *("PutItem", "GetItem", "DeleteItem", "UpdateItem", "Query", "Scan"),
        *("BatchWriteItem", "BatchGetItem", "TransactWriteItems", "TransactGetItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
        *("TagResource", "UntagResource", "ListTagsOfResource", "DescribeEndpoints"),
        *("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"),
        *("ImportTable", "DescribeImport", "ListImports"),
        *("EnableKinesisStreamingDestination", "DisableKinesisStreamingDestination"),
        *("DescribeKinesisStreamingDestination", "UpdateKinesisStreamingDestination"),
    }
)
"""What is left to the engine; it has more functions than operations."""


def engine() -> Any:
    """The module itself; it has no types."""
    return importlib.import_module("ministack.services.dynamodb")


def responses() -> Any:
    """Ministack's module of what a request is scoped by."""
    return importlib.import_module("ministack.core.responses")


def scope(account: str, region: str) -> AbstractContextManager[None]:
    """The account and region in which the engine works meanwhile."""
    return responses().request_scope(account, region)  # type: ignore[no-any-return]


def handler(operation: str) -> Handler | None:
    """The function that serves an operation by its name, None when there is none."""
    if operation not in _OPERATIONS:
        return None
    name = _OTHER_NAMES.get(operation) or re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
    found = getattr(engine(), name if name.startswith("_") else f"_{name}", None)
    return found if callable(found) else None


def tables() -> Any:
    """Every table: a mapping of the scope's names, and ``all_items()`` of all scopes."""
    return engine()._tables


def table_named(name: Any) -> Table | None:
    """The scope's table by name or ARN, None when there is none."""
    found: Table | None = tables().get(engine()._normalize_table_name(name))
    return found
