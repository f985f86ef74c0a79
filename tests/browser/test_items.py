"""The main job in a browser, on the embedded AWS: find, query, open, edit, meet a conflict, undo, create, delete, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.core.keys import encode_key
from dashboard.localaws.world.fill import fill
from dashboard.localaws.world.plain import AWKWARD
from dashboard.localaws.world.schema import LABELS, PARCELS, REGION, SEALS

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import Connection, User
    from tests.stub.server import StubAws

BASE = f"/c/live/{REGION}/tables/"
PERMITTED = {"editor": True, "admin": True, "reader": False}
Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]


@pytest.fixture
def aws(localaws: str, live_connection: Any) -> Any:
    """Somebody else, who writes to the carrier's tables without the console."""
    fill(localaws)
    return boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)


def a_parcel(aws: Any) -> dict[str, Any]:
    """The first parcel of the table."""
    found = aws.query(
        TableName=PARCELS,
        IndexName="by-customer",
        KeyConditionExpression="customer_id = :c AND created > :t",
        FilterExpression="entity = :e",
        ExpressionAttributeValues={":c": {"S": "10001"}, ":t": {"S": "0"}, ":e": {"S": "parcel"}},
    )["Items"]
    if not found:
        found = aws.scan(
            TableName=PARCELS,
            FilterExpression="entity = :e",
            ExpressionAttributeValues={":e": {"S": "parcel"}},
        )["Items"]
    item: dict[str, Any] = found[0]
    return item


def type_into(page: Page, change: Callable[[str], str]) -> None:
    """Type the draft anew, changed, as text through the editor."""
    as_text(page)
    text = change(page.locator("#draft").input_value())
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)
    assert page.locator("#draft").input_value() == text


def as_text(page: Page) -> None:
    """The draft as plain JSON, unless it is text already."""
    if page.locator("#draft").count() == 0:
        page.get_by_role("button", name="Plain JSON").click()
        expect(page.locator("#draft")).to_be_attached()


