"""Usage plans, keys and usage, to read: calls counted, values nowhere, each part failing alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.utils import timezone

from apiconfig.models import Remembered
from apiconfig.operations import catalogue, plans, usage
from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, InputError, Kind
from tests.apiconfig import answers
from tests.apiconfig.gateway import Rest
from tests.stub.server import StubAws

PLAN, SECRET = "plan000001", "s3cretValueOfAKey0123456789"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
START, END = date(2026, 3, 9), date(2026, 3, 10)


@pytest.fixture(autouse=True)
def planned(rest: Rest, stub: StubAws) -> None:
    """Two plans; acme's and globex's keys, of which acme is in gold."""
    stub.reply(
        "GetUsagePlans", {"items": [answers.plan(), answers.plan("plan000002", "<b>trial</b>", quota=None)]}
    )
    stub.reply("GetUsagePlan", answers.plan())
    keys = [answers.key(value=SECRET), answers.key("key0000002", "globex", enabled=False, value=SECRET)]
    stub.reply("GetApiKeys", {"items": keys})
    stub.reply(
        "GetUsagePlanKeys",
        {"items": [{"id": "key0000001", "name": "acme", "type": "API_KEY", "value": SECRET}]},
    )
    stub.reply("GetUsage", {"items": {"key0000001": [[10, 4990], [20, 4970]]}})


def test_it_works(place: Place, stub: StubAws) -> None:
    catalogue.apis(place)
    stub.requests.clear()
    found = plans.plans(place)
    assert [plan.title for plan in found.plans] == ["<b>trial</b>", "gold"]
    assert found.plans[1].stages[0].api_name == "pets" and found.refreshed and found.failure is None
    assert plans.plans(place) == found and stub.count() == 1


def test_one_plan_with_its_keys(place: Place, stub: StubAws) -> None:
    view = plans.plan(place, PLAN)
    assert view.keys is not None and view.keys[0].customer == "customer-1" and view.keys[0].enabled
    assert stub.count() == 3
    assert plans.plan(place, PLAN) == view and stub.count() == 3
    plans.plan(place, PLAN, fresh=True)
    assert stub.count() == 5


def test_no_value_of_a_key_is_asked_for_kept_or_shown(place: Place, stub: StubAws) -> None:
    view, found = plans.plan(place, PLAN), plans.keys(place)
    assert stub.of("GetApiKeys")[0]["includeValues"] == "false"
    assert SECRET not in repr((view, found))
    assert not any(SECRET in repr(row.payload) for row in Remembered.objects.all())


def test_keys_know_the_plans_that_somebody_has_read(place: Place) -> None:
    assert plans.keys(place).keys[0].plans == ()
    plans.plan(place, PLAN)
    acme, globex = plans.keys(place).keys
    assert acme.plans == ((PLAN, "gold"),) and globex.plans == () and not globex.enabled


def test_keys_are_searched(place: Place) -> None:
    found = plans.keys(place, "GLOB")
    assert [key.name for key in found.keys] == ["globex"] and found.total == 2


def test_ten_thousand_keys_are_twenty_pages(place: Place, stub: StubAws) -> None:
    def page(body: dict) -> dict:
        number = int(body.get("position", 0))
        items = [answers.key(f"k{number:03}{entry:06}") for entry in range(500)]
        return {"items": items, **({"position": str(number + 1)} if number < 19 else {})}

    stub.reply("GetApiKeys", page)
    assert plans.keys(place).total == 10_000 and stub.count("GetApiKeys") == 20


def test_a_plan_that_is_gone(place: Place, stub: StubAws) -> None:
    plans.plans(place)
    plans.plan(place, PLAN)
    stub.fail("GetUsagePlan", "NotFoundException", "Invalid Usage Plan ID specified", 404)
    with pytest.raises(AwsError) as gone:
        plans.plan(place, PLAN, fresh=True)
    assert gone.value.kind is Kind.NOT_FOUND
    assert not Remembered.objects.filter(subject=f"plan:{PLAN}").exists()


@pytest.mark.parametrize("plan_id", ["", "..", "A/B", "<b>"])
def test_an_id_no_plan_can_have(place: Place, stub: StubAws, plan_id: str) -> None:
    with pytest.raises(AwsError) as refused:
        plans.plan(place, plan_id)
    assert refused.value.kind is Kind.NOT_FOUND and stub.count() == 0


def test_keys_of_a_plan_that_are_denied_harm_not_the_plan(place: Place, stub: StubAws) -> None:
    stub.fail("GetUsagePlanKeys", "AccessDeniedException", "no", 403)
    view = plans.plan(place, PLAN)
    assert view.plan.name == "gold" and view.keys is None
    assert view.failure is not None and view.failure.kind is Kind.DENIED


def test_plans_and_keys_that_are_denied_say_so(place: Place, stub: StubAws) -> None:
    for operation in ("GetUsagePlans", "GetApiKeys"):
        stub.fail(operation, "AccessDeniedException", "no", 403)
    for found in (plans.plans(place), plans.keys(place)):
        assert found.failure is not None and found.failure.kind is Kind.DENIED and found.refreshed is None


def test_only_what_the_viewer_may_read_is_visible(place: Place, stranger: User, reader: User) -> None:
    group = Group.objects.create(name="one plan")
    Grant.objects.create(group=group, resource=f"plan:{PLAN}", actions=["read"])
    stranger.groups.add(group)
    assert [plan.id for plan in plans.visible_plans(stranger, place, plans.plans(place)).plans] == [PLAN]
    assert plans.visible_keys(stranger, place, plans.keys(place)).total == 0
    assert plans.visible_keys(reader, place, plans.keys(place)).total == 2


@time_machine.travel(NOW, tick=False)
def test_usage(place: Place, stub: StubAws) -> None:
    report = usage.usage(place, PLAN, START, END)
    assert [(row.title, row.total, row.left) for row in report.rows] == [("acme", 30, 4970)]
    assert report.as_of == NOW and report.period is not None and report.period.start == date(2026, 3, 1)
    assert stub.of("GetUsage")[0]["startDate"] == "2026-03-09" and report.days == (START, END)
    before = stub.count()
    assert usage.usage(place, PLAN, START, END) == report and stub.count() == before
    cache.clear()
    usage.usage(place, PLAN, START, END)
    assert stub.count("GetUsage") == 2


@time_machine.travel(NOW, tick=False)
def test_usage_as_csv(place: Place, stub: StubAws) -> None:
    stub.reply("GetApiKeys", {"items": [answers.key(name='=cmd|"/c calc"!A1')]})
    lines = list(usage.csv(usage.usage(place, PLAN, START, END)))
    assert lines[0].startswith("plan_id,plan,key_id") and len(lines) == 3
    assert lines[1] == 'plan000001,gold,key0000001,"\'=cmd|""/c calc""!A1",customer-1,2026-03-09,10,4990\r\n'


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (END, START, "start"),
        (START, date(2026, 3, 11), "end"),
        (date(2025, 3, 9), END, "start"),
    ],
)
def test_ranges_that_aws_cannot_answer(
    place: Place, stub: StubAws, start: date, end: date, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        usage.usage(place, PLAN, start, end)
    assert refused.value.field == field and stub.count() == 0


@time_machine.travel(NOW, tick=False)
def test_names_that_could_not_be_read_call_no_key_gone(place: Place, stub: StubAws) -> None:
    stub.fail("GetUsagePlanKeys", "AccessDeniedException", "no", 403)
    [row] = usage.usage(place, PLAN, START, END).rows
    assert (row.title, row.gone) == ("key0000001", False)


@time_machine.travel(NOW, tick=False)
def test_usage_of_keys_that_the_viewer_may_not_read(place: Place, stranger: User) -> None:
    assert usage.visible(stranger, place, usage.usage(place, PLAN, START, END)).rows == ()


def test_the_range_that_is_shown_first() -> None:
    start, end = usage.default_range()
    assert end - start == timedelta(days=29) and end == timezone.now().astimezone(UTC).date()
