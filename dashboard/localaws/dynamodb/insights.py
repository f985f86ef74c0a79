"""Contributor Insights: its states, and the rules that it makes in CloudWatch."""

from __future__ import annotations

import time
from typing import Any

from dashboard.localaws.dynamodb.engine import Table
from dashboard.localaws.dynamodb.refusals import Refused, invalid, table_or_refused
from dashboard.localaws.dynamodb.sizes import GLOBAL

SECONDS = 1.0
PREFIX = "DynamoDBContributorInsights-"
MODES = ("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")


def update(data: dict[str, Any]) -> dict[str, Any]:
    """UpdateContributorInsights."""
    table, index = _place(data)
    action, mode = data.get("ContributorInsightsAction"), data.get("ContributorInsightsMode", MODES[0])
    if action not in ("ENABLE", "DISABLE"):
        raise invalid(
            f"1 validation error detected: Value '{action}' at 'contributorInsightsAction' failed to satisfy constraint: "
            "Member must satisfy enum value set: [ENABLE, DISABLE]"
        )
    if mode not in MODES:
        raise invalid(
            f"1 validation error detected: Value '{mode}' at 'contributorInsightsMode' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(MODES)}]"
        )
    now = time.time()
    table.setdefault("_insights", {})[index] = {"enabled": action == "ENABLE", "mode": mode, "at": now}
    return _named(table, index) | {
        "ContributorInsightsStatus": f"{action[:-1]}ING",
        "ContributorInsightsMode": mode,
    }


def describe(data: dict[str, Any]) -> dict[str, Any]:
    """DescribeContributorInsights."""
    table, index = _place(data)
    setting = (table.get("_insights") or {}).get(index)
    answer = _named(table, index) | {
        "ContributorInsightsStatus": _status(setting),
        "ContributorInsightsRuleList": [],
    }
    if setting:
        answer |= {"LastUpdateDateTime": setting["at"], "ContributorInsightsMode": setting["mode"]}
    if setting and setting["enabled"]:
        answer["ContributorInsightsRuleList"] = rules(table, index, setting)
    return answer


def listed(data: dict[str, Any], tables: list[Table]) -> dict[str, Any]:
    """ListContributorInsights of some tables, in pages."""
    rows = [
        _named(table, index)
        | {"ContributorInsightsStatus": _status(setting), "ContributorInsightsMode": setting["mode"]}
        for table in tables
        for index, setting in sorted((table.get("_insights") or {}).items())
    ]
    most, token = int(data.get("MaxResults") or 100), str(data.get("NextToken") or "0")
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    start = int(token)
    answer: dict[str, Any] = {"ContributorInsightsSummaries": rows[start : start + most]}
    if start + most < len(rows):
        answer["NextToken"] = str(start + most)
    return answer


def _place(data: dict[str, Any]) -> tuple[Table, str]:
    table, index = table_or_refused(data.get("TableName")), data.get("IndexName") or ""
    if index and all(one["IndexName"] != index for one in table.get(GLOBAL) or ()):
        raise Refused("ResourceNotFoundException", f"Requested resource not found: Index: {index} not found")
    return table, index


def _named(table: Table, index: str) -> dict[str, Any]:
    return {"TableName": table["TableName"]} | ({"IndexName": index} if index else {})


def _status(setting: dict[str, Any] | None) -> str:
    if not setting:
        return "DISABLED"
    verb = "ENABL" if setting["enabled"] else "DISABL"
    return f"{verb}{'ING' if time.time() - setting['at'] < SECONDS else 'ED'}"


def rules(table: Table, index: str, setting: dict[str, Any]) -> list[str]:
    """PK and SK rules: of accessed keys (C) and of throttled ones (T)."""
    keys = table["KeySchema"]
    if index:
        keys = next(one["KeySchema"] for one in table[GLOBAL] if one["IndexName"] == index)
    kinds = "CT" if setting["mode"] == MODES[0] else "T"
    sorts = ("PK", "SK") if len(keys) > 1 else ("PK",)
    tail = f"{table['TableName']}{f'-{index}' if index else ''}-{int(setting['at'] * 1000)}"
    return [f"{PREFIX}{sort}{kind}-{tail}" for sort in sorts for kind in kinds]
