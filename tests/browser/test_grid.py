"""The grid in a browser, on the embedded AWS: keys, columns that are remembered, copying, sorting, selecting, a small page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from dashboard.core.keys import encode_key
from dashboard.localaws.world.schema import REGION
from tests.bench import orders
from tests.conftest import make_user

if TYPE_CHECKING:
    from dashboard.accounts.models import User

NAME = "grid-orders"
URL = f"/c/live/{REGION}/tables/{NAME}/"
QUERY = f"{URL}?mode=query&partition=CUSTOMER%231"
STRANGE = 'a,"b" <i>\n😀'
"""An attribute's name."""
LONG = "long " * 100 + "end"
DIGITS = "12345678901234567890123456789012345678"
Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]


@pytest.fixture
def table(localaws: str, live_connection: Any) -> Iterator[Any]:
    """120 orders of 14 attributes; the first ones have something that does not fit into a cell."""
    client = boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)
    client.create_table(**{**orders.KEYS, "TableName": NAME}, BillingMode="PAY_PER_REQUEST")
    client.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 1})
    for start in range(0, 120, 20):
        puts = [{"PutRequest": {"Item": item(number)}} for number in range(start, start + 20)]
        client.batch_write_item(RequestItems={NAME: puts})
    yield client
    client.delete_table(TableName=NAME)


def item(number: int) -> dict[str, Any]:
    """One order as boto3 takes it."""
    made = orders.order(number)
    made["signature"] = {"B": made["signature"]["B"].encode()}
    if number == 0:
        made["note"] = {"S": LONG}
        made["total"] = {"N": DIGITS}
    if number == 1:
        del made["note"]
        made["total"] = {"N": f"-{DIGITS}"}
    if number == 2:
        made["total"] = {"N": "12345678901234567890123456789012345679"}
    return made


@pytest.fixture
def opened(page: Page, goto: Goto, sign_in: SignIn, table: Any, editor: User) -> Page:
    """The orders in the order of their key, the clipboard allowed."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, editor)
    assert goto(QUERY) == 200
    return page


def cell(page: Page, row: int, name: str) -> Locator:
    """A cell by its row on the page and its column's name."""
    heads = page.locator("table.items thead th").all_inner_texts()
    return (
        page.locator("table.items tbody tr")
        .nth(row)
        .locator("td")
        .nth([head.strip() for head in heads].index(name))
    )


def column(page: Page, name: str) -> list[str]:
    """What a column shows, from the first row on."""
    place = [head.strip() for head in page.locator("table.items thead th").all_inner_texts()].index(name)
    return page.locator(f"table.items tbody td:nth-child({place + 1})").all_inner_texts()


def heads(page: Page) -> list[str]:
    """The attributes of the columns."""
    return [
        json.loads(text)
        for text in page.locator("table.items thead th[data-name]").evaluate_all(
            "heads => heads.map(head => head.dataset.name)"
        )
    ]


