"""How much a person may read before being asked: the setting, a group's own number, and changing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client
from django.urls import reverse

from dashboard.accounts.actor import Actor
from dashboard.accounts.budget import read_budget
from dashboard.accounts.models import ReadBudget, User
from dashboard.accounts.operations import rows as operations
from dashboard.accounts.operations.groups import GROUP, group_values
from dashboard.accounts.policy import Refused
from dashboard.core.errors import InputError
from dashboard.history.operations.undo import undo
from tests.accounts.pages import last_change, review, save, text_of

Browser = Callable[[User], Client]


@pytest.fixture
def orders(stranger: User) -> Group:
    """A group with one member who is in no other."""
    group = Group.objects.create(name="orders")
    stranger.groups.add(group)
    return group


def budget(user: User) -> int:
    return read_budget(User.objects.get(pk=user.pk))


def edit(group: Group) -> str:
    return reverse("accounts:group-edit", args=[group.pk])


def page(browser: Client, group: Group) -> str:
    return text_of(browser.get(reverse("accounts:group", args=[group.pk])))


def test_it_works(client_for: Browser, admin: User, stranger: User, orders: Group, settings: Any) -> None:
    browser = client_for(admin)
    assert budget(stranger) == 100
    assert "100 read capacity units, the console's default" in page(browser, orders)
    save(browser, edit(orders), "they read a lot", name="orders", read_budget="2500")
    assert budget(stranger) == 2500
    assert "2500 read capacity units: what one search" in page(browser, orders)
    change = last_change()
    assert change.outcome.after == {"name": "orders", "read_budget": 2500}
    assert change.outcome.before == {"name": "orders"}
    save(browser, edit(orders), "enough", name="orders", read_budget="")
    assert last_change().outcome.after == {"name": "orders"} and budget(stranger) == 100
    assert undo(Actor(admin, "r"), last_change(), "back").done
    assert budget(stranger) == 2500
    settings.READ_BUDGET_UNITS = 7
    assert budget(admin) == 7


def test_the_highest_of_the_groups_counts(stranger: User, orders: Group) -> None:
    small = Group.objects.create(name="small")
    ReadBudget.objects.create(group=orders, units=20)
    assert budget(stranger) == 20  # a number of one's own may be below the default
    stranger.groups.add(small)
    assert budget(stranger) == 100  # the other group has the default
    ReadBudget.objects.create(group=small, units=30)
    assert budget(stranger) == 30


def test_nobody_has_the_default(db: None, superuser: User) -> None:
    assert read_budget(None) == read_budget(AnonymousUser()) == budget(superuser) == 100


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "1000001", "99999999", "1e3", "１２"])
def test_what_is_no_budget_is_refused(client_for: Browser, admin: User, orders: Group, text: str) -> None:
    answer = review(client_for(admin), edit(orders), name="orders", read_budget=text)
    assert answer.status_code == 400
    assert "Read budget: a whole number of read capacity units from 1 to 1,000,000" in text_of(answer)
    assert text in answer.content.decode()
    assert not ReadBudget.objects.exists()


@pytest.mark.parametrize("units", [0, -5, 1_000_001, "many", 2.5])
def test_the_operation_refuses_it_too(admin: User, orders: Group, units: Any) -> None:
    shown = group_values(orders)
    with pytest.raises(InputError) as refused:
        operations.update(GROUP, Actor(admin, "r"), shown, shown | {"read_budget": units})
    assert refused.value.field == "read_budget"


def test_nobody_raises_their_own(admin: User) -> None:
    shown = group_values(Group.objects.get(name="admin"))
    with pytest.raises(Refused, match="in the group admin"):
        operations.update(GROUP, Actor(admin, "r"), shown, shown | {"read_budget": 1_000_000})


def test_a_deleted_group_comes_back_with_its_budget(admin: User, db: None) -> None:
    gone = Group.objects.create(name="gone")
    ReadBudget.objects.create(group=gone, units=5)
    operations.delete(GROUP, Actor(admin, "r"), group_values(gone))
    assert not ReadBudget.objects.exists()
    assert undo(Actor(admin, "r"), last_change(), "back").done
    assert ReadBudget.objects.get().units == 5


def test_it_is_asked_once_a_request(stranger: User, orders: Group, django_assert_num_queries: Any) -> None:
    user = User.objects.get(pk=stranger.pk)
    with django_assert_num_queries(1):
        assert read_budget(user) == read_budget(user) == 100
