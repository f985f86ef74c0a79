"""Making, changing and deleting tables: each one call. What is sent is made elsewhere (``tables.core.structure_steps``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.aws.calling import Answer
from dashboard.aws.dynamodb.sending import send
from dashboard.aws.target import Target

MOST_TAG_PAGES = 10
"""A table has at most 50 tags, and a page of them is never empty."""


def create_table(target: Target, arguments: Mapping[str, Any], *, change: str) -> Answer:
    """CreateTable; Kind.CONFLICT when there is a table of that name."""
    return send(
        target, "CreateTable", f"table:{arguments['TableName']}", arguments, writes=True, change=change
    )


def update_table(target: Target, name: str, arguments: Mapping[str, Any], *, change: str) -> Answer:
    """UpdateTable with one kind of change; Kind.CONFLICT while the table is busy with another."""
    sent = {"TableName": name, **arguments}
    return send(target, "UpdateTable", f"table:{name}", sent, writes=True, change=change)


def delete_table(target: Target, name: str, *, change: str) -> Answer:
    """DeleteTable, with everything in it."""
    return send(target, "DeleteTable", f"table:{name}", {"TableName": name}, writes=True, change=change)


def update_time_to_live(target: Target, name: str, attribute: str, enabled: bool, *, change: str) -> Answer:
    """Switch expiry by ``attribute`` on or off; AWS takes one change an hour."""
    sent = {
        "TableName": name,
        "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute},
    }
    return send(target, "UpdateTimeToLive", f"table:{name}", sent, writes=True, change=change)


def time_to_live_state(target: Target, name: str) -> tuple[str, str]:
    """``(status, attribute)``: ENABLED, ENABLING, DISABLED or DISABLING, and the attribute AWS names with it."""
    body = send(target, "DescribeTimeToLive", f"table:{name}", {"TableName": name}).body
    stated = body.get("TimeToLiveDescription", {})
    return str(stated.get("TimeToLiveStatus", "DISABLED")), str(stated.get("AttributeName", ""))


def list_tags(target: Target, name: str, arn: str) -> tuple[tuple[str, str], ...]:
    """The table's tags by key, AWS's own (``aws:…``) among them."""
    found: dict[str, str] = {}
    arguments: dict[str, Any] = {"ResourceArn": arn}
    for _ in range(MOST_TAG_PAGES):
        body = send(target, "ListTagsOfResource", f"table:{name}", arguments).body
        found |= {str(tag["Key"]): str(tag["Value"]) for tag in body.get("Tags", ())}
        if not body.get("NextToken"):
            break
        arguments = {"ResourceArn": arn, "NextToken": body["NextToken"]}
    return tuple(sorted(found.items()))


def tag_table(target: Target, name: str, arn: str, tags: Mapping[str, str], *, change: str) -> Answer:
    """Add tags, or give those of the same key another value."""
    sent = {"ResourceArn": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    return send(target, "TagResource", f"table:{name}", sent, writes=True, change=change)


def untag_table(target: Target, name: str, arn: str, keys: Sequence[str], *, change: str) -> Answer:
    """Take tags away."""
    sent = {"ResourceArn": arn, "TagKeys": list(keys)}
    return send(target, "UntagResource", f"table:{name}", sent, writes=True, change=change)


def describe_limits(target: Target) -> dict[str, int]:
    """What the account may provision in the region, by AWS's names (``AccountMaxReadCapacityUnits``…)."""
    body = send(target, "DescribeLimits", "account", {}).body
    return {name: int(value) for name, value in body.items() if isinstance(value, int)}
