"""Prepared queries answer as the ORM's own do, write their SQL once, and refuse a value that would not reach the database as it is."""

from __future__ import annotations

import pytest
from django.db.models import F
from django.db.models.functions import Upper

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.prepared import Prepared

pytestmark = pytest.mark.django_db


def test_it_answers_as_the_query_does(connection: Connection, editor: User, reader: User) -> None:
    built = []

    def of(user: int, resource: str):
        built.append(user)
        return Grant.objects.filter(group__user=user, resource=resource).annotate(group_name=F("group__name"))

    grants = Prepared(of)
    for user in (editor, reader, editor):
        expected = list(Grant.objects.filter(group__user=user, resource="*"))
        found = grants(user.pk, "*")
        assert found == expected
        assert [each.actions for each in found] == [each.actions for each in expected]
        assert {each.group_name for each in found} == {user.username}
    assert grants(editor.pk, "nothing") == []
    assert len(built) == 1


def test_it_sees_what_has_changed(connection: Connection) -> None:
    every = Prepared(Connection.objects.all)
    assert [row.regions for row in every()] == [connection.regions]
    Connection.objects.update(regions=["eu-west-3"])
    assert [row.regions for row in every()] == [["eu-west-3"]]


def test_it_is_one_query(connection: Connection, django_assert_num_queries) -> None:
    by_slug = Prepared(lambda slug: Connection.objects.filter(slug=slug))
    with django_assert_num_queries(2):
        assert [row.slug for row in by_slug("main")] == ["main"]
        assert by_slug("it's\"; --") == []


def test_a_value_that_is_changed_on_its_way_is_refused(connection: Connection) -> None:
    contains = Prepared(lambda text: Connection.objects.filter(slug__contains=text))
    with pytest.raises(RuntimeError, match="does not reach the database"):
        contains("main")


def test_a_value_inside_a_function_is_one_too(connection: Connection) -> None:
    upper = Prepared(lambda text: Connection.objects.annotate(big=Upper("slug")).filter(big=text))
    assert [row.slug for row in upper("MAIN")] == ["main"]
