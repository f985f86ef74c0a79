"""The selected items of a table: edited alike or deleted, shown before, confirmed, and said item by item after."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.core.keys import encode_key
from dashboard.history.models import Change
from tests.stub.server import Failure, StubAws
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import area

URL = f"{BASE}{TABLE}/several/"
HOSTILE = '<img src=x onerror="alert(1)">'


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": f"P/{number}"}, "sk": {"S": HOSTILE}, "city": {"S": "Lübeck"}, **more}


def key(number: int) -> str:
    return encode_key(item(number), ("pk", "sk"))


KEYS = [key(1), key(2)]
EDIT: dict[str, Any] = {
    "key": KEYS,
    "name": ["city", "a.b", ""],
    "type": ["S", "json", "S"],
    "value": [HOSTILE, '[1.50, {"$ss": ["x"]}]', ""],
}


@pytest.fixture
def there(aws: StubAws) -> StubAws:
    """Two items stand there, and everything that is sent is confirmed."""
    aws.reply("BatchGetItem", {"Responses": {TABLE: [item(2), item(1)]}})
    standing = {"P/1": item(1), "P/2": item(2)}
    aws.reply(
        "TransactGetItems",
        lambda body: {
            "Responses": [{"Item": standing[one["Get"]["Key"]["pk"]["S"]]} for one in body["TransactItems"]]
        },
    )
    aws.reply("TransactWriteItems", {})
    return aws


def previewed(web: Client, step: str = "preview", **more: Any) -> dict[str, Any]:
    """The fields of the form that the preview is."""
    page = web.post(URL, EDIT | {"step": step} | more)
    assert page.status_code == 200, words(page.text)
    return EDIT | {"basket": unescape(area(page.text, "basket")), "reason": "moved", "confirm": "2"} | more


def test_it_works(there: StubAws, web: Client) -> None:
    form = web.post(URL, {"key": KEYS, "step": "edit"})
    assert form.status_code == 200 and "Edit 2 items" in form.text and there.count() == 0
    page = web.post(URL, EDIT | {"step": "preview"})
    text = words(page.text)
    assert page.status_code == 200 and HOSTILE not in page.text
    assert "What will change: 2 items" in text and "Lübeck" in text and "1.50" in text
    assert [request.operation for request in there.requests] == ["BatchGetItem"]
    there.requests.clear()
    done = web.post(URL, previewed(web) | {"step": "save"})
    assert (done.status_code, done["Location"]) == (302, f"{BASE}{TABLE}/")
    (body,) = there.of("TransactWriteItems")
    assert len(body["TransactItems"]) == 2
    update = body["TransactItems"][0]["Update"]
    assert update["Key"] == {"pk": {"S": "P/1"}, "sk": {"S": HOSTILE}}
    assert {"L": [{"N": "1.50"}, {"SS": ["x"]}]} in update["ExpressionAttributeValues"].values()
    assert {"S": "Lübeck"} in update["ExpressionAttributeValues"].values(), "guarded by what was shown"
    assert Change.objects.filter(action="item.update", outcome__result="done").count() == 2
    assert Change.objects.get(action="items.transaction").reason == "moved"


def test_names_are_offered_and_a_new_one_is_said_to_be_new(there: StubAws, web: Client) -> None:
    names = '["pk","sk","city","<b>zip</b>"]'
    form = web.post(URL, {"key": KEYS, "step": "edit", "names": names})
    assert '<option value="city">' in form.text and '<option value="pk">' not in form.text
    assert "&lt;b&gt;zip" in form.text and "<b>zip" not in form.text and there.count() == 0
    edit = EDIT | {"name": ["town", "zipp"], "type": ["S", "S"], "value": ["Kiel", "1"], "names": '["zip"]'}
    text = words(web.post(URL, edit | {"step": "preview"}).text)
    assert "town is new: none of these items has an attribute of that name." in text
    assert "Did you mean zip?" in text
    assert "is new" not in words(
        web.post(URL, EDIT | {"name": ["city"], "type": ["S"], "value": ["x"], "step": "preview"}).text
    )


def test_removing_what_none_has_is_said(there: StubAws, web: Client) -> None:
    page = web.post(URL, EDIT | {"name": ["ctiy"], "type": ["remove"], "value": [""], "step": "preview"})
    assert page.status_code == 400
    assert "There is no ctiy to remove: none of these items has it. Did you mean city?" in words(page.text)


def test_delete(there: StubAws, web: Client) -> None:
    page = web.post(URL, {"key": KEYS, "step": "delete"})
    assert "What is deleted: 2 items, whole" in words(page.text) and HOSTILE not in page.text
    fields = previewed(web, "delete")
    for wrong in ("", "3", "parcel"):
        refused = web.post(URL, fields | {"step": "drop", "confirm": wrong})
        assert refused.status_code == 400 and 'id="confirm-error"' in refused.text
        assert area(refused.text, "reason") == "moved"
    assert not there.count("TransactWriteItems")
    for right in ("2", TABLE):
        assert web.post(URL, fields | {"step": "drop", "confirm": right}).status_code == 302
    body = there.of("TransactWriteItems")[0]
    assert [next(iter(one)) for one in body["TransactItems"]] == ["Delete", "Delete"]
    assert Change.objects.filter(action="item.delete").count() == 4


def test_what_was_deleted_before_is_no_obstacle(there: StubAws, web: Client) -> None:
    reasons = [{"Code": "ConditionalCheckFailed"}, {"Code": "ConditionalCheckFailed"}]
    there.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    page = web.post(URL, previewed(web, "delete") | {"step": "drop"})
    assert page.status_code == 409
    assert "Nothing was left to do: all of this is done already" in words(page.text)
    assert "Read them again" not in page.text


def test_a_value_that_becomes_empty_is_said(there: StubAws, web: Client) -> None:
    page = web.post(
        URL, EDIT | {"step": "preview", "value": [""], "name": ["city"], "type": [EDIT["type"][0]]}
    )
    assert page.status_code == 200 and words(page.text).count("empty string") == 2


def test_one_by_one_when_asked(there: StubAws, web: Client) -> None:
    there.reply("UpdateItem", {"Attributes": item(1)})
    done = web.post(URL, previewed(web) | {"step": "save", "mode": "each"})
    assert done.status_code == 302
    assert (there.count("UpdateItem"), there.count("TransactWriteItems")) == (2, 0)


def test_partial_failure_states_which_were_done(there: StubAws, web: Client) -> None:
    theirs = item(2, city={"S": "Hamburg"})

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if body["Key"]["pk"]["S"] == "P/2":
            raise Failure("ConditionalCheckFailedException", "no", Item=theirs)
        return {"Attributes": item(1)}

    there.reply("UpdateItem", answer)
    page = web.post(URL, previewed(web) | {"step": "save", "mode": "each"})
    text = words(page.text)
    assert page.status_code == 409
    assert "Only some of the items were written" in text and "Somebody has changed city" in text
    assert "Hamburg" in text and "Undo the 1 that was written" in text
    assert str(Change.objects.get(action="items.several").pk) in page.text


def test_one_by_one_sent_again_is_said_to_be_done(there: StubAws, web: Client) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        number = 1 if body["Key"]["pk"]["S"] == "P/1" else 2
        theirs = item(number, city={"S": HOSTILE}, **{"a.b": {"L": [{"N": "1.50"}, {"SS": ["x"]}]}})
        raise Failure("ConditionalCheckFailedException", "no", Item=theirs)

    there.reply("UpdateItem", answer)
    page = web.post(URL, previewed(web) | {"step": "save", "mode": "each"})
    text = words(page.text)
    assert page.status_code == 409
    assert "Nothing was left to do: all of this is done already" in text
    assert "Somebody has changed" not in text and "Read them again" not in page.text


def test_more_than_a_hundred_go_one_by_one(there: StubAws, web: Client) -> None:
    keys = [key(number) for number in range(101)]

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        asked = body["RequestItems"][TABLE]["Keys"]
        return {"Responses": {TABLE: [one | {"city": {"S": "Lübeck"}} for one in asked]}}

    there.reply("BatchGetItem", answer)
    there.reply("UpdateItem", {"Attributes": item(1)})
    fields = previewed(web, key=keys)
    assert there.count("BatchGetItem") == 2
    assert web.post(URL, fields | {"step": "save", "mode": "one"}).status_code == 302
    assert (there.count("UpdateItem"), there.count("TransactWriteItems")) == (101, 0)


def test_what_cannot_change_is_left_out_and_said(there: StubAws, web: Client) -> None:
    there.reply("BatchGetItem", {"Responses": {TABLE: [item(1)]}})
    page = web.post(URL, EDIT | {"step": "preview"})
    text = words(page.text)
    assert "What will change: 1 item" in text
    assert "Left out: 1" in text and "There is no item under this key" in text
    fields = EDIT | {"basket": unescape(area(page.text, "basket")), "reason": "moved", "step": "save"}
    assert web.post(URL, fields).status_code == 302
    assert len(there.of("TransactWriteItems")[0]["TransactItems"]) == 1


def test_a_transaction_that_is_stopped_says_where(there: StubAws, web: Client) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": item(2, city={"S": "Hamburg"})}]
    there.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    page = web.post(URL, previewed(web) | {"step": "save"})
    text = words(page.text)
    assert page.status_code == 409
    assert "Nothing was changed, in none of the items" in text
    assert "Somebody has changed city since it was shown." in text and "Hamburg" in text
    assert "1 item was not at fault" in text
    assert area(page.text, "reason") == "moved"
    there.requests.clear()
    again = web.post(URL, EDIT | {"step": "preview", "reason": "moved"})
    assert again.status_code == 200 and area(again.text, "reason") == "moved"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ["", ""], "type": ["S", "S"], "value": ["", ""]},
        {"name": ["n"], "type": ["N"], "value": ["1" * 39]},
        {"name": ["n"], "type": ["N"], "value": ["1E+126"]},
        {"name": ["n"], "type": ["N"], "value": ["NaN"]},
        {"name": ["n"], "type": ["json"], "value": ["{"]},
        {"name": ["n"], "type": ["json"], "value": ["[" * 33 + "]" * 33]},
        {"name": ["pk"], "type": ["S"], "value": ["x"]},
        {"name": ["weight"], "type": ["S"], "value": ["a key of an index"]},
        {"name": ["a", "a"], "type": ["S", "remove"], "value": ["x", ""]},
        {"name": ["n"], "type": ["?"], "value": ["x"]},
    ],
)
def test_bad_input_keeps_what_was_typed(there: StubAws, web: Client, wrong: dict[str, list[str]]) -> None:
    refused = web.post(URL, EDIT | wrong | {"step": "preview"})
    assert refused.status_code == 400 and "field-error" in refused.text
    shown = unescape(refused.text)
    assert all(f'value="{name}"' in shown for name in wrong["name"] if name)
    assert all(f">\n{value}</textarea>" in shown for value in wrong["value"] if value)
    assert there.count() == 0


def test_values_that_they_have_already(there: StubAws, web: Client) -> None:
    same = {"name": ["city"], "type": ["S"], "value": ["Lübeck"]}
    refused = web.post(URL, EDIT | same | {"step": "preview"})
    assert refused.status_code == 400 and "None of the items would change" in words(refused.text)


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"reason": "x" * 1001}, {"reason": "nul\0"}, {"basket": "[]"}, {"basket": "rubbish"}],
)
def test_a_save_that_lacks_something(there: StubAws, web: Client, wrong: dict[str, str]) -> None:
    refused = web.post(URL, previewed(web) | wrong | {"step": "save"})
    assert refused.status_code == 400
    assert not there.count("TransactWriteItems") and not Change.objects.exists()


@pytest.mark.parametrize("keys", [[], ["rubbish"], ["sA"], [key(number) for number in range(251)]])
def test_a_selection_that_is_none(there: StubAws, web: Client, keys: list[str]) -> None:
    assert web.post(URL, {"key": keys, "step": "edit"}).status_code == 400
    assert there.count() == 0


def test_opened_by_its_address(there: StubAws, web: Client) -> None:
    page = web.get(URL)
    assert page.status_code == 200 and "No item is selected" in page.text
    assert web.post(URL, {"key": KEYS, "step": "nonsense"}).status_code == 400


def test_a_refusal_by_aws_keeps_everything(there: StubAws, web: Client) -> None:
    fields = previewed(web)
    there.fail("TransactWriteItems", "AccessDeniedException", "The words of AWS")
    refused = web.post(URL, fields | {"step": "save"})
    assert refused.status_code == 502 and "The words of AWS" in refused.text
    assert area(refused.text, "reason") == "moved"
    assert unescape(area(refused.text, "basket")) == fields["basket"]
    there.fail("BatchGetItem", "ProvisionedThroughputExceededException", "slow down")
    throttled = web.post(URL, EDIT | {"step": "preview"})
    assert throttled.status_code == 503 and throttled["Retry-After"]
    assert 'value="a.b"' in throttled.text


def test_permissions(
    there: StubAws, client_for: Callable[[User], Client], reader: User, stranger: User
) -> None:
    for step in ("edit", "preview", "save", "delete", "drop"):
        assert client_for(reader).post(URL, EDIT | {"step": step}).status_code == 403
        assert client_for(stranger).post(URL, EDIT | {"step": step}).status_code == 404
    assert there.count() == 0


def test_the_way_back_is_our_own(there: StubAws, web: Client) -> None:
    fields = previewed(web)
    for back, lands in (
        (f"{BASE}{TABLE}/?where=a+%3D+1", f"{BASE}{TABLE}/?where=a+%3D+1"),
        ("https://evil.example/", f"{BASE}{TABLE}/"),
        (f"//evil.example{BASE}{TABLE}/", f"{BASE}{TABLE}/"),
        ("/admin/", f"{BASE}{TABLE}/"),
    ):
        assert web.post(URL, fields | {"step": "save", "back": back})["Location"] == lands


def test_a_value_of_several_lines_keeps_them(there: StubAws, web: Client) -> None:
    lines: dict[str, Any] = {"name": ["note"], "type": ["S"], "value": ["one\r\ntwo\r\n"]}
    web.post(URL, previewed(web, **lines) | {"step": "save"})
    (body,) = there.of("TransactWriteItems")
    values = [list(one["Update"]["ExpressionAttributeValues"].values()) for one in body["TransactItems"]]
    assert all({"S": "one\ntwo\n"} in each for each in values)
