"""The forms of changes of a table show what stands, and offer what the viewer may do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import Grant, User
from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_new import ITEM, NEW, THERE, sent
from tests.tables.screens.test_structure import HERE
from tests.tables.screens.test_structure import sent as confirmed


def test_a_form_shows_what_stands_not_its_contrary(aws: StubAws, owner: Client) -> None:
    ticked = re.compile(r'name="(?:expire|protection)"[^>]* checked')
    aws.reply("DescribeTable", description(DeletionProtectionEnabled=True))
    assert ticked.search(owner.get(f"{HERE}change/protection/").text)
    aws.reply("DescribeTable", description())
    assert not ticked.search(owner.get(f"{HERE}change/protection/").text)
    on = {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone"}
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": on})
    form = owner.get(f"{HERE}change/ttl/").text
    assert ticked.search(form) and 'value="gone"' in form
    other = owner.post(f"{HERE}change/ttl/", {"expire": "on", "ttl": "later", "step": "preview"})
    assert other.status_code == 400 and "Items expire by gone. Switch that off first" in other.text


@pytest.mark.parametrize(
    ("actions", "offered"), [(["read", "write"], False), (["read", "write", "delete"], True)]
)
def test_the_undo_of_a_new_item_is_offered_to_who_may_delete(
    aws: StubAws, client_for: Callable[[User], Client], stranger: User, actions: list[str], offered: bool
) -> None:
    group = stranger.groups.create(name="of-their-own")
    Grant.objects.create(group=group, connection="*", region="*", resource="*", actions=actions)
    browser = client_for(stranger)
    aws.reply("PutItem", {})
    aws.reply("GetItem", {"Item": ITEM})
    browser.post(NEW, sent("save"))
    told = browser.get(THERE).text
    assert "Created." in told and (f"/changes/{Change.objects.get().pk}/undo/" in told) is offered


def test_an_encryption_key_that_is_no_choice_is_refused(aws: StubAws, owner: Client) -> None:
    refused = owner.post(f"{HERE}change/encryption/", {"key": "theirs", "step": "preview"})
    assert refused.status_code == 400 and "the account&#x27;s or one of your own" in refused.text


def test_the_pages_say_what_empty_means_and_how_a_definition_goes_elsewhere(
    aws: StubAws, owner: Client
) -> None:
    assert "Empty units of an index: as many as the table has." in owner.get(f"{HERE}change/capacity/").text
    for call in ("DescribeTimeToLive", "ListTagsOfResource"):
        aws.reply(call, {})
    assert "in another region or connection" in owner.get(f"{HERE}definition/").text


def test_the_day_and_the_time_of_creation_stand_apart(aws: StubAws, owner: Client) -> None:
    assert "Created 2023-11-14 22:13 UTC" in words(owner.get(HERE).text)


def test_a_change_that_somebody_made_in_the_same_moment_is_not_sent_again(
    aws: StubAws, owner: Client
) -> None:
    """The screen still reads the table as it was; the operation, a moment later, finds it as wanted already."""
    address = f"{HERE}change/protection/"
    preview = owner.post(address, {"protection": "on", "step": "preview"})
    asked: list[bool] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(True)
        return description(DeletionProtectionEnabled=len(asked) > 1)

    aws.reply("DescribeTable", answer)
    refused = owner.post(address, confirmed(preview.text))
    assert refused.status_code == 400 and "this is how the table is now" in refused.text
    assert aws.count("UpdateTable") == 0 and not Change.objects.exists()


def test_auto_scaling_is_shown_where_capacity_is_changed(aws: StubAws, owner: Client) -> None:
    assert f'hx-get="{HERE}scaling/"' in owner.get(f"{HERE}change/capacity/").text
    assert f'hx-get="{HERE}scaling/"' not in owner.get(f"{HERE}change/class/").text


def test_the_limits_of_an_index_on_demand_are_shown(aws: StubAws, owner: Client) -> None:
    assert words(owner.get(HERE).text).count("Limits a second") == 1
    index = description()["Table"]["GlobalSecondaryIndexes"][0]
    limits = {"MaxReadRequestUnits": 1200, "MaxWriteRequestUnits": -1}
    aws.reply("DescribeTable", description(GlobalSecondaryIndexes=[index | {"OnDemandThroughput": limits}]))
    text = words(owner.get(HERE).text)
    assert text.count("Limits a second") == 2 and "1,200 R" in text


def test_a_page_that_has_settled_is_loaded_anew_below_its_messages(aws: StubAws, owner: Client) -> None:
    """So the way to undo what was just done stays there."""
    done = owner.get(f"{HERE}progress/", headers={"HX-Request": "true"})
    assert 'hx-trigger="load" hx-select="#structure-page" hx-target="#structure-page"' in done.text
    assert "every 3s" not in done.text and "HX-Refresh" not in done.headers
    assert owner.get(HERE).text.count('id="structure-page"') == 1
