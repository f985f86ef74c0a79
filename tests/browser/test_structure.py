"""Tables themselves in a browser, on the embedded AWS: made, given an index, switched, protected, deleted by name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Page, expect

from dashboard.localaws.world.schema import REGION

if TYPE_CHECKING:
    from dashboard.accounts.models import User

BASE = f"/c/live/{REGION}/"
Check = Callable[[Page], None]


@pytest.fixture
def aws(localaws: str, live_connection: Any) -> Any:
    """Somebody else, without the console."""
    return boto3.client("dynamodb", endpoint_url=localaws, region_name=REGION)


@pytest.fixture
def name() -> str:
    """A table's name nobody else has."""
    return f"browser-{uuid.uuid4().hex[:8]}"


def reasoned(page: Page, button: str) -> None:
    """Give a reason and send."""
    page.get_by_label("Reason").fill("shown in a browser")
    page.get_by_role("button", name=button).click()


def there(page: Page) -> None:
    """The overview is open and nothing of the table is on its way."""
    expect(page.get_by_role("heading", name="Indexes")).to_be_visible()
    expect(page.locator("#progress")).to_have_count(0)


def test_it_works(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    admin: User,
    aws: Any,
    good: Check,
    name: str,
) -> None:
    sign_in(page, admin)
    goto(f"{BASE}tables/")
    page.get_by_role("link", name="New table").click()
    good(page)
    _make(page, good, name)
    there(page)
    good(page)
    made = aws.describe_table(TableName=name)["Table"]
    assert {index["IndexName"] for index in made["GlobalSecondaryIndexes"]} == {"by-status", "by-place"}
    _finish_time_to_live(page, good, aws, name)
    _add_an_index(page, good, aws, name)
    _switch_capacity(page, good, aws, name)
    _protect_and_delete(page, good, aws, name)


