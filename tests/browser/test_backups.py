"""Backups and time in a browser, on the embedded AWS: recovery on, a backup, a mistake, a restore, and one item brought back twice over.

Nothing here waits for a time: the test plays the worker, and the states of the embedded AWS last two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.jobs.models import Job
from dashboard.tables.models import Procedure
from tests.tables.operations import live
from tests.tables.operations.test_backups_live import finished, until
from tests.tables.tables import COUNTERS

if TYPE_CHECKING:
    from dashboard.accounts.models import User

REGION = "eu-central-1"
KEY: Item = {"id": {"N": "7"}}
TEXT = encode_key(KEY, ["id"])
Check = Callable[[Page], None]
Goto = Callable[[str], int]


@pytest.fixture
def table(localaws: str, live_connection: Any, page: Page, sign_in: Any, admin: User) -> str:
    """A table of one item; an administrator is signed in."""
    name = live.make(localaws, COUNTERS)
    live.put(localaws, name, counter("right"))
    sign_in(page, admin)
    return name


def counter(value: str) -> Item:
    return {**KEY, "v": {"S": value}}


def base(table: str) -> str:
    return f"/c/live/{REGION}/tables/{table}/"


def say(page: Page, button: str, reason: str = "for the test") -> None:
    """Fill in the reason and press the button."""
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button).click()


def whole_second() -> datetime:
    """A moment that is over: AWS takes whole seconds."""
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    until(lambda: datetime.now(UTC) > moment)
    return moment


def turn_on(page: Page, goto: Goto, table: str, good: Check | None = None) -> None:
    goto(base(table))
    page.get_by_role("link", name="Backups", exact=True).click()
    expect(page.get_by_text("The table cannot be brought back to a moment.")).to_be_visible()
    if good:
        good(page)
    page.get_by_role("link", name="Turn it on…").click()
    if good:
        good(page)
    say(page, "Turn on recovery")
    expect(page.locator(".message")).to_contain_text("is on, with a period of 35 days")


def test_it_works(page: Page, goto: Goto, localaws: str, table: str, good: Check) -> None:
    """Recovery on, a backup, the item changed, and the backup restored into a new table whose job shows how it goes."""
    turn_on(page, goto, table, good)
    page.get_by_role("link", name="Make a backup…").click()
    good(page)
    say(page, "Make the backup")
    expect(page.locator(".message")).to_contain_text("is being made")
    live.put(localaws, table, counter("wrong"))

    def listed() -> bool:
        page.reload()
        return page.get_by_role("link", name="Restore…").count() == 1

    until(listed)
    good(page)
    page.get_by_role("link", name="Restore…").click()
    good(page)
    page.get_by_label("Name of the new table").fill(table)
    page.get_by_role("button", name="Check and preview…").click()
    expect(page.locator(".field-error")).to_contain_text("already")
    page.get_by_label("Name of the new table").fill(f"{table}-back")
    page.get_by_role("button", name="Check and preview…").click()
    expect(page.get_by_text("What it does not bring along")).to_be_visible()
    good(page)
    say(page, "Restore into the new table")
    expect(page.get_by_role("heading", name="Restore a table")).to_be_visible()
    job = Job.objects.get(kind="tables.restore")
    from dashboard.jobs.slices import run_slice

    run_slice(str(job.pk))
    expect(page.locator("#job-log")).to_contain_text("AWS is making")
    good(page)
    finished(job.pk)
    expect(page.locator("#job-log")).to_contain_text("is ACTIVE")
    page.get_by_role("link", name="Open the new table").click()
    assert page.url.endswith(base(f"{table}-back"))
    assert live.get(localaws, f"{table}-back", KEY) == counter("right")
    goto(f"{base(table)}backups/")
    expect(page.locator("#jobs-table")).to_contain_text(f"{table}-back")
    page.get_by_role("link", name="All tables' backups").click()
    good(page)


def test_a_form_is_sent_once_however_often_the_button_is_pressed(page: Page, goto: Goto, table: str) -> None:
    """Two backups cost twice; a second press while the answer is on its way sends nothing."""
    goto(f"{base(table)}backups/new/")
    press = """() => {
        const form = document.querySelector("main form[method=post]");
        return form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    }"""
    assert [page.evaluate(press) for _ in range(3)] == [True, False, False]
    say(page, "Make the backup")
    assert page.url.endswith("/new/")
    page.reload()
    say(page, "Make the backup")
    expect(page.locator(".message")).to_contain_text("is being made")


def test_one_item_is_brought_back_from_the_record(
    page: Page, goto: Goto, localaws: str, table: str, good: Check
) -> None:
    """Deleted here, looked up as of the change before, and put back; then undone."""
    goto(f"{base(table)}item/{TEXT}/")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_label("Reason").fill("a mistake")
    page.get_by_label("to confirm").fill("7")
    page.get_by_role("button", name="Delete the item").click()
    expect(page.locator(".message")).to_contain_text("Deleted")
    assert live.get(localaws, table, KEY) is None
    assert goto(f"{base(table)}item/{TEXT}/") == 404
    page.get_by_role("link", name="As it was").click()
    expect(page.locator(".story")).to_contain_text("Item deleted by admin")
    good(page)
    moment = Change.objects.get(action="item.delete").time - timedelta(seconds=1)
    page.get_by_label("As of, in UTC").fill(f"{moment:%Y-%m-%d %H:%M:%S}")
    page.get_by_role("button", name="Show the item then").click()
    expect(page.get_by_text("The record of this item begins after this moment.")).to_be_visible()
    good(page)
    say(page, "Bring this one back", "it was right")
    expect(page.locator(".message")).to_contain_text("The item is as it was.")
    assert live.get(localaws, table, KEY) == counter("right")
    page.locator(".message").get_by_role("link", name="Undo…").click()
    say(page, "Undo this change")
    expect(page.locator(".message")).to_be_visible()
    assert live.get(localaws, table, KEY) is None


def test_one_item_is_brought_back_from_a_restored_table(
    page: Page, goto: Goto, localaws: str, table: str, good: Check
) -> None:
    """Changed by somebody else, so that only AWS knows: a temporary table, read, deleted, and the one item written."""
    turn_on(page, goto, table)
    moment = whole_second()
    live.put(localaws, table, counter("wrong"))
    goto(f"{base(table)}item/{TEXT}/")
    page.get_by_role("link", name="As it was…").click()
    page.get_by_label("As of, in UTC").fill(f"{moment:%Y-%m-%d %H:%M:%S}")
    page.get_by_role("button", name="Show the item then").click()
    expect(page.get_by_text("The record knows no change of this item")).to_be_visible()
    page.get_by_role("link", name="Restore and look…").click()
    good(page)
    say(page, "Restore and read the item", "what was it?")
    expect(page.locator("#procedure-part")).to_contain_text("AWS restores the table to a temporary one")
    good(page)
    row = Procedure.objects.get()
    assert row.temporary in live.client(localaws).list_tables()["TableNames"]
    finished(row.job)
    expect(page.get_by_role("button", name="Bring this one back")).to_be_visible()  # the page came by itself
    expect(page.locator("#procedure-part")).to_contain_text("gone since")
    good(page)
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]
    say(page, "Bring this one back", "it was right")
    expect(page.locator(".message")).to_contain_text("The item is as it was.")
    assert live.get(localaws, table, KEY) == counter("right")


def test_a_temporary_table_is_deleted_by_hand(
    page: Page, goto: Goto, localaws: str, table: str, good: Check
) -> None:
    """No worker is about: what still stands is listed with its button."""
    turn_on(page, goto, table)
    goto(f"{base(table)}item/{TEXT}/then/recover/?at={whole_second():%Y-%m-%dT%H:%M:%S}")
    say(page, "Restore and read the item")
    expect(page.locator("#procedure-part")).to_be_visible()
    name = Procedure.objects.get().temporary
    bare = live.client(localaws)
    until(lambda: bare.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
    goto(f"/c/live/{REGION}/tables/~backups/")
    expect(page.get_by_text(name)).to_be_visible()
    good(page)
    page.get_by_role("button", name=f"Delete {name} now").click()
    expect(page.locator(".message")).to_contain_text("is being deleted")
    until(lambda: name not in bare.list_tables()["TableNames"])


def test_what_belongs_to_a_table(page: Page, goto: Goto, localaws: str, table: str, good: Check) -> None:
    """The sections of the Structure page load by themselves; a policy, a replica and insights are set and shown."""
    goto(f"{base(table)}structure/")
    page.get_by_role("heading", name="Kinesis data streams").scroll_into_view_if_needed()
    expect(page.get_by_text("The table's changes go to no Kinesis data stream.")).to_be_visible()
    page.get_by_role("heading", name="Resource policy").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Attach a policy…")).to_be_visible()
    good(page)
    page.get_by_role("link", name="Attach a policy…").click()
    expect(page.locator(".editor")).to_be_visible()
    good(page)
    page.locator(".editor").click()
    page.keyboard.insert_text(
        '{"Version": "2012-10-17", "Statement": [{"Sid": "Reads", "Effect": "Deny", "Principal": "*"}]}'
    )
    page.get_by_role("button", name="Preview the change").click()
    expect(page.get_by_role("row").filter(has_text='"Sid": "Reads"')).to_contain_text("added")
    good(page)
    say(page, "Set the policy")
    expect(page.locator(".message")).to_contain_text("The resource policy was set.")
    page.get_by_role("heading", name="Replicas").scroll_into_view_if_needed()
    page.get_by_role("link", name="Add a replica…").click()
    page.get_by_label("Region of the new replica").fill("us-east-1")
    good(page)
    say(page, "Add the replica")
    expect(page.locator(".message")).to_contain_text("The replica in us-east-1 is being made.")
    page.get_by_role("heading", name="Contributor Insights").scroll_into_view_if_needed()
    page.get_by_role("link", name="Turn on for the table").click()
    good(page)
    say(page, "Turn on Contributor Insights")
    expect(page.locator(".message")).to_contain_text("is on.")
