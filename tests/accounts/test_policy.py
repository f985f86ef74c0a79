"""Decisions, as tables and as properties."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.policy import Refused, allows, covers, decide, may, reaches, require
from dashboard.core.resources import ACTIONS, WRITING, Resource


def holder(
    *grants: Grant, superuser: bool = False, active: bool = True, read_only: tuple[str, ...] = ()
) -> User:
    """A user with these grants, without a database."""
    user = User(username="ann", is_superuser=superuser, is_active=active)
    user.__dict__["_gatehouse_grants"] = grants
    user.__dict__["_gatehouse_read_only"] = frozenset(read_only)
    return user


def grant(
    resource: str = "*", connection: str = "*", region: str = "*", actions: tuple[str, ...] = ("read",)
) -> Grant:
    return Grant(
        group=Group(name="g"), connection=connection, region=region, resource=resource, actions=list(actions)
    )


def here(name: str, connection: str = "main", region: str = "eu-central-1") -> Resource:
    return Resource(name, connection, region)


@pytest.mark.parametrize(
    ("held", "action", "resource", "allowed"),
    [
        (grant(), "read", here("table:orders"), True),
        (grant(), "write", here("table:orders"), False),
        (grant("table:orders"), "read", here("table:orders"), True),
        (grant("table:orders"), "read", here("table:orders2"), False),
        (grant("table:orders-*"), "read", here("table:orders-2026"), True),
        (grant("table:orders-*"), "read", here("table:orders-"), True),
        (grant("table:orders-*"), "read", here("table:orders"), False),
        (grant("*:orders"), "read", here("table:orders"), True),
        (grant("table:*-prod-*"), "read", here("table:eu-prod-orders"), True),
        (grant("table:*-prod-*"), "read", here("table:eu-test-orders"), False),
        (grant("table:a.b"), "read", here("table:a.b"), True),
        (grant("table:a.b"), "read", here("table:axb"), False),  # a dot is a dot
        (grant("table:a?b"), "read", here("table:axb"), False),
        (grant("table:[ab]"), "read", here("table:a"), False),
        (grant("table:[ab]"), "read", here("table:[ab]"), True),
        (grant("table:(x|y)"), "read", here("table:x"), False),
        (grant("table:\\d"), "read", here("table:1"), False),
        (grant("Table:orders"), "read", here("table:orders"), False),  # case counts
        (grant("table:*"), "read", here("table:line\nbreak"), True),
        (grant("table:orders"), "read", here("table:orders\n"), False),
        (grant(connection="main"), "read", here("table:orders"), True),
        (grant(connection="main"), "read", here("table:orders", "other"), False),
        (grant(connection="ma*"), "read", here("table:orders"), True),
        (grant(region="eu-*"), "read", here("table:orders"), True),
        (grant(region="eu-*"), "read", here("table:orders", region="us-east-1"), False),
        (grant(), "read", Resource("console:users"), True),
        (
            grant(connection="main"),
            "read",
            Resource("console:users"),
            False,
        ),  # the console is in no connection
        (grant(connection="main"), "read", Resource("console:home"), True),  # everybody with a grant
        (grant(connection="main"), "write", Resource("console:home"), False),
        (grant(connection="main"), "read", Resource("console:home", "x", "y"), False),
        (grant("table:*"), "read", here("api:a1"), False),
        (grant("table:*", actions=("reveal",)), "read", here("table:orders"), False),
        (grant(actions=()), "read", here("table:orders"), False),
    ],
)
def test_one_grant(held: Grant, action: str, resource: Resource, allowed: bool) -> None:
    assert may(holder(held), action, resource) is allowed


def test_several_groups_add_up() -> None:
    user = holder(grant("table:a"), grant("table:b", actions=("write",)))
    assert may(user, "read", here("table:a"))
    assert may(user, "write", here("table:b"))
    assert not may(user, "write", here("table:a"))
    assert not may(user, "read", here("table:b"))


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_read_only_wins_over_every_grant_and_over_superusers(action: str) -> None:
    everything = grant(actions=ACTIONS)
    for user in (holder(everything, read_only=("main",)), holder(superuser=True, read_only=("main",))):
        assert may(user, action, here("table:t")) is (action not in WRITING)
        assert may(user, action, here("table:t", "other"))
    decision = decide(holder(superuser=True, read_only=("main",)), "write", here("table:t"))
    assert decision.reason == "The connection main is read-only."


def test_a_read_only_connection_does_not_stop_changes_of_the_console_itself() -> None:
    assert may(
        holder(grant(actions=ACTIONS), read_only=("main",)), "administer", Resource("console:connections")
    )


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_inactive_may_anything(superuser: bool) -> None:
    user = holder(grant(actions=ACTIONS), active=False, superuser=superuser)
    assert not any(may(user, action, here("table:t")) for action in ACTIONS)
    assert not reaches(user, "main", "eu-central-1")
    assert decide(user, "read", here("table:t")).reason == "This user is deactivated."


def test_nobody_anonymous_may_anything() -> None:
    assert not may(AnonymousUser(), "read", Resource("console:home"))
    assert not may(None, "read", Resource("console:home"))


def test_a_decision_names_its_grants() -> None:
    first, second = grant("table:*"), grant("table:orders")
    decision = decide(holder(first, second, grant("api:*")), "read", here("table:orders"))
    assert decision.grants == (first, second)
    assert "table:*" in decision.reason


def test_require_says_whether_the_thing_may_be_seen() -> None:
    with pytest.raises(Refused) as hidden:
        require(holder(), "write", here("table:t"))
    with pytest.raises(Refused) as visible:
        require(holder(grant()), "write", here("table:t"))
    assert not hidden.value.seen
    assert visible.value.seen
    assert "write on main/eu-central-1/table:t" in visible.value.reason


NAMES = st.text(alphabet="ab*.-:", min_size=1, max_size=6)
GRANTS = st.builds(
    grant, NAMES, NAMES, NAMES, st.lists(st.sampled_from(ACTIONS), max_size=3, unique=True).map(tuple)
)
RESOURCES = st.builds(Resource, NAMES, NAMES, NAMES)


@given(st.lists(GRANTS, max_size=4), GRANTS, RESOURCES, st.sampled_from(ACTIONS))
def test_adding_a_grant_never_removes_a_right(
    held: list[Grant], more: Grant, resource: Resource, action: str
) -> None:
    if may(holder(*held), action, resource):
        assert may(holder(*held, more), action, resource)


@settings(max_examples=300)
@given(st.lists(GRANTS, max_size=3), GRANTS, RESOURCES, st.sampled_from(ACTIONS))
def test_a_covered_grant_allows_nothing_that_its_holder_may_not(
    held: list[Grant], wanted: Grant, resource: Resource, action: str
) -> None:
    if covers(held, wanted) and allows(wanted, action, resource):
        assert any(allows(each, action, resource) for each in held)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("*", "table:*", True),
        ("table:*", "*", False),
        ("table:a*", "table:ab*", True),
        ("table:ab*", "table:a*", False),
        ("table:*x", "table:*yx", True),
        ("table:*x*", "table:axb", True),
        ("table:a", "table:a", True),
        ("table:a*b", "table:a*b", True),
        ("table:a*b", "table:*", False),
    ],
)
def test_a_pattern_covers_a_narrower_one(wide: str, narrow: str, covered: bool) -> None:
    assert covers([grant(wide)], grant(narrow)) is covered


def test_covering_looks_at_actions_connection_and_region() -> None:
    held = [grant("table:*", "main", "eu-*", ("read", "write"))]
    assert covers(held, grant("table:orders", "main", "eu-west-1", ("read",)))
    assert not covers(held, grant("table:orders", "main", "eu-west-1", ("read", "delete")))
    assert not covers(held, grant("table:orders", "*", "eu-west-1"))
    assert not covers(held, grant("table:orders", "main", "*"))


def test_a_request_costs_two_queries_however_often_it_asks(
    reader: User, connection: Connection, django_assert_num_queries: object
) -> None:
    user = User.objects.get(pk=reader.pk)
    with django_assert_num_queries(2):  # type: ignore[operator]
        for name in ("a", "b", "c"):
            assert may(user, "read", here(f"table:{name}"))
            assert not may(user, "write", here(f"table:{name}"))
        assert reaches(user, "main", "eu-central-1")


def test_the_default_groups(reader: User, editor: User, admin: User, stranger: User) -> None:
    rights = {
        user.username: {action for action in ACTIONS if may(user, action, here("table:t"))}
        for user in (reader, editor, admin, stranger)
    }
    assert rights == {
        "reader": {"read"},
        "editor": {"read", "write", "delete"},
        "admin": set(ACTIONS),
        "stranger": set(),
    }
