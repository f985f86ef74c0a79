"""The four published models of NoSQL Workbench, queried as their facets mean them: the chosen index, the calls made, the items found.

One model states its facets; of the others the access patterns that their keys spell are taken (a room's comments, who uses a session,
a user's followers).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.aws.calls import collect
from dashboard.core.dynamodb import Table
from dashboard.core.expressions import And, BeginsWith, Compare
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.search import Search, parse_where, where_text
from dashboard.tables.operations.reading import prepare, run_page
from tests.tables.operations import live
from tests.tables.operations.test_workbench import sample_items, table_of

pytestmark = [pytest.mark.localaws]
CHAT, GAME, SESSIONS, SOCIAL = (
    "ChatSystemSchema",
    "GamePlayerProfilesSchema",
    "SessionManagementSchema",
    "SocialNetworkSchema",
)


@dataclass(frozen=True)
class Model:
    """A table that holds a model's items."""

    here: str
    table: Table
    rows: list[Item]
    facets: list[dict]


@pytest.fixture(scope="module")
def models(samples: Path, localaws: str) -> dict[str, Model]:
    """Every model as a table of the embedded AWS, filled."""
    made = {}
    for name in (CHAT, GAME, SESSIONS, SOCIAL):
        (model,) = json.loads((samples / "workbench" / f"{name}.json").read_text())["DataModel"]
        table, rows = table_of(model), sample_items(model)
        here = live.make(localaws, table)
        live.put(localaws, here, *rows)
        made[name] = Model(here, table, rows, model.get("TableFacets", []))
    return made


def read(actor: Actor, place: Place, model: Model, where: str, way: str, calls: list[str]) -> list[Item]:
    """What the search finds, which are the items that fulfil it, after its plan and calls were as they should be."""
    search = Search(parse_where(where))
    prepared = prepare(actor, place, model.here, search)
    assert prepared.plan.way + (f":{prepared.plan.index}" if prepared.plan.index else "") == way
    assert not prepared.asks
    with collect() as made:
        found = run_page(actor, place, model.here, search, prepared=prepared)
    assert [call.operation for call in made.made] == calls
    expected = [row for row in model.rows if holds(search.where, row)]
    assert len(found.items) == len(expected)
    assert all(any(same_item(item, row) for row in expected) for item in found.items)
    return list(found.items)


PATTERNS = [
    # Chat: a user's comments, a room's comments by time through the index, a room itself
    (CHAT, "PK = 'User:UserA'", "query", ["Query"], 3),
    (CHAT, "PK = 'User:UserA' AND SK > '2023-04-01T12:30'", "query", ["Query"], 2),
    (
        CHAT,
        "RoomID = 'Music' AND begins_with(CreatedAt, '2023-04-01')",
        "query:RoomID_Comment_IDX",
        ["Query"],
        2,
    ),
    (CHAT, "RoomID = 'Art' AND CreatedAt > '2023-04-01T13'", "query:RoomID_Comment_IDX", ["Query"], 1),
    (
        CHAT,
        "RoomID IN ('Art', 'Movie') AND CreatedAt > '2'",
        "query:RoomID_Comment_IDX",
        ["Query", "Query"],
        3,
    ),
    (CHAT, "RoomID = 'Art'", "scan", ["Scan"], 2),  # the index lacks comments without CreatedAt
    (CHAT, "PK = 'Room:Art' AND SK = 'meta'", "get", ["GetItem"], 1),
    (CHAT, "PK IN ('Room:Art', 'Room:Music', 'Room:Movie') AND SK = 'meta'", "get", ["GetItem"] * 3, 3),
    (CHAT, "PK = 'User:UserA' AND contains(Comment, 'Rock')", "query", ["Query"], 1),
    # Sessions: of a session its children and its user; through the inverse index the sessions of a user
    (SESSIONS, "PK = 'suuid#c342etj3' AND begins_with(SK, 'child#')", "query", ["Query"], 2),
    (SESSIONS, "SK = 'c#ABC'", "query:GSI1_inverse", ["Query"], 2),
    (SESSIONS, "SK = 'c#ABC' AND session_state = 'active'", "query:GSI1_inverse", ["Query"], 1),
    (SESSIONS, "SK = 'c#ABC' AND begins_with(PK, 'suuid#d')", "query:GSI1_inverse", ["Query"], 1),
    (SESSIONS, "SK = 'c#ABC' AND PK = 'suuid#d0004tj2'", "get", ["GetItem"], 1),
    (SESSIONS, "begins_with(SK, 'child#')", "scan", ["Scan"], 3),
    # Social network: profile, counts, followers, posts, likes, timeline
    (SOCIAL, "PK = 'u#12345' AND SK = '\"count\"'", "get", ["GetItem"], 1),
    (SOCIAL, "PK = 'u#12345'", "query", ["Query"], 2),
    (SOCIAL, "PK = 'u#12345#follower'", "query", ["Query"], 3),
    (SOCIAL, "PK = 'u#12345#post' AND begins_with(SK, 'p#')", "query", ["Query"], 2),
    (SOCIAL, "PK = 'p#12345#likelist' AND SK BETWEEN 'u#3' AND 'u#4'", "query", ["Query"], 1),
    (SOCIAL, "PK = 'u#12345#timeline' AND contains(SK, 'u#67890')", "query", ["Query"], 1),
    (SOCIAL, '"follower#" = 3000000000.0', "scan", ["Scan"], 1),
    # Player profiles: all of a player
    (GAME, "PK = 'player001'", "query", ["Query"], 14),
    (GAME, "PK = 'player001' AND TaskStatus = 'InProgress'", "query", ["Query"], 1),
]


@pytest.mark.parametrize(("name", "where", "way", "calls", "count"), PATTERNS)
def test_it_works(
    models: dict[str, Model],
    live_place: Place,
    actor: Actor,
    name: str,
    where: str,
    way: str,
    calls: list[str],
    count: int,
) -> None:
    assert len(read(actor, live_place, models[name], where, way, calls)) == count


def facets(model: Model) -> Iterator[tuple[str, list[Item]]]:
    """Each stated facet: its name and its items."""
    for facet in model.facets:
        rows = [row for row in model.rows if any(row["SK"] == one["SK"] for one in facet["TableData"])]
        yield facet["FacetName"], rows


def test_the_stated_facets(models: dict[str, Model], live_place: Place, actor: Actor) -> None:
    """Each item by its key is one GetItem; a facet of a player is one Query narrowed by the sort key."""
    model, seen = models[GAME], 0
    for name, rows in facets(model):
        assert rows, name
        for row in rows:
            key = And(tuple(Compare((part,), "=", row[part]) for part in model.table.key_names))
            (found,) = read(actor, live_place, model, where_text(key), "get", ["GetItem"])
            assert same_item(found, row)
        prefix = {"S": rows[0]["SK"]["S"].rpartition("#")[0] + "#"}
        player = And((Compare(("PK",), "=", rows[0]["PK"]), BeginsWith(("SK",), prefix)))
        assert len(read(actor, live_place, model, where_text(player), "query", ["Query"])) == len(rows)
        seen += len(rows)
    assert seen == len(model.rows) == 14
