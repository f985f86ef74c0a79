"""Building a transaction step by step: what is typed is kept, what is wrong is said at its step, and what is sent is what was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from dashboard.accounts.models import Grant, User
from dashboard.core.keys import encode_key
from dashboard.history.models import Change
from dashboard.tables.screens.transaction_form import Button, button_after
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import area

URL = f"{BASE}~transaction/"
OTHER = "returns"
HOSTILE = '<img src=x onerror="alert(1)">'
ITEM: dict[str, Any] = {"pk": {"S": "P/1"}, "sk": {"S": HOSTILE}, "city": {"S": "Lübeck"}}
KEY = encode_key(ITEM, ("pk", "sk"))


def basket(*lines: dict[str, Any]) -> str:
    return json.dumps(lines)


UPDATE = {"kind": "update", "table": TABLE, "key": KEY, "text": '{"city": "Hamburg"}'}
CHECK = {"kind": "check", "table": OTHER, "typed": ["R", "1"], "where": "open = true"}
PUT = {"kind": "put", "table": OTHER, "text": '{"pk": "R", "sk": "2", "n": 1.50}'}
STEPS = basket(UPDATE, CHECK, PUT)


@pytest.fixture
def there(aws: StubAws) -> StubAws:
    """One item stands there in the first table, one in the other; everything that is sent is confirmed."""
    standing = {"P/1": ITEM, "R1": {"pk": {"S": "R"}, "sk": {"S": "1"}, "open": {"BOOL": True}}}

    def read(body: dict[str, Any]) -> dict[str, Any]:
        keys = [one["Get"]["Key"] for one in body["TransactItems"]]
        names = [key["pk"]["S"] if key["pk"]["S"] != "R" else "R" + key["sk"]["S"] for key in keys]
        return {"Responses": [{"Item": standing[name]} if name in standing else {} for name in names]}

    aws.reply("ListTables", {"TableNames": [TABLE, OTHER]})
    aws.reply("TransactGetItems", read)
    aws.reply("TransactWriteItems", {})
    from dashboard.accounts.models import Connection
    from dashboard.accounts.place import Place
    from dashboard.tables.operations import catalogue

    place = Place(Connection.objects.get(), "eu-central-1")
    catalogue.refresh_names(place)
    catalogue.facts(place, OTHER)
    aws.requests.clear()
    return aws


def lines_of(text: str) -> list[dict[str, Any]]:
    """The steps that a page carries."""
    found: list[dict[str, Any]] = json.loads(unescape(area(text, "basket")))
    return found


def previewed(web: Client, steps: str = STEPS) -> dict[str, str]:
    """The form that the preview is, with a reason."""
    page = web.post(URL, {"basket": steps, "do": "preview"})
    assert page.status_code == 200, words(page.text)
    return {"basket": unescape(area(page.text, "basket")), "reason": "moved out"}


def test_it_works(there: StubAws, web: Client) -> None:
    """From an empty page to a transaction over two tables, with nothing but the form's own buttons."""
    page = web.get(URL)
    assert page.status_code == 200 and "Preview" not in words(page.text)
    page = web.post(
        URL, {"basket": area(page.text, "basket"), "do": "add", "new-kind": "put", "new-table": OTHER}
    )
    assert json.loads(lines_of(page.text)[0]["text"]) == {"pk": "", "sk": ""}
    form = {"basket": unescape(area(page.text, "basket")), "open": "0", "kind": "put", "text": PUT["text"]}
    page = web.post(URL, form | {"do": "add", "new-kind": "update", "new-table": TABLE})
    assert lines_of(page.text)[0] == PUT
    form = {
        "basket": unescape(area(page.text, "basket")),
        "open": "1",
        "kind": "delete",
        "typed-0": "P/1",
        "typed-1": HOSTILE,
        "where": "city = 'Lübeck'",
    }
    page = web.post(URL, form | {"do": "keep"})
    assert page.status_code == 200 and there.count() == 0
    page = web.post(URL, {"basket": unescape(area(page.text, "basket")), "do": "preview"})
    text = words(page.text)
    assert page.status_code == 200 and HOSTILE not in page.text
    assert "2 items are written, in 2 tables" in text and "holds now" in text and "1.50" in text
    assert [request.operation for request in there.requests] == ["TransactGetItems"]
    there.requests.clear()
    form = {"basket": unescape(area(page.text, "basket")), "reason": "moved out", "do": "send"}
    done = web.post(URL, form)
    assert (done.status_code, done["Location"]) == (302, BASE)
    assert [request.operation for request in there.requests] == ["TransactGetItems", "TransactWriteItems"]
    (body,) = there.of("TransactWriteItems")
    assert [next(iter(one)) for one in body["TransactItems"]] == ["Put", "Delete"]
    assert {"S": "Lübeck"} in body["TransactItems"][1]["Delete"]["ExpressionAttributeValues"].values()
    assert Change.objects.get(action="items.transaction").reason == "moved out"
    assert "2 items changed in one transaction" in web.get(BASE).text


