"""Adding an index and dropping one."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_structure import HERE, described, sent

INDEX = {
    "new-name": "by-city",
    "new-p0": "city",
    "new-p0-type": "S",
    "new-p1": "zone",
    "new-p1-type": "N",
    "new-s0": "weight",
    "new-s0-type": "N",
    "new-projection": "INCLUDE",
    "new-included": "name\n\n street ",
}


def test_it_works(aws: StubAws, owner: Client) -> None:
    address = f"{HERE}new-index/"
    form = owner.get(address)
    assert "Keys of several attributes" in form.text
    preview = owner.post(address, INDEX | {"step": "preview"})
    assert preview.status_code == 200
    text = words(preview.text)
    assert "city (S), zone (N)" in text
    assert "at most about 5,000 write units (5,000 items of 1 KB or less each" in text
    aws.reply("UpdateTable", {"TableDescription": {}})
    assert owner.post(address, sent(preview.text)).status_code == 302
    (request,) = [request for request in aws.requests if request.operation == "UpdateTable"]
    (update,) = request.body["GlobalSecondaryIndexUpdates"]
    assert update["Create"] == {
        "IndexName": "by-city",
        "KeySchema": [
            {"AttributeName": "city", "KeyType": "HASH"},
            {"AttributeName": "zone", "KeyType": "HASH"},
            {"AttributeName": "weight", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name", "street"]},
    }
    types = {one["AttributeName"]: one["AttributeType"] for one in request.body["AttributeDefinitions"]}
    assert types == {"pk": "S", "sk": "S", "city": "S", "zone": "N", "weight": "N"}


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"new-name": "x"}, "new-name", "3 to 255"),
        ({"new-name": "by-status"}, "new-name", "has an index of the name by-status already"),
        ({"new-p0": "", "new-p1": ""}, "new-p0", "needs a partition key"),
        ({"new-s0": "city"}, "new-s0", "city stands 2 times"),
        ({"new-s0-type": "S"}, "new-s0", "one type in the whole table"),
        ({"new-included": ""}, "new-included", "at least one attribute"),
        ({"new-max_read": "many"}, "new-max_read", "whole number"),
    ],
)
def test_an_index_that_cannot_be(
    aws: StubAws, owner: Client, change: dict[str, str], field: str, rule: str
) -> None:
    refused = owner.post(f"{HERE}new-index/", INDEX | change | {"step": "preview"})
    assert refused.status_code == 400
    assert rule in html.unescape(refused.text)
    assert f'id="e-{field}"' in refused.text
    assert 'value="zone"' in refused.text or "new-p1" in change


def test_an_index_is_dropped_by_its_name(aws: StubAws, owner: Client) -> None:
    address = f"{HERE}drop-index/by-status/"
    preview = owner.get(address)
    assert "Every Query and Scan of this index fails" in preview.text
    refused = owner.post(address, sent(preview.text, confirm="by-state"))
    assert refused.status_code == 400 and 'id="confirm-error"' in refused.text
    assert aws.count("UpdateTable") == 0
    aws.reply("UpdateTable", {"TableDescription": {}})
    assert owner.post(address, sent(preview.text, confirm="by-status")).status_code == 302
    assert Change.objects.get().shown["index"]["name"] == "by-status"


def test_an_index_that_cannot_be_dropped(aws: StubAws, owner: Client) -> None:
    gone = owner.get(f"{HERE}drop-index/by-nothing/")
    assert gone.status_code == 404 and "There is no index by-nothing on this table" in gone.text
    assert f'href="{HERE}">The table&#x27;s structure</a>' in gone.text
    local = owner.get(f"{HERE}drop-index/by-raw/")
    assert local.status_code == 404 and "stays as long as its table" in local.text
    described(aws, TableStatus="UPDATING")
    busy = owner.get(f"{HERE}drop-index/by-status/")
    assert busy.status_code == 200 and "The table is UPDATING" in busy.text


def test_what_stands_in_the_way_of_an_index_is_said_before_the_form_is_filled_in(
    aws: StubAws, owner: Client
) -> None:
    assert "notice-info" not in owner.get(f"{HERE}new-index/").text
    described(aws, TableStatus="UPDATING")
    assert "The table is UPDATING: DynamoDB takes no new index" in owner.get(f"{HERE}new-index/").text
    (index,) = description()["Table"]["GlobalSecondaryIndexes"]
    described(aws, GlobalSecondaryIndexes=[index | {"IndexStatus": "CREATING"}])
    assert "by-status is CREATING. Wait until that is done." in owner.get(f"{HERE}new-index/").text


def test_the_index_after_the_twentieth_is_left_to_aws_which_may_have_raised_the_quota(
    aws: StubAws, owner: Client
) -> None:
    (index,) = description()["Table"]["GlobalSecondaryIndexes"]
    described(aws, GlobalSecondaryIndexes=[index | {"IndexName": f"index-{number}"} for number in range(20)])
    assert "The table has 20 global indexes. AWS allows 20" in owner.get(f"{HERE}new-index/").text
    preview = owner.post(f"{HERE}new-index/", INDEX | {"step": "preview"})
    assert preview.status_code == 200 and "would have 21 global indexes" in preview.text
    aws.fail("UpdateTable", "LimitExceededException", "as AWS says")
    refused = owner.post(f"{HERE}new-index/", sent(preview.text))
    assert refused.status_code == 503 and "A limit of AWS is reached" in refused.text
