"""The planner as a table: what is looked for, and how it is read, why, and what else there was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.core.errors import InputError
from dashboard.tables.core.planner import Option, SearchPlan, plan
from dashboard.tables.core.search import Search, parse_path, parse_where, where_text
from tests.tables.core.plan_cases import CASES, C, Case
from tests.tables.core.plans import MB, ORDERS


def planned(case: Case) -> SearchPlan:
    fields = (parse_path(case.fields),) if case.fields else ()
    where = parse_where(case.where) if case.where else None
    search = Search(where, case.via, case.backward, fields, consistent=case.consistent)
    return plan(case.table, search)


def option(found: SearchPlan, name: str) -> Option:
    return next(one for one in found.options if one.name == name)


def test_it_works() -> None:
    assert len(CASES) >= 80
    found = planned(Case(f"{C} AND placed > 'a' AND total = 1", "query"))
    assert (found.way, found.index, found.partial, found.warnings) == ("query", "", False, ())
    assert found.options[0].chosen and found.options[0].name == found.name == "table"
    assert [one.chosen for one in found.options].count(True) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.where[:60]}|{case.via}{case.fields}")
def test_plans(case: Case) -> None:
    found = planned(case)
    assert found.way + (f":{found.index}" if found.index else "") == case.way
    if found.way == "get":
        assert found.key is not None and len(found.gets) == case.count
        key = parse_where(case.key)
        assert planned(replace(case, where=where_text(key), via="", count=1)).gets == found.gets[:1]
    else:
        assert (where_text(found.key_condition) if found.key_condition else "") == case.key
        assert max(1, len(found.keys)) == case.count
    for condition, text in ((found.filter, case.rest), (found.after, case.after)):
        if text == "x":
            assert condition is not None
        else:
            assert (where_text(condition) if condition else "") == text
    assert found.partial is case.partial
    assert case.says in " ".join((found.why, *found.warnings))
    name, reason = case.not_
    if name:
        assert not option(found, name).chosen and reason in option(found, name).reason
    assert found.backward is (case.backward and found.way == "query")


@pytest.mark.parametrize(
    ("where", "via", "consistent", "rule"),
    [
        ("total = 1", "table", False, "The condition does not say what customer"),
        ("", "table", False, "The condition does not say what customer"),
        ("total = 1", "index:by-product", False, "what product"),
        ("email = 'x'", "index:building", False, "is being made"),
        ("", "scan:leaving", False, "is being deleted"),
        ("product = 'p'", "index:by-product", True, "strongly consistent"),
        ("", "scan:by-product", True, "strongly consistent"),
        ("", "index:nope", False, "no index of that name"),
        ("", "scan:nope", False, "no index of that name"),
        ("", "everything", False, "Choose how to read"),
    ],
)
def test_a_way_that_cannot_be_gone_is_refused(where: str, via: str, consistent: bool, rule: str) -> None:
    search = Search(parse_where(where) if where else None, via, consistent=consistent)
    with pytest.raises(InputError) as refused:
        plan(ORDERS, search)
    assert refused.value.field == "via" and rule in refused.value.rule


def test_every_way_is_an_option_with_a_reason_and_a_cost() -> None:
    found = planned(Case("total = 1", "scan"))
    names = {one.name for one in found.options}
    assert {"scan", "table", *(f"index:{index.name}" for index in ORDERS.indexes)} <= names
    for one in found.options:
        assert one.title and one.reason.endswith(".")
        assert (one.cost is not None) is one.possible
        assert one.usable <= one.possible


def test_chosen_fields_come_with_the_keys_and_never_overlap() -> None:
    search = Search(
        parse_where("product = 'p'"), fields=(("a", "b"), ("a",), ("customer", "x"), ("m", 0, "n"))
    )
    assert plan(ORDERS, search).fields == (("customer",), ("placed",), ("product",), ("a",), ("m", 0, "n"))
    late = Search(parse_where(f"{C} AND (placed = 'a' OR note.x = 1)"), fields=(("note", "y"),))
    assert plan(ORDERS, late).fields == (("customer",), ("placed",), ("note",))
    assert plan(ORDERS, Search(parse_where(C))).fields == ()


def test_of_two_indexes_that_serve_alike_the_smaller_is_read() -> None:
    by_product = ORDERS.index("by-product")
    assert by_product is not None
    twin = replace(by_product, name="by-product-small", size_bytes=MB)
    found = plan(replace(ORDERS, indexes=(*ORDERS.indexes, twin)), Search(parse_where("product = 'p'")))
    assert found.index == "by-product-small"
    assert "less data" in option(found, "index:by-product").reason
