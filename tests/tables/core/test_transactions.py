"""Steps of a transaction, planned against what was shown, and the limits they have together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.core.dynamodb import TransactStep
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, Compare, Exists, NotExists, Remove, Set
from dashboard.core.wire import Item
from dashboard.tables.core.cancelled import reasons_of
from dashboard.tables.core.search import parse_where
from dashboard.tables.core.transactions import Step, check_edit, plan_step, together
from tests.tables.tables import COUNTERS, PARCELS

KEY: Item = {"pk": {"S": "P1"}, "sk": {"S": "E1"}}
ITEM: Item = {**KEY, "state": {"S": "sorted"}, "weight": {"N": "7.5"}}


def step(kind: str, **more: object) -> Step:
    return Step(kind, PARCELS, KEY, **more)  # type: ignore[arg-type]


def test_it_works() -> None:
    update = plan_step(step("update", sets={"state": {"S": "lost"}}, removes=("weight", "absent")), ITEM)
    assert update.sent == TransactStep(
        "update",
        "parcels",
        KEY,
        None,
        (Set(("state",), {"S": "lost"}), Remove(("weight",))),
        And(
            (
                Exists(("pk",)),
                Compare(("state",), "=", {"S": "sorted"}),
                Compare(("weight",), "=", {"N": "7.5"}),
            )
        ),
    )
    put = plan_step(step("put", item=ITEM), None)
    assert (put.sent.kind, put.sent.item, put.sent.condition) == ("put", ITEM, NotExists(("pk",)))
    delete = plan_step(step("delete"), ITEM)
    assert (delete.sent.kind, delete.sent.condition) == (
        "delete",
        And(
            (
                Exists(("pk",)),
                Compare(("state",), "=", {"S": "sorted"}),
                Compare(("weight",), "=", {"N": "7.5"}),
            )
        ),
    )
    where = parse_where("weight < 8")
    check = plan_step(step("check", where=where), ITEM)
    assert check.sent == TransactStep("check", "parcels", KEY, condition=where)
    assert (check.changes, check.plan) == ((), None)
    assert together([update]) == {}


def test_replace_writes_only_what_differs() -> None:
    """An attribute that somebody adds meanwhile survives: the whole is never put over it."""
    planned = plan_step(step("replace", item={**KEY, "state": {"S": "lost"}, "new": {"NULL": True}}), ITEM)
    assert planned.sent.kind == "update"
    written = (Set(("state",), {"S": "lost"}), Remove(("weight",)), Set(("new",), {"NULL": True}))
    assert planned.sent.actions == written
    assert NotExists(("new",)) in planned.sent.condition.all  # type: ignore[union-attr]


def test_the_own_condition_comes_on_top_of_the_guard() -> None:
    where = parse_where("weight < 8 OR weight > 9")
    planned = plan_step(step("delete", where=where), ITEM)
    assert planned.sent.condition == And((plan_step(step("delete"), ITEM).condition, where))


@pytest.mark.parametrize(
    ("asked", "shown", "field", "says"),
    [
        (step("put", item=ITEM), ITEM, "kind", "There is an item under this key already"),
        (step("update", sets={"a": {"S": ""}}), None, "key", "There is no item"),
        (step("replace", item=ITEM), None, "key", "There is no item"),
        (step("delete"), None, "key", "There is no item"),
        (step("update"), ITEM, "draft", "Name an attribute"),
        (step("update", sets={"state": {"S": "sorted"}}), ITEM, "draft", "Nothing would change"),
        (step("replace", item=ITEM), ITEM, "draft", "Nothing would change"),
        (step("update", sets={"pk": {"S": "x"}}), ITEM, "draft", "part of the table's key"),
        (step("update", removes=("sk",)), ITEM, "draft", "part of the table's key"),
        (step("update", sets={"a": {"S": ""}}, removes=("a",)), ITEM, "draft", "both set and removed"),
        (step("update", sets={"weight": {"S": "x"}}), ITEM, "draft", "weight"),
        (step("update", sets={"n": {"N": "1E+126"}}), ITEM, "draft", "number"),
        (step("update", sets={"n": {"SS": []}}), ITEM, "draft", "cannot be empty"),
        (step("update", sets={"n": {"S": "x" * 409_600}}), ITEM, "draft", "400 KB"),
        (step("replace", item={**ITEM, "pk": {"S": "other"}}), ITEM, "draft", "key"),
        (step("check"), ITEM, "where", "needs a condition"),
        (step("wipe"), ITEM, "kind", "Choose"),
        (step("delete", where=parse_where("size(state) < 5 AND " * 400 + "a = 1")), ITEM, "where", "Shorten"),
        (step("update", sets={f"a{n}": {"N": "1"} for n in range(200)}), ITEM, "draft", "at most"),
    ],
)
def test_a_step_that_cannot_be(asked: Step, shown: Item | None, field: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        plan_step(asked, shown)
    assert refused.value.field == field


def test_limits_of_all_steps_together() -> None:
    assert "no step yet" in together([])[-1]
    check = plan_step(step("check", where=parse_where("weight < 8")), ITEM)
    assert "only checks" in together([check])[-1]
    deletes = [
        plan_step(Step("delete", COUNTERS, {"id": {"N": str(number)}}), {"id": {"N": str(number)}})
        for number in range(101)
    ]
    assert together(deletes[:100]) == {}
    assert "at most 100" in together(deletes)[-1]
    large = [
        plan_step(
            Step("delete", COUNTERS, {"id": {"N": str(number)}}),
            {"id": {"N": str(number)}, "text": {"S": "x" * 399_000}},
        )
        for number in range(11)
    ]
    assert together(large[:10]) == {}
    assert "4 MB" in together(large)[-1]


def test_an_item_stands_in_a_transaction_once() -> None:
    """Whatever the spelling of a number's key."""
    one = plan_step(Step("delete", COUNTERS, {"id": {"N": "1"}}), {"id": {"N": "1"}})
    same = replace(one, step=replace(one.step, key={"id": {"N": "1.0"}}))
    other = replace(one, step=replace(one.step, table=PARCELS, key=KEY))
    assert together([one, other]) == {}
    assert together([one, other, same]) == {
        2: "Step 1 is on the same item; a transaction takes each item once. Join the two, or take one out."
    }


