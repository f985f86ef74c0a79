"""Plans, keys and usage: and no key's value, anywhere."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.aws import calls, clients
from dashboard.aws.apigateway import plans
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from tests.stub.server import StubAws

SECRET = "SecretKeyValue0123456789"


def test_it_works(stub: StubAws, target: Target) -> None:
    plan = {
        "id": "p1",
        "name": "gold",
        "apiStages": [{"apiId": "a1", "stage": "prod", "throttle": {"/pets/GET": {"rateLimit": 1.5}}}],
        "quota": {"limit": 1000, "offset": 0, "period": "MONTH"},
    }
    stub.reply("GetUsagePlans", {"items": [plan]})
    stub.reply("GetUsagePlan", plan)
    assert plans.get_usage_plans(target) == [plan]
    assert plans.get_usage_plan(target, "p1") == plan


@pytest.mark.parametrize(
    ("operation", "ask", "also"),
    [
        ("GetApiKeys", plans.get_api_keys, {"enabled": True}),
        ("GetUsagePlanKeys", lambda target: plans.get_usage_plan_keys(target, "p1"), {"type": "API_KEY"}),
    ],
)
def test_a_keys_value_goes_no_further_than_the_door(
    stub: StubAws, target: Target, caplog: pytest.LogCaptureFixture, operation: str, ask: Any, also: Any
) -> None:
    for name in ("botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    clients.forget()
    keys = [{"id": f"k{n}", "name": "acme", **also, "value": f"{SECRET}{n}"} for n in range(3)]
    stub.reply(operation, {"items": keys[2:]})
    stub.reply(operation, {"items": keys[:2], "position": "p"}, times=1)
    with caplog.at_level(logging.DEBUG), calls.collect() as made:
        found = ask(target)
    assert found == [{"id": f"k{n}", "name": "acme", **also} for n in range(3)]
    lines = [json.dumps(record.__dict__, default=str) + record.getMessage() for record in caplog.records]
    assert any(f'"operation": "{operation}"' in line for line in lines)
    assert [line for line in lines if SECRET in line] == []
    assert SECRET not in repr(made)


def test_the_plans_of_a_key(stub: StubAws, target: Target) -> None:
    stub.reply("GetUsagePlans", {"items": [{"id": "p1"}]})
    assert plans.get_usage_plans(target, key="k1") == [{"id": "p1"}]
    assert stub.of("GetUsagePlans") == [{"limit": "500", "keyId": "k1"}]


def test_values_are_not_even_asked_for(stub: StubAws, target: Target) -> None:
    stub.reply("GetApiKeys", {"items": []})
    plans.get_api_keys(target)
    assert stub.of("GetApiKeys") == [{"limit": "500", "includeValues": "false"}]


def test_the_answer_to_a_new_key_is_cleaned_the_same_way() -> None:
    made = {"id": "k", "value": SECRET, "name": "n", "enabled": True, "tags": {"value": "kept"}}
    assert plans.without_values(made) == {"id": "k", "name": "n", "enabled": True, "tags": {"value": "kept"}}


def test_what_aws_itself_answered(stub: StubAws, target: Target, samples: Path) -> None:
    recorded = json.loads((samples / "recorded" / "test_apigateway_extended.snapshot.json").read_text())
    (test,) = [name for name in recorded if name.endswith("::test_get_usage_plan_api_keys")]
    answer = recorded[test]["recorded-content"]["get-up-keys"]
    assert all("value" in key for key in answer["items"])  # AWS does send them
    stub.reply("GetUsagePlanKeys", {"items": answer["items"]})
    found = plans.get_usage_plan_keys(target, "p1")
    assert [sorted(key) for key in found] == [["id", "name", "type"]] * len(answer["items"])


def test_usage_of_every_page(stub: StubAws, target: Target) -> None:
    stub.reply("GetUsage", {"items": {"k2": [[0, 10], [3, 7]]}, "startDate": "2026-03-01"})
    stub.reply("GetUsage", {"items": {"k1": [[1, 9], [2, 7]]}, "position": "p"}, times=1)
    assert plans.get_usage(target, "p1", date(2026, 3, 1), date(2026, 3, 2)) == {
        "items": {"k1": [[1, 9], [2, 7]], "k2": [[0, 10], [3, 7]]},
        "startDate": "2026-03-01",
        "endDate": "2026-03-02",
    }
    assert stub.of("GetUsage")[0] == {
        "usagePlanId": "p1",
        "startDate": "2026-03-01",
        "endDate": "2026-03-02",
        "limit": "500",
    }


def test_usage_on_the_wire_is_called_values(stub: StubAws, target: Target) -> None:
    stub.reply("GetUsage", b'{"usagePlanId": "p1", "values": {"k1": [[1, 9]]}}')
    assert plans.get_usage(target, "p1", date(2026, 3, 1), date(2026, 3, 1), key="k1")["items"] == {
        "k1": [[1, 9]]
    }
    assert stub.of("GetUsage")[0]["keyId"] == "k1"


def test_nothing_used(stub: StubAws, target: Target) -> None:
    stub.reply("GetUsage", {"usagePlanId": "p1"})
    assert plans.get_usage(target, "p1", date(2026, 3, 1), date(2026, 3, 1))["items"] == {}


def test_a_plan_that_is_gone(stub: StubAws, target: Target) -> None:
    stub.fail("GetUsagePlan", "NotFoundException", "Invalid Usage Plan ID specified")
    with pytest.raises(AwsError) as caught:
        plans.get_usage_plan(target, "p9")
    assert (caught.value.kind, caught.value.resource) == (Kind.NOT_FOUND, "plan:p9")
