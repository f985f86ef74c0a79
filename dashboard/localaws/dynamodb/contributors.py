"""What Contributor Insights counts: which keys of a table are used, minute by minute, while its insights are on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from dashboard.localaws.dynamodb import insights
from dashboard.localaws.dynamodb.engine import Item, Reply, Table, table_named, tables
from dashboard.localaws.dynamodb.sizes import GLOBAL

MINUTES = 24 * 60
Keys = tuple[str, ...]


class Contributors:
    """Counts in memory; they do not survive a restart."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, Counter[Keys]]] = {}

    def note(self, operation: str, data: dict[str, Any], reply: Reply, throttled: bool, now: float) -> None:
        """Count the keys of one call, if insights of a table or index it names are on."""
        for table, index, item in _uses(operation, data, reply):
            setting = (table.get("_insights") or {}).get(index)
            if not setting or not setting["enabled"]:
                continue
            keys = _key_texts(table, index, item)
            for rule in insights.rules(table, index, setting):
                kind = rule.removeprefix(insights.PREFIX)[:3]
                if (kind[2] == "T") == throttled and keys:
                    self._add(rule, keys[:1] if kind[:2] == "PK" else keys, now)

    def _add(self, rule: str, keys: Keys, now: float) -> None:
        minutes = self._counts.setdefault(rule, {})
        minute = int(now) // 60
        minutes.setdefault(minute, Counter())[keys] += 1
        for old in [each for each in minutes if each < minute - MINUTES]:
            del minutes[old]

    def report(self, rule: str, start: float, end: float, most: int) -> dict[str, Any] | None:
        """GetInsightRuleReport's answer; None when there is no such rule."""
        if not any(
            rule in insights.rules(table, index, setting)
            for _, table in tables().all_items()
            for index, setting in (table.get("_insights") or {}).items()
            if setting["enabled"]
        ):
            return None
        total: Counter[Keys] = Counter()
        for minute, counted in self._counts.get(rule, {}).items():
            if start <= minute * 60 + 59 and minute * 60 < end:
                total.update(counted)
        return {
            "KeyLabels": ["PartitionKey", "SortKey"][: 1 if insights.PREFIX + "PK" in rule else 2],
            "AggregationStatistic": "Sum",
            "AggregateValue": float(sum(total.values())),
            "ApproximateUniqueCount": len(total),
            "Contributors": [
                {"Keys": list(keys), "ApproximateAggregateValue": float(count), "Datapoints": []}
                for keys, count in total.most_common(most)
            ],
        }

    def forget(self) -> None:
        """After a reset."""
        self._counts.clear()


def _uses(operation: str, data: dict[str, Any], reply: Reply) -> Iterator[tuple[Table, str, Item]]:
    """(table, index, attributes that hold its key) of what a call used."""
    if operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem"):
        yield from _named(data.get("TableName"), "", [data.get("Key") or data.get("Item") or {}])
    elif operation == "Query":
        items = (orjson.loads(reply[2] or b"{}").get("Items") or [])[:1]
        yield from _named(data.get("TableName"), data.get("IndexName") or "", items)
    elif operation == "BatchGetItem":
        for name, asked in (data.get("RequestItems") or {}).items():
            yield from _named(name, "", asked.get("Keys") or [])
    elif operation == "BatchWriteItem":
        for name, writes in (data.get("RequestItems") or {}).items():
            yield from _named(
                name,
                "",
                [
                    (one.get("PutRequest") or {}).get("Item") or one.get("DeleteRequest", {}).get("Key")
                    for one in writes
                ],
            )
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for step in data.get("TransactItems") or ():
            for part in step.values():
                yield from _named(part.get("TableName"), "", [part.get("Key") or part.get("Item") or {}])


def _named(name: Any, index: str, items: list[Any]) -> Iterator[tuple[Table, str, Item]]:
    table = table_named(name)
    if table is not None and table.get("_insights"):
        yield from ((table, index, item) for item in items if item)


def _key_texts(table: Table, index: str, item: Item) -> Keys:
    schema = table["KeySchema"]
    if index:
        schema = next((one["KeySchema"] for one in table[GLOBAL] if one["IndexName"] == index), [])
    names = [part["AttributeName"] for part in schema]
    return tuple(str(next(iter(item[name].values()))) for name in names if name in item)
