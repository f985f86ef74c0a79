"""An item before a change of the stream, and bringing it back out of the record's own old image."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.core.keys import encode_key
from dashboard.core.wire import compact
from tests.accounts.pages import inputs_of, last_change, text_of
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_streams import KEYS, NEW, OLD, READ, entry, streaming

__all__ = ["streaming"]  # a fixture
KEY = encode_key(KEYS, ["pk", "sk"])
ITEM = f"{BASE}{TABLE}/item/{KEY}/"
URL = f"{ITEM}then/stream/?{urlencode({'shard': 'shard-2', 'sequence': '111'})}"


@pytest.fixture
def deleted(streaming: StubAws) -> StubAws:
    """The item was deleted, and the stream has it."""
    gone = entry("REMOVE", inner={"OldImage": OLD})
    streaming.reply("GetRecords", {"Records": [gone], "NextShardIterator": "n"})
    streaming.reply("GetItem", {})
    streaming.reply("PutItem", {})
    return streaming


def bring_back(client: Client, **fields: str) -> Any:
    page = client.get(URL)
    hidden = {name: values[0] for name, values in inputs_of(page).items() if name != "csrfmiddlewaretoken"}
    return client.post(URL, {**hidden, "reason": "by mistake", **fields})


def test_it_works(deleted: StubAws, web: Client) -> None:
    row = web.post(READ, {"how": "oldest"}).text
    assert URL.replace("&", "&amp;").replace("shard-2", "shard-1") in row
    assert "Bring back what was before…" in row
    deleted.requests.clear()
    page = web.get(URL)
    assert page.status_code == 200
    shown = text_of(page)
    assert "Before it was deleted, 2026-09-21 14:13:20 UTC" in shown
    assert "There is no item now; bringing it back creates it as it was." in shown
    (asked,) = deleted.of("GetShardIterator")
    assert (asked["ShardIteratorType"], asked["SequenceNumber"]) == ("AT_SEQUENCE_NUMBER", "111")
    assert [body["Limit"] for body in deleted.of("GetRecords")] == [1]
    done = bring_back(web)
    assert (done.status_code, done["Location"]) == (302, ITEM)
    (sent,) = deleted.of("PutItem")
    assert sent["Item"] == OLD and "attribute_not_exists" in sent["ConditionExpression"]
    change = last_change()
    assert (change.action, change.reason, change.state) == ("item.create", "by mistake", "done")
    assert f"/changes/{change.pk}/undo/" in web.get(ITEM).text


def test_a_changed_item_gets_back_what_differs_only(streaming: StubAws, web: Client) -> None:
    streaming.reply("GetRecords", {"Records": [entry()], "NextShardIterator": "n"})
    streaming.reply("GetItem", {"Item": NEW})
    streaming.reply("UpdateItem", {"Attributes": NEW})
    assert bring_back(web, original=compact(NEW)).status_code == 302
    (sent,) = streaming.of("UpdateItem")
    assert {"S": "Kiel"} in sent["ExpressionAttributeValues"].values() and sent["ConditionExpression"]
    assert {"B": "AAH/"} not in sent["ExpressionAttributeValues"].values()


def test_the_item_came_again_meanwhile(deleted: StubAws, web: Client) -> None:
    deleted.fail("PutItem", "ConditionalCheckFailedException", "no", Item=NEW)
    deleted.reply("GetItem", lambda _: {"Item": NEW} if deleted.of("PutItem") else {})
    refused = bring_back(web)
    assert refused.status_code == 409
    assert "the item was changed since you looked" in text_of(refused)
    assert "by mistake" in refused.text and "&lt;script&gt;" in refused.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"reason": " "}, "Reason"), ({"digest": "other"}, "not of this record")],
)
def test_bad_input_writes_nothing(
    deleted: StubAws, web: Client, fields: dict[str, str], sentence: str
) -> None:
    refused = bring_back(web, **fields)
    assert refused.status_code == 400 and sentence in text_of(refused)
    assert deleted.of("PutItem") == []


@pytest.mark.parametrize(
    "query",
    ["", "?shard=shard-2", "?shard=a/b&sequence=1", "?shard=shard-2&sequence=x", "?shard=s&sequence=%00"],
)
def test_an_address_that_names_no_record(deleted: StubAws, web: Client, query: str) -> None:
    refused = web.get(f"{ITEM}then/stream/{query}")
    assert refused.status_code == 400 and "names no record of a stream" in text_of(refused)
    assert deleted.of("GetShardIterator") == []


@pytest.mark.parametrize("code", ["TrimmedDataAccessException", "ResourceNotFoundException"])
def test_a_record_that_is_kept_no_longer(deleted: StubAws, web: Client, code: str) -> None:
    deleted.fail("GetShardIterator", code, "gone")
    refused = web.get(URL)
    assert refused.status_code == 400
    assert "does not keep this record of the stream any more" in text_of(refused)
    assert f'href="{ITEM}then/"' in refused.text


def test_a_record_of_another_item(deleted: StubAws, web: Client) -> None:
    other = entry("REMOVE", inner={"OldImage": OLD, "Keys": {"pk": {"S": "x"}, "sk": {"S": "y"}}})
    deleted.reply("GetRecords", {"Records": [other]})
    refused = web.get(URL)
    assert refused.status_code == 400 and "of another item" in text_of(refused)


def test_a_stream_of_keys_leads_to_the_other_way(streaming: StubAws, web: Client) -> None:
    streaming.reply("GetRecords", {"Records": [entry("REMOVE")]})
    streaming.reply("GetItem", {})
    page = web.get(URL)
    assert "does not keep the item as it was before" in text_of(page)
    assert "Bring this one back" not in text_of(page)


def test_a_refusal_of_aws_is_shown_with_its_way_on(deleted: StubAws, web: Client) -> None:
    deleted.fail("GetRecords", "AccessDeniedException", "not authorized")
    refused = web.get(URL)
    assert refused.status_code == 502
    assert "AccessDenied" in refused.text and "Other moments of this item" in refused.text


def test_who_may_only_read_sees_it_and_changes_nothing(
    deleted: StubAws, client_for: Any, reader: User
) -> None:
    client = client_for(reader)
    assert "Bring this one back" not in text_of(client.get(URL))
    assert client.post(URL, {"reason": "x"}).status_code == 403
    assert "As it was before" in client.post(READ, {"how": "oldest"}).text
    assert deleted.of("PutItem") == []
