"""The APIs in a browser, with real requests to stages of the embedded AWS: deploy, take back, throttle, undo, health, usage."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.localaws.world.apis import fill_apis, rest_api, v2_apis
from dashboard.localaws.world.schema import REGION
from tests.bench.site import helper

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from dashboard.accounts.models import User

PLACE = f"/c/live/{REGION}/"
BASE = f"{PLACE}apis/"
REDIRECT = ("POST", "/parcels/PC47110042/redirect")
Check = Callable[[Page], None]
Goto = Callable[[str], int]
SignIn = Callable[[Page, "User"], None]


@dataclass
class Carrier:
    """The carrier's APIs beside the console: ids, a customer's key, and the two ways around the console."""

    rest_id: str
    http_id: str
    stages: str
    key_name: str
    key_value: str
    gold: str
    """The customer's usage plan."""
    control: Any
    """API Gateway, as somebody else calls it."""

    def call(self, method: str = "GET", path: str = "/parcels", stage: str = "prod") -> tuple[int, str]:
        """A real request of a customer to a stage: status and text."""
        headers = {"x-api-key": self.key_value, "Content-Type": "application/json"}
        body = b"{}" if method == "POST" else None
        url = f"{self.stages}{self.rest_id}/{stage}{path}"
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def burst(self, calls: int) -> Counter[int]:
        """How often each status came back of so many requests at once."""
        return Counter(self.call()[0] for _ in range(calls))

    def deployment(self, stage: str = "prod") -> str:
        """What the stage serves, as AWS says."""
        return str(self.control.get_stage(restApiId=self.rest_id, stageName=stage)["deploymentId"])


@pytest.fixture(scope="session")
def upstream() -> Iterator[str]:
    """Host and port of the server behind the carrier's APIs."""
    with helper("dashboard.localaws.traffic.upstream") as address:
        yield address.removeprefix("http://")


@pytest.fixture
def carrier(localaws: str, live_connection: Any, upstream: str) -> Carrier:
    """Made once for the tests of this file; a test leaves the stage prod on the deployment it found."""
    fill_apis(localaws, upstream)
    control = boto3.client("apigateway", endpoint_url=localaws, region_name=REGION)
    v2 = boto3.client("apigatewayv2", endpoint_url=localaws, region_name=REGION)
    named = {api["name"]: api["id"] for api in control.get_rest_apis(limit=500)["items"]}
    http = {api["Name"]: api["ApiId"] for api in v2.get_apis()["Items"]}
    keys = control.get_api_keys(limit=500, includeValues=True)["items"]
    key = next(key for key in keys if key.get("customerId") == "C-1012")
    gold = next(plan["id"] for plan in control.get_usage_plans(limit=500)["items"] if plan["name"] == "gold")
    stages = f"{localaws}/_aws/execute-api/"
    return Carrier(
        named[rest_api.NAME], http[v2_apis.HTTP_NAME], stages, key["name"], key["value"], gold, control
    )


def line(page: Page, table: str, name: str | re.Pattern[str]) -> Locator:
    """The row of a named table whose heading is ``name``."""
    rows = page.get_by_role("region", name=table).get_by_role("row")
    return rows.filter(has=page.get_by_role("rowheader", name=name))


def figure(row: Locator, column: int) -> int:
    """A whole number in a cell, whose thousands have commas between them and which a share may follow."""
    text = row.get_by_role("cell").nth(column).inner_text()
    return int(text.replace(",", "").split()[0])


def stage_card(page: Page, name: str) -> Locator:
    """A stage on the API's page."""
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=name, exact=True))


def refreshed(page: Page) -> None:
    """Read what the page shows anew."""
    page.get_by_role("button", name="Refresh").first.click()
    expect(page.locator(".message").first).to_be_visible()


