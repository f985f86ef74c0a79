"""A canned AWS that really holds items and carries transactions out."""

from __future__ import annotations

from typing import Any

from dashboard.core.wire import Item
from tests.stub.server import Failure, StubAws


def key(item: Item) -> Item:
    """The key attributes of an item of the tests' tables."""
    return {name: value for name, value in item.items() if name in ("pk", "sk", "id")}


def identity(table: str, item: Item) -> str:
    """One text for one item, whole or as a key."""
    return f"{table} {sorted(key(item).items())}"


class Items:
    """A canned AWS that holds items and carries transactions out as a whole, guarded by the values that they compare."""

    def __init__(self, stub: StubAws) -> None:
        self.held: dict[str, Item] = {}
        self.tokens: set[str] = set()
        stub.reply("TransactGetItems", self.read)
        stub.reply("TransactWriteItems", self.write)

    def put(self, table: str, *items: Item) -> None:
        for item in items:
            self.held[identity(table, item)] = item

    def at(self, table: str, item: Item) -> Item | None:
        return self.held.get(identity(table, item))

    def read(self, body: dict[str, Any]) -> dict[str, Any]:
        found = [self.at(one["Get"]["TableName"], one["Get"]["Key"]) for one in body["TransactItems"]]
        return {"Responses": [{"Item": item} if item else {} for item in found]}

    def write(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["ClientRequestToken"] in self.tokens:
            return {}
        after = dict(self.held)
        reasons = [self._one(kind, one[kind], after) for one in body["TransactItems"] for kind in one]
        if any(reason["Code"] != "None" for reason in reasons):
            raise Failure(
                "TransactionCanceledException", "Transaction cancelled", CancellationReasons=reasons
            )
        self.held = after
        self.tokens.add(body["ClientRequestToken"])
        return {"ConsumedCapacity": [{"CapacityUnits": 4.0}]}

    def _one(self, kind: str, action: dict[str, Any], after: dict[str, Item]) -> dict[str, Any]:
        where = identity(action["TableName"], action.get("Item") or action["Key"])
        stands = self.held.get(where)
        names, values = (
            action.get("ExpressionAttributeNames", {}),
            action.get("ExpressionAttributeValues", {}),
        )
        for part in action["ConditionExpression"].split(" AND "):
            words = part.strip("()").split()
            if words[0] == "attribute_exists":
                fine = stands is not None
            elif words[0] == "attribute_not_exists":
                fine = names[words[1].strip("()")] not in (stands or {})
            else:
                fine = stands is not None and stands.get(names[words[0]]) == values[words[2]]
            if not fine:
                return {"Code": "ConditionalCheckFailed", "Message": "no"} | (
                    {"Item": stands} if stands else {}
                )
        if kind == "Put":
            after[where] = action["Item"]
        elif kind == "Delete":
            del after[where]
        elif kind == "Update":
            after[where] = self._updated(dict(stands or {}), action["UpdateExpression"], names, values)
        return {"Code": "None"}

    def _updated(self, item: Item, text: str, names: dict[str, str], values: dict[str, Any]) -> Item:
        sets, _, removes = text.partition("REMOVE ")
        for one in sets.removeprefix("SET ").split(","):
            if "=" in one:
                name, value = (part.strip() for part in one.split("="))
                item[names[name]] = values[value]
        for name in removes.split(","):
            item.pop(names.get(name.strip(), ""), None)
        return item
