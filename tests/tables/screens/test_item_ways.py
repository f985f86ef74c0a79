"""What leads on from an item: key changes, edits in parts, very wide deletes, downloads, code, expiry, neighbours."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, compact
from dashboard.history.models import Change
from dashboard.tables.models import TableFacts
from tests.stub.server import Failure, StubAws
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import EDIT, ITEM, URL, answers, area, hidden, sent

MOVED: Item = ITEM | {"sk": {"S": "EVENT#8"}}
NEW_URL = f"{BASE}{TABLE}/item/{encode_key({'pk': MOVED['pk'], 'sk': MOVED['sk']}, ('pk', 'sk'))}/"


def test_another_key_is_previewed_as_a_move_and_done_as_one(aws: StubAws, web: Client) -> None:
    answers(aws)
    preview = web.post(EDIT, sent("preview", MOVED))
    assert preview.status_code == 200 and "this is a move" in preview.text
    assert "PARCEL#1 / EVENT#8" in words(preview.text) and "Move the item" in preview.text
    aws.reply("TransactWriteItems", {})
    done = web.post(EDIT, sent("save", MOVED, reason="wrong event"))
    assert (done.status_code, done["Location"]) == (302, NEW_URL)
    change = Change.objects.get()
    assert change.action == "item.move"
    aws.reply("GetItem", {"Item": MOVED})
    assert f'href="/changes/{change.pk}/undo/"' in web.get(NEW_URL).text
    for url in (URL, NEW_URL):
        key = url.rstrip("/").rsplit("/", 1)[1]
        listed = web.get("/changes/?" + urlencode({"subject": key, "resource": f"table:{TABLE}"})).text
        assert "key changed" in html_text(listed)


def html_text(text: str) -> str:
    return words(text).replace("’", "'").replace("&#x27;", "'")


def test_a_move_to_a_taken_key_shows_what_has_it(aws: StubAws, web: Client) -> None:
    answers(aws)
    reasons = [
        {"Code": "ConditionalCheckFailed", "Item": MOVED | {"city": {"S": "Hamburg"}}},
        {"Code": "None"},
    ]
    aws.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    refused = web.post(EDIT, sent("save", MOVED, reason="x"))
    assert refused.status_code == 409
    assert "another item has the new key" in refused.text and "Hamburg" in refused.text
    assert json.loads(area(refused.text, "draft")) == MOVED
    assert json.loads(area(refused.text, "original")) == ITEM


def test_a_move_that_was_made_before_says_so(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", lambda body: {"Item": MOVED} if body["Key"]["sk"] == MOVED["sk"] else {})
    again = web.post(EDIT, sent("save", MOVED, reason="x"))
    assert again.status_code == 409
    assert "Nothing was left to move: the item has its new key already" in again.text
    assert "Edit my draft" not in again.text and f'href="{NEW_URL}"' in again.text
    assert aws.count("TransactWriteItems") == 0


def test_a_move_of_an_item_that_changed_is_a_conflict(aws: StubAws, web: Client) -> None:
    answers(aws, ITEM | {"city": {"S": "Hamburg"}})
    refused = web.post(EDIT, sent("save", MOVED, reason="x"))
    assert refused.status_code == 409 and "the item was changed since you opened it" in refused.text
    assert aws.count("TransactWriteItems") == 0


def wide(value: str = "old", count: int = 200) -> Item:
    return {"pk": ITEM["pk"], "sk": ITEM["sk"]} | {f"a{number}": {"S": value} for number in range(count)}


def parts_form(step: str) -> dict[str, Any]:
    return sent(step, wide("new"), original=compact(wide()), reason="rebuilt")


def test_an_edit_too_wide_for_one_write_is_offered_in_parts(aws: StubAws, web: Client) -> None:
    preview = web.post(EDIT, parts_form("preview"))
    assert preview.status_code == 200 and "Save in 2 parts" in preview.text
    refused = web.post(EDIT, parts_form("save"))
    assert refused.status_code == 400 and "Save in 2 parts" in refused.text and aws.count() == 0
    aws.reply("UpdateItem", {"Attributes": wide()})
    done = web.post(EDIT, parts_form("save-parts"))
    assert (done.status_code, aws.count("UpdateItem"), Change.objects.count()) == (302, 2, 2)
    answers(aws)
    assert "Saved in 2 parts: 200 attributes changed." in words(web.get(URL).text)


def test_an_item_deleted_between_two_parts_does_not_say_that_nothing_was_saved(
    aws: StubAws, web: Client
) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if aws.count("UpdateItem") == 2:
            raise Failure("ConditionalCheckFailedException", "no")
        return {"Attributes": wide()}

    aws.reply("UpdateItem", answer)
    stopped = words(web.post(EDIT, parts_form("save-parts")).text)
    assert "The rest was not saved: the item was deleted on the way" in stopped
    assert "1 of 2 parts of this edit had been saved" in stopped
    assert "Nothing was saved" not in stopped


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (Failure("ConditionalCheckFailedException", "no", Item=wide("theirs")), 409, "somebody else changed"),
        (Failure("AccessDeniedException", "no"), 502, "AWS would not"),
    ],
)
def test_parts_that_stop_say_exactly_what_was_done(
    aws: StubAws, web: Client, failure: Failure, status: int, said: str
) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if aws.count("UpdateItem") == 2:
            raise failure
        return {"Attributes": wide()}

    aws.reply("UpdateItem", answer)
    stopped = web.post(EDIT, parts_form("save-parts"))
    assert stopped.status_code == status
    text = words(stopped.text)
    assert (
        "saved Part 1 of 2: 100 attributes" in text and "Part 2 of 2: 100 attributes" in text and said in text
    )
    first = Change.objects.order_by("time")[0]
    assert f'href="/changes/{first.pk}/"' in stopped.text
    rest = json.loads(area(stopped.text, "draft"))
    assert rest["a150"] == {"S": "new"}
    base = json.loads(area(stopped.text, "original"))
    assert base["a150"] == {"S": "theirs" if status == 409 else "old"}
    again = web.post(EDIT, sent("preview", rest, original=compact(base), reason="rebuilt"))
    assert again.status_code == 200


def test_a_very_wide_item_is_deleted_only_when_that_is_allowed(aws: StubAws, web: Client) -> None:
    answers(aws, wide())
    form = web.get(f"{URL}delete/")
    assert 'name="wide"' in form.text and "has room for 149 of them" in words(form.text)
    data = {"original": compact(wide()), "reason": "gone", "name": "PARCEL#1"}
    aws.requests.clear()
    refused = web.post(f"{URL}delete/", data)
    assert refused.status_code == 400 and "Allow it here" in refused.text and aws.count() == 0
    aws.reply("DeleteItem", {"Attributes": wide()})
    assert web.post(f"{URL}delete/", data | {"wide": "1"}).status_code == 302
    assert Change.objects.get().outcome.before == wide()


def test_a_narrow_delete_does_not_ask(aws: StubAws, web: Client) -> None:
    answers(aws)
    assert 'name="wide"' not in web.get(f"{URL}delete/").text


DEEP: Item = ITEM | {
    "b": {"B": base64.b64encode(bytes(range(256))).decode()},
    "m": {"M": {"a/b": {"L": [{"B": "AP8="}, {"BS": ["AQ==", "Ag=="]}]}}},
    "text": {"S": "a\r\nü"},
}


@pytest.mark.parametrize(
    ("path", "body", "ending"),
    [
        (["b"], bytes(range(256)), ".bin"),
        (["m", "a/b", 0], b"\0\xff", ".bin"),
        (["m", "a/b", 1, 1], b"\2", ".bin"),
        (["text"], "a\r\nü".encode(), ".txt"),
        (["m", "a/b", 1], b'{"$bs": ["AQ==", "Ag=="]}', ".json"),
    ],
)
def test_a_value_is_downloaded_as_it_is(
    aws: StubAws, web: Client, path: list[Any], body: bytes, ending: str
) -> None:
    aws.reply("GetItem", {"Item": DEEP})
    answer = web.get(f"{URL}value/", {"path": json.dumps(path)})
    assert (answer.status_code, answer.content, aws.count()) == (200, body, 1)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('attachment; filename="parcels-')
    assert answer["Content-Disposition"].endswith(f'{ending}"')


NO_PATHS = ["", "x", "{}", "[]", "[1]", '["b", null]', '["b", true]', "[" * 3000, '["' + "x" * 5000 + '"]']
NOTHING_THERE = ['["gone"]', '["m", 0]', '["m", "a/b", 9]', '["m", "a/b", -1]', '["b", 0]']


@pytest.mark.parametrize(
    ("path", "status"), [(path, 400) for path in NO_PATHS] + [(path, 404) for path in NOTHING_THERE]
)
def test_no_value_there(aws: StubAws, web: Client, path: str, status: int) -> None:
    aws.reply("GetItem", {"Item": DEEP})
    assert web.get(f"{URL}value/", {"path": path}).status_code == status
    assert aws.count() == (status == 404)


def test_the_items_page_links_to_its_downloads(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": DEEP})
    text = web.get(URL).text.replace("&amp;", "&")
    links = [part.split('"')[0] for part in text.split('href="') if "/value/" in part.split('"')[0]]
    assert [json.loads(parse_qs(urlsplit(link).query)["path"][0]) for link in links] == [
        ["b"],
        ["m", "a/b", 0],
        ["m", "a/b", 1, 0],
        ["m", "a/b", 1, 1],
    ]
    assert all(web.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("", "from pynamodb"),
        ("boto3", "import boto3"),
        ("cli", "aws dynamodb put-item"),
        ("x", "from pynamodb"),
    ],
)
def test_the_item_as_code(aws: StubAws, web: Client, tool: str, said: str) -> None:
    answers(aws)
    page = web.get(f"{URL}code/", {"tool": tool} if tool else {})
    assert page.status_code == 200 and aws.count() == 1
    assert said in words(page.text) and "<script>alert" not in page.text
    assert page.text.count("data-copy-from") == 3


def expires_by(place: Place, attribute: str | None) -> None:
    TableFacts.objects.filter(name=TABLE).update(ttl_attribute=attribute)


def test_the_ttl_is_a_date_and_costs_no_call(aws: StubAws, web: Client, place: Place) -> None:
    expires_by(place, "expires")
    aws.reply("GetItem", {"Item": ITEM | {"expires": {"N": str(int(time.time()) - 3 * 86400)}}})
    text = words(web.get(URL).text)
    assert "expired 3 days ago; DynamoDB deletes it within a few days" in text and aws.count() == 1
    aws.reply("GetItem", {"Item": ITEM | {"expires": {"N": str(int(time.time()) * 1000)}}})
    assert "looks like milliseconds" in web.get(URL).text
    aws.reply("GetItem", {"Item": ITEM})
    assert "so it never expires" in words(web.get(URL).text)
    expires_by(place, "")
    assert "expires/" not in web.get(URL).text


def test_a_ttl_that_nobody_asked_for_comes_after_the_page(aws: StubAws, web: Client, place: Place) -> None:
    aws.reply("GetItem", {"Item": ITEM | {"expires": {"N": "9999999999"}}})
    assert f'hx-get="{URL}expires/"' in web.get(URL).text and aws.count() == 1
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": ttl})
    part = web.get(f"{URL}expires/")
    assert "2286-11-20 17:46:39 UTC" in part.text
    assert f'hx-get="{URL}expires/"' not in web.get(URL).text


def test_the_neighbours_are_searches(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": ITEM | {"status": {"S": "it's"}, "weight": {"N": "2.50"}}})
    text = web.get(URL).text.replace("&amp;", "&").replace("&#x27;", "'")
    links = [part.split('"')[0] for part in text.split('href="') if "?where=" in part.split('"')[0]]
    assert [parse_qs(urlsplit(link).query) for link in links] == [
        {"where": ["pk = 'PARCEL#1'"], "via": ["table"]},
        {"where": ["status = 'it''s'"], "via": ["index:by-status"]},
    ]
    assert "the item is not in it: no raw" in words(text)


@pytest.mark.parametrize("path", ["value/?path=%5B%22b%22%5D", "code/", "expires/"])
def test_readers_may_and_strangers_may_not(
    aws: StubAws, client_for: Callable[[User], Client], reader: User, stranger: User, path: str
) -> None:
    aws.reply("GetItem", {"Item": DEEP})
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    assert client_for(reader).get(URL + path).status_code == 200
    assert client_for(stranger).get(URL + path).status_code == 404
    assert client_for(reader).get(f"{URL}duplicate/").status_code == 403


@pytest.mark.parametrize("path", ["value/?path=%5B%22b%22%5D", "code/", "duplicate/"])
def test_no_item(aws: StubAws, web: Client, path: str) -> None:
    aws.reply("GetItem", {})
    assert web.get(URL + path).status_code == 404


def test_a_preview_shows_the_places_inside_a_map(aws: StubAws, web: Client) -> None:
    before = ITEM | {
        "m": {"M": {"a": {"N": "1"}, "list": {"L": [{"S": "x"}, {"S": "y"}]}, "same": {"S": "kept"}}}
    }
    after = ITEM | {"m": {"M": {"a": {"N": "2"}, "list": {"L": [{"S": "y"}]}, "same": {"S": "kept"}}}}
    shown = words(web.post(EDIT, sent("preview", after, original=compact(before))).text)
    assert "m .a changed" in shown and "m .list[0] removed" in shown
    assert "m .same" not in shown


def test_a_conflict_shows_where_inside_each_changed_something(aws: StubAws, web: Client) -> None:
    def item(a: str, b: str) -> Item:
        return ITEM | {"m": {"M": {"a": {"N": a}, "b": {"N": b}}}}

    aws.fail("UpdateItem", "ConditionalCheckFailedException", "no", Item=item("1", "9"))
    shown = web.post(EDIT, sent("save", item("2", "1"), original=compact(item("1", "1")), reason="x"))
    assert "you: .a they: .b" in words(shown.text)
    assert hidden(shown.text, "view") == "dynamodb"
