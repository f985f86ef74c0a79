"""The item's form in a browser, on the embedded AWS: typed edits, views of one draft, another key, a duplicate, code, a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.core.keys import encode_key
from dashboard.localaws.world.schema import REGION
from tests.tables.operations import live
from tests.tables.tables import PARCELS

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import User

Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]

KEY: dict[str, Any] = {"pk": {"S": "P/1"}, "sk": {"S": "META"}}
ITEM: dict[str, Any] = KEY | {
    "city": {"S": "Lübeck"},
    "depot": {"S": "Kiel"},
    "weight": {"N": "12345678901234567890123456789012345678"},
    "fragile": {"BOOL": True},
    "tags": {"SS": ["a", "b"]},
    "address": {"M": {"street": {"S": "Hafen"}, "no": {"N": "7"}}},
    "lines": {"S": "one\r\ntwo"},
    "photo": {"B": "iVBORw0KGgo="},
    "<img src=x onerror=alert(1)>": {"S": "</textarea><script>alert(2)</script>"},
}


@pytest.fixture
def table(localaws: str, live_connection: Any) -> str:
    """A table with one item."""
    name = live.make(localaws, replace(PARCELS, name="formed"))
    live.put(localaws, name, ITEM)
    return name


def address(table: str, key: dict[str, Any] = KEY) -> str:
    return f"/c/live/{REGION}/tables/{table}/item/{encode_key(key, ('pk', 'sk'))}/"


def attr(page: Page, name: str) -> Locator:
    """The row of an attribute in the form."""
    return page.get_by_role("group", name=f"Attribute {name}", exact=True)


def value(page: Page, name: str) -> Locator:
    return attr(page, name).get_by_label(f"Value of {name}", exact=True)


def preview(page: Page) -> None:
    page.get_by_role("button", name="Preview…").click()


def save(page: Page, reason: str, button: str = "Save the change") -> None:
    preview(page)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button).click()


def test_it_works(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    """A typed edit with everything in it: change, rename, add, retype, remove, wrong at the field, the three views, save, undo."""
    sign_in(page, editor)
    goto(address(table))
    good(page)
    page.get_by_role("link", name="Edit").click()
    good(page)
    value(page, "city").fill("Kiel")
    expect(page.locator("[data-size-text]")).to_contain_text("about")
    attr(page, "city").get_by_label("Name of city").fill("town")
    page.get_by_role("button", name="Add an attribute").click()
    expect(attr(page, "new attribute").get_by_label("Name of new attribute")).to_be_focused()
    page.keyboard.type("stops")
    attr(page, "new attribute").get_by_label("Value of new attribute").fill("12x")
    attr(page, "new attribute").get_by_label("Type of new attribute").select_option("N")
    expect(attr(page, "stops")).to_contain_text("Was a string: the text is kept.")
    assert value(page, "stops").input_value() == "12x"
    assert value(page, "town").input_value() == "Kiel"
    attr(page, "tags").get_by_role("button", name="Remove tags").click()
    expect(attr(page, "tags")).to_have_count(0)
    attr(page, "fragile").get_by_label("Value of fragile").select_option("false")
    preview(page)
    expect(attr(page, "stops").locator(".field-error")).to_contain_text("is not a number")
    good(page)

    page.get_by_role("button", name="Plain JSON").click()
    assert '"stops": {"$n": "12x"}' in page.locator("#draft").input_value()
    expect(page.get_by_role("alert")).to_contain_text("stops: The number is not a number")
    page.get_by_role("button", name="DynamoDB JSON").click()
    assert '"lines": {"S": "one\\r\\ntwo"}' in page.locator("#draft").input_value()
    good(page)
    page.get_by_role("button", name="Form", exact=True).click()
    value(page, "stops").fill("12")
    expect(attr(page, "lines")).to_contain_text("one\\r\\ntwo")
    preview(page)
    expect(page.locator(".diff tbody tr")).to_have_count(5)
    good(page)
    page.get_by_role("button", name="Go on editing").click()
    assert value(page, "stops").input_value() == "12"
    save(page, "tidied")
    expect(page.locator(".message")).to_contain_text("Saved: 5 attributes changed.")
    expected = {name: part for name, part in ITEM.items() if name not in ("city", "tags")}
    expected |= {"town": {"S": "Kiel"}, "stops": {"N": "12"}, "fragile": {"BOOL": False}}
    assert live.get(localaws, table, KEY) == expected
    page.locator(".message").get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill("no")
    page.get_by_role("button", name="Undo this change").click()
    assert live.get(localaws, table, KEY) == ITEM


def test_a_map_is_edited_as_json_and_its_places_are_shown(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    goto(f"{address(table)}edit/")
    attr(page, "address").locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text('{"street": "Kai", "no": 7, "new": [1]}')
    preview(page)
    expect(page.locator(".diff")).to_contain_text("address.street")
    expect(page.locator(".diff")).to_contain_text("address.new")
    expect(page.locator(".diff")).not_to_contain_text("address.no")
    good(page)
    page.get_by_label("Reason").fill("moved")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".message")).to_contain_text("Saved: 1 attribute changed.")
    found = live.get(localaws, table, KEY)
    assert found is not None and found["address"]["M"]["new"] == {"L": [{"N": "1"}]}


def test_another_key_and_back(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    moved = KEY | {"sk": {"S": "NEW"}}
    sign_in(page, editor)
    goto(f"{address(table)}edit/")
    value(page, "sk").fill("NEW")
    preview(page)
    expect(page.get_by_text("The key changes: this is a move.")).to_be_visible()
    good(page)
    page.get_by_label("Reason").fill("wrong kind")
    page.get_by_role("button", name="Move the item").click()
    expect(page.locator(".message")).to_contain_text("The item has its new key.")
    assert page.url.endswith(address(table, moved))
    assert (live.get(localaws, table, KEY), live.get(localaws, table, moved)) == (None, ITEM | moved)
    page.locator(".message").get_by_role("link", name="Undo…").click()
    good(page)
    page.get_by_label("Reason").fill("it was right")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_contain_text("former key again")
    assert (live.get(localaws, table, KEY), live.get(localaws, table, moved)) == (ITEM, None)
    for key in (KEY, moved):  # one change, in the history of both keys
        goto(f"/changes/?subject={encode_key(key, ('pk', 'sk'))}&resource=table:{table}")
        expect(page.locator("main tbody tr")).to_have_count(2)


def test_duplicate_and_a_taken_key(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    copy = KEY | {"sk": {"S": "COPY"}}
    sign_in(page, editor)
    goto(address(table))
    page.get_by_role("link", name="Duplicate").click()
    good(page)
    preview(page)
    expect(attr(page, "sk")).to_contain_text("Give the duplicate a key of its own.")
    value(page, "sk").fill("COPY")
    save(page, "a second one", "Create the item")
    expect(page.locator(".message")).to_contain_text("Created.")
    assert live.get(localaws, table, copy) == ITEM | copy
    goto(f"{address(table)}edit/")
    value(page, "sk").fill("COPY")
    save(page, "onto the other", "Move the item")
    expect(page.get_by_role("alert")).to_contain_text("another item has the new key")
    good(page)
    assert live.get(localaws, table, KEY) == ITEM


def test_copy_as_and_download(
    page: Page, goto: Goto, sign_in: SignIn, table: str, reader: User, good: Check
) -> None:
    sign_in(page, reader)
    goto(address(table))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 8 bytes").click()
    assert download.value.path().read_bytes() == b"\x89PNG\r\n\x1a\n"
    assert download.value.suggested_filename == f"{table}-photo.bin"
    page.get_by_text("8 bytes as hex").click()
    expect(page.get_by_text("00000000  89 50 4e 47 0d 0a 1a 0a")).to_be_visible()
    page.get_by_role("link", name="Copy as…").click()
    expect(page.locator("#code-2")).to_contain_text("b'\\x89PNG\\r\\n\\x1a\\n'")
    good(page)
    page.get_by_role("link", name="AWS CLI").click()
    expect(page.locator("#code-1")).to_contain_text("aws dynamodb get-item --table-name")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the code: Read it").click()
    expect(page.locator("[data-copied]")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()").startswith("aws dynamodb get-item")
    good(page)


def test_neighbours_lead_to_their_items(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, reader: User
) -> None:
    live.put(localaws, table, KEY | {"sk": {"S": "EVENT"}}, {"pk": {"S": "other"}, "sk": {"S": "META"}})
    sign_in(page, reader)
    goto(address(table))
    page.get_by_role("link", name="Same pk").click()
    expect(page.locator(".items tbody tr")).to_have_count(2)


def test_a_conflict_from_the_form_comes_back_to_the_form(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    goto(f"{address(table)}edit/")
    value(page, "city").fill("Kiel")
    theirs = ITEM | {"city": {"S": "Hamburg"}, "address": {"M": {"street": {"S": "Kai"}, "no": {"N": "7"}}}}
    live.put(localaws, table, theirs)
    save(page, "moved")
    expect(page.get_by_role("heading", name="How to go on")).to_be_visible()
    expect(page.locator(".three-way")).to_contain_text("they: .street")
    good(page)
    page.get_by_role("button", name="Edit with both changes").click()
    assert value(page, "city").input_value() == "Kiel"
    save(page, "moved")
    expect(page.locator(".message")).to_contain_text("Saved: 1 attribute changed.")
    assert live.get(localaws, table, KEY) == theirs | {"city": {"S": "Kiel"}}


def test_an_edit_in_parts(
    page: Page, goto: Goto, sign_in: SignIn, localaws: str, table: str, editor: User, good: Check
) -> None:
    wide = KEY | {f"a{number:03}": {"N": str(number)} for number in range(200)}
    live.put(localaws, table, wide)
    sign_in(page, editor)
    goto(f"{address(table)}edit/?form=dynamodb")
    page.locator(".editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text('{"pk": {"S": "P/1"}, "sk": {"S": "META"}}')
    preview(page)
    expect(page.get_by_text("It can be saved in 2 parts")).to_be_visible()
    page.get_by_label("Reason").fill("emptied")
    good(page)
    page.get_by_role("button", name="Save in 2 parts").click()
    expect(page.locator(".message")).to_contain_text("Saved in 2 parts: 200 attributes changed.")
    assert live.get(localaws, table, KEY) == KEY


def test_without_script_rows_come_and_go(
    page: Page,
    browser: Browser,
    live_server: LiveServer,
    goto: Goto,
    sign_in: SignIn,
    localaws: str,
    table: str,
    editor: User,
) -> None:
    sign_in(page, editor)
    goto(address(table))
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(f"{live_server.url}{address(table)}edit/")
    other.get_by_role("button", name="Add an attribute").click()
    attr(other, "new attribute").get_by_label("Name of new attribute").fill("count")
    attr(other, "new attribute").get_by_label("Value of new attribute").fill("3")
    attr(other, "new attribute").get_by_label("Type of new attribute").select_option("N")
    other.get_by_role("button", name="Apply changed types").click()
    attr(other, "city").get_by_role("button", name="Remove city").click()
    save(other, "without script")
    expect(other.locator(".message")).to_contain_text("Saved: 2 attributes changed.")
    expected = {name: part for name, part in ITEM.items() if name != "city"} | {"count": {"N": "3"}}
    assert live.get(localaws, table, KEY) == expected
    other.goto(f"{live_server.url}{address(table)}edit/?form=plain")
    other.locator("#draft").fill(other.locator("#draft").input_value().replace('"count": 3', '"count": 4'))
    save(other, "as text")
    expect(other.locator(".message")).to_contain_text("Saved: 1 attribute changed.")
    plain.close()
