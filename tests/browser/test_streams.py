"""A table's stream and health in a browser: what was done here has an author, what was done elsewhere has none, and it is followed live."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Page, expect

from dashboard.localaws.world.schema import REGION

if TYPE_CHECKING:
    from dashboard.accounts.models import User

Check = Callable[[Page], None]


@pytest.fixture
def aws(localaws: str, live_connection: Any) -> Any:
    """Somebody else, who works without the console."""
    return boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)


@pytest.fixture
def table(aws: Any) -> Iterator[str]:
    """A table of its own with a stream."""
    name = f"streamed-{uuid.uuid4().hex[:8]}"
    aws.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield name
    aws.delete_table(TableName=name)


@pytest.fixture
def at(table: str) -> str:
    """The beginning of the table's addresses."""
    return f"/c/live/{REGION}/tables/{table}/"


def test_it_works(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    axe: Check,
    narrow: Check,
    editor: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    aws.put_item(TableName=table, Item={"pk": {"S": "<b>1"}, "city": {"S": "Kiel"}})
    sign_in(page, editor)
    made_here(page, goto, at)
    goto(f"{at}stream/")
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Read the last 24 hours").click()
    rows = page.locator(".stream-row")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("outside Gatehouse")
    expect(rows.nth(0)).to_contain_text("<b>1")
    expect(rows.nth(1)).to_contain_text("by editor")
    rows.nth(1).locator("summary").click()
    expect(rows.nth(1).get_by_role("region")).to_be_visible()
    axe(page)
    narrow(page)
    expect(page.get_by_text("That is all the stream holds")).to_be_visible()


def made_here(page: Page, goto: Callable[[str], int], at: str) -> None:
    """An item that is created with the console."""
    goto(f"{at}new/?form=plain")
    page.locator("#draft").evaluate('(box) => { box.value = \'{"pk": "here"}\'; }')
    page.get_by_role("button", name="Preview").first.click()
    page.get_by_label("Reason").fill("for the stream")
    page.get_by_role("button", name="Create the item").click()
    expect(page.get_by_text("Created.")).to_be_visible()


def test_what_somebody_deleted_is_brought_back_and_undone(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    axe: Check,
    narrow: Check,
    editor: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    """Deleted outside Gatehouse, so that no record of ours has it: the stream's own image brings it back."""
    item = {"pk": {"S": "lost"}, "n": {"N": "12345678901234567890123456789012345678"}, "b": {"B": b"\x00"}}
    aws.put_item(TableName=table, Item=item)
    aws.delete_item(TableName=table, Key={"pk": {"S": "lost"}})
    sign_in(page, editor)
    goto(f"{at}stream/")
    page.get_by_role("button", name="Read the last 24 hours").click()
    page.get_by_role("link", name="Bring back what was before…").click()
    expect(page.get_by_role("heading", name="Before it was deleted")).to_be_visible()
    axe(page)
    narrow(page)
    page.get_by_label("Reason").fill("deleted by mistake")
    page.get_by_role("button", name="Bring this one back").click()
    expect(page.get_by_text("The item is as it was before that change.")).to_be_visible()
    assert aws.get_item(TableName=table, Key={"pk": {"S": "lost"}})["Item"] == item
    page.get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill("and away again")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.get_by_text("lost").first).to_be_visible()
    assert "Item" not in aws.get_item(TableName=table, Key={"pk": {"S": "lost"}})


def test_the_changes_of_one_item_are_found(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    reader: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    for number in range(30):
        aws.put_item(TableName=table, Item={"pk": {"S": f"k{number % 10}"}, "n": {"N": str(number)}})
    sign_in(page, reader)
    goto(f"{at}stream/")
    page.get_by_label("pk").fill("k7")
    page.get_by_role("button", name="Find the changes of this item").click()
    expect(page.locator(".stream-row")).to_have_count(3)
    expect(page.get_by_text("changes of the item among 30 records read")).to_be_visible()


def test_it_is_followed_live_and_stopped(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    reader: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    aws.put_item(TableName=table, Item={"pk": {"S": "before"}})
    sign_in(page, reader)
    goto(f"{at}stream/")
    page.get_by_role("button", name="Follow live").click()
    expect(page.get_by_text("following")).to_be_visible()
    aws.put_item(TableName=table, Item={"pk": {"S": "first"}})
    expect(page.locator(".stream-row")).to_have_count(1)
    aws.put_item(TableName=table, Item={"pk": {"S": "second"}})
    expect(page.locator(".stream-row")).to_have_count(2)
    expect(page.locator(".stream-row").first).to_contain_text("second")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after 2 records.")).to_be_visible()
    expect(page.get_by_role("button", name="Go on from here")).to_be_visible()


def seen(page: Page, state: str) -> None:
    """The tab is hidden or visible: one headless page is always visible by itself."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "visibilityState", { get: () => state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_following_rests_while_the_tab_is_hidden(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    reader: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    sign_in(page, reader)
    goto(f"{at}stream/")
    page.get_by_role("button", name="Follow live").click()
    expect(page.get_by_text("following")).to_be_visible()
    seen(page, "hidden")
    aws.put_item(TableName=table, Item={"pk": {"S": "meanwhile"}})
    expect(page).to_have_title(re.compile("^Paused: "))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.wait_for_timeout(4000)
    assert sent == []
    seen(page, "visible")
    expect(page.locator(".stream-pause")).to_contain_text("while this tab was hidden")
    expect(page.locator(".stream-row").first).to_contain_text("meanwhile")
    assert not page.title().startswith("Paused")
    aws.put_item(TableName=table, Item={"pk": {"S": "after"}})
    expect(page.locator(".stream-row").first).to_contain_text("after")


def test_health_beside_the_data(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    axe: Check,
    narrow: Check,
    reader: User,
    aws: Any,
    table: str,
    at: str,
) -> None:
    aws.put_item(TableName=table, Item={"pk": {"S": "a"}, "text": {"S": "x" * 3000}})
    aws.scan(TableName=table)
    sign_in(page, reader)
    goto(f"{at}health/")
    expect(page.get_by_role("rowheader", name="PutItem")).to_be_visible()
    expect(page.get_by_text("The region has no DAX cluster.")).to_be_visible()
    expect(page.get_by_text("Contributor Insights is off")).to_be_visible()
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Look at a sample").click()
    expect(page.get_by_role("rowheader", name="a", exact=True)).to_be_visible()
    axe(page)
    narrow(page)
