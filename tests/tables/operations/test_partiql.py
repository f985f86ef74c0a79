"""PartiQL as operations: permission from the statement, the budget, paging; writes previewed, guarded, recorded and undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import reconcile
from dashboard.tables.operations import catalogue, partiql, partiql_writes
from dashboard.tables.operations.partiql import Asking, Page
from tests.conftest import make_user
from tests.stub.server import StubAws
from tests.tables.tables import COUNTERS, PARCELS, description

ITEM: Item = {"pk": {"S": "P#1"}, "sk": {"S": "META"}, "state": {"S": "open"}, "n": {"N": "1"}}
KEY = "WHERE pk = 'P#1' AND sk = 'META'"
SELECT = f"SELECT * FROM parcels {KEY}"


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The canned table is known already, and is large: 4 GB in a million items."""
    large = description(PARCELS)
    large["Table"] |= {"ItemCount": 1_000_000, "TableSizeBytes": 4_000_000_000}
    known = {"parcels": large, "counters": description(COUNTERS)}
    tables.reply("DescribeTable", lambda body: known[body["TableName"]])
    for name in known:
        catalogue.facts(place, name)
    tables.requests.clear()
    return tables


def answer(units: float, *items: Item) -> dict[str, Any]:
    """A page with more behind it."""
    consumed = {"TableName": "parcels", "CapacityUnits": units}
    return {"Items": list(items), "NextToken": "T", "ConsumedCapacity": consumed}


def understand(
    actor: Actor, place: Place, text: str, *parameters: str, **more: Any
) -> tuple[partiql.One, ...]:
    return partiql.understand(actor, place, text, parameters, **more)


def limited(name: str, *actions: str, table: str = "parcels") -> User:
    """Somebody with these actions on one table."""
    user = make_user(name)
    group = Group.objects.create(name=name)
    user.groups.add(group)
    Grant.objects.create(
        group=group, connection="*", region="*", resource=f"table:{table}", actions=list(actions)
    )
    return user


@pytest.mark.parametrize(
    ("text", "actions", "allowed"),
    [
        ("SELECT * FROM parcels", ["read"], True),
        ("SELECT * FROM counters", ["read"], False),
        ('SELECT * FROM "parcels"."by-depot"', ["read"], True),
        (f"UPDATE parcels SET n = 1 {KEY}", ["read"], False),
        (f"UPDATE parcels SET n = 1 {KEY}", ["read", "write"], True),
        ("INSERT INTO parcels VALUE {'pk': 'a', 'sk': 'b'}", ["read"], False),
        (f"DELETE FROM parcels {KEY}", ["read", "write"], False),
        (f"DELETE FROM parcels {KEY}", ["read", "delete"], True),
        (f"EXISTS({SELECT} AND n = 1); DELETE FROM counters WHERE id = 1", ["read", "delete"], False),
        ("SELECT * FROM parcels; SELECT * FROM counters", ["read"], False),
        ("SELECT * FROM parcels -- FROM counters", ["read"], True),
        ("SELECT * FROM counters /* FROM parcels */", ["read"], False),
    ],
)
def test_permission_follows_the_statement(
    warm: StubAws, place: Place, text: str, actions: list[str], allowed: bool
) -> None:
    actor = Actor(limited("lena", *actions), "r")
    if allowed:
        assert understand(actor, place, text)
    else:
        with pytest.raises(Refused):
            understand(actor, place, text)
    assert not warm.requests


