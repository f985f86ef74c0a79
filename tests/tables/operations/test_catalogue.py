"""Names and descriptions of tables: from our rows where they are fresh, each table failing alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations import connections, rows
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, Kind
from dashboard.tables.models import TableFacts, TableListing
from dashboard.tables.operations import catalogue
from tests.stub.server import Failure, StubAws
from tests.tables.tables import PARCELS, description

NAMES = ["counters", "parcels"]


def test_it_works(tables: StubAws, place: Place) -> None:
    tables.reply("ListTables", {"TableNames": NAMES})
    listing = catalogue.listing(place)
    assert listing.names == tuple(NAMES) and listing.refreshed is not None and listing.error == ""
    assert catalogue.facts(place, "parcels").table == PARCELS
    tables.requests.clear()
    assert catalogue.listing(place) == listing
    assert catalogue.facts(place, "parcels").table == PARCELS
    assert tables.count() == 0


def test_names_come_a_hundred_at_a_time(stub: StubAws, place: Place) -> None:
    names = [f"table-{number:03}" for number in range(250)]

    def page(body: dict) -> dict:
        start = names.index(body["ExclusiveStartTableName"]) + 1 if "ExclusiveStartTableName" in body else 0
        part = names[start : start + body["Limit"]]
        last = {"LastEvaluatedTableName": part[-1]} if part[-1] != names[-1] else {}
        return {"TableNames": part, **last}

    stub.reply("ListTables", page)
    assert catalogue.listing(place).names == tuple(names)
    assert stub.count("ListTables") == 3


def test_each_place_has_its_own_names(stub: StubAws, place: Place) -> None:
    stub.reply("ListTables", {"TableNames": NAMES})
    catalogue.listing(place)
    stub.reply("ListTables", {"TableNames": []})
    assert catalogue.listing(Place(place.connection, "us-east-1")).names == ()
    assert catalogue.listing(place).names == tuple(NAMES)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"name": "Other name", "read_only": True}, True),
        ({"endpoint": "http://127.0.0.1:1"}, False),
        ({"credentials": "profile", "profile": "other"}, False),
    ],
)
def test_nothing_known_of_one_account_is_shown_for_another(
    tables: StubAws, place: Place, changed: dict, kept: bool
) -> None:
    tables.reply("ListTables", {"TableNames": NAMES})
    catalogue.listing(place)
    catalogue.facts(place, "parcels")
    before = connections.values(place.connection)
    rows.update(connections.CONNECTION, Actor(None, "r"), before, before | changed)
    assert TableListing.objects.filter(connection=place.connection).exists() is kept
    assert TableFacts.objects.filter(connection=place.connection).exists() is kept


def test_a_first_visit_that_fails_says_so_and_the_next_one_tries_again(stub: StubAws, place: Place) -> None:
    stub.fail(
        "ListTables",
        "AccessDeniedException",
        "User: x is not authorized to perform: dynamodb:ListTables",
        times=1,
    )
    listing = catalogue.listing(place)
    assert listing.names == () and listing.refreshed is None
    assert "AccessDeniedException" in listing.error and "(request STUB" in listing.error
    assert listing.failure is not None and listing.failure.kind is Kind.DENIED
    stub.reply("ListTables", {"TableNames": NAMES})
    assert catalogue.listing(place).names == tuple(NAMES)


def test_a_refresh_that_fails_leaves_the_names_and_says_why(stub: StubAws, place: Place) -> None:
    stub.reply("ListTables", {"TableNames": NAMES})
    before = catalogue.listing(place)
    stub.fail("ListTables", "ExpiredTokenException", "The security token included in the request is expired")
    with pytest.raises(AwsError) as failed:
        catalogue.refresh_names(place)
    assert failed.value.kind is Kind.EXPIRED
    after = catalogue.listing(place)
    assert (after.names, after.refreshed) == (before.names, before.refreshed)
    assert "expired" in after.error
    stub.reply("ListTables", {"TableNames": NAMES})
    assert catalogue.refresh_names(place).error == ""


def test_a_refresh_forgets_tables_that_are_gone(tables: StubAws, place: Place) -> None:
    tables.reply("ListTables", {"TableNames": NAMES})
    catalogue.listing(place)
    catalogue.facts(place, "parcels")
    catalogue.facts(place, "counters")
    tables.reply("ListTables", {"TableNames": ["counters"]})
    assert catalogue.refresh_names(place).names == ("counters",)
    assert list(TableFacts.objects.values_list("name", flat=True)) == ["counters"]


def test_one_denied_table_of_many_harms_no_other(tables: StubAws, place: Place) -> None:
    def answer(body: dict) -> dict:
        if body["TableName"] == "secret":
            raise Failure("AccessDeniedException", "not authorized")
        return description(PARCELS)

    tables.reply("DescribeTable", answer)
    with pytest.raises(AwsError) as denied:
        catalogue.facts(place, "secret")
    assert denied.value.kind is Kind.DENIED and denied.value.resource == "table:secret"
    assert catalogue.facts(place, "parcels").table == PARCELS
    assert not TableFacts.objects.filter(name="secret").exists()


def test_a_table_that_is_gone_is_forgotten(tables: StubAws, place: Place) -> None:
    tables.reply("ListTables", {"TableNames": NAMES})
    catalogue.listing(place)
    catalogue.facts(place, "parcels")
    tables.fail(
        "DescribeTable", "ResourceNotFoundException", "Requested resource not found: Table: parcels not found"
    )
    with pytest.raises(AwsError) as gone:
        catalogue.facts(place, "parcels", fresh=True)
    assert gone.value.kind is Kind.NOT_FOUND
    assert catalogue.listing(place).names == ("counters",)
    assert not TableFacts.objects.exists()


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 256, "a/b/c", "..%2F", "arn:aws:dynamodb:x", "täble", "tab\nle"]
)
def test_a_name_no_table_can_have_costs_no_call(stub: StubAws, place: Place, name: str) -> None:
    with pytest.raises(AwsError) as refused:
        catalogue.facts(place, name)
    assert refused.value.kind is Kind.NOT_FOUND
    assert stub.count() == 0


def test_a_description_is_read_again_after_an_hour_or_when_asked(tables: StubAws, place: Place) -> None:
    catalogue.facts(place, "parcels")
    catalogue.facts(place, "parcels", fresh=True)
    assert tables.count("DescribeTable") == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        catalogue.facts(place, "parcels")
    assert tables.count("DescribeTable") == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        catalogue.facts(place, "parcels")
    assert tables.count("DescribeTable") == 3


def test_a_table_in_the_making_is_read_again_sooner(stub: StubAws, place: Place) -> None:
    making = description(PARCELS)
    making["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] = "CREATING"
    stub.reply("DescribeTable", making)
    catalogue.facts(place, "parcels")
    catalogue.facts(place, "parcels")
    assert stub.count("DescribeTable") == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        catalogue.facts(place, "parcels")
    assert stub.count("DescribeTable") == 2


def test_the_expiry_attribute_is_asked_for_once(tables: StubAws, place: Place) -> None:
    tables.reply(
        "DescribeTimeToLive",
        {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}},
    )
    assert catalogue.facts(place, "parcels").ttl_attribute is None
    assert catalogue.time_to_live(place, "parcels") == "expires"
    assert catalogue.time_to_live(place, "parcels") == "expires"
    assert catalogue.facts(place, "parcels").ttl_attribute == "expires"
    assert tables.count("DescribeTimeToLive") == 1


def test_a_table_without_expiry(tables: StubAws, place: Place) -> None:
    tables.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    catalogue.facts(place, "parcels")
    assert catalogue.time_to_live(place, "parcels") == ""
    assert catalogue.time_to_live(place, "parcels") == ""
    assert tables.count("DescribeTimeToLive") == 1


def test_only_what_the_viewer_may_read_is_visible(place: Place, stranger: User, reader: User) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="parcels only")
    Grant.objects.create(group=group, resource="table:par*", actions=["read"])
    stranger.groups.add(group)
    assert catalogue.visible(stranger, place, tuple(NAMES)) == ("parcels",)
    assert catalogue.visible(reader, place, tuple(NAMES)) == tuple(NAMES)


def test_a_connection_that_is_removed_takes_its_rows_along(tables: StubAws, place: Place) -> None:
    tables.reply("ListTables", {"TableNames": NAMES})
    catalogue.listing(place)
    catalogue.facts(place, "parcels")
    place.connection.delete()
    assert not TableListing.objects.exists() and not TableFacts.objects.exists()
