"""Writing with the keyboard alone: the focus stands where the next step is, nothing holds it, nothing covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

from dashboard.localaws.world.schema import LABELS
from tests.browser.test_item_form import address, attr, table, value
from tests.browser.test_items import BASE, Check, Goto, SignIn, aws
from tests.browser.test_several import FIRST, label

if TYPE_CHECKING:
    from dashboard.accounts.models import User

__all__ = ["aws", "table"]
SEEN = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
    const style = getComputedStyle(here);
    return Boolean(top) && (here.contains(top) || top.contains(here)) && style.outlineStyle !== "none";
}"""


def tab_to(page: Page, there: Locator, most: int = 25) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if there.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"not reached with {most} tabs")


def press(page: Page, name: str, most: int = 25) -> None:
    """Reach the button by Tab and press Enter."""
    tab_to(page, page.locator("main").get_by_role("button", name=name), most)
    page.keyboard.press("Enter")


def test_it_works(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User, good: Check) -> None:
    """From two rows of the grid to their edit, its preview, the write and the way back."""
    before = label(aws, FIRST)
    sign_in(page, editor)
    goto(f"{BASE}{LABELS}/")
    expect(page.locator("table[role=grid]")).to_be_visible()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected]")).to_have_text("2 selected")
    first = page.locator("input[name=key]:checked").first.get_attribute("value")
    press(page, "Edit…", 3)
    expect(page.locator("#name-0")).to_be_focused()
    assert page.locator("#attribute-names option[value=printer]").count() == 1
    page.keyboard.type("printr")
    tab_to(page, page.locator("#value-0"), 2)
    page.keyboard.type("zebra")
    press(page, "Preview…")
    expect(page.locator(".notice")).to_contain_text("printr is new")
    expect(page.locator(".notice")).to_contain_text("Did you mean printer?")
    good(page)
    press(page, "Change 2 items", 10)
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("by keyboard")
    press(page, "Change 2 items", 3)
    expect(page.locator(".message")).to_contain_text("Changed 2 items.")
    tab_to(page, page.locator(".message a"), 60)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Reason"), 60)
    page.keyboard.type("and back")
    press(page, "Undo this change", 3)
    expect(page.locator(".message")).to_contain_text("2 items are as before.")
    assert first is not None and label(aws, FIRST) == before


def test_the_form_of_an_item(page: Page, goto: Goto, sign_in: SignIn, table: str, editor: User) -> None:
    """Attributes come, get a type by the arrow keys, and go; what is wrong gets the focus; no field is behind the bar."""
    sign_in(page, editor)
    goto(f"{address(table)}edit/")
    value(page, "city").focus()
    press(page, "Add an attribute", 60)
    expect(page.get_by_label("Name of new attribute")).to_be_focused()
    page.keyboard.type("floor")
    page.keyboard.press("Tab")
    kind = page.get_by_label("Type of floor").or_(page.get_by_label("Type of new attribute"))
    expect(kind).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_label("Type of new attribute")).to_have_value("N")
    page.keyboard.press("Tab")
    expect(value(page, "floor")).to_be_focused()
    assert attr(page, "floor").get_attribute("data-tag") == "N"
    page.keyboard.type("third")
    page.keyboard.press("Enter")
    expect(attr(page, "floor")).to_contain_text("is not a number")
    expect(value(page, "floor")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add an attribute")).to_be_focused()
    attr(page, "city").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name^='name.']:focus")).to_be_visible()
    page.locator("[name^='value.']").first.focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(".ace_text-input:focus").count():
            page.keyboard.press("Escape")
        else:
            assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")


def test_building_a_transaction(page: Page, goto: Goto, sign_in: SignIn, aws: Any, editor: User) -> None:
    sign_in(page, editor)
    goto(f"{BASE}~transaction/")
    page.get_by_label("First step").focus()
    page.keyboard.press("Tab")
    page.keyboard.type(LABELS)
    press(page, "Add the step", 2)
    expect(page.locator("#typed-0")).to_be_focused()
    page.keyboard.type(FIRST)
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type('{"printer": 1')
    press(page, "Keep this step", 4)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("}")
    press(page, "Keep this step", 4)
    expect(page.get_by_label("Another step")).to_be_focused()
    press(page, "Add the step", 3)
    page.locator("#kind").focus()
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Condition", exact=True)).to_be_visible()
    expect(page.locator("#typed-0")).to_be_focused()
    page.keyboard.type("LBL-00011")
    tab_to(page, page.get_by_label("Condition", exact=True), 1)
    page.keyboard.type("attribute_exists(printer)")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Another step")).to_be_focused()
    page.get_by_role("button", name="Move step 2 up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move step 1 down")).to_be_focused()
    expect(page.locator(".step").first).to_contain_text("Check a condition")
    page.get_by_role("button", name="Take step 1 out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Change step 1")).to_be_focused()
    expect(page.locator(".step")).to_have_count(1)
    press(page, "Preview…")
    expect(page.locator(".steps-sum")).to_be_focused()