def clipboard(page: Page) -> str:
    """What was copied."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def focused(page: Page) -> str:
    """What the cell that has the focus shows."""
    return str(page.evaluate("document.activeElement.firstChild?.textContent ?? ''"))


def test_it_works(opened: Page, axe: Check, narrow: Check) -> None:
    """100 items of 14 attributes: few nodes, a grid that axe accepts in both schemes, also at 390 px."""
    expect(opened.locator("table.items tbody tr")).to_have_count(100)
    assert len(heads(opened)) == 14
    assert opened.evaluate("document.querySelectorAll('*').length") <= 3000
    expect(opened.get_by_role("grid")).to_have_attribute("aria-multiselectable", "true")
    assert opened.locator("table.items button").count() == 0
    axe(opened)
    narrow(opened)
    opened.keyboard.press("j")
    opened.keyboard.press("x")
    opened.keyboard.press("m")
    axe(opened)
    narrow(opened)
    opened.keyboard.press("Escape")
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog", name="Keys of the grid")).to_be_visible()
    axe(opened)
    narrow(opened)
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog", name="Keys of the grid")).to_have_count(0)
    opened.locator(".columns-panel > summary").click()
    axe(opened)
    narrow(opened)


def test_keys_move_open_and_come_back(opened: Page) -> None:
    """The arrows, j and k, Home and End; Enter opens the item; f goes to the query, where letters are letters."""
    opened.keyboard.press("j")
    assert focused(opened) == "CUSTOMER#1"
    opened.keyboard.press("j")
    opened.keyboard.press("ArrowRight")
    assert focused(opened) == "ORDER#000001"
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("k")
    opened.keyboard.press("ArrowDown")
    assert focused(opened) == "ORDER#000002"
    assert opened.locator("table.items [tabindex='0']").count() == 1
    opened.keyboard.press("End")
    assert opened.evaluate("document.activeElement.matches('td:last-child')")
    opened.keyboard.press("Home")
    assert opened.evaluate("document.activeElement.matches('td.pick')")
    opened.keyboard.press("PageDown")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("Enter")
    expect(opened).to_have_url(re.compile("/item/.*ORDER~23000012"))
    opened.go_back()
    opened.keyboard.press("f")
    assert opened.evaluate("document.activeElement.matches('#find input.v')"), (
        "to a value, not to the attribute's name"
    )
    opened.keyboard.type("jxn?")
    assert "jxn?" in opened.evaluate("document.activeElement.value")


def test_the_rows_of_the_page_are_filtered(opened: Page, good: Check) -> None:
    """/ filters what is there and reads nothing; keys and Select all keep to what is left, a row filtered away is named."""
    asked: list[str] = []
    field = opened.get_by_label("Filter the rows of this page")
    shown = opened.locator("table.items tbody tr:visible")
    opened.locator("tbody .pick input").nth(50).check()
    opened.on("request", lambda request: asked.append(request.url))
    opened.keyboard.press("/")
    expect(field).to_be_focused()
    field.press_sequentially("order#00000 CUSTOMER#1")
    expect(shown).to_have_count(10)
    expect(opened.locator("[data-filtered]")).to_contain_text("10 of 100 rows shown")
    expect(opened.locator("#selected-items")).to_contain_text("1 selected, 1 of them filtered away")
    good(opened)
    field.press("Enter")
    opened.keyboard.press("ArrowRight")
    assert focused(opened) == "ORDER#000000"
    for _ in range(12):
        opened.keyboard.press("j")
    assert focused(opened) == "ORDER#000009"
    opened.get_by_label("Select all on this page").check()
    expect(opened.locator("#selected-items")).to_contain_text("11 selected, 1 of them")
    opened.keyboard.press("/")
    opened.keyboard.type("<nothing>")
    expect(shown).to_have_count(0)
    field.press("Escape")
    expect(shown).to_have_count(100)
    expect(field).to_have_value("")
    expect(opened.locator("[data-filtered]")).to_have_text("")
    assert asked == []


def test_a_filter_holds_for_one_page(opened: Page) -> None:
    """The next page and the way back show all their rows: the field is empty there."""
    opened.get_by_label("Filter the rows of this page").fill("ORDER#000001")
    expect(opened.locator("table.items tbody tr:visible")).to_have_count(1)
    opened.get_by_role("link", name="Next 100").click()
    expect(opened.locator("table.items tbody tr:visible")).to_have_count(20)
    opened.go_back()
    expect(opened.locator("table.items tbody tr:visible")).to_have_count(100)
    expect(opened.get_by_label("Filter the rows of this page")).to_have_value("")


def test_space_does_nothing_to_a_cell(opened: Page) -> None:
    """It selects in the column of boxes, and nowhere else does it do anything."""
    cell(opened, 3, "status").click()
    opened.keyboard.press("Space")
    assert opened.url.endswith(QUERY)
    expect(opened.locator(".pick input:checked")).to_have_count(0)
    opened.keyboard.press("Home")
    opened.keyboard.press("Space")
    expect(opened.locator("tbody .pick input:checked")).to_have_count(1)


def test_pages_by_keys(opened: Page) -> None:
    opened.keyboard.press("n")
    expect(opened.locator("table.items tbody tr")).to_have_count(20)
    assert column(opened, "sk")[0] == "ORDER#000100"
    opened.keyboard.press("p")
    expect(opened.locator("table.items tbody tr")).to_have_count(100)
    assert column(opened, "sk")[0] == "ORDER#000000"


def test_copying(opened: Page, table: Any) -> None:
    """What a cell shows whole comes from the page, what it folds and whole items from AWS, without a loss."""
    cell(opened, 0, "total").click()
    opened.keyboard.press("c")
    expect(opened.locator("[data-said]")).to_have_text("Copied: total")
    assert clipboard(opened) == DIGITS
    cell(opened, 0, "note").click()
    opened.keyboard.press("c")
    expect(opened.locator("[data-said]")).to_have_text("Copied: note")
    assert clipboard(opened) == LONG
    cell(opened, 1, "address").click()
    opened.get_by_role("button", name="Menu of this cell").click()
    opened.get_by_role("menuitem", name="Copy the value as DynamoDB JSON").click()
    expect(opened.locator("[data-said]")).to_have_text("Copied: address")
    assert json.loads(clipboard(opened)) == orders.order(1)["address"]
    opened.keyboard.press("m")
    opened.get_by_role("menuitem", name="Copy the item as DynamoDB JSON").click()
    expect(opened.locator("[data-said]")).to_have_text("Copied the item")
    copied = json.loads(clipboard(opened))
    assert copied.keys() == orders.order(1).keys() - {"note"}
    assert copied["total"] == {"N": f"-{DIGITS}"}
    assert copied["tags"] == orders.order(1)["tags"]
    opened.evaluate("navigator.clipboard.writeText('')")
    opened.keyboard.press("m")
    for _ in range(3):
        opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    for _ in range(100):
        if clipboard(opened):
            break
        opened.wait_for_timeout(50)
    assert f'"total": -{DIGITS}' in clipboard(opened)
    cell(opened, 1, "note").click()
    opened.keyboard.press("c")
    expect(opened.locator("[data-said]")).to_have_text("Not copied. This item does not have the attribute.")


def test_copying_an_item_that_is_gone(opened: Page, table: Any, watch: Any) -> None:
    watch.allow("404")
    table.delete_item(TableName=NAME, Key={"pk": {"S": orders.CUSTOMER}, "sk": {"S": "ORDER#000000"}})
    cell(opened, 0, "note").click()
    opened.keyboard.press("c")
    expect(opened.locator("[data-said]")).to_contain_text("Not copied. The item is gone")


def test_sorting_this_page(opened: Page) -> None:
    """By a head: rising, falling, as read; numbers by all of their 38 figures; and the key's head turns the order of the Query."""
    before = column(opened, "sk")
    head = opened.get_by_role("columnheader", name="total")
    head.click()
    expect(opened.locator(".sort-note")).to_contain_text("only the 100 rows of this page")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert column(opened, "total")[0] == f"-{DIGITS}"
    assert column(opened, "total")[-2:] == [DIGITS, "12345678901234567890123456789012345679"]
    head.focus()
    opened.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert column(opened, "total")[0].endswith("79")
    head.click()
    assert column(opened, "sk") == before
    expect(opened.locator(".sort-note")).to_have_count(0)
    opened.get_by_role("columnheader", name="note").click()
    assert column(opened, "note")[-1] == ""
    opened.get_by_role("button", name="As they were read").click()
    assert column(opened, "sk") == before
    opened.get_by_role("columnheader", name="sk").get_by_role("link").click()
    expect(opened.get_by_role("columnheader", name="sk")).to_have_attribute("aria-sort", "descending")
    assert column(opened, "sk")[0] == "ORDER#000119"