def test_a_page_costs_one_call(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("ExecuteStatement", answer(0.5, ITEM))
    (one,) = understand(actor, place, "SELECT * FROM parcels WHERE pk = ?", '"P#1"', limit=7)
    first = partiql.run_page(actor, place, one)
    assert isinstance(first, Page) and first.next
    second = partiql.run_page(actor, place, one, first.next)
    assert isinstance(second, Page)
    assert (second.pages, second.spent, second.shown) == (2, 1.0, 2)
    assert [body.get("NextToken") for body in warm.of("ExecuteStatement")] == [None, "T"]
    assert warm.of("ExecuteStatement")[0]["Statement"] == 'SELECT * FROM "parcels" WHERE "pk" = ?'
    assert warm.of("ExecuteStatement")[0]["Limit"] == 7
    assert warm.count() == 2


def test_a_cursor_belongs_to_its_statement_values_and_person(
    warm: StubAws, place: Place, actor: Actor, reader: User
) -> None:
    warm.reply("ExecuteStatement", {"Items": [], "NextToken": "T"})
    (one,) = understand(actor, place, "SELECT * FROM parcels WHERE pk = ?", '"a"')
    page = partiql.run_page(actor, place, one)
    assert isinstance(page, Page) and page.next
    others = [
        (actor, understand(actor, place, "SELECT * FROM parcels WHERE pk = ?", '"b"')),
        (actor, understand(actor, place, "SELECT sk FROM parcels WHERE pk = ?", '"a"')),
        (actor, understand(actor, place, "SELECT * FROM parcels WHERE pk = ?", '"a"', limit=5)),
        (Actor(reader, "r"), (one,)),
    ]
    for who, (other,) in others:
        with pytest.raises(InputError) as refused:
            partiql.run_page(who, place, other, page.next)
        assert refused.value.field == "cursor"
    with pytest.raises(InputError, match="altered"):
        partiql.run_page(actor, place, one, page.next[:-2])
    assert warm.count("ExecuteStatement") == 1


def test_a_full_scan_above_the_budget_asks_first(
    warm: StubAws, place: Place, actor: Actor, reader: User
) -> None:
    warm.reply("ExecuteStatement", answer(128.5, ITEM))
    (one,) = understand(actor, place, "SELECT * FROM parcels WHERE state = 'open'")
    asking = partiql.run_page(actor, place, one)
    assert isinstance(asking, Asking)
    assert asking.units > 400_000 and asking.spent == 0
    assert not warm.requests
    page = partiql.run_page(actor, place, one, approval=asking.approval)
    assert isinstance(page, Page) and page.next
    assert "Limit" not in warm.of("ExecuteStatement")[0]  # as far as one call goes
    assert isinstance(partiql.run_page(actor, place, one, page.next, asking.approval), Page)
    (other,) = understand(actor, place, "SELECT * FROM parcels WHERE state = 'shut'")
    with pytest.raises(InputError, match="another statement"):
        partiql.run_page(actor, place, other, approval=asking.approval)
    with pytest.raises(InputError, match="person"):
        partiql.run_page(Actor(reader, "r"), place, one, approval=asking.approval)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        with pytest.raises(InputError, match="too old"):
            partiql.run_page(actor, place, one, approval=asking.approval)
        assert isinstance(partiql.run_page(actor, place, one, page.next, asking.approval), Page)


def test_what_reads_more_than_was_thought_asks_when_the_budget_is_spent(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.reply("ExecuteStatement", answer(60))
    (one,) = understand(actor, place, "SELECT * FROM parcels WHERE pk = 'a'")
    cursor = ""
    for _ in range(2):
        page = partiql.run_page(actor, place, one, cursor)
        assert isinstance(page, Page) and page.next
        cursor = page.next
    asking = partiql.run_page(actor, place, one, cursor)
    assert isinstance(asking, Asking) and asking.spent == 120
    assert warm.count("ExecuteStatement") == 2
    assert isinstance(partiql.run_page(actor, place, one, cursor, asking.approval), Page)


@pytest.mark.parametrize(
    ("text", "more", "field"),
    [
        ("SELECT * FROM parcels WHERE pk = ?", {}, "parameters"),
        ("SELECT * FROM parcels", {"limit": 0}, "limit"),
        ("SELECT * FROM parcels", {"limit": 1001}, "limit"),
        ('SELECT * FROM "parcels"."by-depot"', {"consistent": True}, "consistent"),
        ("SELEKT * FROM parcels", {}, "statement"),
    ],
)
def test_bad_input_names_its_field(
    warm: StubAws, place: Place, actor: Actor, text: str, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        understand(actor, place, text, **more)
    assert refused.value.field == field
    assert not warm.requests


@pytest.mark.parametrize(
    ("text", "together", "rule"),
    [
        (f"{SELECT}; {SELECT}", "", "one after the other or all or none"),
        (f"{SELECT}; DELETE FROM parcels {KEY}", "batch", "either only SELECT or only writes"),
        (
            f"EXISTS({SELECT} AND n = 1); DELETE FROM parcels {KEY}",
            "batch",
            "EXISTS checks something for a transaction",
        ),
        (f"EXISTS({SELECT} AND n = 1)", "transaction", "there is none here"),
        ("SELECT * FROM parcels WHERE pk = 'a'; SELECT * FROM counters WHERE id = 1", "batch", "whole key"),
        (
            'SELECT * FROM "parcels"."by-depot" WHERE depot = \'a\'; SELECT * FROM counters WHERE id = 1',
            "batch",
            "not an index",
        ),
        (
            ";".join(f"SELECT * FROM counters WHERE id = {number}" for number in range(26)),
            "batch",
            "at most 25",
        ),
    ],
)
def test_what_cannot_run_together(
    warm: StubAws, place: Place, actor: Actor, text: str, together: str, rule: str
) -> None:
    with pytest.raises(InputError, match=rule):
        partiql.check_together(understand(actor, place, text), together)


def test_several_reads_end_each_by_itself(warm: StubAws, place: Place, actor: Actor) -> None:
    error = {"Error": {"Code": "ResourceNotFound", "Message": "gone"}}
    warm.reply("BatchExecuteStatement", {"Responses": [{"Item": ITEM}, error]})
    asked = understand(actor, place, f"{SELECT}; SELECT * FROM counters WHERE id = 1")
    outcomes = partiql.run_reads(actor, place, asked, "batch").outcomes
    assert outcomes[0].item == ITEM
    assert outcomes[1].error is not None and outcomes[1].error.kind is Kind.NOT_FOUND
    warm.reply("ExecuteTransaction", {"Responses": [{"Item": ITEM}, {}]})
    assert [one.item for one in partiql.run_reads(actor, place, asked, "transaction").outcomes] == [
        ITEM,
        None,
    ]


def preview_of(actor: Actor, place: Place, text: str, together: str = "", *parameters: str) -> Any:
    asked = understand(actor, place, text, *parameters)
    return asked, partiql_writes.preview(actor, place, asked, together)


def test_no_write_without_the_right_to_read_what_it_shows(warm: StubAws, place: Place) -> None:
    actor = Actor(limited("wanda", "write"), "r")
    asked = understand(actor, place, f"UPDATE parcels SET n = 2 {KEY}")
    with pytest.raises(Refused):
        partiql_writes.preview(actor, place, asked)
    assert not warm.requests


def test_a_preview_belongs_to_its_statement_and_person(
    warm: StubAws, place: Place, actor: Actor, admin: User
) -> None:
    warm.reply("BatchGetItem", {"Responses": {"parcels": [ITEM]}})
    asked, preview = preview_of(actor, place, f"UPDATE parcels SET n = 2 {KEY}")
    other = understand(actor, place, f"UPDATE parcels SET n = 3 {KEY}")
    for who, what in ((actor, other), (Actor(admin, "r"), asked)):
        with pytest.raises(InputError) as refused:
            partiql_writes.execute(who, place, what, preview.shown, "why")
        assert refused.value.field == "shown"
    assert warm.count("ExecuteStatement") == 0
    assert not Change.objects.exists()


def test_a_duplicate_that_our_own_lost_answer_left_is_done(warm: StubAws, place: Place, actor: Actor) -> None:
    """The INSERT was carried out, its answer lost, the repetition met its own item."""
    warm.reply("BatchGetItem", {"Responses": {}})
    asked, preview = preview_of(
        actor, place, "INSERT INTO parcels VALUE {'pk': 'P#1', 'sk': 'META', 'state': 'open', 'n': 1}"
    )
    warm.fail("ExecuteStatement", "DuplicateItemException", "Duplicate primary key exists in table")
    warm.drop("ExecuteStatement", times=1)
    warm.reply("GetItem", {"Item": ITEM})
    done = partiql_writes.execute(actor, place, asked, preview.shown, "why")
    assert done.results[0].state == "done"
    assert Change.objects.get().state == "done"


def test_a_lost_update_that_only_dynamodb_computes_stays_unknown_until_it_is_seen(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.reply("BatchGetItem", {"Responses": {"parcels": [ITEM]}})
    asked, preview = preview_of(actor, place, f"UPDATE parcels SET x = gone {KEY}")
    warm.drop("ExecuteStatement", times=None)
    warm.fail("GetItem", "InternalServerError", status=500)
    with pytest.raises(AwsError) as lost:
        partiql_writes.execute(actor, place, asked, preview.shown, "why")
    assert lost.value.kind is Kind.LOST
    change = Change.objects.get()
    assert change.state == "unknown"
    for found, state in (
        ({**ITEM, "x": {"S": "?"}}, "unknown"),
        (ITEM, "failed"),
    ):  # who can tell whose x that is
        warm.reply("GetItem", {"Item": found})
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            reconcile(change)
        assert Change.objects.get().state == state
