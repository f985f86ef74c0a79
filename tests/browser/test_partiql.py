"""PartiQL in a browser, on the embedded AWS: complete, run, page, be refused, preview, confirm, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import boto3
import pytest
from playwright.sync_api import Page, expect

from dashboard.localaws.world.fill import fill
from dashboard.localaws.world.schema import PARCELS, REGION

if TYPE_CHECKING:
    from dashboard.accounts.models import User

PAGE = f"/c/live/{REGION}/tables/{PARCELS}/partiql/"
CUSTOMER = {"pk": {"S": "CUSTOMER#10001"}, "sk": {"S": "PROFILE"}}
KEY = "WHERE pk = 'CUSTOMER#10001' AND sk = 'PROFILE'"
Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]


@pytest.fixture
def aws(localaws: str, live_connection: Any) -> Any:
    """Somebody else, who works on the carrier's tables without the console."""
    fill(localaws)
    return boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)


def write(page: Page, text: str) -> None:
    """Put the statement into the editor."""
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)
    assert page.locator("#statement").input_value() == text


def address(statement: str, **more: str) -> str:
    return f"{PAGE}?{urlencode({'statement': statement} | more)}"


def test_it_works(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check) -> None:
    """From the table's tab: a SELECT with a parameter, its cost before and after, the next page, the item behind a row."""
    sign_in(page, editor)
    goto(f"/c/live/{REGION}/tables/{PARCELS}/new/")
    page.get_by_role("link", name="PartiQL").click()
    good(page)
    write(page, f'SELECT * FROM "{PARCELS}"."by-customer" WHERE customer_id = ?')
    page.get_by_label("? 1").fill('"10001"')
    expect(page.locator("#partiql-plan")).to_contain_text("one partition of the index by-customer is read")
    page.get_by_label("Items read in a page").fill("2")
    page.locator(".editor").click()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"statement=SELECT.*p=%2210001%22"))
    expect(page.locator(".items tbody tr")).to_have_count(2)
    expect(page.locator(".result-line")).to_contain_text("0.5 read units")
    good(page)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".result-line")).to_contain_text("on page 2")
    page.locator(".items tbody a").first.click()
    expect(page).to_have_url(re.compile("/item/"))


def test_names_complete_what_is_typed(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, axe: Check
) -> None:
    """Tables, then the table's indexes, then attributes; Enter takes one, Escape none; space never runs anything."""
    sign_in(page, editor)
    goto(f"/c/live/{REGION}/tables/{PARCELS}/")  # the table is known from here on
    goto(PAGE)
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.type('SELECT * FROM "par')
    names = page.get_by_role("listbox", name="Names that fit")
    expect(names.get_by_role("option")).to_have_count(1)
    axe(page)
    page.keyboard.press("Enter")
    page.keyboard.type('."by-c')
    expect(names.get_by_role("option").first).to_contain_text("by-customer")
    page.keyboard.press("Tab")
    page.keyboard.type(" WHERE customer")
    expect(names.get_by_role("option").first).to_contain_text("customer_id")
    page.keyboard.press("Enter")
    page.keyboard.type(" = 'c")
    expect(names).to_be_hidden()
    page.keyboard.type("'")
    text = page.locator("#statement").input_value()
    assert text.replace("''", "'") == f'SELECT * FROM "{PARCELS}"."by-customer" WHERE "customer_id" = \'c\''
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".items")).to_have_count(0)


