"""Finding items in a browser, on the embedded AWS: rows and groups, the plan, the budget that asks, stopping, text, turning pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from dashboard.localaws.world.fill import fill
from dashboard.localaws.world.schema import PARCELS, REGION

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import User
    from tests.browser.conftest import Watch

BASE = f"/c/live/{REGION}/tables/"
HEAPS = "heaps"
ITEMS, SIZE, MATCHES = 300, 40_000, 5
"""12 MB: as many calls, so at least three steps of four, and 1,500 units."""
Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]


@pytest.fixture
def aws(localaws: str, live_connection: Any) -> Any:
    """Somebody else, who reads the carrier's tables without the console."""
    fill(localaws)
    return boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)


@pytest.fixture
def heaps(aws: Any) -> Any:
    """A table of 12 MB in which few items match."""
    if HEAPS not in aws.list_tables()["TableNames"]:
        aws.create_table(
            TableName=HEAPS,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        aws.get_waiter("table_exists").wait(TableName=HEAPS, WaiterConfig={"Delay": 1})
        items = [
            {"id": {"S": f"heap {n}"}, "n": {"N": str(n)}, "pad": {"S": "x" * SIZE}} for n in range(ITEMS)
        ]
        for start in range(0, ITEMS, 5):
            puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 5]]
            aws.batch_write_item(RequestItems={HEAPS: puts})
    return aws


def condition(page: Page, number: str) -> Locator:
    """A row of the builder, ``2.1`` for the first of the second, which is a group."""
    return page.get_by_role("group", name=f"Condition {number}", exact=True)


def fill_in(page: Page, number: str, attribute: str, operator: str, *values: str) -> None:
    """Fill a row."""
    row = condition(page, number)
    row.get_by_label("Attribute").fill(attribute)
    row.get_by_label("Operator").select_option(label=operator)
    for label, value in zip(("Value", "Second value"), values, strict=False):
        row.get_by_label(label, exact=True).fill(value)


def rows(page: Page) -> Locator:
    """The items that are shown."""
    return page.locator("table.items tbody tr")


def test_it_works(page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User, good: Check) -> None:
    """The key and Enter; then a group, with the plan before it runs; the address is the query."""
    sign_in(page, reader)
    goto(f"{BASE}{PARCELS}/")
    good(page)
    value = condition(page, "1").get_by_label("Value", exact=True)
    value.fill("CUSTOMER#10001")
    expect(condition(page, "1").get_by_label("Type of the value")).to_contain_text("text (key)")
    value.press("Enter")
    expect(page).to_have_url(re.compile(r"where=pk"))
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#plan")).to_contain_text("Query of the table")

    goto(f"{BASE}{PARCELS}/")
    fill_in(page, "1", "entity", "equals", "parcel")
    page.get_by_role("button", name="Remove condition 2").click()
    page.locator(".find-actions").get_by_role("button", name="Group").click()
    fill_in(page, "2.1", "weight_kg", "is between", "1", "2")
    fill_in(page, "2.2", "service", "begins with", "exp")
    page.locator(".cond-add").get_by_role("button", name="Condition").click()
    expect(condition(page, "2.3").get_by_label("Attribute")).to_be_focused()
    fill_in(page, "2.3", "address", "exists")
    expect(condition(page, "2.3").get_by_label("Value", exact=True)).to_be_hidden()
    expect(condition(page, "2.1").get_by_label("Type of the value")).to_contain_text("number (auto)")
    expect(page.locator("#plan")).to_contain_text("Scan of the table")
    good(page)
    page.locator("#plan summary").click()
    expect(page.locator("#plan")).to_contain_text("Read units")
    expect(page.locator("#plan")).to_contain_text("Query of the index by-customer")
    good(page)
    page.get_by_role("button", name="Find", exact=True).last.click()
    expect(page).to_have_url(re.compile("where="))
    where = (
        "entity = 'parcel' AND (weight_kg BETWEEN 1 AND 2 OR begins_with(service, 'exp') "
        "OR attribute_exists(address))"
    )
    page.get_by_role("button", name="As text").click()
    expect(page.get_by_label("Condition", exact=True)).to_have_value(where)
    expect(page.locator("#run-words")).to_contain_text("items read match")
    good(page)