def _make(page: Page, good: Check, name: str) -> None:
    """Two indexes, one of them with keys of several attributes, and time to live."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Partition key", exact=True).fill("pk")
    page.get_by_label("Sort key (if any)", exact=True).fill("sk")
    page.get_by_text("Indexes, capacity and everything else").click()
    page.get_by_role("button", name="Add an index").click()
    first = page.get_by_role("group", name="New index 1")
    first.get_by_label("Index name").fill("by-status")
    first.get_by_label("Partition key", exact=True).fill("status")
    page.get_by_role("button", name="Add an index").click()
    second = page.get_by_role("group", name="New index 2")
    second.get_by_label("Index name").fill("by-place")
    second.get_by_label("Partition key", exact=True).fill("country")
    second.get_by_text("Keys of several attributes").click()
    second.get_by_label("Partition key, attribute 2", exact=True).fill("city")
    second.get_by_label("Sort key (if any)", exact=True).fill("total")
    second.get_by_label("Type of sort key", exact=True).select_option("N")
    page.get_by_label("Items expire by the attribute").fill("gone")
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_role("cell", name=re.compile("country S ?, city S"))).to_be_visible()
    good(page)
    reasoned(page, "Make the table")


def _finish_time_to_live(page: Page, good: Check, aws: Any, name: str) -> None:
    """The step that is left: the preview counts what would expire."""
    for number, gone in enumerate(({"N": "1700000000"}, {"N": "9999999999"}, {"S": "never"})):
        aws.put_item(TableName=name, Item={"pk": {"S": str(number)}, "sk": {"S": "x"}, "gone": gone})
    page.get_by_role("link", name="let items expire by gone…").click()
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_text("Of all 3 items of the table, 1 would be deleted at once.")).to_be_visible()
    good(page)
    reasoned(page, "Change it")
    there(page)
    expect(page.get_by_text("Items expire by gone.")).to_be_visible()
    assert aws.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["AttributeName"] == "gone"


def _add_an_index(page: Page, good: Check, aws: Any, name: str) -> None:
    """It is being filled, the page says so, and shows itself anew when it is done."""
    page.get_by_role("link", name="Add an index…").click()
    good(page)
    page.get_by_label("Index name").fill("by-owner")
    page.get_by_label("Partition key", exact=True).fill("owner")
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_text("Undo drops the index again.")).to_be_visible()
    good(page)
    reasoned(page, "Add the index")
    expect(page.get_by_text("is being filled from the items of the table")).to_be_visible()
    there(page)
    expect(page.get_by_role("rowheader", name="by-owner")).to_be_visible()
    page.get_by_role("link", name="Drop by-owner").click()
    page.get_by_label("Type by-owner to confirm").fill("by-owner")
    good(page)
    reasoned(page, "Drop the index")
    there(page)
    expect(page.get_by_role("rowheader", name="by-owner")).to_have_count(0)


def _switch_capacity(page: Page, good: Check, aws: Any, name: str) -> None:
    """To provisioned; the undo switches back."""
    page.get_by_role("link", name="Change the capacity").click()
    expect(page.get_by_label("Read units").first).to_be_hidden()
    page.get_by_label("Capacity").select_option("PROVISIONED")
    good(page)
    page.get_by_label("Read units").first.fill("5")
    page.get_by_label("Write units").first.fill("6")
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_text("The units are billed by the hour")).to_be_visible()
    good(page)
    reasoned(page, "Change it")
    there(page)
    assert aws.describe_table(TableName=name)["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
    page.get_by_role("link", name="Undo…").click()
    reasoned(page, "Undo")
    billing = aws.describe_table(TableName=name)["Table"]["BillingModeSummary"]["BillingMode"]
    assert billing == "PAY_PER_REQUEST"


def _protect_and_delete(page: Page, good: Check, aws: Any, name: str) -> None:
    """A protected table cannot be deleted and says how to change that; then it goes, by its name."""
    page.goto(page.url.split("/changes/")[0] + f"{BASE}tables/{name}/structure/")
    page.get_by_role("link", name="Change the deletion protection").click()
    page.get_by_label("Protect the table against deletion").check()
    page.get_by_role("button", name="Preview…").click()
    reasoned(page, "Change it")
    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_text("The table is protected against deletion.")).to_be_visible()
    good(page)
    page.get_by_role("link", name="Switch the protection off…").click()
    page.get_by_label("Protect the table against deletion").uncheck()
    page.get_by_role("button", name="Preview…").click()
    reasoned(page, "Change it")
    page.get_by_role("link", name="Delete…").click()
    good(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the items…").click()
        page.get_by_role("button", name="Download").click()
    lines = download.value.path().read_bytes().count(b"\n")
    assert lines == aws.scan(TableName=name)["Count"] >= 2  # the one whose time had come may be gone
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_label("Reason").fill("no longer used")
    page.get_by_label("Type the table's name").fill("something else")
    page.get_by_role("button", name="Delete the table").click()
    assert name in aws.list_tables()["TableNames"]
    page.get_by_label("Type the table's name").fill(name)
    page.get_by_role("button", name="Delete the table").click()
    expect(page.get_by_text(f"The table {name} is being deleted.")).to_be_visible()
    assert name not in aws.list_tables()["TableNames"]


def test_a_copy_of_a_definition(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    admin: User,
    aws: Any,
    good: Check,
    name: str,
) -> None:
    """A table's definition is copied, pasted, given another name, and makes the same table."""
    aws.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    sign_in(page, admin)
    goto(f"{BASE}tables/{name}/structure/")
    page.get_by_role("link", name="Definition").click()
    good(page)
    text = page.locator("#text-json").inner_text()
    goto(f"{BASE}tables/~new/?paste=1")
    page.get_by_label("Definition").fill(text.replace(name, f"{name}-copy"))
    good(page)
    page.get_by_role("button", name="Fill the form with it").click()
    page.get_by_role("button", name="Preview…").click()
    reasoned(page, "Make the table")
    there(page)
    copied = aws.describe_table(TableName=f"{name}-copy")["Table"]
    assert copied["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "N"}]
