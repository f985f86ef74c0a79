"""Several items in a browser, on the embedded AWS: rows edited and deleted, a transaction over two tables built, stopped, sent, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, Page, expect

from dashboard.localaws.world.schema import LABELS, SEALS
from tests.browser.test_items import BASE, Check, Goto, SignIn, aws, undo

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import User

__all__ = ["aws"]
FIRST, SECOND = "LBL-00010", "LBL-00011"
SEAL = {"seal_number": {"N": "4711"}, "chip": {"B": b"\x00\x01"}}


def label(aws: Any, name: str) -> dict[str, Any]:
    """A label as it stands."""
    item: dict[str, Any] = aws.get_item(TableName=LABELS, Key={"label": {"S": name}}, ConsistentRead=True)[
        "Item"
    ]
    return item


def select(page: Page, *names: str) -> None:
    """Tick the rows of these labels."""
    for name in names:
        link = page.get_by_role("link", name=name, exact=True)
        page.get_by_role("row").filter(has=link).locator("input[name=key]").check()


def test_it_works(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check) -> None:
    """Tick two rows, edit them alike, see what changes, save, and undo both at once."""
    before = [label(aws, name) for name in (FIRST, SECOND)]
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    select(page, FIRST, SECOND)
    page.locator("#selected-items").get_by_role("button", name="Edit…").click()
    expect(page.get_by_role("heading", name="Edit 2 items")).to_be_visible()
    good(page)
    page.get_by_label("Attribute").first.fill("printer")
    page.get_by_label("Value").first.fill("zebra <b>")
    page.get_by_label("Attribute").nth(1).fill("copies")
    page.get_by_label("Becomes").nth(1).select_option("Number")
    page.get_by_label("Value").nth(1).fill("many")
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a number")
    expect(page.get_by_label("Value").first).to_have_value("zebra <b>")
    good(page)
    page.get_by_label("Value").nth(1).fill("12.0")
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(".several-diff .diff-after").first).to_contain_text("zebra <b>")
    good(page)
    page.get_by_label("Reason").fill("a new printer")
    page.get_by_role("button", name="Change 2 items").click()
    expect(page.locator(".message")).to_contain_text("Changed 2 items.")
    assert [label(aws, name)["printer"]["S"] for name in (FIRST, SECOND)] == ["zebra <b>"] * 2
    undo(page, "the old one works again")
    expect(page.locator(".message")).to_contain_text("2 items are as before.")
    good(page)
    assert [label(aws, name) for name in (FIRST, SECOND)] == before


def test_delete_one_by_one_meets_a_change(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    """The one that somebody changed stays, the other is deleted; the page says which, and takes the other back."""
    before = [label(aws, name) for name in (FIRST, SECOND)]
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    select(page, FIRST, SECOND)
    page.locator("#selected-items").get_by_role("button", name="Delete…").click()
    good(page)
    aws.put_item(TableName=LABELS, Item=before[1] | {"printer": {"S": "theirs"}})
    page.get_by_label("One by one").check()
    page.get_by_label("Reason").fill("not needed")
    page.get_by_label("to confirm").fill("2")
    page.get_by_role("button", name="Delete 2 items").click()
    expect(page.get_by_role("alert")).to_contain_text("Only some of the items were written")
    expect(page.get_by_role("row").filter(has_text=SECOND).first).to_contain_text(
        "Somebody has changed printer"
    )
    expect(page.get_by_role("row").filter(has_text=FIRST)).to_contain_text("done")
    good(page)
    assert label(aws, SECOND)["printer"] == {"S": "theirs"}
    page.get_by_role("link", name="Undo the 1").click()
    page.get_by_label("Reason").fill("needed after all")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_contain_text("1 item is as before.")
    assert label(aws, FIRST) == before[0]
    aws.put_item(TableName=LABELS, Item=before[1])


def test_a_transaction_over_two_tables(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check
) -> None:
    """From a selected row; a check that fails stops all of it and says so at its step; mended, it is done, and undone."""
    before = label(aws, FIRST)
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    select(page, FIRST, SECOND)
    page.locator("#selected-items").get_by_role("button", name="Into a transaction…").click()
    page.get_by_label("Attributes to set, as plain JSON").fill('{"printer": "zebra-99"}')
    page.get_by_role("button", name="Change step 2").click()
    page.get_by_label("What it does").select_option("Check a condition")
    page.get_by_label("Condition", exact=True).fill("attribute_not_exists(printer)")
    page.get_by_label("Another step").select_option("Put a new item")
    page.get_by_label("Table", exact=True).select_option(SEALS)
    page.get_by_role("button", name="Add the step").click()
    expect(page.locator(".editor")).to_be_visible()
    good(page)
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_role("alert")).to_contain_text("must not be empty")
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"seal_number": 4711, "chip": {"$b": "AAE="}}')
    page.get_by_role("button", name="Move step 3 up").click()
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(".step").nth(2)).to_contain_text("does not hold now")
    good(page)
    page.get_by_label("Reason").fill("sealed")
    page.get_by_role("button", name="Send the transaction").click()
    expect(page.locator(".step").nth(2)).to_contain_text(
        "The condition attribute_not_exists(printer) does not hold"
    )
    expect(page.locator(".step").nth(0)).to_contain_text("not at fault")
    assert label(aws, FIRST) == before
    assert "Item" not in aws.get_item(TableName=SEALS, Key=SEAL)
    good(page)
    page.get_by_role("button", name="Change the steps").click()
    page.get_by_role("button", name="Change step 3").click()
    page.get_by_label("Condition", exact=True).fill("attribute_exists(printer)")
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(".step").nth(2)).to_contain_text("holds now")
    expect(page.get_by_label("Reason")).to_have_value("sealed")
    page.get_by_role("button", name="Send the transaction").click()
    expect(page.locator(".message")).to_contain_text("2 items changed in one transaction.")
    assert label(aws, FIRST)["printer"] == {"S": "zebra-99"}
    assert "Item" in aws.get_item(TableName=SEALS, Key=SEAL)
    undo(page, "not sealed")
    expect(page.locator(".message")).to_contain_text("2 items are as before.")
    good(page)
    assert label(aws, FIRST) == before
    assert "Item" not in aws.get_item(TableName=SEALS, Key=SEAL)


def test_without_script(
    page: Page, browser: Browser, live_server: LiveServer, goto: Goto, sign_in: SignIn, aws: Any, editor: User
) -> None:
    """A step's kind is changed, its fields appear, and it is sent, by the form's own buttons alone."""
    before = label(aws, SECOND)
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(f"{live_server.url}{BASE}{LABELS}/item/s{SECOND}/")
    other.get_by_role("link", name="Transaction…").click()
    other.get_by_label("What it does").select_option("Replace an item")
    other.get_by_role("button", name="Show its fields").click()
    text = other.get_by_label("The item as plain JSON")
    text.fill(text.input_value().replace('"printer": ', '"printer": "plain", "was": '))
    other.get_by_role("button", name="Preview…").click()
    other.get_by_label("Reason").fill("without script")
    other.get_by_role("button", name="Send the transaction").click()
    expect(other.locator(".message")).to_contain_text("1 item changed in one transaction.")
    assert label(aws, SECOND)["printer"] == {"S": "plain"}
    plain.close()
    aws.put_item(TableName=LABELS, Item=before)