def test_it_begins_with_items(there: StubAws, web: Client) -> None:
    page = web.get(f"{URL}?{urlencode({'table': TABLE, 'key': KEY})}")
    assert [(line["table"], line["key"]) for line in lines_of(page.text)] == [(TABLE, KEY)]
    assert HOSTILE not in page.text and unescape(HOSTILE) in unescape(page.text)
    selected = web.post(f"{BASE}{TABLE}/several/", {"key": [KEY], "step": "transaction"})
    assert lines_of(selected.text) == lines_of(page.text)
    assert f'action="{URL}"' in selected.text
    assert there.count() == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"table": TABLE, "key": "sA"}, 400),
        ({"table": "no such", "key": KEY}, 400),
        ({"table": TABLE, "key": "../"}, 200),
        ({"key": KEY}, 200),
    ],
)
def test_an_address_that_is_none(there: StubAws, web: Client, query: dict[str, str], status: int) -> None:
    page = web.get(f"{URL}?{urlencode(query)}")
    assert page.status_code == status and lines_of(page.text) == []


def test_more_items_than_one_takes_are_refused_whole(there: StubAws, web: Client) -> None:
    """Selected on the table's page or named in an address: none is left out silently."""
    keys = [encode_key({"pk": {"S": str(number)}, "sk": {"S": "x"}}, ("pk", "sk")) for number in range(101)]
    named = web.get(f"{URL}?{urlencode([('table', TABLE), *(('key', key) for key in keys)])}")
    selected = web.post(f"{BASE}{TABLE}/several/", {"key": keys, "step": "transaction"})
    for answer in (named, selected):
        assert answer.status_code == 400
        assert "101 items are selected; one transaction takes at most 100" in words(answer.content.decode())
        assert area(answer.content.decode(), "basket") == "[]"


def test_steps_are_moved_and_taken_out(there: StubAws, web: Client) -> None:
    def after(button: str) -> list[str]:
        return [
            line.get("kind", "update")
            for line in lines_of(web.post(URL, {"basket": STEPS, "do": button}).text)
        ]

    assert after("down:0") == ["check", "update", "put"]
    assert after("up:2") == ["update", "put", "check"]
    assert after("drop:1") == ["update", "put"]
    for nothing in ("up:0", "down:2", "drop:9", "drop:x", "up", "open:99", "other"):
        assert after(nothing) == ["update", "check", "put"]