def test_a_name_is_completed_whatever_is_in_it(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User
) -> None:
    """A name with points and spaces is completed as one; behind a closed quote nothing is offered that Enter would put there."""
    keys = {"KeySchema": [{"AttributeName": "the key.of", "KeyType": "HASH"}]}
    kinds = {"AttributeDefinitions": [{"AttributeName": "the key.of", "AttributeType": "S"}]}
    aws.create_table(TableName="orders.v2-old", BillingMode="PAY_PER_REQUEST", **keys, **kinds)
    sign_in(page, editor)
    goto(f"/c/live/{REGION}/tables/orders.v2-old/")
    goto(f"/c/live/{REGION}/tables/orders.v2-old/partiql/")
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type('SELECT * FROM "orders.v2')
    names = page.get_by_role("listbox", name="Names that fit")
    expect(names.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type(' WHERE "the key.')
    expect(names.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    assert page.locator("#statement").input_value() == 'SELECT * FROM "orders.v2-old" WHERE "the key.of"'
    page.keyboard.type(' = "x"')
    expect(names).to_be_hidden()
    page.keyboard.press("Enter")
    assert page.locator("#statement").input_value().endswith('= "x"\n')


def test_a_full_scan_above_the_budget_is_refused_until_it_is_allowed(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check, settings: Any
) -> None:
    settings.READ_BUDGET_UNITS = 20
    sign_in(page, editor)
    assert goto(address(f"SELECT * FROM {PARCELS} WHERE city = 'Leipzig'")) == 200
    expect(page.get_by_role("alert")).to_contain_text("your budget is 20")
    expect(page.locator(".items")).to_have_count(0)
    good(page)
    page.get_by_role("button", name="Run it all the same").click()
    expect(page.locator(".items tbody tr").first).to_contain_text("Leipzig")


def test_an_update_is_shown_confirmed_and_undone(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    goto(PAGE)
    before = aws.get_item(TableName=PARCELS, Key=CUSTOMER)["Item"]
    write(
        page, f"UPDATE {PARCELS} SET note = ? SET discount_percent = discount_percent + 2 REMOVE email {KEY}"
    )
    page.get_by_label("? 1").fill('"rings twice"')
    page.get_by_role("button", name="Run", exact=False).first.click()
    expect(page.locator("tr.diff-added")).to_contain_text("rings twice")
    expect(page.locator("tr.diff-removed")).to_contain_text("email")
    page.get_by_text("As it is sent").click()
    expect(page.locator(".partiql-sent pre")).to_contain_text('"note" IS MISSING')
    good(page)
    page.get_by_role("button", name="Run the statement").click()
    expect(page.locator(".field-error")).to_contain_text("Reason")
    page.get_by_label("Reason").fill("asked by the customer")
    page.get_by_role("button", name="Run the statement").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert "statement" not in page.url
    good(page)
    after = aws.get_item(TableName=PARCELS, Key=CUSTOMER)["Item"]
    assert after["note"] == {"S": "rings twice"} and "email" not in after
    page.get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill("a mistake")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_be_visible()
    assert aws.get_item(TableName=PARCELS, Key=CUSTOMER)["Item"] == before


def test_several_run_all_or_none(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    goto(PAGE)
    second = {"pk": {"S": "CUSTOMER#10002"}, "sk": {"S": "PROFILE"}}
    before = aws.get_item(TableName=PARCELS, Key=second)["Item"]
    write(
        page,
        f"UPDATE {PARCELS} SET note = 'x' {KEY};\nDELETE FROM {PARCELS} WHERE pk = 'CUSTOMER#10002' AND sk = 'PROFILE'",
    )
    page.get_by_role("button", name="Run", exact=False).first.click()
    good(page)
    page.get_by_role("button", name="All or none").click()
    good(page)
    page.get_by_label("Reason").fill("merged")
    page.get_by_label("to confirm what is deleted").fill("CUSTOMER#10002")
    page.get_by_role("button", name="Run the 2 statements").click()
    expect(page.get_by_role("heading", name="Done: 2 statements")).to_be_visible()
    assert "Item" not in aws.get_item(TableName=PARCELS, Key=second)
    page.get_by_role("link", name="Undo all…").click()
    page.get_by_label("Reason").fill("a mistake")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_be_visible()
    assert aws.get_item(TableName=PARCELS, Key=second)["Item"] == before


def test_a_reader_may_not_write(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User, good: Check
) -> None:
    sign_in(page, reader)
    goto(PAGE)
    write(page, f"DELETE FROM {PARCELS} {KEY}")
    page.get_by_role("button", name="Run", exact=False).first.click()
    expect(page.locator("#partiql-plan")).to_contain_text("You may not delete items of the table")
    expect(page.locator("#statement")).to_have_value(f"DELETE FROM {PARCELS} {KEY}")
    good(page)
    assert "Item" in aws.get_item(TableName=PARCELS, Key=CUSTOMER)


def test_what_cannot_be_read_is_said_and_kept(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    assert goto(address(f"SELECT * FROM {PARCELS} LIMIT 3")) == 400
    expect(page.locator("#statement-error")).to_contain_text(
        "Line 1, column 23: DynamoDB's PartiQL has no LIMIT"
    )
    good(page)
    assert goto(f"/c/live/{REGION}/tables/~partiql/") == 200
    good(page)
