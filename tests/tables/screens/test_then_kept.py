"""What was looked up and entered about an item as it was is kept, whatever goes wrong, and goes on meaning the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from dashboard.tables.models import Procedure
from dashboard.tables.screens import procedures, then
from tests.accounts.pages import text_of
from tests.stub.server import StubAws
from tests.tables.screens.conftest import TABLE
from tests.tables.screens.recovering import ARN, INSIDE, PAGE, field, recovery, says
from tests.tables.screens.test_then import KEY, NOW, TEXT, THEN, URL, bring_back, record, shown_at


@pytest.fixture
def aws_now(aws: StubAws) -> StubAws:
    """The item is NOW, recovery is on."""
    aws.reply("GetItem", {"Item": NOW})
    aws.reply("DescribeContinuousBackups", recovery())
    return aws


def looked_up(place: Place, **more: Any) -> Procedure:
    """A procedure that is over and found THEN."""
    return Procedure.objects.create(
        connection=place.connection.slug,
        region=place.region,
        table=TABLE,
        key=TEXT,
        label="the item",
        owner_name="admin",
        temporary="gatehouse-tm-0123456789",
        source_arn=ARN,
        **{
            "moment": timezone.now(),
            "state": "done",
            "read": timezone.now(),
            "cleaned": timezone.now(),
            "item": THEN,
        }
        | more,
    )


def from_procedure(client: Client, place: Place, **fields: str) -> Any:
    page = client.get(f"{PAGE}time-machine/{looked_up(place).pk}/")
    assert says(page, "Bring this one back")
    return bring_back(client, page, **fields)


def test_what_a_restored_table_told_stays_on_the_page_when_it_cannot_be_brought_back(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    """The record does not know this state: the page that does is shown again, with what was entered."""
    missing = from_procedure(web, place, reason=" ")
    assert missing.status_code == 400
    assert says(missing, "Say in the field Reason", "What AWS had at", "Bring this one back")
    aws_now.fail("UpdateItem", "ConditionalCheckFailedException", "no", Item=NOW | {"v": {"S": "third"}})
    conflict = from_procedure(web, place, reason="as it should be")
    assert conflict.status_code == 409
    assert says(conflict, "the item was changed since you looked", "What AWS had at", "as it should be")
    aws_now.fail("UpdateItem", "AccessDeniedException", "not yours")
    refused = from_procedure(web, place)
    assert refused.status_code == 502 and says(refused, "not yours", "What AWS had at")


def test_a_restored_item_is_shown_also_when_the_present_one_cannot_be_read(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    aws_now.fail("GetItem", "AccessDeniedException", "not yours")
    page = web.get(f"{PAGE}time-machine/{looked_up(place).pk}/")
    assert says(
        page, "not yours", "How the item is now could not be read", "12345678901234567890123456789012345678"
    )
    assert "Bring this one back" not in text_of(page)


def test_what_the_record_knows_is_shown_also_when_the_present_item_cannot_be_read(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    change = record(place, None, THEN, "item.create")
    aws_now.fail("GetItem", "ProvisionedThroughputExceededException", "slow down")
    page = shown_at(web, change)
    assert says(page, "slow down", "Doubtful", "12345678901234567890123456789012345678")
    assert "Bring this one back" not in text_of(page)


def test_a_time_of_day_is_carried_on_as_the_moment_that_was_shown(
    owner: Client, aws_now: StubAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``14:05`` means another day once it is past; what a form or a link carries on must not."""

    class Clock:
        def now(self) -> datetime:
            return datetime(2023, 11, 16, 1, 10, tzinfo=UTC)

    monkeypatch.setattr(then, "timezone", Clock())
    monkeypatch.setattr(procedures, "timezone", Clock())
    page = owner.get(URL, {"at": "14:05"})
    assert says(page, "What the record says of 2023-11-15 14:05:00 UTC")
    assert "recover/?at=2023-11-15%2014%3A05%3A00" in page.content.decode()
    assert field(owner.get(f"{URL}recover/", {"at": "14:05"}), "at") == "2023-11-15 14:05:00"


def test_a_fraction_of_a_second_is_said(web: Client, aws_now: StubAws) -> None:
    page = web.get(URL, {"at": f"{INSIDE}.250000"})
    assert says(page, f"What the record says of {INSIDE}.250000 UTC", "AWS takes whole seconds")


def test_who_may_not_make_the_temporary_table_is_told_before_the_form(
    aws_now: StubAws, client_for: Callable[[User], Client], editor: User
) -> None:
    group = Group.objects.create(name="owners of one table")
    editor.groups.add(group)
    Grant.objects.create(group=group, resource=f"table:{TABLE}", actions=["administer"])
    client = client_for(editor)
    page = client.get(URL, {"at": INSIDE})
    assert says(page, "needs the permission administer on this table and on the temporary one")
    assert "Restore and look" not in text_of(page)
    assert client.get(f"{URL}recover/").status_code == 403


def test_what_aws_told_of_this_moment_already_is_not_asked_again(
    owner: Client, aws_now: StubAws, place: Place
) -> None:
    """The next step is to see it, not to restore the whole table once more."""
    row = looked_up(place, moment=datetime.fromisoformat(f"{INSIDE}+00:00"))
    page = owner.get(URL, {"at": INSIDE})
    assert says(page, "AWS was asked about this moment already")
    assert f'button-primary" href="{PAGE}time-machine/{row.pk}/"' in page.content.decode()
    assert "Restore and look" not in text_of(page)
    assert says(owner.get(URL, {"at": INSIDE.replace(":00:00", ":00:01")}), "Restore and look…")


def test_only_what_is_sure_is_the_button_one_is_led_to(web: Client, aws_now: StubAws, place: Place) -> None:
    """The record begins later: what its first change found may be the very mistake that is to be taken back."""
    change = record(place, THEN, KEY | {"v": {"S": "third"}})
    before = web.get(URL, {"at": INSIDE}).content.decode()
    assert '<button class="button" type="submit">Bring this one back' in before
    record(place, KEY | {"v": {"S": "third"}}, NOW)
    assert (
        '<button class="button button-primary" type="submit">Bring this one back'
        in shown_at(web, change).text
    )


def test_the_reason_of_the_search_stands_in_the_form_that_brings_back(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    """One ticket, entered once; it can be changed."""
    page = web.get(f"{PAGE}time-machine/{looked_up(place, reason='Ticket 77').pk}/")
    assert ">\nTicket 77</textarea>" in page.content.decode()
