"""Items as columns and rows, and the rows as HTML."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.wire import Item
from dashboard.tables.core.columns import MOST_COLUMNS
from dashboard.tables.screens.grid import COLUMNS, HEAD_ROOM, Grid, Order, grid
from dashboard.tables.templatetags.tables import escaped, grid_rows

ITEMS: list[Item] = [
    {"rare": {"S": "1"}, "often": {"S": "1"}, "sk": {"N": "1"}, "pk": {"S": "a"}},
    {"often": {"S": "2"}, "gsi": {"S": "g"}, "pk": {"S": "a"}, "sk": {"N": "2"}},
]
HOSTILE = '<img src=x onerror="alert(1)">'


def names(laid: Grid) -> list[str]:
    return [column.name for column in laid.columns]


def test_it_works() -> None:
    """Keys first, the index's next, then the most frequent."""
    laid = grid(ITEMS, ("pk", "sk"), ("gsi", "pk"))
    assert names(laid) == ["pk", "sk", "gsi", "often", "rare"]
    assert [column.css for column in laid.columns] == ["key", "key num", "key", "", ""]
    assert [column.links for column in laid.columns] == [True, True, False, False, False]
    assert laid.rows[0].cells == (("", "a"), ("N", "1"), ("", ""), ("", "1"), ("", "1"))
    assert laid.rows[1].cells == (("", "a"), ("N", "2"), ("", "g"), ("", "2"), ("", ""))
    assert [row.key for row in laid.rows] == ["sa.n1", "sa.n2"]
    assert not laid.partial
    assert not laid.chosen


def test_many_attributes_are_folded_and_counted() -> None:
    items: list[Item] = [
        {"pk": {"S": str(n)}} | {f"a{n}_{m}": {"S": "x"} for m in range(3)} for n in range(20)
    ]
    laid = grid(items, ("pk",))
    assert len(laid.columns) == COLUMNS
    assert laid.folded == 61 - COLUMNS
    assert laid.total == 61
    assert laid.rows[19].more == "+3: a19_0, a19_1, a19_2"
    assert laid.rows[0].more == ""
    assert len(grid(items, ("pk",), most=120).columns) == 61


def test_one_attribute_too_many_is_shown_rather_than_folded() -> None:
    item: Item = {"pk": {"S": "1"}} | {f"a{m}": {"S": "x"} for m in range(COLUMNS)}
    laid = grid([item], ("pk",))
    assert len(laid.columns) == COLUMNS + 1
    assert laid.folded == 0


def test_an_empty_page_has_the_key_columns() -> None:
    assert names(grid([], ("pk", "sk"))) == ["pk", "sk"]


def test_chosen_columns_stand_as_they_were_chosen() -> None:
    """Also one that no item of the page has; the others are offered, and no column tells of them."""
    laid = grid(ITEMS, ("pk", "sk"), chosen=["often", "nowhere", "sk", "often"])
    assert names(laid) == ["often", "nowhere", "sk"]
    assert laid.names == ("often", "nowhere", "sk", "pk", "rare", "gsi")
    assert laid.folded == 3
    assert laid.chosen
    assert [row.more for row in laid.rows] == ["", ""]
    assert laid.rows[0].cells == (("", "1"), ("", ""), ("N", "1"))
    assert [column.links for column in laid.columns] == [False, False, True]


def test_without_a_key_column_the_first_one_leads_to_the_item() -> None:
    laid = grid(ITEMS, ("pk", "sk"), chosen=["rare", "often"])
    html = grid_rows(laid, "/t/item/")
    assert '<td class="v"><a href="/t/item/sa.n1/">1</a></td><td class="v">1</td>' in html
    assert '<td class="v"><a href="/t/item/sa.n2/">open</a></td>' in html  # it has no such attribute


def test_more_columns_than_fit_cannot_be_chosen() -> None:
    laid = grid(ITEMS, ("pk", "sk"), chosen=[f"a{n}" for n in range(MOST_COLUMNS + 30)])
    assert len(laid.columns) == MOST_COLUMNS


