"""Published models of NoSQL Workbench as real tables: browsed, edited, conflicted and restored, item by item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.expressions import Compare
from dashboard.core.keys import encode_key
from dashboard.core.wire import TAGS, Item, same_item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.core.drafts import FORMS, parse, to_text
from dashboard.tables.core.search import where_text
from dashboard.tables.operations import items
from dashboard.tables.operations.items import Conflict, Saved
from tests.tables.operations import live
from tests.tables.searching import find

pytestmark = [pytest.mark.localaws]
MODELS = ["ChatSystemSchema", "GamePlayerProfilesSchema", "SessionManagementSchema", "SocialNetworkSchema"]


def keys(stated: dict) -> tuple[KeyPart, KeyPart | None]:
    parts = [
        KeyPart(stated[role]["AttributeName"], stated[role]["AttributeType"])
        for role in ("PartitionKey", "SortKey")
        if role in stated
    ]
    return parts[0], parts[1] if len(parts) > 1 else None


def table_of(model: dict) -> Table:
    indexes = []
    for stated in model.get("GlobalSecondaryIndexes", []):
        partition, sort = keys(stated["KeyAttributes"])
        projection = stated["Projection"]["ProjectionType"]
        indexes.append(Index(stated["IndexName"], (partition,), (sort,) if sort else (), True, projection))
    partition, sort = keys(model["KeyAttributes"])
    return Table(model["TableName"], "ACTIVE", partition, sort, tuple(indexes))


def mended(value: Any) -> Any:
    """One of the models wraps its maps twice, which is no DynamoDB value: ``{"M": {"M": {"HP": {"N": "50"}}}}``."""
    tag, inner = next(iter(value.items()))
    if tag == "M":
        if set(inner) == {"M"} and next(iter(inner["M"])) not in TAGS:
            return mended({"M": inner["M"]})
        return {"M": {name: mended(part) for name, part in inner.items()}}
    return {"L": [mended(part) for part in inner]} if tag == "L" else value


def sample_items(model: dict) -> list[Item]:
    rows = [
        *model.get("TableData", []),
        *(row for facet in model.get("TableFacets", []) for row in facet.get("TableData", [])),
    ]
    return [{name: mended(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("name", MODELS)
def test_it_works(samples: Path, localaws: str, live_place: Place, actor: Actor, name: str) -> None:
    (model,) = json.loads((samples / "workbench" / f"{name}.json").read_text())["DataModel"]
    table, rows = table_of(model), sample_items(model)
    assert rows
    here = live.make(localaws, table)
    for row in rows:
        assert isinstance(items.create_item(actor, live_place, here, row, "sample"), Saved)
    browse(actor, live_place, here, table, rows)
    for row in rows:
        edit_conflict_and_restore(actor, live_place, localaws, here, table, row)
    everything = find(actor, live_place, here).items
    assert sorted(map(str, everything)) == sorted(
        map(str, (live.get(localaws, here, key(table, row)) for row in rows))
    )


def browse(actor: Actor, place: Place, here: str, table: Table, rows: list[Item]) -> None:
    """The scan finds every item, and so does a query of the table or an index for each item that has its key."""
    assert len(find(actor, place, here).items) == len(rows)
    targets = [("", table.partition), *((index.name, index.partition[0]) for index in table.indexes)]
    for index, partition in targets:
        for row in rows:
            if partition.name not in row:
                continue
            wanted = where_text(Compare((partition.name,), "=", row[partition.name]))
            found = find(actor, place, here, wanted, via=f"index:{index}" if index else "table").items
            assert any(same_item(row, item) for item in found), (index, wanted)


def edit_conflict_and_restore(
    actor: Actor, place: Place, localaws: str, here: str, table: Table, row: Item
) -> None:
    text = encode_key(row, table.key_names)
    shown = items.get_item(actor, place, here, text).item
    assert shown is not None and same_item(shown, row)
    for form in FORMS:
        assert parse(to_text(shown, form), form) == shown
    draft = {**shown, "Note": {"S": "edited"}}
    saved = items.save_item(actor, place, here, text, shown, draft, "edit")
    assert isinstance(saved, Saved)
    theirs = items.save_item(actor, place, here, text, shown, {**shown, "Note": {"S": "another"}}, "too late")
    assert isinstance(theirs, Conflict) and theirs.theirs == draft and theirs.merge.conflicts == ("Note",)
    assert isinstance(
        items.delete_item(actor, place, here, text, {**shown, "Note": {"S": "another"}}, ""), Conflict
    )
    assert undo(actor, Change.objects.get(pk=saved.change_id), "restore").done
    deleted = items.delete_item(actor, place, here, text, shown, "delete")
    assert isinstance(deleted, Saved) and live.get(localaws, here, key(table, row)) is None
    assert undo(actor, Change.objects.get(pk=deleted.change_id), "restore").done
    assert same_item(live.get(localaws, here, key(table, row)), row)


def key(table: Table, row: Item) -> Item:
    return {name: row[name] for name in table.key_names}
