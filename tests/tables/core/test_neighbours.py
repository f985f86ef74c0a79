"""The searches for an item's neighbours."""

from __future__ import annotations

from dashboard.tables.core.neighbours import neighbours
from dashboard.tables.core.search import params_of
from tests.tables.tables import COUNTERS, PARCELS

ITEM = {
    "pk": {"S": "it's"},
    "sk": {"S": "b"},
    "depot": {"S": "Kiel"},
    "weight": {"N": "2.50"},
    "region": {"S": "north"},
    "route": {"N": "7"},
    "day": {"S": "mon"},
}


def test_it_works() -> None:
    table, depot, route, code = neighbours(PARCELS, ITEM)
    assert table.search is not None and depot.search is not None
    assert params_of(table.search) == [("where", "pk = 'it''s'"), ("via", "table")]
    assert params_of(depot.search) == [("where", "depot = 'Kiel'"), ("via", "index:by-depot")]
    assert route.search is None and route.why == "the item is not in it: no stop"
    assert code.search is None and "no code" in code.why


def test_every_part_of_an_index_key_is_asked_for() -> None:
    found = neighbours(PARCELS, ITEM | {"stop": {"N": "1"}})[2].search
    assert found is not None
    assert params_of(found)[0] == ("where", "region = 'north' AND route = 7")


def test_an_attribute_of_another_type_is_in_no_index() -> None:
    assert "no weight" in neighbours(PARCELS, ITEM | {"weight": {"S": "2"}})[1].why


def test_a_table_without_sort_key_has_no_neighbours() -> None:
    assert neighbours(COUNTERS, {"id": {"N": "1"}}) == ()