def test_a_replacement_begins_with_the_item_as_it_stands(there: StubAws, web: Client) -> None:
    steps = basket({"kind": "update", "table": TABLE, "key": KEY})
    page = web.post(URL, {"basket": steps, "open": "0", "kind": "replace"})
    assert json.loads(lines_of(page.text)[0]["text"])["city"] == "Lübeck"
    changed = lines_of(page.text)[0]["text"].replace("Lübeck", "Hamburg")
    form = {"basket": unescape(area(page.text, "basket")), "open": "0", "kind": "replace", "text": changed}
    sent = previewed(web, unescape(area(web.post(URL, form | {"do": "keep"}).text, "basket")))
    assert web.post(URL, sent | {"do": "send"}).status_code == 302
    assert "Update" in there.of("TransactWriteItems")[0]["TransactItems"][0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (UPDATE | {"text": "{"}, "not valid JSON"),
        (UPDATE | {"text": ""}, "Name an attribute to set"),
        (UPDATE | {"text": '{"n": NaN}'}, "NaN is not a number"),
        (UPDATE | {"text": '{"n": ' + "1" * 39 + "}"}, "number"),
        (UPDATE | {"text": '{"pk": "x"}'}, "part of the table's key"),
        (UPDATE | {"text": '{"city": "Lübeck"}'}, "Nothing would change"),
        (UPDATE | {"text": '{"weight": "x"}'}, "by-status"),
        (UPDATE | {"where": "city ="}, "Column 7"),
        (UPDATE | {"where": "size(city) = 'a'"}, "size"),
        (PUT | {"text": json.dumps({"pk": "P/1", "sk": HOSTILE}), "table": TABLE}, "There is an item under this key"),
        (PUT | {"text": '{"pk": "a"}'}, "sk"),
        (CHECK | {"where": ""}, "A check needs a condition"),
        (CHECK | {"typed": ["R"]}, "sk needs a value"),
        ({"kind": "delete", "table": TABLE, "typed": ["gone", "x"]}, "There is no item under this key"),
        ({"kind": "delete", "table": "no.such.table", "typed": ["a", "b"]}, "There is no table"),
        ({"kind": "wipe", "table": TABLE, "key": KEY}, "Choose what the step does"),
    ],
)  # fmt: skip
def test_a_wrong_step_says_why_and_keeps_what_was_typed(
    there: StubAws, web: Client, line: dict[str, Any], says: str
) -> None:
    if line["table"] == "no.such.table":
        there.fail("DescribeTable", "ResourceNotFoundException", "not found")
    page = web.post(
        URL, {"basket": basket(CHECK | {"typed": ["R", "9"]}, line), "do": "preview", "reason": "kept"}
    )
    assert page.status_code == 400
    assert says in unescape(words(page.text)) and 'id="step-error-2"' in page.text
    assert 'name="open" value="1"' in page.text
    assert {name: lines_of(page.text)[1].get(name, line[name]) for name in line} == line
    assert area(page.text, "reason") == "kept"
    assert not there.count("TransactWriteItems") and not Change.objects.exists()


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("[]", "There is no step yet"),
        ("rubbish", "did not bring its steps back whole"),
        (basket(CHECK), "only checks"),
        (basket(UPDATE, {"kind": "delete", "table": TABLE, "key": KEY}), "Step 1 is on the same item"),
        (basket(*[{"kind": "delete", "table": TABLE, "typed": ["a", str(n)]} for n in range(101)]), "at most 100"),
        (basket(*[PUT | {"text": json.dumps({"pk": "a", "sk": str(n), "t": "x" * 399_000})} for n in range(11)]), "4 MB"),
    ],
)  # fmt: skip
def test_what_the_steps_cannot_be_together(there: StubAws, web: Client, steps: str, says: str) -> None:
    page = web.post(URL, {"basket": steps, "do": "preview"})
    assert page.status_code == 400 and says in words(page.text)
    assert not there.count("TransactWriteItems")


@pytest.mark.parametrize(
    "new", [{"new-kind": "wipe", "new-table": TABLE}, {"new-kind": "put", "new-table": ""}, {"new-kind": "put", "new-table": "x y"}]
)  # fmt: skip
def test_a_step_that_cannot_be_added(there: StubAws, web: Client, new: dict[str, str]) -> None:
    page = web.post(URL, {"basket": STEPS, "do": "add"} | new)
    assert page.status_code == 400 and "field-error" in page.text
    assert len(lines_of(page.text)) == 3