def test_an_item_without_its_key_has_no_link_and_no_box() -> None:
    """A statement that asks for some attributes answers such rows."""
    laid = grid([{"often": {"S": "1"}}, ITEMS[0]], ("pk", "sk"), chosen=["often"])
    assert [row.key for row in laid.rows] == ["", "sa.n1"]
    html = grid_rows(laid, "/t/item/", selectable=True)
    assert '<tr><td class="pick"></td><td class="v">1</td></tr>' in html
    assert html.count("<input") == 1
    assert html.count("<a ") == 1


def test_no_links_without_a_base() -> None:
    assert "<a" not in grid_rows(grid(ITEMS, ("pk", "sk")))
    assert "<a" not in grid_rows(grid(ITEMS, ()))


def test_a_name_in_the_head_is_one_short_line() -> None:
    long, broken = "n" * 300, "a\n\u202eb"
    laid = grid([{"pk": {"S": "1"}, long: {"S": "1"}, broken: {"S": "1"}}], ("pk",))
    assert [column.shown for column in laid.columns] == ["pk", "n" * HEAD_ROOM + "…", "a\\n\\u202eb"]


def test_rows_are_escaped() -> None:
    items: list[Item] = [{"pk": {"S": f"{HOSTILE}'&"}, HOSTILE: {"M": {HOSTILE: {"S": "</td>\0"}}}}]
    html = grid_rows(grid(items, ("pk",)), "/t/a'b/", selectable=True)
    assert "<img" not in html
    assert html.count("</td>") == 3
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#x27;&amp;</a>" in html
    assert 'href="/t/a&#x27;b/S' in html
    assert 'aria-label="Select &lt;img src=x onerror=&quot;' in html


@given(st.lists(st.text(alphabet=st.sampled_from("<>&\"'\0ab\n"), max_size=8), max_size=6))
def test_texts_are_escaped_together_as_each_alone(texts: list[str]) -> None:
    assert escaped(texts) == [escape(text) for text in texts] or texts == []


def test_the_folded_column_is_only_there_without_a_choice() -> None:
    items: list[Item] = [{"pk": {"S": "1"}} | {f"a{n:02d}": {"S": "x"} for n in range(40)}]
    assert '<td class="more">+25: a15, a16' in grid_rows(grid(items, ("pk",)))
    assert 'class="more"' not in grid_rows(grid(items, ("pk",), chosen=["a01"]))


def drawn(laid: Grid, **more: Any) -> str:
    return render_to_string("tables/grid.html", {"grid": laid, "item_base": "/t/item/", **more})


def test_the_template_stands_alone() -> None:
    """What another page includes: no boxes, no order, no links unless it gives them."""
    html = drawn(grid(ITEMS, ("pk", "sk")), item_base="")
    assert "<table" in html
    assert 'data-name="&quot;often&quot;">often</th>' in html
    assert "checkbox" not in html
    assert "/t/item/" not in html
    assert "data-order" not in html
    assert 'id="grid-data"' not in html


def test_the_order_of_the_key_is_turned_by_its_head() -> None:
    html = drawn(grid(ITEMS, ("pk", "sk")), order=Order("sk", True, "?order=&x=1"))
    assert (
        'aria-sort="descending"><a href="?order=&amp;x=1" hx-get="?order=&amp;x=1" data-order>sk</a>' in html
    )
    assert html.count("aria-sort") == 1


def test_items_without_links_stand_in_the_page_to_be_copied() -> None:
    html = drawn(grid(ITEMS, ()), item_base="", grid_data=[{"a": {"S": "</script><b>"}}])
    assert '<script id="grid-data" type="application/json">' in html
    assert "</script><b>" not in html


def test_partial_rows_are_marked() -> None:
    assert 'class="table items partial"' in drawn(grid(ITEMS, ("pk", "sk"), partial=True))
    assert "items partial" not in drawn(grid(ITEMS, ("pk", "sk")))


@pytest.mark.parametrize("count", [0, 1, 100])
def test_every_row_has_every_column(count: int) -> None:
    items = [dict(ITEMS[0]) for _ in range(count)]
    html = grid_rows(grid(items, ("pk", "sk")), "/t/", selectable=True)
    assert html.count("<tr>") == count
    assert html.count("<td") == count * (1 + 4)