def test_text(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User, good: Check, watch: Watch
) -> None:
    """The text edits the same condition; a wrong one says where and stays."""
    watch.allow("400")
    sign_in(page, reader)
    goto(f"{BASE}{PARCELS}/")
    page.get_by_role("button", name="As text").click()
    text = page.get_by_label("Condition", exact=True)
    text.fill("pk = 'CUSTOMER#10001' AND <b>")
    page.get_by_role("button", name="As rows").click()
    expect(page.get_by_role("alert")).to_contain_text("Column 27")
    expect(text).to_have_value("pk = 'CUSTOMER#10001' AND <b>")
    good(page)
    page.get_by_role("button", name="Find", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("Column 27")
    text.fill("pk = 'CUSTOMER#10001' AND entity = 'customer'")
    page.get_by_role("button", name="As rows").click()
    expect(condition(page, "2").get_by_label("Value", exact=True)).to_have_value("customer")
    condition(page, "2").get_by_label("Operator").select_option(label="is not")
    page.get_by_role("button", name="Find", exact=True).last.click()
    expect(page.locator("#found")).to_contain_text("does not match")
    page.get_by_role("link", name="All items under this key").click()
    expect(rows(page)).to_have_count(1)


def test_a_number_that_is_no_key_leads_to_its_items(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User, narrow: Check
) -> None:
    """The customer's number is the key of an index: one press, also on a telephone."""
    sign_in(page, reader)
    goto(f"{BASE}{PARCELS}/?where=pk+%3D+%2710001%27")
    narrow(page)
    page.get_by_role("link", name="Look for it as customer_id (index by-customer)").click()
    expect(page.locator("#plan")).to_contain_text("Query of the index by-customer")
    expect(rows(page).first).to_contain_text("10001")


def test_turning_pages_and_order_without_reload(
    page: Page, goto: Goto, sign_in: SignIn, aws: Any, reader: User
) -> None:
    """Another page and another order swap the results alone; the address follows, and so does going back."""
    sign_in(page, reader)
    goto(f"{BASE}{PARCELS}/")
    page.evaluate("window.stays = true")
    first = rows(page).first.inner_text()
    page.get_by_role("link", name="Next 100").click()
    expect(page).to_have_url(re.compile("cursor="))
    expect(rows(page).first).not_to_have_text(first)
    expect(rows(page)).to_have_count(100)
    assert page.evaluate("window.stays") is True
    page.go_back()
    expect(page.locator("table.items tbody")).to_contain_text(first.split("\t")[0].strip() or "CUSTOMER")
    expect(page).not_to_have_url(re.compile("cursor="))

    customer = aws.scan(TableName=PARCELS, IndexName="by-customer", Limit=1)["Items"][0]["customer_id"]["S"]
    goto(f"{BASE}{PARCELS}/?where=customer_id = '{customer}'&via=index:by-customer")
    page.evaluate("window.stays = true")
    shown = rows(page).all_inner_texts()
    page.locator("th a[data-order]").click()
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()
    assert [text.split() for text in rows(page).all_inner_texts()] == [
        text.split() for text in reversed(shown)
    ]
    assert page.evaluate("window.stays") is True
    expect(page).to_have_url(re.compile("order=desc"))
    expect(page.locator("#order")).to_have_value("desc")


def test_a_dear_run_asks_goes_on_and_stops(
    page: Page, goto: Goto, sign_in: SignIn, heaps: Any, reader: User, good: Check
) -> None:
    """Nothing is read before it is approved; the run goes on by itself, stops, keeps what it found, and goes on from there."""
    sign_in(page, reader)
    goto(f"{BASE}{HEAPS}/?where=n < {MATCHES}")
    expect(page.locator("#ask")).to_contain_text("your budget is 100")
    expect(rows(page)).to_have_count(0)
    good(page)
    page.get_by_role("link", name="Probe one page first").click()
    expect(page.locator("#plan")).to_contain_text("One page read")
    good(page)
    steps: list[Route] = []
    page.route(
        re.compile("cursor="), lambda route: steps.append(route)
    )  # the next step waits until it is let go
    page.get_by_role("button", name="Read, up to").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    said = page.locator("#run-words")
    expect(said).to_contain_text("items read match")
    good(page)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_text("Stopped.")).to_be_visible()
    before = said.inner_text()
    page.wait_for_function("document.querySelector('#run.htmx-request') !== null")
    steps[0].continue_()
    expect(said).not_to_have_text(before)  # what was under way is shown, since it is paid for
    expect(page.get_by_text("Stopped.")).to_be_visible()
    page.wait_for_timeout(400)
    assert len(steps) == 1, "no further step begins"
    good(page)
    page.unroute_all()
    expect(page.get_by_role("link", name="Go on from here")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#run-bar")).to_contain_text("That is all of it.")
    expect(said).to_contain_text(f"{MATCHES} of {ITEMS} items read match")
    expect(page.locator("#run-bar")).to_be_focused()
    found = rows(page).locator("a").all_inner_texts()
    assert sorted(found) == [f"heap {n}" for n in range(MATCHES)]
    good(page)
    assert "approved" not in page.url, "the address may be passed on or loaded again"
    page.reload()
    expect(page.locator("#ask")).to_contain_text("your budget is 100")
    expect(rows(page)).to_have_count(0)


def test_without_script(
    page: Page,
    browser: Browser,
    live_server: LiveServer,
    goto: Goto,
    sign_in: SignIn,
    heaps: Any,
    reader: User,
) -> None:
    """Rows come by their buttons, the question is a form, and a run goes on by a link."""
    sign_in(page, reader)
    goto("/")
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(f"{live_server.url}{BASE}{HEAPS}/")
    other.locator(".find-actions").get_by_role("button", name="Group").click()
    fill_in(other, "2.1", "n", "is less than", str(MATCHES))
    other.locator(".cond-add").get_by_role("button", name="Condition").click()
    expect(condition(other, "2.3")).to_be_visible()
    other.get_by_role("button", name="Find", exact=True).last.click()
    expect(other.locator("#ask")).to_contain_text("your budget is 100")
    other.get_by_role("button", name="Read, up to").click()
    expect(other.get_by_role("button", name="Stop")).to_be_hidden()
    seen: list[str] = []
    for _ in range(10):
        seen += rows(other).locator("a").all_inner_texts()
        more = other.get_by_role("link", name="Continue reading")
        if not more.count():
            break
        more.click()
    assert sorted(seen) == [f"heap {n}" for n in range(MATCHES)]
    plain.close()