@pytest.mark.parametrize("reason", ["", "x" * 1001, "nul\0"])
def test_a_reason_is_asked_for(there: StubAws, web: Client, reason: str) -> None:
    sent = previewed(web)
    refused = web.post(URL, sent | {"do": "send", "reason": reason})
    assert refused.status_code == 400 and 'id="reason-error"' in refused.text
    assert unescape(area(refused.text, "basket")) == sent["basket"]
    assert not there.count("TransactWriteItems")


def test_nothing_is_sent_that_was_not_shown(there: StubAws, web: Client) -> None:
    page = web.post(URL, {"basket": STEPS, "do": "send", "reason": "at once"})
    assert page.status_code == 200 and "Send the transaction" in page.text
    assert not there.count("TransactWriteItems")


def test_each_reason_stands_at_its_step(there: StubAws, web: Client) -> None:
    reasons = [
        {"Code": "ConditionalCheckFailed", "Item": ITEM | {"city": {"S": "Kiel"}}},
        {"Code": "ConditionalCheckFailed"},
        {"Code": "TransactionConflict", "Message": "m"},
    ]
    there.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    sent = previewed(web)
    page = web.post(URL, sent | {"do": "send"})
    text = words(page.text)
    assert page.status_code == 409
    first, second, third = page.text.split('<li class="step')[1:4]
    assert "Somebody has changed city since it was shown." in words(first) and "Kiel" in first
    assert "The condition open = true does not hold: there is no item under this key." in words(second)
    assert "under way on this item" in words(third)
    assert "Nothing was changed" in text and area(page.text, "reason") == "moved out"
    assert unescape(area(page.text, "basket")) == sent["basket"]
    assert f"/changes/{Change.objects.get(action='items.transaction').pk}/" in page.text


@pytest.mark.parametrize(
    ("city", "check", "already"),
    [("Hamburg", "None", True), ("Hamburg", "ConditionalCheckFailed", True), ("Kiel", "None", False)],
)
def test_steps_that_were_sent_before_are_told_from_another_change(
    there: StubAws, web: Client, city: str, check: str, already: bool
) -> None:
    """Sent twice, by the browser's way back say: every item stands as its step would leave it."""
    reasons = [
        {"Code": "ConditionalCheckFailed", "Item": ITEM | {"city": {"S": city}}},
        {"Code": check},
        {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "R"}, "sk": {"S": "2"}, "n": {"N": "1.5"}}},
    ]
    there.fail("TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    page = web.post(URL, previewed(web) | {"do": "send"})
    assert page.status_code == 409
    assert ("Nothing was left to send: all of this is done already" in page.text) is already
    assert ("AWS stopped the transaction" in page.text) is not already
    assert ("Read again and preview" in page.text) is not already
    assert area(page.text, "reason") == "moved out"


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        ("TransactGetItems", "ProvisionedThroughputExceededException", 503),
        ("TransactWriteItems", "ProvisionedThroughputExceededException", 503),
        ("TransactWriteItems", "AccessDeniedException", 502),
    ],
)
def test_a_refusal_by_aws_keeps_everything(
    there: StubAws, web: Client, operation: str, code: str, status: int
) -> None:
    sent = previewed(web)
    there.fail(operation, code, "The words of AWS")
    do = "preview" if operation == "TransactGetItems" else "send"
    page = web.post(URL, sent | {"do": do})
    assert page.status_code == status and "The words of AWS" in page.text
    assert lines_of(page.text) == json.loads(sent["basket"])
    assert area(page.text, "reason") == "moved out"


