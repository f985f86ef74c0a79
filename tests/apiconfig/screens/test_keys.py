"""API keys: and no value of one, on any page, in any log, in any row."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
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
    SECRET,
    TRIAL,
    Region,
    granted,
    squeezed,
)
from tests.stub.server import StubAws

KEYS = f"{BASE}keys/"


def test_it_works(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(KEYS)
    assert shown.status_code == 200
    operations = sorted(request.operation for request in stub.requests)
    assert operations == ["GetApiKeys", *["GetUsagePlanKeys"] * 3, "GetUsagePlans"]
    assert f'href="{KEYS}{ACME}/"' in shown.text
    assert f'href="{BASE}plans/{TRIAL}/" title="Trial"' in shown.text
    words = squeezed(shown.text)
    assert "3 API keys; a region takes 10,000" in words
    assert "C-1" in words
    assert shown.text.count("Disabled") == 1
    assert "The list names the plans" not in words
    looking.get(KEYS)
    assert stub.count() == 5


def test_the_keys_of_many_plans_are_not_asked_for(region: Region, looking: Client, stub: StubAws) -> None:
    region.plans += [{"id": f"more{number:02d}", "name": "more"} for number in range(8)]
    shown = looking.get(KEYS)
    assert "The list names the plans that were opened here" in shown.text
    assert sorted(request.operation for request in stub.requests) == ["GetApiKeys", "GetUsagePlans"]
    looking.get(f"{BASE}plans/{TRIAL}/")
    assert f"{BASE}plans/{TRIAL}/" in looking.get(KEYS).text


@pytest.mark.parametrize("operation", ["GetUsagePlans", "GetUsagePlanKeys"])
def test_denied_plans_leave_the_list(region: Region, looking: Client, stub: StubAws, operation: str) -> None:
    stub.fail(operation, "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.get(KEYS)
    assert shown.status_code == 200
    assert shown.text.count('<th scope="row">') == 3
    assert "AccessDeniedException" in shown.text


def test_a_key(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(f"{KEYS}{ACME}/")
    assert shown.status_code == 200
    assert [request.operation for request in stub.requests] == ["GetApiKeys", "GetUsagePlans"]
    assert stub.of("GetUsagePlans")[0]["keyId"] == ACME
    assert ACME in shown.text
    assert "C-1" in shown.text
    assert "never shown" in shown.text
    assert f'href="{BASE}plans/{GOLD}/"' in shown.text
    assert f'href="{BASE}plans/{OPEN}/"' in shown.text
    assert f"{BASE}plans/{TRIAL}/" not in shown.text
    assert f'href="{BASE}usage/?plan={GOLD}&amp;key={ACME}"' in shown.text
    looking.get(f"{KEYS}{ACME}/")
    assert stub.count() == 2


def everything_kept() -> str:
    """Every row of the module and of the cache, as text."""
    from django.apps import apps
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_app_config("apiconfig").get_models()]
    tables += [
        name for name in connection.introspection.table_names() if "cache" in name or "history" in name
    ]
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


PAGES = (
    KEYS,
    f"{KEYS}{ACME}/",
    f"{KEYS}?q=acme",
    f"{BASE}plans/",
    f"{BASE}plans/{GOLD}/",
    f"{BASE}usage/?plan={GOLD}",
    f"{BASE}usage/?plan={GOLD}&key={ACME}",
    f"{BASE}usage.csv?plan={GOLD}",
)


def bodies(client: Client) -> list[str]:
    """What each page answers to GET, and to a POST that reads AWS again."""
    found = []
    for page in PAGES:
        answers: list[Any] = [client.get(page), client.post(page, follow=True)]
        for response in answers:
            streamed = b"".join(response.streaming_content) if response.streaming else response.content
            found.append(streamed.decode())
    return found


def test_no_value_is_shown_logged_or_kept(
    region: Region, looking: Client, stub: StubAws, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="gatehouse"):
        shown = bodies(looking)
    assert stub.count("GetUsagePlanKeys") >= 1
    assert "Acme" in shown[0]
    assert [text for text in shown if SECRET in text] == []
    assert [record for record in caplog.records if SECRET in json.dumps(record.__dict__, default=repr)] == []
    kept = everything_kept()
    assert ACME in kept
    assert SECRET not in kept
    assert SECRET not in repr(getattr(cache, "_cache", ""))


def test_the_values_of_the_recorded_answer_go_nowhere(
    region: Region, looking: Client, stub: StubAws, samples: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorded = json.loads((samples / "recorded" / "test_apigateway_extended.snapshot.json").read_text())
    (test,) = [name for name in recorded if name.endswith("::test_get_usage_plan_api_keys")]
    items = recorded[test]["recorded-content"]["get-up-keys"]["items"]
    values = [f"{item['value']}-{number}-as-a-value" for number, item in enumerate(items)]
    answer = [
        {**item, "id": f"recorded{number:02d}", "value": value}
        for number, (item, value) in enumerate(zip(items, values, strict=True))
    ]
    stub.reply("GetUsagePlanKeys", {"items": answer})
    region.keys[:] = [
        {**item, "enabled": True, "createdDate": 1_700_000_000, "stageKeys": []} for item in answer
    ]
    with caplog.at_level(logging.DEBUG, logger="gatehouse"):
        shown = bodies(looking)
    assert any("recorded00" in text for text in shown)
    logged = "\n".join(json.dumps(record.__dict__, default=repr) for record in caplog.records)
    kept = everything_kept()
    assert "recorded00" in kept
    for value in values:
        assert not [text for text in shown if value in text]
        assert value not in logged
        assert value not in kept


def test_hostile_names_are_text(region: Region, looking: Client) -> None:
    for page in (KEYS, f"{KEYS}{BETA}/"):
        shown = looking.get(page)
        assert HOSTILE not in shown.text
        assert "&lt;img src=x" in shown.text


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ({"q": "ACME"}, ACME, BETA),
        ({"q": "c-1"}, ACME, BETA),
        ({"q": BETA}, BETA, ACME),
        ({"state": "disabled"}, OFF, ACME),
        ({"state": "enabled"}, ACME, OFF),
    ],
)
def test_filters(region: Region, looking: Client, query: dict[str, str], there: str, missing: str) -> None:
    shown = looking.get(KEYS, query)
    assert f'href="{KEYS}{there}/"' in shown.text
    assert f'href="{KEYS}{missing}/"' not in shown.text


def test_nothing_fits(region: Region, looking: Client) -> None:
    shown = looking.get(KEYS, {"q": HOSTILE + " zebra"})
    assert "No API key fits" in shown.text
    assert HOSTILE not in shown.text


def test_10000_keys_are_paged(region: Region, looking: Client, stub: StubAws) -> None:
    template = region.keys[0]
    region.keys[:] = [
        {**template, "id": f"k{number:05d}", "name": f"key {number:05d}"} for number in range(10_000)
    ]
    shown = looking.get(KEYS)
    assert shown.text.count('<th scope="row">') == 100
    assert "Page 1 of 100" in shown.text
    assert "10,000 API keys" in squeezed(shown.text)
    last = looking.get(KEYS, {"page": "100", "state": "enabled"})
    assert 'href="?state=enabled&amp;page=99"' in last.text
    assert stub.count("GetApiKeys") == 1


def test_denied(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetApiKeys", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.get(KEYS)
    assert shown.status_code == 200
    assert "AWS refused: permission is missing" in shown.text
    assert "No API keys here" not in shown.text
    assert looking.get(f"{KEYS}{ACME}/").status_code == 502


def test_denied_plans_leave_the_key(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetUsagePlans", "AccessDeniedException", "not authorized to perform: apigateway:GET")
    shown = looking.get(f"{KEYS}{ACME}/")
    assert shown.status_code == 200
    assert "AccessDeniedException" in shown.text
    assert "C-1" in shown.text
    assert "In no usage plan" not in shown.text


def test_throttled_for_30_s(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetApiKeys", "TooManyRequestsException", "Too Many Requests", headers={"Retry-After": "30"})
    assert "AWS asks us to slow down" in looking.get(KEYS).text


def test_a_key_that_is_gone(region: Region, looking: Client) -> None:
    assert looking.get(f"{KEYS}{OFF}/").status_code == 200
    del region.keys[2]
    assert looking.post(f"{KEYS}{OFF}/").status_code == 404
    gone = looking.get(f"{KEYS}{OFF}/")
    assert gone.status_code == 404
    assert "AWS does not have this" in gone.text


def test_a_key_in_no_plan(region: Region, looking: Client) -> None:
    region.members.clear()
    assert "In no usage plan" in looking.get(f"{KEYS}{ACME}/").text


def test_only_what_the_viewer_may_read(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(granted(stranger, f"key:{ACME}", f"plan:{OPEN}"))
    shown = client.get(KEYS)
    assert ACME in shown.text
    assert BETA not in shown.text
    assert "1 API key;" in squeezed(shown.text)
    key = client.get(f"{KEYS}{ACME}/")
    assert f"{BASE}plans/{OPEN}/" in key.text
    assert GOLD not in key.text
    assert client.get(f"{KEYS}{BETA}/").status_code == 404


def test_a_stranger_sees_nothing(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    assert client_for(stranger).get(KEYS).status_code == 404
    assert client_for(stranger).get(f"{KEYS}{ACME}/").status_code == 404
