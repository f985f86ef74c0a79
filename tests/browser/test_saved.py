"""Saved queries in a browser: built, kept with a parameter, shared, run by a colleague from a link, changed and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.localaws.world.fill import fill
from dashboard.localaws.world.schema import PARCELS, REGION
from tests.conftest import make_user

if TYPE_CHECKING:
    from dashboard.accounts.models import User

BASE = f"/c/live/{REGION}/tables/{PARCELS}/"
Check = Callable[[Page], None]


@pytest.fixture
def carrier(localaws: str, live_connection: Any) -> None:
    """The carrier's tables."""
    fill(localaws)


def test_it_works(
    page: Page,
    goto: Callable[[str], int],
    sign_in: Callable[[Page, User], None],
    axe: Check,
    narrow: Check,
    editor: User,
    carrier: None,
) -> None:
    sign_in(page, editor)
    goto(f"{BASE}?where=customer_id+%3D+%2710001%27&order=desc")
    page.get_by_role("link", name="Save this query").click()
    page.get_by_label("Name").fill("Parcels of a customer")
    page.get_by_label("Condition").fill("customer_id = :customer AND created > '2'")
    page.get_by_role("button", name="Find its parameters").click()
    expect(page.locator(".saved-parameter")).to_contain_text("customer")
    page.get_by_label("Share with").select_option("editor")
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Save the query").click()
    axe(page)
    narrow(page)
    link = page.get_by_role("link", name="Parcels of a customer").first.get_attribute("href")
    assert link is not None

    sign_in(page, make_user("colleague", "editor"))
    goto(link)
    axe(page)
    page.get_by_label("customer").fill("10001")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("summary").filter(has_text="Query of the index")).to_be_visible()
    expect(page.locator("table.items tbody tr").first).to_be_visible()
    assert "10001" in page.url

    goto(f"{BASE}queries/")
    expect(page.get_by_role("link", name="customer_id = '10001' AND created > '2'")).to_be_visible()
    assert goto(f"{link}edit/") == 404

    sign_in(page, editor)
    goto(f"{link}edit/")
    page.get_by_label("Name").fill("All parcels of a customer")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill("the old name was better")
    page.get_by_role("button", name="Undo").click()
    goto(f"{BASE}queries/")
    expect(page.get_by_role("link", name="Parcels of a customer", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    for action in ("Change", "Delete…"):
        box = page.get_by_role("link", name=action).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390, (
            "reached without scrolling sideways"
        )
    page.get_by_text("Forget them…").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Forget 1 query").click()
    expect(page.get_by_role("status").filter(has_text="1 query was forgotten.")).to_be_visible()