def row(page: Page, name: str) -> Locator:
    """The line of an attribute in a table of the page."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def save(page: Page, reason: str, button: str = "Save the change") -> None:
    """From the editor through the preview."""
    page.get_by_role("button", name="Preview…").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button).click()


def undo(page: Page, reason: str) -> None:
    """By the button of the message that says what was done."""
    page.locator(".message").get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_be_visible()


def test_it_works(
    page: Page, goto: Goto, live_server: LiveServer, aws: Any, editor: User, good: Check
) -> None:
    """Sign in, find the table, query it, open an item, edit it, see what changes, save it, and undo it."""
    parcel = a_parcel(aws)
    goto("/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("editor-password-1")
    page.get_by_role("button", name="Sign in").click()
    page.locator("header .place").click()
    page.locator(".switcher").get_by_role("link", name=REGION).click()
    page.locator(".side").get_by_role("link", name="Tables").click()
    page.get_by_label("Name contains").fill("parc")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Active")
    good(page)

    page.get_by_role("link", name=PARCELS, exact=True).click()
    expect(page.locator(".items tbody tr")).to_have_count(100)
    assert page.evaluate("document.querySelectorAll('*').length") <= 3000
    good(page)
    first = page.get_by_role("group", name="Condition 1")
    second = page.get_by_role("group", name="Condition 2")
    first.get_by_label("Value", exact=True).fill(parcel["pk"]["S"])
    second.get_by_label("Operator").select_option(label="begins with")
    second.get_by_label("Value", exact=True).fill(parcel["sk"]["S"][:2])
    second.get_by_label("Value", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("begins_with"))
    expect(page.locator(".result-line")).to_contain_text("read unit")
    good(page)

    page.locator(".items").get_by_role("link", name=parcel["sk"]["S"], exact=True).click()
    expect(row(page, "service")).to_contain_text(parcel["service"]["S"])
    good(page)
    page.get_by_role("link", name="Edit").click()
    expect(page.locator("#rows")).to_be_visible()
    good(page)
    type_into(page, lambda text: text.replace(f'"{parcel["service"]["S"]}"', '"pigeon <b>"'))
    page.get_by_role("button", name="DynamoDB JSON").click()
    assert '"service": {"S": "pigeon <b>"}' in page.locator("#draft").input_value()
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(".diff tbody tr")).to_have_count(1)
    expect(page.locator(".diff")).to_contain_text("pigeon <b>")
    good(page)
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in the field Reason")
    good(page)
    page.get_by_label("Reason").fill("the lorry broke down")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".message")).to_contain_text("Saved: 1 attribute changed.")
    expect(row(page, "service")).to_contain_text("pigeon <b>")
    good(page)
    undo(page, "it runs again")
    good(page)
    key = {name: parcel[name] for name in ("pk", "sk")}
    assert aws.get_item(TableName=PARCELS, Key=key)["Item"] == parcel


def test_conflict(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check) -> None:
    """Somebody else is faster: three versions, and both ways on; nothing typed is lost."""
    key = {"label": {"S": "LBL-00042"}}
    before = aws.get_item(TableName=LABELS, Key=key)["Item"]
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/item/{encode_key(key, ['label'])}/edit/")
    type_into(page, lambda text: re.sub(r'"copies": \d+', '"copies": 38, "mine": true', text))
    aws.update_item(
        TableName=LABELS,
        Key=key,
        UpdateExpression="SET copies = :c, printer = :p",
        ExpressionAttributeValues={":c": {"N": "7"}, ":p": {"S": "theirs"}},
    )
    save(page, "more copies")
    expect(page.get_by_role("heading", name="How to go on")).to_be_visible()
    expect(row(page, "copies")).to_contain_text("Conflict")
    expect(row(page, "copies")).to_contain_text("38")
    expect(row(page, "copies")).to_contain_text("7")
    expect(row(page, "printer")).to_contain_text("them")
    expect(row(page, "mine")).to_contain_text("you")
    good(page)
    page.get_by_role("button", name="Preview mine over theirs").click()
    expect(page.locator(".diff")).to_contain_text("theirs")
    expect(page.get_by_label("Reason")).to_have_value("more copies")
    page.go_back()
    page.get_by_role("button", name="Edit with both changes").click()
    expect(page.get_by_role("status").first).to_contain_text("copies")
    assert '"printer": "theirs"' in page.locator("#draft").input_value()
    assert '"copies": 38' in page.locator("#draft").input_value()
    good(page)
    page.get_by_role("button", name="Preview…").click()
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".message")).to_contain_text("Saved: 2 attributes changed.")
    after = aws.get_item(TableName=LABELS, Key=key)["Item"]
    assert after == before | {"copies": {"N": "38"}, "printer": {"S": "theirs"}, "mine": {"BOOL": True}}
    undo(page, "enough of that")
    assert aws.get_item(TableName=LABELS, Key=key)["Item"] == before | {
        "copies": {"N": "7"},
        "printer": {"S": "theirs"},
    }
    aws.put_item(TableName=LABELS, Item=before)


def test_deleted_meanwhile(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    key = {"label": {"S": "LBL-00043"}}
    before = aws.get_item(TableName=LABELS, Key=key)["Item"]
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/item/{encode_key(key, ['label'])}/edit/")
    type_into(page, lambda text: re.sub(r'"copies": \d+', '"copies": 39', text))
    aws.delete_item(TableName=LABELS, Key=key)
    save(page, "more copies")
    expect(page.get_by_role("alert")).to_contain_text("the item was deleted since you opened it")
    good(page)
    assert "Item" not in aws.get_item(TableName=LABELS, Key=key)
    page.get_by_role("button", name="Create it again…").click()
    page.get_by_role("button", name="Create the item").click()
    expect(page.locator(".message")).to_contain_text("Created.")
    assert aws.get_item(TableName=LABELS, Key=key)["Item"] == before | {"copies": {"N": "39"}}
    aws.put_item(TableName=LABELS, Item=before)


def test_create_delete_and_undo(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    """A new item, one whose key is taken, deleting with reason and name, and back again."""
    key = {"label": {"S": "LBL-<i>new</i>"}}
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    page.get_by_role("link", name="New item").click()
    as_text(page)
    assert '"label": ""' in page.locator("#draft").input_value()
    good(page)
    type_into(page, lambda text: "{ half")
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_role("alert").first).to_contain_text("not valid JSON")
    assert page.locator("#draft").input_value() == "{ half"
    good(page)
    type_into(page, lambda text: '{"label": "LBL-<i>new</i>", "copies": 1, "tags": {"$ss": ["a", "b"]}}')
    save(page, "a new kind", "Create the item")
    expect(page.locator(".message")).to_contain_text("Created.")
    good(page)

    goto(f"{BASE}{LABELS}/new/")
    type_into(page, lambda text: '{"label": "LBL-<i>new</i>"}')
    save(page, "again", "Create the item")
    expect(page.get_by_role("alert")).to_contain_text("an item with this key exists")
    expect(row(page, "copies")).to_contain_text("1")
    good(page)

    page.get_by_role("link", name="LBL-<i>new</i>").click()
    page.get_by_role("link", name="Delete…").click()
    good(page)
    page.get_by_label("Reason").fill("not needed")
    page.get_by_label("to confirm").fill("LBL-wrong")
    page.get_by_role("button", name="Delete the item").click()
    assert "Item" in aws.get_item(TableName=LABELS, Key=key)
    page.get_by_label("to confirm").fill("LBL-<i>new</i>")
    page.get_by_role("button", name="Delete the item").click()
    expect(page.locator(".message")).to_contain_text("Deleted LBL-<i>new</i>.")
    assert "Item" not in aws.get_item(TableName=LABELS, Key=key)
    undo(page, "needed after all")
    assert aws.get_item(TableName=LABELS, Key=key)["Item"]["tags"] == {"SS": ["a", "b"]}
    good(page)
    goto(f"{BASE}{LABELS}/item/{encode_key(key, ['label'])}/")
    page.get_by_role("link", name="History").click()
    expect(page.locator("main tbody tr")).to_have_count(4)
    aws.delete_item(TableName=LABELS, Key=key)


def test_delete_meets_a_change(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    key = {"label": {"S": "LBL-00044"}}
    before = aws.get_item(TableName=LABELS, Key=key)["Item"]
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/item/{encode_key(key, ['label'])}/delete/")
    aws.put_item(TableName=LABELS, Item=before | {"printer": {"S": "theirs"}})
    page.get_by_label("Reason").fill("not needed")
    page.get_by_label("to confirm").fill("LBL-00044")
    page.get_by_role("button", name="Delete the item").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was deleted")
    expect(page.locator(".diff")).to_contain_text("theirs")
    expect(page.get_by_label("Reason")).to_have_value("not needed")
    good(page)
    aws.put_item(TableName=LABELS, Item=before)


@pytest.mark.parametrize("name", list(PERMITTED))
def test_each_role(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, request: pytest.FixtureRequest, good: Check, name: str
) -> None:
    """Everybody reads; who may not write sees no button for it, and its address is 403."""
    sign_in(page, request.getfixturevalue(name))
    item = f"{BASE}{LABELS}/item/sLBL-00001/"
    assert goto(f"{BASE}{LABELS}/") == 200
    writes = PERMITTED[name]
    expect(page.get_by_role("link", name="New item")).to_have_count(int(writes))
    assert goto(item) == 200
    expect(page.get_by_role("link", name="Edit")).to_have_count(int(writes))
    expect(page.get_by_role("link", name="Delete…")).to_have_count(int(writes))
    for path in (f"{item}edit/", f"{item}delete/", f"{BASE}{LABELS}/new/"):
        assert goto(path) == (200 if writes else 403)
    if not writes:
        good(page)
        goto(item)
        good(page)


def test_index_and_next_page(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User, good: Check
) -> None:
    """Choosing an index plans without reading; an index page links to whole items; the next page goes on."""
    sign_in(page, reader)
    goto(f"{BASE}{PARCELS}/")
    first = page.locator(".items tbody tr").first.inner_text()
    page.get_by_role("link", name="Next 100").click()
    expect(page.locator(".items tbody tr")).to_have_count(100)
    expect(page.locator(".items tbody tr").first).not_to_have_text(first)
    page.locator(".find-more summary").click()
    page.get_by_label("Read by").select_option("scan:by-depot-status")
    expect(page.locator("#plan")).to_contain_text("Scan of the index by-depot-status")
    expect(page.locator("#plan")).to_contain_text("Partial projection")
    good(page)
    page.get_by_role("button", name="Find", exact=True).last.click()
    expect(page).to_have_url(re.compile("via=scan"))
    page.locator(".items tbody tr").first.get_by_role("link").first.click()
    expect(row(page, "entity")).to_be_visible()
    page.go_back()
    page.locator(".find-more summary").click()
    page.get_by_label("Read by").select_option("index:by-depot-status")
    page.get_by_role("button", name="Find", exact=True).last.click()
    expect(page.locator("#results")).to_contain_text("Nothing was read yet")
    good(page)


def test_awkward_items(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check) -> None:
    """Every awkward key opens from the table's page; the hostile item and the largest one are shown whole."""
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    links = page.locator(".items").get_by_role("link")
    addresses = [links.nth(place).get_attribute("href") for place in range(links.count())]
    for key in AWKWARD:
        address = f"{BASE}{LABELS}/item/{encode_key({'label': {'S': key}}, ['label'])}/"
        assert goto(address) == 200, key
        expect(row(page, "string")).to_contain_text("this side up")
    assert (
        sum(str(address).startswith(f"{BASE}{LABELS}/item/") for address in addresses)
        == len(addresses)
        == 100
    )
    good(page)
    goto(f"{BASE}{LABELS}/item/sLBL-BIG/")
    good(page)
    page.locator("summary").filter(has_text="0123456789abcdef").first.click()
    assert len(page.locator("details[open] .value-text").inner_text()) == 399_360
    goto(f"{BASE}{SEALS}/")
    page.locator(".items tbody tr").first.get_by_role("link").first.click()
    expect(row(page, "chip key")).to_be_visible()