def from_list_to_preview(page: Page, good: Check) -> None:
    """List, API, the choice of a stage, the preview."""
    page.locator(".side").get_by_role("link", name="APIs").click()
    page.get_by_label("Name or id contains").fill("parcel a")
    page.get_by_role("button", name="Filter").click()
    good(page)
    line(page, "APIs", rest_api.NAME).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(rest_api.NAME)
    expect(page.get_by_role("heading", name="Stages")).to_contain_text("2")
    good(page)
    page.get_by_role("link", name="Deploy…").first.click()
    good(page)
    page.get_by_role("link", name="Preview for prod").click()
    expect(page.get_by_role("heading", name="2 routes added")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("/parcels/{tracking}/redirect")
    expect(page.get_by_role("heading", name=re.compile("1 route.? changed"))).to_be_visible()
    good(page)


def deploy(page: Page, carrier: Carrier, good: Check) -> None:
    """Refused without a note; with one the stage serves the new route."""
    assert carrier.call(*REDIRECT)[0] == 403
    page.get_by_role("button", name="Deploy to prod").click()
    expect(page.get_by_role("alert").first).to_contain_text("Note")
    good(page)
    assert carrier.call(*REDIRECT)[0] == 403
    page.get_by_label("Note").fill("Customers may redirect parcels")
    page.get_by_role("button", name="Deploy to prod").click()
    expect(page.get_by_role("heading", name="Deployed, and verified")).to_be_visible()
    good(page)
    assert carrier.call(*REDIRECT)[0] == 202


def take_back(page: Page, carrier: Carrier, former: str, good: Check) -> None:
    """The stage serves the former deployment again."""
    page.get_by_role("link", name="To the API").click()
    stage_card(page, "prod").get_by_role("link", name="Take back…").click()
    good(page)
    line(page, "Former deployments", former).get_by_role("link", name="Preview…").click()
    good(page)
    page.get_by_label("Reason").fill("Not announced to customers yet")
    page.get_by_role("button", name="Take prod back").click()
    expect(page.get_by_role("heading", name=re.compile("^Taken back"))).to_be_visible()
    good(page)
    assert carrier.deployment() == former
    assert carrier.call(*REDIRECT)[0] == 403


def throttle(page: Page, rate: str, burst: str, good: Check) -> None:
    """Set the stage's default, by way of its preview."""
    stage_card(page, "prod").get_by_role("link", name="Throttle…").click()
    good(page)
    page.get_by_label("Requests a second").first.fill(rate)
    page.get_by_label("Burst").first.fill(burst)
    page.get_by_role("button", name="Preview…").click()
    expect(page.get_by_role("heading", name="What changes on prod")).to_be_visible()
    good(page)
    page.get_by_label("Reason").fill("The old search cannot take more")
    page.get_by_role("button", name="Set the limits").click()
    expect(page.locator(".message")).to_contain_text("Undo…")
    good(page)


def undo(page: Page) -> None:
    """By the button of the message that says what was done."""
    page.locator(".message").get_by_role("link", name="Undo…").click()
    page.get_by_label("Reason").fill("It is quiet again")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".message")).to_be_visible()


def requests_in_health(page: Page, goto: Goto, carrier: Carrier) -> tuple[int, int]:
    """Requests and 4xx of prod within 30 days: the window whose oldest point leaves it most rarely while a test runs."""
    goto(f"{BASE}{carrier.rest_id}/health/?window=30d")
    refreshed(page)
    row = line(page, "Stages", "prod")
    return figure(row, 0), figure(row, 1)


def used_in_usage(page: Page, goto: Goto, carrier: Carrier) -> int:
    """What the customer's key used of its plan in the days of the report, found by way of the page's own form."""
    goto(f"{PLACE}usage/")
    page.get_by_label("Usage plan").select_option(value=carrier.gold)
    page.get_by_role("button", name=re.compile("Show")).click()
    refreshed(page)
    return figure(line(page, "Usage by key", carrier.key_name), 2)


def test_it_works(
    page: Page,
    goto: Goto,
    sign_in: SignIn,
    live_server: LiveServer,
    carrier: Carrier,
    admin: User,
    good: Check,
) -> None:
    """List, API, deploy, a real request, take back, throttle, 429, undo, and what health and usage show of it."""
    former = carrier.deployment()
    sign_in(page, admin)
    requests, refused = requests_in_health(page, goto, carrier)
    good(page)
    used = used_in_usage(page, goto, carrier)
    good(page)
    goto(f"{BASE}")
    from_list_to_preview(page, good)
    deploy(page, carrier, good)
    take_back(page, carrier, former, good)
    page.get_by_role("link", name="To the API").click()
    throttle(page, "5", "5", good)
    limited = carrier.burst(40)
    assert limited.keys() == {200, 429}
    assert 5 <= limited[200] < 25
    status, text = carrier.call()
    assert (status, text) in ((200, text), (429, '{"message":"Too Many Requests"}'))
    undo(page)
    assert carrier.burst(40) == {200: 40}
    after, refused_after = requests_in_health(page, goto, carrier)
    assert after - requests >= 80
    assert refused_after - refused >= limited[429]
    assert used_in_usage(page, goto, carrier) - used >= 40 + limited[200]


def test_somebody_else_deploys_between_preview_and_deploy(
    page: Page, goto: Goto, sign_in: SignIn, carrier: Carrier, admin: User, good: Check
) -> None:
    former = carrier.deployment("test")
    sign_in(page, admin)
    goto(f"{BASE}{carrier.rest_id}/stages/test/deploy/")
    page.get_by_label("Note").fill("Mine")
    carrier.control.create_deployment(restApiId=carrier.rest_id, stageName="test", description="theirs")
    theirs = carrier.deployment("test")
    page.get_by_role("button", name="Deploy to test").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was changed")
    expect(page.get_by_label("Note")).to_have_value("Mine")
    good(page)
    assert carrier.deployment("test") == theirs
    operation = {"op": "replace", "path": "/deploymentId", "value": former}
    carrier.control.update_stage(restApiId=carrier.rest_id, stageName="test", patchOperations=[operation])