def test_permission_is_asked_for_each_table(
    there: StubAws, client_for: Callable[[User], Client], reader: User, stranger: User
) -> None:
    assert client_for(stranger).get(URL).status_code == 404
    page = client_for(reader).post(URL, {"basket": STEPS, "do": "preview"})
    assert page.status_code == 400 and "You may not write in parcels" in words(page.text)
    assert "no table here in which you may write" in words(client_for(reader).get(URL).text)
    group = Group.objects.create(name="partly")
    Grant.objects.create(group=group, resource=f"table:{TABLE}", actions=["read", "write"])
    stranger.groups.add(group)
    web = client_for(User.objects.get(pk=stranger.pk))
    page = web.post(URL, {"basket": STEPS, "do": "preview"})
    assert page.status_code == 400 and f"There is no table {OTHER} here that you may see" in words(page.text)
    assert OTHER not in web.get(URL).text
    delete = basket({"kind": "delete", "table": TABLE, "key": KEY})
    refused = web.post(URL, {"basket": delete, "do": "preview"})
    assert refused.status_code == 400 and "You may not delete in parcels" in words(refused.text)
    page = web.post(URL, {"basket": STEPS, "do": "add", "new-kind": "delete", "new-table": TABLE})
    assert page.status_code == 400
    assert there.count() == 0


def test_who_sees_the_way_there(
    there: StubAws, client_for: Callable[[User], Client], editor: User, reader: User
) -> None:
    assert f'href="{URL}"' in client_for(editor).get(BASE).text
    assert f'href="{URL}"' not in client_for(reader).get(BASE).text


def test_the_parts_of_a_transaction_and_of_its_undo_are_shown(
    there: StubAws, web: Client, client_for: Callable[[User], Client], stranger: User
) -> None:
    web.post(URL, previewed(web) | {"do": "send"})
    change = Change.objects.get(action="items.transaction")
    page = web.get(f"/changes/{change.pk}/undo/").text
    assert "Hamburg" in page and "1.50" in page and HOSTILE not in page
    group = Group.objects.create(name="one")
    Grant.objects.create(group=group, resource=change.resource, actions=["read"])
    stranger.groups.add(group)
    seen = client_for(stranger).get(f"/changes/{change.pk}/").text
    assert "And 1 more that you may not see" in words(seen)
    assert ("1.50" in seen) != ("Hamburg" in seen)


@pytest.mark.parametrize(
    ("do", "at", "count", "focus"),
    [
        ("up", 2, 3, "up-2"),
        ("up", 1, 3, "down-1"),
        ("up", 0, 3, "down-1"),
        ("down", 0, 3, "down-2"),
        ("down", 1, 3, "up-3"),
        ("drop", 0, 2, "open-1"),
        ("drop", 2, 2, "open-2"),
        ("drop", 0, 0, "new-kind"),
        ("drop", None, 2, "new-kind"),
    ],
)
def test_the_button_after_a_move(do: str, at: int | None, count: int, focus: str) -> None:
    assert button_after(Button(do, at), count) == focus


@pytest.mark.parametrize(
    ("steps", "fields", "tag"),
    [
        ([UPDATE], {"do": "open:0"}, 'id="text" name="text" autofocus'),
        ([CHECK], {"do": "open:0"}, 'id="where" name="where" autofocus'),
        ([CHECK | {"typed": ["R", ""]}], {"do": "open:0"}, 'id="typed-1" name="typed-1" autofocus'),
        ([CHECK | {"where": "("}], {"do": "preview"}, 'id="where" name="where" autofocus'),
        ([UPDATE | {"text": "{"}], {"do": "preview"}, 'id="text" name="text" autofocus'),
        ([UPDATE], {"do": "keep", "open": "0"}, 'id="new-kind" name="new-kind" autofocus'),
        ([UPDATE, CHECK], {"do": "down:0"}, 'id="up-2" autofocus'),
        ([UPDATE], {"do": "add", "new-kind": "update", "new-table": ""}, 'name="new-table" autofocus'),
    ],
)
def test_the_keyboard_goes_on_where_the_next_step_is(
    there: StubAws, web: Client, steps: list[dict[str, Any]], fields: dict[str, str], tag: str
) -> None:
    page = web.post(URL, {"basket": basket(*steps), **fields}).text
    assert tag in page and page.count(" autofocus") == 1
