"""The frame in a browser: sign-in, menu, palette, colours, failure pages, components, the admin."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashboard.accounts.models import Connection

REGIONS = ["eu-central-1", "us-east-1"]


@pytest.fixture
def places(db):
    """A connection for production and one for the demo, without any AWS behind them."""
    Connection.objects.create(
        slug="prod", name="Orders", regions=REGIONS, environment="production", read_only=True
    )
    return Connection.objects.create(slug="demo", name="<b>Demo</b>", regions=REGIONS, environment="demo")


def test_it_works(page: Page, live_server, goto, places, editor, axe, narrow):
    """Somebody is led to sign-in, signs in, lands on the page they wanted, and signs out."""
    goto("/changes/")
    expect(page).to_have_url(f"{live_server.url}/account/login/?next=/changes/")
    axe(page)
    narrow(page)
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("editor-password-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changes")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    goto("/")
    expect(page).to_have_url(f"{live_server.url}/account/login/?next=/")


def test_home(page: Page, goto, sign_in, places, reader, axe, narrow):
    sign_in(page, reader)
    assert goto("/") == 200
    expect(page.get_by_role("heading", name="Connections")).to_be_visible()
    expect(page.locator(".places")).to_contain_text("<b>Demo</b>")
    expect(page.locator(".places")).to_contain_text("Production")
    axe(page)
    narrow(page)


def test_what_a_person_may_not_do_is_not_in_the_menu(page: Page, goto, sign_in, places, reader, admin):
    for user, shown in ((reader, False), (admin, True)):
        sign_in(page, user)
        goto("/")
        entry = page.locator(".side").get_by_role("link", name="Manage")
        expect(entry).to_be_visible() if shown else expect(entry).to_have_count(0)


@pytest.mark.parametrize("shortcut", ["Control+k", "Meta+k"])
def test_palette(page: Page, live_server, goto, sign_in, places, reader, axe, shortcut):
    sign_in(page, reader)
    goto("/")
    page.keyboard.press(shortcut)
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    field.fill("chang")
    options = page.get_by_role("option")
    expect(options).to_have_count(1)
    expect(options.first).to_have_attribute("aria-selected", "true")
    axe(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/changes/")


def test_palette_by_keyboard(page: Page, goto, sign_in, places, reader):
    sign_in(page, reader)
    goto("/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    options = page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "palette-option-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.fill("no such thing anywhere")
    expect(page.locator(".palette-note")).to_have_text("Nothing that you may open has this name.")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()


def test_hostile_names_in_the_palette_are_text(page: Page, goto, sign_in, places, reader):
    sign_in(page, reader)
    goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("demo")
    expect(page.get_by_role("option").first).to_contain_text("<b>Demo</b>")
    expect(page.locator("#palette b")).to_have_count(0)


def test_colours_are_remembered_by_the_server(page: Page, goto, sign_in, places, reader):
    sign_in(page, reader)
    goto("/")
    root, toggle = page.locator("html"), page.locator("[data-theme-toggle]")
    expect(root).to_have_attribute("data-theme", "auto")
    toggle.click()
    toggle.click()
    expect(root).to_have_attribute("data-theme", "dark")
    response = page.reload()
    assert response is not None
    assert 'data-theme="dark"' in response.text()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_keyboard_reaches_the_content_first(page: Page, goto, sign_in, places, reader):
    sign_in(page, reader)
    goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_environment_is_in_words_and_menus_close(page: Page, goto, sign_in, connection, stub, reader):
    stub.reply("ListTables", {"TableNames": []})
    Connection.objects.filter(pk=connection.pk).update(environment="production")
    sign_in(page, reader)
    goto("/c/main/eu-central-1/tables/")
    expect(page.locator("header .place")).to_contain_text("Production")
    expect(page.locator("header .place")).to_contain_text("eu-central-1")
    page.locator("header .place").click()
    expect(page.get_by_role("link", name="us-east-1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="us-east-1")).not_to_be_visible()
    page.locator("header .place").click()
    page.get_by_role("link", name="us-east-1").click()
    expect(page.locator("header .place")).to_contain_text("us-east-1")


def test_not_found(page: Page, goto, sign_in, places, reader, stranger, axe, narrow):
    sign_in(page, reader)
    assert goto("/no/such/<page>/") == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here that you may see")
    axe(page)
    narrow(page)
    sign_in(page, stranger)
    assert goto("/c/prod/eu-central-1/tables/") == 404
    expect(page.locator("header")).not_to_contain_text("Orders")
    axe(page)


def test_aws_failure(page: Page, goto, sign_in, connection, stub, admin, axe, narrow):
    stub.fail(
        "DescribeTable",
        "AccessDeniedException",
        "not authorized to perform <b>dynamodb:DescribeTable</b>",
        times=99,
    )
    sign_in(page, admin)
    goto("/c/main/eu-central-1/tables/parcels/")
    expect(page.locator("main")).to_contain_text("AWS refused: permission is missing")
    expect(page.locator("main")).to_contain_text("<b>dynamodb:DescribeTable</b>")
    page.locator(".calls summary").click()
    expect(page.locator(".calls")).to_contain_text("dynamodb:DescribeTable")
    axe(page)
    narrow(page)


def test_components(page: Page, goto, sign_in, places, admin, axe, narrow):
    sign_in(page, admin)
    assert goto("/components/") == 200
    expect(page.locator(".editor")).to_have_count(1)
    axe(page)
    narrow(page)


def test_editor_keeps_the_field_and_can_be_left(page: Page, goto, sign_in, places, admin):
    sign_in(page, admin)
    goto("/components/")
    editor = page.locator(".editor textarea")
    expect(editor).to_have_attribute("aria-label", "Item")
    page.get_by_text("Item", exact=True).click()
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type('{"a": 1')
    assert page.locator("#s-json").input_value().startswith('{"a": 1')
    page.keyboard.press("Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()
    expect(page.get_by_role("button", name="Review the change")).to_be_focused()


def test_editor_has_the_colours_of_the_page(page: Page, goto, sign_in, places, admin):
    sign_in(page, admin)
    goto("/components/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        surfaces = [
            page.evaluate("(name) => getComputedStyle(document.querySelector(name)).backgroundColor", name)
            for name in (".panel", ".editor")
        ]
        assert surfaces[0] == surfaces[1]


def test_confirm_wants_the_name(page: Page, goto, sign_in, places, admin):
    sign_in(page, admin)
    goto("/components/")
    field = page.locator("[data-confirm-name]")
    assert not field.evaluate("field => field.checkValidity()")
    field.fill("<img src=x onerror=alert(1)>")
    assert field.evaluate("field => field.checkValidity()")


def test_chart_reads_out_what_is_pointed_at(page: Page, goto, sign_in, places, admin):
    sign_in(page, admin)
    goto("/components/")
    chart = page.locator("[data-chart]").nth(1)
    chart.locator(".chart-hit").first.hover()
    expect(chart.locator("[data-chart-readout]")).to_have_text("LEJ: items 1,820")


@pytest.mark.parametrize(
    "path", ["/manage/", "/manage/accounts/user/", "/manage/accounts/grant/", "/manage/accounts/connection/"]
)
def test_manage(page: Page, goto, sign_in, places, admin, axe, narrow, path):
    sign_in(page, admin)
    assert goto(path) == 200
    axe(page)
    narrow(page)


def test_manage_shows_a_row(page: Page, goto, sign_in, places, admin, axe, narrow):
    sign_in(page, admin)
    assert goto(f"/manage/accounts/user/{admin.pk}/change/") == 200
    expect(page.locator("#content-main")).to_contain_text("admin")
    expect(page.locator("#content-main input[type=submit]")).to_have_count(0)
    axe(page)
    narrow(page)


def test_copying_copies_the_very_text(page: Page, goto, sign_in, places, admin):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, admin)
    goto("/components/")
    button = page.get_by_role("button", name="Copy Table")
    button.click()
    expect(button).to_have_attribute("data-copied", "")
    assert page.evaluate("navigator.clipboard.readText()") == "<img src=x onerror=alert(1)>"


def test_the_menu_of_a_telephone(page: Page, goto, sign_in, places, reader, axe):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, reader)
    goto("/")
    expect(page.locator(".side")).not_to_be_visible()
    page.locator(".nav-small summary").click()
    axe(page)
    page.locator(".nav-small").get_by_role("link", name="Changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changes")


def test_differences_are_readable_on_a_telephone(page: Page, goto, sign_in, places, admin):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, admin)
    goto("/components/")
    row = page.locator(".diff tr", has_text="status").first
    box = row.locator(".diff-after").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_without_script_the_page_works(page: Page, browser, live_server, goto, sign_in, places, admin):
    sign_in(page, admin)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(f"{live_server.url}/components/")
    expect(other.locator("#s-json")).to_be_visible()
    expect(other.locator("[data-palette-open]")).not_to_be_visible()
    expect(other.get_by_text("Point at the chart")).to_have_count(2)
    expect(other.get_by_text("Point at the chart").first).not_to_be_visible()
    plain.close()