def test_a_failing_aws(
    page: Page, goto: Goto, sign_in: SignIn, connection: Connection, stub: StubAws, reader: User, good: Check
) -> None:
    """A denied row among others, and a throttled read: designed states, in both colour schemes."""
    from tests.stub.server import Failure
    from tests.tables.screens.conftest import description

    def answer(body: dict[str, str]) -> dict[str, Any]:
        if body["TableName"] == "secrets":
            raise Failure("AccessDeniedException", "not authorized to perform: dynamodb:DescribeTable")
        return description(body["TableName"])

    stub.reply("ListTables", {"TableNames": ["parcels", "secrets"]})
    stub.reply("DescribeTable", answer)
    stub.fail(
        "Scan", "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded"
    )
    sign_in(page, reader)
    goto(f"/c/main/{REGION}/tables/")
    expect(row(page, "parcels")).to_contain_text("Active")
    expect(row(page, "secrets")).to_contain_text("Denied")
    good(page)
    stub.reply("DescribeTable", lambda body: description(body["TableName"]))
    row(page, "secrets").get_by_role("link", name="Try again").click()
    expect(row(page, "secrets")).to_contain_text("Active")
    assert goto(f"/c/main/{REGION}/tables/parcels/") == 503
    expect(page.get_by_role("alert")).to_contain_text("slow down")
    good(page)
