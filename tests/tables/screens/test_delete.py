"""Deleting an item."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from dashboard.core.wire import compact
from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, key_description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import ITEM, URL, area

DELETE = f"{URL}delete/"


def sent(**more: str) -> dict[str, str]:
    return {"original": compact(ITEM), "reason": "lost", "name": "PARCEL#1"} | more


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": ITEM})
    form = web.get(DELETE)
    assert form.status_code == 200
    assert "Lübeck" in form.text
    assert "PARCEL#1" in words(form.text)
    assert "<img src=x" not in form.text
    assert json.loads(area(form.text, "original")) == ITEM
    assert aws.count() == 1
    aws.requests.clear()
    aws.reply("DeleteItem", {"Attributes": ITEM})
    aws.reply("Scan", {"Items": [], "Count": 0, "ScannedCount": 0})
    done = web.post(DELETE, sent())
    assert (done.status_code, done["Location"]) == (302, f"{BASE}{TABLE}/")
    assert [request.operation for request in aws.requests] == ["DeleteItem"]
    assert {"S": "Lübeck"} in aws.requests[0].body["ExpressionAttributeValues"].values()
    change = Change.objects.get()
    assert (change.action, change.outcome.before) == ("item.delete", ITEM)
    page = web.get(f"{BASE}{TABLE}/").text
    assert "Deleted PARCEL#1 / EVENT#7." in page
    assert f'href="/changes/{change.pk}/undo/"' in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"reason": " "}, "reason"), ({"name": ""}, "name"), ({"name": "parcel#1"}, "name")],
)
def test_reason_and_name_are_asked_for(aws: StubAws, web: Client, wrong: dict[str, str], field: str) -> None:
    refused = web.post(DELETE, sent(**wrong))
    assert refused.status_code == 400
    assert f'id="{field}-error"' in refused.text
    (focused,) = re.findall(r'name="(\w+)"[^>]* autofocus', refused.text)
    assert focused == field, "what is asked for stands below all of the item"
    assert area(refused.text, "reason") == sent(**wrong)["reason"].strip()
    assert json.loads(area(refused.text, "original")) == ITEM
    assert "Lübeck" in refused.text
    assert aws.count() == 0
    assert not Change.objects.exists()


@pytest.mark.parametrize("original", ["", "rubbish", '{"pk": {"S": "PARCEL#2"}, "sk": {"S": "EVENT#7"}}'])
def test_an_original_that_did_not_come_back_whole(aws: StubAws, web: Client, original: str) -> None:
    refused = web.post(DELETE, sent(original=original))
    assert refused.status_code == 400
    assert aws.count() == 0


@pytest.mark.parametrize(
    "value",
    [{"B": "AP8="}, {"S": "x" * 65}, {"S": "a\nb"}, {"S": " a "}, {"S": "nul\0"}, {"S": "x" * 2048}],
)
def test_a_key_that_is_hard_to_type_gets_a_short_form(
    aws: StubAws, web: Client, value: dict[str, str]
) -> None:
    from dashboard.core.keys import encode_key
    from dashboard.tables.operations import catalogue  # noqa: F401 -- the app is loaded

    item: dict[str, Any] = {"k": value}
    aws.reply("DescribeTable", key_description("blobs", k=next(iter(value))))
    aws.reply("GetItem", {"Item": item})
    aws.reply("DeleteItem", {"Attributes": item})
    address = f"{BASE}blobs/item/{encode_key(item, ['k'])}/delete/"
    form = web.get(address)
    assert "which stands for this key" in words(form.text)
    asked = form.text.split('data-confirm-name="')[1].split('"')[0]
    assert len(asked) == 8
    assert web.post(address, sent(original=compact(item), name="wrong")).status_code == 400
    assert web.post(address, sent(original=compact(item), name=asked)).status_code == 302


def test_an_item_changed_since_is_409_with_what_stands_there(aws: StubAws, web: Client) -> None:
    theirs = ITEM | {"city": {"S": "Hamburg"}}
    aws.fail("DeleteItem", "ConditionalCheckFailedException", "The conditional request failed", Item=theirs)
    refused = web.post(DELETE, sent())
    assert refused.status_code == 409
    text = words(refused.text)
    assert "Lübeck" in text
    assert "Hamburg" in text
    assert json.loads(area(refused.text, "original")) == theirs
    assert area(refused.text, "reason") == "lost"
    assert 'value="PARCEL#1"' not in refused.text
    assert Change.objects.get().outcome.result == "refused"


def test_an_item_that_is_gone_already(aws: StubAws, web: Client) -> None:
    aws.fail("DeleteItem", "ConditionalCheckFailedException", "The conditional request failed")
    gone = web.post(DELETE, sent())
    assert gone.status_code == 409
    assert "is gone already" in gone.text


def test_a_refusal_by_aws_keeps_what_was_typed(aws: StubAws, web: Client) -> None:
    aws.fail("DeleteItem", "AccessDeniedException", "The words of AWS")
    refused = web.post(DELETE, sent())
    assert refused.status_code == 502
    assert "The words of AWS" in refused.text
    assert area(refused.text, "reason") == "lost"
    assert json.loads(area(refused.text, "original")) == ITEM
