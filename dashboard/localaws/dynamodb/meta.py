"""Everything that the engine knows but the items: small enough to be written whole whenever one of it changes."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from dashboard.localaws.dynamodb.engine import MEMBERS, engine, tables

STORES = ("tags", "kinesis_destinations", "contributor_insights", "resource_policies", "exports", "imports")
_NOT_HERE = frozenset({MEMBERS, "items"})


def dump() -> dict[str, Any]:
    """JSON-ready: of each store rows of account, region, key and value."""
    found = {name: _rows(getattr(engine(), f"_{name}")) for name in STORES}
    found["tables"] = [
        [*scope, {name: value for name, value in table.items() if name not in _NOT_HERE}]
        for scope, table in tables().all_items()
    ]
    return found


def load(data: dict[str, Any]) -> None:
    """Make the engine know what ``dump`` gave, and nothing else; a table that stays keeps its items."""
    for name in STORES:
        store = getattr(engine(), f"_{name}")
        store.clear()
        for account, region, key, value in data[name]:
            store.set_scoped(account, region, key, value)
    items = {table["TableId"]: table["items"] for table in tables().all_values()}
    tables().clear()
    for account, region, key, table in data["tables"]:
        table["items"] = items.get(table["TableId"]) or defaultdict(dict)
        tables().set_scoped(account, region, key, table)


def _rows(store: Any) -> list[list[Any]]:
    return [[*scope, value] for scope, value in store.all_items()]


def adopt() -> None:
    """Take over what the engine kept itself, before these settings were ours."""
    for (account, region, name), setting in engine()._ttl_settings.all_items():
        table = tables().get_scoped(account, region, name)
        if table is not None and setting.get("TimeToLiveStatus") == "ENABLED":
            table["_ttl"] = {"attribute": setting["AttributeName"]}
    for (account, region, name), enabled in engine()._pitr_settings.all_items():
        table = tables().get_scoped(account, region, name)
        if table is not None and enabled:
            table["_pitr"] = {"since": time.time(), "days": 35}
    engine()._ttl_settings.clear()
    engine()._pitr_settings.clear()
