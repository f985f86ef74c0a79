"""Searches as the parameters of an address, of today's form and of the older one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import InputError
from dashboard.core.expressions import Condition
from dashboard.tables.core.search import Search, params_of, parse_where, search_from_params
from tests.tables.conditions import CONDITIONS, paths
from tests.tables.tables import PARCELS


class Given:
    """Parameters as a query string holds them."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def getlist(self, key: str, /) -> list[str]:
        """Every value of that name."""
        return [value for name, value in self.pairs if name == key]


def test_it_works() -> None:
    search = search_from_params(
        PARCELS, Given(("where", "pk = 'a'"), ("via", "index:by-depot"), ("order", "desc"))
    )
    assert search == Search(parse_where("pk = 'a'"), "index:by-depot", backward=True)
    assert search_from_params(PARCELS, Given()) == Search()


@given(
    CONDITIONS | st.none(),
    st.sampled_from(["", "scan", "table", "index:by-depot", "scan:by-code"]),
    st.lists(paths(), max_size=3, unique=True).map(tuple),
    st.integers(min_value=1, max_value=1000),
    st.booleans(),
    st.booleans(),
)
def test_an_address_is_the_search(
    where: Condition | None, via: str, fields: tuple, limit: int, backward: bool, consistent: bool
) -> None:
    search = Search(where, via, backward, fields, limit, consistent)
    assert search_from_params(PARCELS, Given(*params_of(search))) == search


@pytest.mark.parametrize(
    ("params", "where", "via"),
    [
        ({"mode": "scan"}, None, "scan"),
        ({"mode": "scan", "index": "by-depot"}, None, "scan:by-depot"),
        ({"index": "by-depot"}, None, "scan:by-depot"),
        ({"mode": "query"}, None, "table"),
        ({"mode": "query", "index": "by-depot"}, None, "index:by-depot"),
        ({"mode": "query", "partition": "a"}, "pk = 'a'", "table"),
        (
            {"mode": "query", "partition": "a", "sort_op": "begins_with", "sort": "x"},
            "pk = 'a' AND begins_with(sk, 'x')",
            "table",
        ),
        (
            {
                "mode": "query",
                "index": "by-depot",
                "partition": "H",
                "sort_op": "between",
                "sort": "1",
                "sort_to": "2",
            },
            "depot = 'H' AND weight BETWEEN 1 AND 2",
            "index:by-depot",
        ),
        (
            {
                "mode": "query",
                "index": "by-route",
                "partition": '["N", "7"]',
                "sort_op": ">",
                "sort": '["d", "3"]',
            },
            "region = 'N' AND route = 7 AND day = 'd' AND stop > 3",
            "index:by-route",
        ),
    ],
)
def test_addresses_of_the_older_form(params: dict[str, str], where: str | None, via: str) -> None:
    search = search_from_params(PARCELS, Given(*params.items()))
    assert search == Search(parse_where(where) if where else None, via)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"where": "a ="}, "where"),
        ({"via": "index:"}, "via"),
        ({"via": "all"}, "via"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "1" * 400}, "limit"),
        ({"order": "up"}, "order"),
        ({"field": "a["}, "field"),
        ({"mode": "query", "partition": ""}, "partition"),
        ({"mode": "query", "partition": "a", "sort_op": "like", "sort": "x"}, "sort_op"),
        ({"mode": "query", "index": "nope", "partition": "x"}, "index"),
        ({"partition": "a"}, "partition"),
    ],
)
def test_what_is_refused(params: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as refused:
        search_from_params(PARCELS, Given(*params.items()))
    assert refused.value.field == field