def test_an_edit_is_checked_before_any_item_is_read() -> None:
    check_edit(PARCELS, {"a.b": {"L": []}}, ("gone",))
    with pytest.raises(InputError, match="key of the index"):
        check_edit(PARCELS, {"depot": {"N": "1"}}, ())


@pytest.mark.parametrize(
    ("asked", "shown", "told", "says"),
    [
        (step("delete"), ITEM, {"Code": "None"}, "Not at fault"),
        (step("delete"), ITEM, {}, "Not at fault"),
        (step("put", item=ITEM), None, {"Code": "ConditionalCheckFailed", "Item": ITEM}, "There is an item under this key now"),
        (step("delete"), ITEM, {"Code": "ConditionalCheckFailed"}, "not there any more"),
        (
            step("update", sets={"state": {"S": "x"}}),
            ITEM,
            {"Code": "ConditionalCheckFailed", "Item": {**ITEM, "state": {"S": "y"}}},
            "Somebody has changed state since",
        ),
        (
            step("update", sets={"state": {"S": "x"}}, where=parse_where("weight < 8")),
            ITEM,
            {"Code": "ConditionalCheckFailed", "Item": {**ITEM, "weight": {"N": "9"}}},
            "The condition weight < 8 does not hold for what stands there",
        ),
        (step("check", where=parse_where("weight < 8")), None, {"Code": "ConditionalCheckFailed"}, "no item under this key"),
        (step("delete"), ITEM, {"Code": "TransactionConflict", "Message": "m"}, "under way"),
        (step("delete"), ITEM, {"Code": "ThrottlingError", "Message": "m"}, "capacity"),
        (step("delete"), ITEM, {"Code": "ProvisionedThroughputExceeded"}, "capacity"),
        (step("delete"), ITEM, {"Code": "ItemCollectionSizeLimitExceeded"}, "10 GB"),
        (step("delete"), ITEM, {"Code": "ValidationError", "Message": "Item size to update has exceeded"}, "has exceeded"),
        (step("delete"), ITEM, {"Code": "Newer", "Message": "words"}, "Newer: words"),
    ],
)  # fmt: skip
def test_each_reason_is_a_sentence(asked: Step, shown: Item | None, told: dict, says: str) -> None:
    (reason,) = reasons_of([plan_step(asked, shown)], [told] if told else [])
    assert says in reason.sentence
    assert reason.at_fault == (told.get("Code", "None") != "None")
    assert reason.found == told.get("Item")