def test_selecting(opened: Page) -> None:
    """By box, by key, from one to another, all; the keys of the rows are what is sent."""
    bar = opened.locator("#selected-items")
    expect(bar).to_be_hidden()
    boxes = opened.locator("tbody .pick input")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    cell(opened, 2, "status").click()
    opened.keyboard.press("x")
    expect(bar).to_contain_text("3 selected")
    sent: list[str] = []

    def caught(route: Route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(body="ok")

    opened.route("**/several/", caught)
    bar.get_by_role("button", name="Edit…").click()
    opened.wait_for_url("**/several/")
    wanted = [encode_key(orders.order(number), ("pk", "sk")) for number in (1, 3, 4)]
    fields = [pair.split("=") for pair in sent[0].split("&")]
    assert [value.replace("%7E", "~") for name, value in fields if name == "key"] == wanted
    assert ["step", "edit"] in fields
    opened.go_back()
    opened.get_by_label("Select all on this page").check()
    expect(bar).to_contain_text("100 selected")
    bar.get_by_role("button", name="Select none").click()
    expect(bar).to_be_hidden()


def choose(page: Page, name: str) -> Locator:
    """The line of an attribute in the panel."""
    return page.locator(".columns-panel li").filter(has=page.get_by_label(name, exact=True))


def test_columns_are_remembered(opened: Page, goto: Goto, sign_in: SignIn, table: Any) -> None:
    """Chosen, moved, kept for this person and table, in the link for another, and given up again."""
    table.update_item(
        TableName=NAME,
        Key={"pk": {"S": orders.CUSTOMER}, "sk": {"S": "ORDER#000000"}},
        UpdateExpression="SET #n = :v",
        ExpressionAttributeNames={"#n": STRANGE},
        ExpressionAttributeValues={":v": {"S": "here"}},
    )
    goto(QUERY)
    opened.locator(".columns-panel > summary").click()
    for name in (
        "currency",
        "paid",
        "discount",
        "tags",
        "lines",
        "address",
        "note",
        "signature",
        "weight_kg",
    ):
        choose(opened, name).get_by_role("checkbox").uncheck()
    choose(opened, "total").get_by_role("button", name="further to the front").click()
    opened.locator(".columns-panel").get_by_role("button", name="Apply").click()
    chosen = ["pk", "sk", "status", "total", "created", STRANGE]
    assert heads(opened) == chosen
    assert cell(opened, 0, "pk").inner_text() == "CUSTOMER#1"
    link = opened.url
    goto(QUERY)
    assert heads(opened) == chosen
    sign_in(opened, make_user("other", "reader"))
    goto(QUERY)
    assert len(heads(opened)) == 15
    opened.goto(link)
    assert heads(opened) == chosen
    opened.locator(".columns-panel > summary").click()
    opened.get_by_role("link", name="Without the link's columns").click()
    assert len(heads(opened)) == 15
    opened.goto(link)
    opened.locator(".columns-panel > summary").click()
    opened.locator(".columns-panel").get_by_role("button", name="Reset").click()
    assert len(heads(opened)) == 15


def test_without_script(browser: Any, live_server: Any, table: Any, editor: User) -> None:
    """An arrow of the panel moves its column by sending the form; rows have links and boxes, and nothing is offered that needs a script."""
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("editor-password-1")
    page.get_by_role("button", name="Sign in").click()
    page.goto(QUERY)
    assert page.get_by_role("button", name="Keys").count() == 0
    page.locator(".columns-panel > summary").click()
    page.get_by_role("button", name="status: further to the front").click()
    expect(page.locator(".columns-panel")).to_have_attribute("open", "")
    assert page.locator("table.items thead th[data-name]").all_inner_texts()[:3] == ["pk", "status", "sk"]
    page.locator("tbody .pick input").first.check()
    expect(page.locator("#selected-items")).to_be_visible()
    context.close()
