"""Usage of a plan's keys: page, range, quota, CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client

from dashboard.accounts.models import User
from tests.apiconfig.screens.region_world import (
    ACME,
    BASE,
    BETA,
    GOLD,
    HOSTILE,
    OFF,
    OPEN,
    TRIAL,
    Region,
    back,
    granted,
    squeezed,
)
from tests.stub.server import StubAws

USAGE = f"{BASE}usage/"
CSV = f"{BASE}usage.csv"


def test_it_works(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(USAGE, {"plan": GOLD})
    assert shown.status_code == 200
    assert stub.count("GetUsage") == 1
    asked = stub.of("GetUsage")[0]
    assert (asked["startDate"], asked["endDate"], asked["limit"]) == (back(29), back(0), "500")
    words = squeezed(shown.text)
    assert "1,000 requests a month" in words
    assert "30 requests were taken off the first period" in words
    assert "00:00 UTC, assumed" in words
    assert "Lag: unknown." in words
    assert "AWS asked" in words
    assert '<td class="num">960</td>' in shown.text
    assert '<td class="num">40</td>' in shown.text
    assert shown.text.count('class="chart-figure"') == 2
    assert "The figures as a table" in shown.text
    count = stub.count()
    assert looking.get(USAGE, {"plan": GOLD}).status_code == 200
    assert stub.count() == count


def test_calls_of_the_first_look(region: Region, looking: Client, stub: StubAws) -> None:
    looking.get(USAGE, {"plan": GOLD})
    operations = sorted(request.operation for request in stub.requests)
    assert operations == ["GetApiKeys", "GetUsage", "GetUsagePlan", "GetUsagePlanKeys", "GetUsagePlans"]


def test_a_key_near_its_quota_is_marked_by_words_and_badge(region: Region, looking: Client) -> None:
    words = squeezed(looking.get(USAGE, {"plan": GOLD}).text)
    assert "1 key has a fifth of the quota or less left:" in words
    assert words.count("Near its quota") == 1
    assert "Used up" not in words
    region.used[BETA] = [1000]
    words = squeezed(looking.get(USAGE, {"plan": GOLD, "start": back(5)}).text)
    assert "1 key used up the quota: further calls get 429 until the period ends." in words
    assert words.count("Used up<") == 1
    region.used.clear()
    assert "Near its quota" not in looking.get(USAGE, {"plan": GOLD, "start": back(6)}).text


def test_in_the_past_what_is_left_is_of_then(region: Region, looking: Client) -> None:
    words = squeezed(looking.get(USAGE, {"plan": GOLD, "start": back(9), "end": back(3)}).text)
    assert "left at the end of these days" in words
    assert "Left at their end" in words


def test_one_key_by_day(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(USAGE, {"plan": GOLD, "key": ACME, "start": back(2), "end": back(0)})
    words = squeezed(shown.text)
    assert f'{back(2)}</th><td class="num">900</td><td class="num">100</td>' in words
    assert f'{back(1)}</th><td class="num">60</td><td class="num">40</td>' in words
    assert f'{back(0)}</th><td class="num">0</td><td class="num">40</td>' in words
    assert "Left of the quota" in words
    assert BETA not in shown.text
    assert f'href="{BASE}keys/{ACME}/"' in shown.text
    looking.get(USAGE, {"plan": GOLD, "start": back(2), "end": back(0)})
    assert stub.count("GetUsage") == 1


def test_a_key_that_is_not_in_the_plan(region: Region, looking: Client) -> None:
    shown = looking.get(USAGE, {"plan": GOLD, "key": OFF})
    assert shown.status_code == 200
    assert "This key is not in the plan and used nothing of it" in shown.text


def test_a_key_that_left_the_plan_keeps_its_row(region: Region, looking: Client) -> None:
    region.used["gonekey001"] = [7]
    shown = looking.get(USAGE, {"plan": GOLD})
    assert "Not in the plan any more" in shown.text
    assert f"{BASE}keys/gonekey001/" not in shown.text


def test_a_plan_without_a_quota(region: Region, looking: Client) -> None:
    shown = looking.get(USAGE, {"plan": OPEN})
    assert "no quota" in shown.text
    assert "Near its quota" not in shown.text
    assert "Current period" not in shown.text


def test_the_first_readable_plan_is_shown_when_none_is_named(
    region: Region, looking: Client, stub: StubAws
) -> None:
    assert looking.get(USAGE).status_code == 200
    assert stub.of("GetUsage")[0]["usagePlanId"] == GOLD


def test_hostile_names_are_text(region: Region, looking: Client) -> None:
    for query in ({"plan": GOLD}, {"plan": GOLD, "key": BETA}):
        shown = looking.get(USAGE, query)
        assert HOSTILE not in shown.text
        assert "&lt;img src=x" in shown.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"start": "yesterday"}, "From: enter a day as year-month-day"),
        ({"end": "2026-02-30"}, "To: enter a day as year-month-day"),
        ({"start": "20260101"}, "From: enter a day as year-month-day"),
        ({"start": "٢٠٢٦-٠١-٠١"}, "From: enter a day as year-month-day"),
        ({"start": "0000-01-01"}, "From: enter a day as year-month-day"),
        ({"start": "2026-01-01" * 1000}, "From: enter a day as year-month-day"),
        ({"end": "2999-01-01"}, "To: must not be after today, which is"),
        ({"start": "2026-01-10", "end": "2026-01-09"}, "From: must not be after the last day."),
        (
            {"start": "2026-01-01", "end": "2026-04-01"},
            "From: a report has at most 90 days; this would be 91 days.",
        ),
        ({"key": HOSTILE}, "No API key can have this id."),
        ({"plan": HOSTILE}, "No usage plan can have this id."),
        ({"plan": "a" * 300}, "No usage plan can have this id."),
    ],
)
@time_machine.travel("2026-11-21T12:00:00Z", tick=True)
def test_what_cannot_be_asked(
    region: Region, looking: Client, stub: StubAws, query: dict[str, str], sentence: str
) -> None:
    for page in (USAGE, CSV):
        shown = looking.get(page, {"plan": GOLD, **query})
        assert shown.status_code == 400
        assert sentence in squeezed(shown.text)
        for text in query.values():
            assert text not in shown.text if "<" in text else text[:60] in shown.text
    assert stub.count("GetUsage") == 0


@time_machine.travel("2026-11-21T12:00:00Z", tick=True)
def test_90_days_can_be_asked(region: Region, looking: Client) -> None:
    assert looking.get(USAGE, {"plan": GOLD, "start": "2026-01-01", "end": "2026-03-31"}).status_code == 200


def test_denied_usage_leaves_the_form(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsage", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    refused = looking.get(USAGE, {"plan": GOLD, "start": back(3)})
    assert refused.status_code == 502
    assert "AccessDeniedException" in refused.text
    assert f'value="{back(3)}"' in refused.text
    assert f'<option value="{TRIAL}">' in refused.text


def test_denied_plans_leave_a_named_plans_usage(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsagePlans", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.get(USAGE, {"plan": GOLD})
    assert shown.status_code == 200
    assert "AccessDeniedException" in shown.text
    assert '<td class="num">960</td>' in shown.text


def test_denied_keys_leave_the_figures(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsagePlanKeys", "AccessDeniedException", "no")
    shown = looking.get(USAGE, {"plan": GOLD})
    assert shown.status_code == 200
    assert '<td class="num">960</td>' in shown.text
    assert "Not in the plan any more" not in shown.text


def test_throttled_for_30_s(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsage", "TooManyRequestsException", "Too Many Requests", headers={"Retry-After": "30"})
    refused = looking.get(USAGE, {"plan": GOLD})
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert "Wait 30 s" in refused.text


def test_a_plan_that_is_gone(region: Region, looking: Client) -> None:
    for page in (USAGE, CSV):
        gone = looking.get(page, {"plan": "gone01"})
        assert gone.status_code == 404
        assert "AWS does not have this" in gone.text


def test_no_plans_at_all(region: Region, looking: Client) -> None:
    region.plans.clear()
    shown = looking.get(USAGE)
    assert shown.status_code == 200
    assert "No usage plans here that you may see" in shown.text


def test_refresh_reads_again_and_keeps_the_range(region: Region, looking: Client, stub: StubAws) -> None:
    url = f"{USAGE}?plan={GOLD}&start={back(3)}&end={back(0)}"
    looking.get(url)
    region.used[BETA] = [500]
    done = looking.post(url, follow=True)
    assert done.redirect_chain == [(url, 302)]
    assert '<td class="num">500</td>' in done.text
    assert stub.count("GetUsage") == 2


def rows(response: Any) -> list[list[str]]:
    """The lines of a streamed CSV."""
    assert response.status_code == 200
    assert response.streaming
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode(), newline="")))


def test_csv(region: Region, looking: Client) -> None:
    response = looking.get(CSV, {"plan": GOLD, "start": back(1), "end": back(0)})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="usage-{GOLD}-{back(1)}-{back(0)}.csv"'
    header, *lines = rows(response)
    assert header == ["plan_id", "plan", "key_id", "key", "customer", "day", "used", "remaining"]
    assert lines == [
        [GOLD, f"Gold {HOSTILE}", ACME, "Acme", "C-1", back(1), "900", "100"],
        [GOLD, f"Gold {HOSTILE}", ACME, "Acme", "C-1", back(0), "60", "40"],
        [GOLD, f"Gold {HOSTILE}", BETA, f"Beta {HOSTILE}", "", back(1), "1", "999"],
        [GOLD, f"Gold {HOSTILE}", BETA, f"Beta {HOSTILE}", "", back(0), "0", "999"],
    ]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("plain", "plain"),
        ('a,"b"\nc', 'a,"b"\nc'),
        ("Grün 👍", "Grün 👍"),
    ],
)
def test_no_cell_is_a_formula(region: Region, looking: Client, name: str, cell: str) -> None:
    region.plans[0]["name"] = region.keys[0]["name"] = region.keys[0]["customerId"] = name
    lines = rows(looking.get(CSV, {"plan": GOLD, "key": ACME}))[1:]
    assert len(lines) == 30
    assert {(line[1], line[3], line[4]) for line in lines} == {(cell, cell, cell)}


def test_csv_is_the_page(region: Region, looking: Client) -> None:
    shown = looking.get(USAGE, {"plan": GOLD, "key": ACME, "start": back(1), "end": back(0)})
    assert f'href="{CSV}?plan={GOLD}&amp;start={back(1)}&amp;end={back(0)}&amp;key={ACME}"' in shown.text
    assert len(rows(looking.get(f"{CSV}?plan={GOLD}&start={back(1)}&end={back(0)}&key={ACME}"))) == 3


def test_csv_needs_a_plan(region: Region, looking: Client, stub: StubAws) -> None:
    refused = looking.get(CSV)
    assert refused.status_code == 400
    assert "Usage plan: choose one." in refused.text
    assert stub.count("GetUsage") == 0


def test_csv_denied(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsage", "AccessDeniedException", "no")
    refused = looking.get(CSV, {"plan": GOLD})
    assert refused.status_code == 502
    assert refused["Content-Type"].startswith("text/html")


def test_only_what_the_viewer_may_read(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(granted(stranger, f"plan:{GOLD}", f"key:{BETA}"))
    shown = client.get(USAGE)
    assert shown.status_code == 200
    assert BETA in shown.text
    assert ACME not in shown.text
    assert TRIAL not in shown.text
    assert '<td class="num">960</td>' not in shown.text
    assert {line[2] for line in rows(client.get(CSV, {"plan": GOLD}))[1:]} == {BETA}
    for page in (USAGE, CSV):
        assert client.get(page, {"plan": TRIAL}).status_code == 404


def test_a_stranger_sees_nothing(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    assert client_for(stranger).get(USAGE, {"plan": GOLD}).status_code == 404
    assert client_for(stranger).get(CSV, {"plan": GOLD}).status_code == 404
