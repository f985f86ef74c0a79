"""Making a table, deleting one, downloading its items."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError
from dashboard.history.models import Change
from dashboard.tables.operations import catalogue
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_structure import HERE, HOSTILE, sent, value_of

NEW = "/c/main/eu-central-1/tables/~new/"
SIMPLE = {
    "name": "orders",
    "partition": "pk",
    "partition-type": "S",
    "sort": "",
    "sort-type": "S",
    "billing": "PAY_PER_REQUEST",
}
INDEXED = SIMPLE | {
    "index-count": "2",
    "index-0-name": "by-at",
    "index-0-kind": "global",
    "index-0-p0": "at",
    "index-0-p0-type": "S",
    "index-0-p1": "who",
    "index-0-p1-type": "S",
    "index-0-s0": "total",
    "index-0-s0-type": "N",
    "index-0-projection": "ALL",
}


def carried(preview: str, **more: str) -> dict[str, Any]:
    """What the preview's form sends."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', preview, re.DOTALL):
        found.setdefault(name, []).append(html.unescape(value))
    return found | {"reason": "because", "step": "save"} | more


def test_it_works(aws: StubAws, owner: Client) -> None:
    assert f'href="{NEW}"' in owner.get(BASE).text
    form = owner.get(NEW)
    assert form.status_code == 200 and aws.count() == 0
    assert "<details" in form.text and '<details class="panel unfold" open' not in form.text
    preview = owner.post(NEW, SIMPLE | {"step": "preview"})
    assert preview.status_code == 200 and aws.count() == 0
    assert "Undo deletes the table again" in words(preview.text)
    aws.reply("CreateTable", {"TableDescription": {"TableName": "orders", "TableId": "id-1"}})
    done = owner.post(NEW, carried(preview.text))
    assert (done.status_code, done["Location"]) == (302, f"{BASE}orders/structure/")
    assert [request.operation for request in aws.requests] == ["CreateTable"]
    assert aws.requests[0].body == {
        "TableName": "orders",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    change = Change.objects.get()
    assert (change.action, change.outcome.after["TableId"]) == ("table.create", "id-1")
    assert f'href="{BASE}orders/"' in owner.get(BASE).text
    assert aws.count("ListTables") == 0


def test_with_everything(aws: StubAws, owner: Client) -> None:
    whole = INDEXED | {
        "billing": "PROVISIONED",
        "read": "5",
        "write": "6",
        "index-1-name": "local-total",
        "index-1-kind": "local",
        "index-1-p0": "pk",
        "index-1-p0-type": "S",
        "index-1-s0": "total",
        "index-1-s0-type": "N",
        "index-1-projection": "INCLUDE",
        "index-1-included": "b\na",
        "sort": "sk",
        "sort-type": "N",
        "table_class": "STANDARD_INFREQUENT_ACCESS",
        "key": "managed",
        "stream": "KEYS_ONLY",
        "ttl": "gone",
        "protection": "on",
        "tag-key": ["team", ""],
        "tag-value": ["ops", ""],
    }
    preview = owner.post(NEW, whole | {"step": "preview"})
    assert "Time to live is a second step" in words(preview.text)
    aws.reply("CreateTable", {"TableDescription": {}})
    done = owner.post(NEW, carried(preview.text))
    assert done["Location"] == f"{BASE}orders/structure/?ttl=gone"
    body = aws.requests[-1].body
    assert body["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "by-at",
            "KeySchema": [
                {"AttributeName": "at", "KeyType": "HASH"},
                {"AttributeName": "who", "KeyType": "HASH"},
                {"AttributeName": "total", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
        }
    ]
    assert body["LocalSecondaryIndexes"][0]["Projection"] == {
        "ProjectionType": "INCLUDE",
        "NonKeyAttributes": ["a", "b"],
    }
    assert body["SSESpecification"] == {"Enabled": True, "SSEType": "KMS"}
    assert (body["TableClass"], body["DeletionProtectionEnabled"]) == ("STANDARD_INFREQUENT_ACCESS", True)
    assert body["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    assert body["Tags"] == [{"Key": "team", "Value": "ops"}]
    assert "TimeToLiveSpecification" not in body
    aws.reply("DescribeTable", description("orders"))
    page = owner.get(done["Location"])
    assert (
        "One step is left" in page.text and f"{BASE}orders/structure/change/ttl/?attribute=gone" in page.text
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": ""}, "3 to 255"),
        ({"name": HOSTILE}, "3 to 255"),
        ({"partition": ""}, "needs the name"),
        ({"partition-type": "X"}, "must be a string"),
        ({"sort": "pk"}, "another attribute"),
        ({"billing": "PROVISIONED"}, "Read units must be a whole number"),
        ({"billing": "PROVISIONED", "read": "1e3", "write": "1"}, "Read units must be a whole number"),
        ({"index-0-kind": "local"}, "table with a sort key"),
        ({"index-0-p1": "at"}, "at stands 2 times"),
        ({"index-0-name": "é"}, "3 to 255"),
        ({"tag-key": "aws:x", "tag-value": ""}, "kept for AWS"),
        ({"tag-key": "", "tag-value": "x"}, "has no key"),
        ({"key": "own"}, "Name the KMS key"),
        ({"index-count": "9" * 30}, ""),
    ],
)
def test_what_cannot_be_made_keeps_what_was_typed(
    aws: StubAws, owner: Client, change: dict[str, str], rule: str
) -> None:
    refused = owner.post(NEW, INDEXED | change | {"step": "preview"})
    assert refused.status_code == (400 if rule else 200)
    assert rule in html.unescape(refused.text)
    assert "<img" not in refused.text
    assert "who" in refused.text or not rule
    assert aws.count() == 0


def test_another_row_for_an_index_and_back_from_the_preview(owner: Client) -> None:
    more = owner.post(NEW, INDEXED | {"step": "index"})
    assert value_of(more.text, "index-count") == "3"
    assert 'value="by-at"' in more.text and 'name="index-2-name"' in more.text
    preview = owner.post(NEW, INDEXED | {"step": "preview"})
    back = owner.post(NEW, carried(preview.text, step="edit"))
    assert back.status_code == 200 and 'value="by-at"' in back.text and 'value="who"' in back.text


def test_like_another_table(aws: StubAws, owner: Client) -> None:
    form = owner.get(NEW, {"like": TABLE})
    assert aws.count("DescribeTable") == 1
    assert (
        'value="by-status"' in form.text and 'value="by-raw"' in form.text and 'value="weight"' in form.text
    )
    assert 'id="f-name" name="name" type="text" value=""' in form.text
    assert owner.get(NEW, {"like": "../etc"}).status_code == 200


def test_from_a_definition(aws: StubAws, owner: Client) -> None:
    assert 'name="definition"' in owner.get(NEW, {"paste": "1"}).text
    pasted = description("copied")
    pasted["Table"]["ResourcePolicy"] = {}
    form = owner.post(NEW, {"step": "paste", "definition": json.dumps(pasted)})
    assert form.status_code == 200
    assert 'value="copied"' in form.text and 'value="by-status"' in form.text
    assert "ResourcePolicy" in form.text
    refused = owner.post(NEW, {"step": "paste", "definition": f'{{"a": {HOSTILE}'})
    assert refused.status_code == 400
    assert "not valid JSON: line 1" in refused.text and "<img" not in refused.text


def test_a_name_that_is_taken_and_a_denied_call(aws: StubAws, owner: Client) -> None:
    aws.fail("CreateTable", "ResourceInUseException", "Table already exists: orders")
    taken = owner.post(NEW, SIMPLE | {"step": "save", "reason": "x"})
    assert taken.status_code == 400
    assert "Table already exists: orders" in taken.text and 'id="e-name"' in taken.text
    aws.fail("CreateTable", "AccessDeniedException", "not for you")
    denied = owner.post(NEW, SIMPLE | {"step": "save", "reason": "x"})
    assert denied.status_code == 502 and "not for you" in denied.text and "x</textarea>" in denied.text


def test_who_may_not_make_a_table_of_that_name(
    aws: StubAws, web: Client, client_for: Any, editor: User
) -> None:
    assert "New table" not in web.get(BASE).text
    assert "No grant of your groups lets you make tables here" in web.get(NEW).text
    refused = web.post(NEW, SIMPLE | {"step": "save", "reason": "x"})
    assert refused.status_code == 403
    assert "You may not make a table of this name" in refused.text and 'value="orders"' in refused.text
    group = editor.groups.get()
    Grant.objects.create(
        group=group, connection="main", region="*", resource="table:test-*", actions=["read", "administer"]
    )
    again = client_for(User.objects.get(pk=editor.pk))
    assert "New table" in again.get(BASE).text
    aws.reply("CreateTable", {"TableDescription": {}})
    assert again.post(NEW, SIMPLE | {"step": "save", "reason": "x"}).status_code == 403
    assert again.post(NEW, SIMPLE | {"name": "test-1", "step": "save", "reason": "x"}).status_code == 302


def test_deleting_by_name(aws: StubAws, owner: Client) -> None:
    address = f"{HERE}delete/"
    form = owner.get(address)
    text = words(form.text)
    assert "5,000" in text and "by-status" in text and "This cannot be undone" in text
    assert f'href="{HERE}export/"' in form.text and f'href="{HERE}definition/"' in form.text
    for wrong, field in (({"confirm": "parcel"}, "confirm"), ({"reason": ""}, "reason")):
        data = sent(form.text, confirm=TABLE) | wrong
        refused = owner.post(address, data)
        assert refused.status_code == 400 and f'id="{field}-error"' in refused.text
    assert aws.count("DeleteTable") == 0
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    aws.reply("ListTagsOfResource", {"Tags": [{"Key": "team", "Value": "ops"}]})
    aws.reply("DeleteTable", {"TableDescription": {}})
    done = owner.post(address, sent(form.text, confirm=TABLE))
    assert (done.status_code, done["Location"]) == (302, BASE)
    change = Change.objects.get()
    assert (change.action, change.state) == ("table.delete", "done")
    assert change.outcome.before["Tags"] == [{"Key": "team", "Value": "ops"}]
    page = owner.get(BASE).text
    assert "is being deleted" in page and f'href="{BASE}{TABLE}/"' not in page


@pytest.mark.parametrize(
    ("more", "words_"),
    [
        ({"DeletionProtectionEnabled": True}, "protected against deletion"),
        ({"TableStatus": "UPDATING"}, "The table is UPDATING"),
        ({"Replicas": [{"RegionName": "us-east-1"}]}, "replicas in us-east-1"),
    ],
)
def test_a_table_that_cannot_be_deleted_now(
    aws: StubAws, owner: Client, more: dict[str, Any], words_: str
) -> None:
    aws.reply("DescribeTable", description(**more))
    page = owner.get(f"{HERE}delete/")
    assert page.status_code == 200 and words_ in page.text
    assert 'name="confirm"' not in page.text
    assert (f"{HERE}change/protection/" in page.text) is ("DeletionProtectionEnabled" in more)
    refused = owner.post(f"{HERE}delete/", {"confirm": TABLE, "reason": "x", "shown": "x"})
    assert refused.status_code == 409
    assert aws.count("DeleteTable") == 0


def test_a_table_altered_since_is_not_deleted(aws: StubAws, owner: Client) -> None:
    form = owner.get(f"{HERE}delete/")
    aws.reply("DescribeTable", description(CreationDateTime=1_800_000_000))
    refused = owner.post(f"{HERE}delete/", sent(form.text, confirm=TABLE))
    assert refused.status_code == 409 and "altered since it was shown" in refused.text
    assert aws.count("DeleteTable") == 0


def test_a_refusal_by_aws_is_said(aws: StubAws, owner: Client) -> None:
    form = owner.get(f"{HERE}delete/")
    for operation in ("DescribeTimeToLive", "ListTagsOfResource", "DeleteTable"):
        aws.fail(operation, "AccessDeniedException", "The words of AWS")
    refused = owner.post(f"{HERE}delete/", sent(form.text, confirm=TABLE))
    assert refused.status_code == 502 and "The words of AWS" in refused.text
    assert "because</textarea>" in refused.text and f'value="{TABLE}"' in refused.text
    assert Change.objects.get().state == "failed"


def test_the_items_as_a_download(aws: StubAws, web: Client) -> None:
    form = web.get(f"{HERE}export/")
    assert "154 read units" in words(form.text) and "307 read units" in words(form.text)
    assert "Read about 154 units and download" in words(form.text)
    for less in ({}, {"agreed": "153"}, {"agreed": "9" * 40}, {"agreed": "²"}):
        asked = web.post(f"{HERE}export/", less)
        assert asked.status_code == 400 and "can be more than the 100 you may read unasked" in asked.text
    assert aws.count() == 0 and not Change.objects.exists()
    pages = [
        {
            "Items": [{"pk": {"S": HOSTILE}}],
            "Count": 1,
            "ScannedCount": 1,
            "LastEvaluatedKey": {"pk": {"S": "x"}, "sk": {"S": "x"}},
        },
        {"Items": [{"pk": {"N": "1" * 38}}], "Count": 1, "ScannedCount": 1},
    ]
    aws.reply("Scan", lambda body: pages["ExclusiveStartKey" in body])
    download = web.post(f"{HERE}export/", {"agreed": "154"})
    assert download["Content-Disposition"] == 'attachment; filename="parcels.ndjson"'
    lines = [json.loads(line) for line in b"".join(download.streaming_content).splitlines()]  # type: ignore[attr-defined]
    assert lines == [{"Item": {"pk": {"S": HOSTILE}}}, {"Item": {"pk": {"N": "1" * 38}}}]
    change = Change.objects.get()
    assert (change.action, change.user_name, change.state) == ("items.export", "editor", "done")
    assert change.outcome.after == {"items": 2, "read_units": 0, "whole_table": True}
    assert HOSTILE not in json.dumps([change.intended, change.outcome.before])
    told = web.get(f"/changes/{change.pk}/").text
    assert "Items downloaded" in told and "cannot be taken back" in told and "/undo/" not in told
    aws.fail("Scan", "AccessDeniedException", "not for you")
    refused = web.post(f"{HERE}export/", {"agreed": "154"})
    assert refused.status_code == 502 and "not for you" in refused.text
    assert 'name="agreed"' in refused.text


def test_a_download_that_is_left_or_breaks_tells_how_far_it_came(aws: StubAws, web: Client) -> None:
    more = {"LastEvaluatedKey": {"pk": {"S": "x"}, "sk": {"S": "x"}}}
    first = {"Items": [{"pk": {"S": "a"}}], "Count": 1, "ScannedCount": 1} | more
    aws.reply("Scan", first)
    left = web.post(f"{HERE}export/", {"agreed": "154"})
    next(iter(left.streaming_content))  # type: ignore[attr-defined]
    left._iterator.close()  # type: ignore[attr-defined]
    told = Change.objects.get().outcome
    assert (told.result, told.after) == ("done", {"items": 1, "read_units": 0, "whole_table": False})
    broken = web.post(f"{HERE}export/", {"agreed": "154"})
    aws.fail("Scan", "AccessDeniedException", "not for you")
    with pytest.raises(AwsError):
        list(broken.streaming_content)  # type: ignore[attr-defined]
    told = Change.objects.exclude(pk=told.change_id).get().outcome
    assert (told.result, told.after["items"], told.after["whole_table"]) == ("partial", 1, False)


def test_a_download_within_the_budget_is_not_asked_about_and_stops_there(
    aws: StubAws, web: Client, place: Place
) -> None:
    aws.reply("DescribeTable", description(TableSizeBytes=40_960))
    catalogue.facts(place, TABLE, fresh=True)
    form = web.get(f"{HERE}export/")
    assert "8 read units" in words(form.text) and "100 read units" in words(form.text)
    assert 'name="agreed"' not in form.text
    aws.reply("Scan", {"Items": [], "Count": 0, "ScannedCount": 0})
    assert b"".join(web.post(f"{HERE}export/").streaming_content) == b""  # type: ignore[attr-defined]


def test_a_download_just_below_the_budget_is_asked_about_for_it_would_break_off_at_its_end(
    aws: StubAws, web: Client, place: Place
) -> None:
    aws.reply("DescribeTable", description(TableSizeBytes=99 * 8192))
    catalogue.facts(place, TABLE, fresh=True)
    assert 'name="agreed" value="102"' in web.get(f"{HERE}export/").text


def test_an_index_with_a_wrong_number_stays_as_it_was_typed(owner: Client) -> None:
    """Its row, its name and what was typed; the empty row before it is left out, and each sentence names what it is about, once."""
    form = SIMPLE | {
        "billing": "PROVISIONED",
        "read": "5",
        "write": "9" * 20,
        "index-count": "2",
        "index-1-name": "by-day",
        "index-1-p0": "day",
        "index-1-read": "a lot",
        "step": "preview",
    }
    page = owner.post(NEW, form)
    assert page.status_code == 400
    assert 'name="index-0-name" type="text" value="by-day"' in page.text
    assert 'name="index-0-read" type="text" inputmode="numeric" value="a lot"' in page.text
    assert f'value="{"9" * 20}"' in page.text and 'name="index-count" value="2"' in page.text
    text = words(page.text)
    assert "2 things have to be put right" in text
    assert "Index by-day: Read units must be a whole number, 1 or more." in text
    assert "Write units must be a whole number of at most 15 digits." in text