@pytest.mark.parametrize(
    ("rate", "burst", "field"),
    [("-1", "5", "rate"), ("a lot", "5", "rate"), ("5", "", "burst"), ("5", "99999999999999999999", "burst")],
)
def test_limits_that_cannot_be(
    page: Page, goto: Goto, sign_in: SignIn, carrier: Carrier, editor: User, rate: str, burst: str, field: str
) -> None:
    """A sentence at the field, what was typed kept, nothing written."""
    before = carrier.control.get_stage(restApiId=carrier.rest_id, stageName="prod")["methodSettings"]
    sign_in(page, editor)
    goto(f"{BASE}{carrier.rest_id}/stages/prod/throttle/")
    page.get_by_label("Requests a second").first.fill(rate)
    page.get_by_label("Burst").first.fill(burst)
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(f"#{field}-1-error")).to_be_visible()
    expect(page.get_by_label("Requests a second").first).to_have_value(rate)
    assert carrier.control.get_stage(restApiId=carrier.rest_id, stageName="prod")["methodSettings"] == before


def test_zero_is_said_to_block_every_call(
    page: Page, goto: Goto, sign_in: SignIn, carrier: Carrier, editor: User, good: Check
) -> None:
    sign_in(page, editor)
    goto(f"{BASE}{carrier.rest_id}/stages/prod/throttle/")
    page.get_by_label("Requests a second").first.fill("0")
    page.get_by_label("Burst").first.fill("0")
    page.get_by_role("button", name="Preview…").click()
    expect(page.locator(".notice-danger")).to_contain_text("blocks every call")
    good(page)
    assert carrier.call()[0] == 200


def test_auto_deploy_is_explained(
    page: Page, goto: Goto, sign_in: SignIn, carrier: Carrier, admin: User, good: Check
) -> None:
    sign_in(page, admin)
    goto(f"{BASE}{carrier.http_id}/")
    expect(stage_card(page, "$default")).to_contain_text("AWS deploys every change")
    expect(stage_card(page, "$default").get_by_role("link", name="Deploy…")).to_have_count(0)
    good(page)
    goto(f"{BASE}{carrier.http_id}/stages/$default/deploy/")
    expect(page.get_by_role("main")).to_contain_text("takes no deployment now")
    good(page)
    goto(f"{BASE}{carrier.http_id}/stages/beta/deploy/")
    expect(page.get_by_role("heading", name="1 route added")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "throttles", "deploys"),
    [("reader", False, False), ("editor", True, False), ("admin", True, True)],
)
def test_roles(
    request: pytest.FixtureRequest,
    page: Page,
    goto: Goto,
    sign_in: SignIn,
    carrier: Carrier,
    role: str,
    throttles: bool,
    deploys: bool,
) -> None:
    """Everybody reads; an editor sets limits, an administrator deploys; what one may not is neither offered nor done."""
    sign_in(page, request.getfixturevalue(role))
    assert goto(f"{BASE}{carrier.rest_id}/") == 200
    prod = stage_card(page, "prod")
    expect(prod.get_by_role("link", name="Throttle…")).to_have_count(int(throttles))
    expect(prod.get_by_role("link", name="Deploy…")).to_have_count(int(deploys))
    expect(prod.get_by_role("link", name="Take back…")).to_have_count(int(deploys))
    for path in ("plans/", "keys/", "health/", "usage/"):
        assert goto(f"{PLACE}{path}") == 200
    stage = f"{BASE}{carrier.rest_id}/stages/prod/"
    assert goto(f"{stage}deploy/") == (200 if deploys else 403)
    assert goto(f"{stage}take-back/") == (200 if deploys else 403)
    assert goto(f"{stage}throttle/") == 200
    expect(page.get_by_role("button", name="Preview…")).to_have_count(int(throttles))


def test_a_keys_value_is_on_no_page(
    page: Page, goto: Goto, sign_in: SignIn, carrier: Carrier, admin: User, good: Check
) -> None:
    sign_in(page, admin)
    values = [key["value"] for key in carrier.control.get_api_keys(limit=500, includeValues=True)["items"]]
    plan = carrier.control.get_usage_plans(limit=500)["items"][0]["id"]
    for path in ("keys/", "plans/", f"plans/{plan}/", f"usage/?plan={plan}", "usage/"):
        assert goto(f"{PLACE}{path}") == 200
        assert not [value for value in values if value in page.content()]
        good(page)
