"""A new item."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, key_description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import area

NEW = f"{BASE}{TABLE}/new/"
ITEM: dict[str, Any] = {"pk": {"S": "PARCEL#2"}, "sk": {"S": "EVENT#1"}, "city": {"S": "Kiel"}}
THERE = f"{BASE}{TABLE}/item/sPARCEL~232.sEVENT~231/"


def sent(step: str, item: dict[str, Any] | str = ITEM, **more: str) -> dict[str, str]:
    text = item if isinstance(item, str) else json.dumps(item)
    return {"step": step, "form": "dynamodb", "draft": text, "original": "", "reason": "arrived"} | more


def test_it_works(aws: StubAws, web: Client) -> None:
    form = web.get(f"{NEW}?form=plain")
    assert json.loads(area(form.text, "draft")) == {"pk": "", "sk": ""}
    preview = web.post(NEW, sent("preview"))
    assert preview.status_code == 200
    assert "Kiel" in words(preview.text)
    assert aws.count() == 0
    aws.reply("PutItem", {})
    done = web.post(NEW, sent("save"))
    assert (done.status_code, done["Location"]) == (302, THERE)
    (body,) = aws.of("PutItem")
    assert body["Item"] == ITEM
    assert "attribute_not_exists" in body["ConditionExpression"]
    change = Change.objects.get()
    assert (change.action, change.reason) == ("item.create", "arrived")
    aws.reply("GetItem", {"Item": ITEM})
    assert f'href="/changes/{change.pk}/undo/"' in web.get(THERE).text


def test_the_template_has_the_types_of_the_keys(aws: StubAws, web: Client) -> None:
    aws.reply("DescribeTable", key_description("blobs", raw="B", big="N"))
    text = area(web.get(f"{BASE}blobs/new/?form=plain").text, "draft")
    assert json.loads(text) == {"raw": {"$b": ""}, "big": 0}


def test_an_existing_key_is_409_with_what_is_there(aws: StubAws, web: Client) -> None:
    aws.fail(
        "PutItem",
        "ConditionalCheckFailedException",
        "The conditional request failed",
        Item=ITEM | {"city": {"S": "<b>Hamburg</b>"}},
    )
    refused = web.post(NEW, sent("save"))
    assert refused.status_code == 409
    assert "&lt;b&gt;Hamburg&lt;/b&gt;" in refused.text
    assert f'href="{THERE}"' in refused.text
    assert json.loads(area(refused.text, "draft")) == ITEM
    assert area(refused.text, "reason") == "arrived"
    assert aws.count() == 1


def test_an_item_that_was_created_before_is_no_obstacle(aws: StubAws, web: Client) -> None:
    """Sent twice, by the button or the browser's way back: what stands there is the draft itself."""
    aws.fail("PutItem", "ConditionalCheckFailedException", "The conditional request failed", Item=ITEM)
    again = web.post(NEW, sent("save"))
    assert again.status_code == 409
    assert "Nothing was left to create: the item is there already" in words(again.text)
    assert "never replaces" not in again.text
    assert f'class="button button-primary" href="{THERE}"' in again.text


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ('{"pk": {"S": ""}, "sk": {"S": "x"}}', "must not be empty"),
        ('{"pk": {"N": "1"}, "sk": {"S": "x"}}', "must be a string"),
        ('{"sk": {"S": "x"}}', "partition key"),
        ("{}", "partition key"),
        ("{", "not valid JSON"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_an_item_that_the_table_cannot_take(
    aws: StubAws, web: Client, item: str, said: str, step: str
) -> None:
    refused = web.post(NEW, sent(step, item))
    assert refused.status_code == 400
    assert said in words(refused.text)
    assert area(refused.text, "draft") == item
    assert aws.count() == 0


def test_no_item_without_a_reason(aws: StubAws, web: Client) -> None:
    refused = web.post(NEW, sent("save", reason=" "))
    assert refused.status_code == 400
    assert 'id="reason-error"' in refused.text
    assert json.loads(area(refused.text, "draft")) == ITEM
    assert aws.count() == 0


def test_a_refusal_by_aws_keeps_what_was_typed(aws: StubAws, web: Client) -> None:
    aws.fail("PutItem", "AccessDeniedException", "The words of AWS")
    refused = web.post(NEW, sent("save"))
    assert refused.status_code == 502
    assert "The words of AWS" in refused.text
    assert json.loads(area(refused.text, "draft")) == ITEM


def test_an_unknown_table(aws: StubAws, web: Client) -> None:
    aws.fail("DescribeTable", "ResourceNotFoundException", "Requested resource not found")
    assert web.get(f"{BASE}not-here/new/").status_code == 404
    refused = web.post(f"{BASE}not-here/new/", sent("save"))
    assert refused.status_code == 404
    assert json.loads(area(refused.text, "draft")) == ITEM
