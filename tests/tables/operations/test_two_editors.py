"""Two people edit one item in any order: nobody's change is overwritten unseen, and a deleted item does not come back by itself."""

from __future__ import annotations

import random

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.diff import apply_changes, diff_items
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.wire import Item, same, same_item
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.itemkeys import has_key, key_of
from dashboard.tables.core.plans import plan_create, plan_delete, plan_move, plan_update
from dashboard.tables.operations import items
from dashboard.tables.operations.items import Saved
from tests.tables.operations import live
from tests.tables.tables import PARCELS

NAMES = ("a", "b.c", "<i>", "d", "nested")
PLACES: tuple[Item, ...] = tuple({"pk": {"S": "p"}, "sk": {"S": sort}} for sort in "xyz")


def drafted(rng: random.Random, shown: Item) -> Item:
    """What somebody makes of the item they see: attributes set, changed inside, removed; now and then another key."""
    draft = dict(shown)
    for name in rng.sample(NAMES, rng.randint(1, 3)):
        what = rng.random()
        if what < 0.25:
            draft.pop(name, None)
        elif name == "nested":
            draft[name] = {
                "M": {"in": {"L": [{"N": str(rng.randint(0, 2))}]}, "other": {"BOOL": rng.random() < 0.5}}
            }
        else:
            draft[name] = (
                {"N": str(rng.randint(0, 3))} if what < 0.7 else {"SS": ["m", str(rng.randint(0, 2))]}
            )
    return {**draft, **rng.choice(PLACES)} if rng.random() < 0.15 else draft


def allowed(shown: Item, draft: Item | None, model: dict[str, Item]) -> bool:
    """The rule, said without conditions: a write happens only if all it replaces or takes away is what its author saw."""
    here = model.get(shown["sk"]["S"])
    if here is None:
        return False
    if draft is None or draft["sk"] != shown["sk"]:
        free = draft is None or draft["sk"]["S"] not in model
        return free and all(same(here.get(name), value) for name, value in shown.items())
    return all(same(here.get(change.name), change.before) for change in diff_items(shown, draft))


def applied(shown: Item, draft: Item | None, model: dict[str, Item]) -> None:
    """The write on the model."""
    here = model.pop(shown["sk"]["S"])
    if draft is not None:
        moved = draft["sk"] != shown["sk"]
        model[draft["sk"]["S"]] = draft if moved else apply_changes(here, diff_items(shown, draft))


class Store:
    """A table in memory that carries plans out as DynamoDB would: each only on its condition."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def write(self, table: Table, shown: Item, draft: Item | None) -> bool:
        key = key_of(table, shown)
        place = key["sk"]["S"]
        here = self.items.get(place, {})
        if draft is None:
            plan = plan_delete(table, key, shown)
        elif has_key(table, key, draft):
            plan = plan_update(table, key, shown, draft)
        else:
            plan = plan_move(table, key, shown, draft)
        if not holds(plan.condition, here) or (
            plan.kind == "move" and draft and draft["sk"]["S"] in self.items
        ):
            return False
        if plan.kind == "update":
            self.items[place] = apply_changes(here, plan.changes)
            return True
        del self.items[place]
        if draft is not None:
            self.items[draft["sk"]["S"]] = draft
        return True

    def create(self, table: Table, item: Item) -> bool:
        plan = plan_create(table, item)
        if not holds(plan.condition, self.items.get(item["sk"]["S"], {})):
            return False
        self.items[item["sk"]["S"]] = item
        return True


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_interleavings_each_lose_no_update(seed: int) -> None:
    """1,000 in all: two editors each open, draft and save in a random order; the store agrees with the rule after every step."""
    rng = random.Random(seed)
    for _ in range(100):
        store = Store()
        model: dict[str, Item] = {}
        first: Item = {**PLACES[0], "a": {"N": "0"}, "d": {"S": "x"}}
        assert store.create(PARCELS, first)
        model["x"] = first
        open_pages: list[Item | None] = [None, None]
        for _ in range(rng.randint(4, 12)):
            who = rng.randrange(2)
            shown = open_pages[who]
            if shown is None:
                open_pages[who] = dict(rng.choice(list(model.values()))) if model else None
                if not model:
                    assert store.create(PARCELS, first)
                    model["x"] = first
                continue
            draft = None if rng.random() < 0.15 else drafted(rng, shown)
            may = allowed(shown, draft, model)
            try:
                done = store.write(PARCELS, shown, draft)
            except InputError:
                continue  # nothing was changed
            assert done is may, (shown, draft, model)
            if done:
                applied(shown, draft, model)
            open_pages[who] = None
            assert store.items == model


@pytest.mark.localaws
def test_interleavings_against_the_embedded_dynamodb(localaws: str, live_place: Place, actor: Actor) -> None:
    """The same rule, with the operations the screens call and a real table under them."""
    table = live.make(localaws, PARCELS)
    rng = random.Random(7)
    model: dict[str, Item] = {}
    open_pages: list[tuple[str, Item] | None] = [None, None]
    ends: list[bool] = []
    for number in range(150):
        if not model:
            item: Item = {**PLACES[0], "a": {"N": str(number)}}
            assert isinstance(items.create_item(actor, live_place, table, item, ""), Saved)
            model["x"] = item
        who = rng.randrange(2)
        page = open_pages[who]
        if page is None:
            text = f"sp.s{rng.choice(list(model))}"
            found = items.get_item(actor, live_place, table, text).item
            assert found is not None
            open_pages[who] = (text, found)
            continue
        text, shown = page
        draft = None if rng.random() < 0.1 else drafted(rng, shown)
        may = allowed(shown, draft, model)
        if (
            draft is not None and draft["sk"] != shown["sk"]
        ):  # a move reads once more before, so an added attribute stops it
            may = may and same_item(model.get(shown["sk"]["S"]), shown)
        try:
            if draft is None:
                result: object = items.delete_item(actor, live_place, table, text, shown, "")
            elif draft["sk"] == shown["sk"]:
                result = items.save_item(actor, live_place, table, text, shown, draft, "")
            else:
                result = items.move_item(actor, live_place, table, text, shown, draft, "")
        except InputError:
            continue
        assert isinstance(result, Saved) is may
        ends.append(may)
        if may:
            applied(shown, draft, model)
        open_pages[who] = None
    for key in PLACES:
        assert same_item(live.get(localaws, table, key), model.get(key["sk"]["S"]))
    assert ends.count(True) > 20 and ends.count(False) > 5
