"""The list of usage plans, and one plan."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from dashboard.accounts.models import User
from tests.apiconfig.screens.region_world import (
    ACME,
    BASE,
    BETA,
    GOLD,
    HOSTILE,
    OPEN,
    REST,
    TRIAL,
    Region,
    granted,
    squeezed,
)
from tests.stub.server import StubAws

PLANS = f"{BASE}plans/"


def test_it_works(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(PLANS)
    assert shown.status_code == 200
    assert stub.count() == stub.count("GetUsagePlans") == 1
    assert f'href="{PLANS}{GOLD}/"' in shown.text
    words = squeezed(shown.text)
    assert "3 usage plans" in words
    assert "Parcel API / prod" in words
    assert "100/s" in words
    assert "1,000 requests a month" in words
    looking.get(PLANS)
    assert stub.count() == 1


def test_a_plan(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(f"{PLANS}{GOLD}/")
    assert shown.status_code == 200
    assert {request.operation for request in stub.requests} == {
        "GetUsagePlan",
        "GetUsagePlanKeys",
        "GetApiKeys",
    }
    assert stub.count() == 3
    words = squeezed(shown.text)
    assert "100 requests a second" in words
    assert "200 requests at once" in words
    assert "1,000 requests a month" in words
    assert "30 requests<span" in words
    assert "it is not a shift in time" in words
    assert "-01 00:00 UTC, assumed" in words
    assert "GET /parcels/{id}" in words
    assert "5.5" in words
    assert f'href="{BASE}apis/{REST}/"' in shown.text
    assert f'href="{BASE}keys/{ACME}/"' in shown.text
    assert "C-1" in words
    assert f'href="{BASE}usage/?plan={GOLD}"' in shown.text
    looking.get(f"{PLANS}{GOLD}/")
    assert stub.count() == 3


def test_hostile_names_are_text(region: Region, looking: Client) -> None:
    for page in (PLANS, f"{PLANS}{GOLD}/"):
        shown = looking.get(page)
        assert HOSTILE not in shown.text
        assert "&lt;img src=x" in shown.text


def test_a_name_of_1024_characters_and_one_that_is_not_ascii(region: Region, looking: Client) -> None:
    region.plans[0]["name"] = "ü" * 1024
    assert looking.get(PLANS).status_code == 200
    assert "ü" * 61 not in squeezed(
        looking.get(f"{PLANS}{GOLD}/").text.partition("<h1")[0].partition("crumbs")[2]
    )


def test_a_limit_of_nothing_is_said_to_block(region: Region, looking: Client) -> None:
    assert "Blocks every call" in looking.get(PLANS).text
    assert "A limit of 0 blocks every call" in looking.get(f"{PLANS}{TRIAL}/").text
    assert "blocks every call" not in looking.get(f"{PLANS}{GOLD}/").text


def test_a_plan_without_stage_quota_or_limits(region: Region, looking: Client) -> None:
    assert "The plan covers no stage" in looking.get(f"{PLANS}{TRIAL}/").text
    words = squeezed(looking.get(f"{PLANS}{OPEN}/").text)
    assert "none of the plan's own" in words.replace("&#x27;", "'")
    assert "Starts anew" not in words


def test_the_filter(region: Region, looking: Client) -> None:
    shown = looking.get(PLANS, {"q": "TRIAL"})
    assert "1 of 3 usage plans" in squeezed(shown.text)
    assert f"{PLANS}{GOLD}/" not in shown.text
    assert "No usage plan has that" in looking.get(PLANS, {"q": f"zebra {HOSTILE}"}).text


def test_refresh_reads_again(region: Region, looking: Client, stub: StubAws) -> None:
    looking.get(PLANS)
    region.plans.append({"id": "new001", "name": "Made meanwhile"})
    done = looking.post(f"{PLANS}?q=meanwhile", follow=True)
    assert done.redirect_chain == [(f"{PLANS}?q=meanwhile", 302)]
    assert "Made meanwhile" in done.text
    assert stub.count("GetUsagePlans") == 2


def test_a_refresh_that_is_denied_leaves_what_was_known(
    region: Region, looking: Client, stub: StubAws
) -> None:
    looking.get(PLANS)
    stub.fail("GetUsagePlans", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.post(PLANS, follow=True)
    assert shown.status_code == 200
    assert "what was known before stands" in shown.text
    assert "AccessDeniedException" in shown.text
    assert f"{PLANS}{GOLD}/" in shown.text


def test_denied_keys_leave_the_plan(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsagePlanKeys", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.get(f"{PLANS}{GOLD}/")
    assert shown.status_code == 200
    assert "AccessDeniedException" in shown.text
    assert "The keys of this plan could not be read" in shown.text
    assert "1,000 requests a month" in shown.text


def test_a_denied_list_of_keys_leaves_their_names(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetApiKeys", "AccessDeniedException", "no")
    shown = looking.get(f"{PLANS}{GOLD}/")
    assert shown.status_code == 200
    assert "Acme" in shown.text
    assert "not known" in shown.text
    assert "Enabled" not in shown.text


def test_throttled(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsagePlan", "TooManyRequestsException", "Too Many Requests", headers={"Retry-After": "30"})
    refused = looking.get(f"{PLANS}{GOLD}/")
    assert refused.status_code == 503
    assert "AWS asks us to slow down" in refused.text
    assert refused["Retry-After"] == "30"


def test_a_plan_that_is_gone(region: Region, looking: Client) -> None:
    looking.get(f"{PLANS}{GOLD}/")
    del region.plans[0]
    assert looking.post(f"{PLANS}{GOLD}/").status_code == 404
    gone = looking.get(f"{PLANS}{GOLD}/")
    assert gone.status_code == 404
    assert "AWS does not have this" in gone.text
    assert f"{PLANS}{GOLD}/" not in looking.get(PLANS).text


def test_an_account_without_plans(region: Region, looking: Client) -> None:
    region.plans.clear()
    assert "No usage plans here that you may see" in looking.get(PLANS).text


def test_an_id_that_cannot_be_is_not_asked_for(region: Region, looking: Client, stub: StubAws) -> None:
    for name in ("..", "A%2Fb", "%3Cimg%3E", "x" * 65):
        assert looking.get(f"{PLANS}{name}/").status_code == 404
    assert stub.count() == 0


def test_only_what_the_viewer_may_read(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(granted(stranger, f"plan:{GOLD}", f"key:{ACME}"))
    shown = client.get(PLANS)
    assert f"{PLANS}{GOLD}/" in shown.text
    assert TRIAL not in shown.text
    plan = client.get(f"{PLANS}{GOLD}/")
    assert "Parcel API" not in plan.text  # the API's name is not theirs to read, its id is in the plan
    assert f"apis/{REST}/" not in plan.text
    assert REST in plan.text
    assert ACME in plan.text
    assert BETA not in plan.text
    assert client.get(f"{PLANS}{TRIAL}/").status_code == 404


def test_a_stranger_sees_nothing(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(stranger)
    assert client.get(PLANS).status_code == 404
    assert client.get(f"{PLANS}{GOLD}/").status_code == 404
