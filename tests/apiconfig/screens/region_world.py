"""What the canned account has beside its APIs: usage plans, API keys (with values, as AWS sends them), usage and figures."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from dashboard.accounts.models import Grant, User
from tests.apiconfig.screens.world import HOSTILE, HTTP, REST, WS
from tests.stub.server import Failure, StubAws

BASE = "/c/main/eu-central-1/"
GOLD, TRIAL, OPEN = "gold01", "trial1", "open01"
ACME, BETA, OFF = "acmekey001", "betakey001", "offkey0001"
SECRET = "SecretKeyValueNobodyMaySee"
Json = dict[str, Any]
POINTS = 4


class Region:
    """Answers as AWS gives them; a test may change ``plans``, ``keys``, ``members``, ``used`` and ``figure``."""

    def __init__(self, stub: StubAws) -> None:
        self.stub = stub
        self.plans: list[Json] = [
            {
                "id": GOLD,
                "name": f"Gold {HOSTILE}",
                "description": "for partners",
                "apiStages": [
                    {
                        "apiId": REST,
                        "stage": "prod",
                        "throttle": {"/parcels/{id}/GET": {"rateLimit": 5.5, "burstLimit": 7}},
                    },
                    {"apiId": "other00001", "stage": "live"},
                ],
                "throttle": {"rateLimit": 100.0, "burstLimit": 200},
                "quota": {"limit": 1000, "offset": 30, "period": "MONTH"},
            },
            {"id": TRIAL, "name": "Trial", "apiStages": [], "throttle": {"rateLimit": 0.0, "burstLimit": 0}},
            {"id": OPEN, "name": "Open", "apiStages": [{"apiId": REST, "stage": "test"}]},
        ]
        self.keys: list[Json] = [
            _key(ACME, "Acme", customerId="C-1"),
            _key(BETA, f"Beta {HOSTILE}", description="=SUM(A1)"),
            _key(OFF, "Old one", enabled=False),
        ]
        self.members: dict[str, list[str]] = {GOLD: [ACME, BETA], TRIAL: [OFF], OPEN: [ACME]}
        self.used: dict[str, list[int]] = {ACME: [900, 60], BETA: [1]}
        self.figure: dict[str, float] = {
            "SampleCount": 40,
            "4XXError": 2,
            "5XXError": 1,
            "p50": 20,
            "p95": 90.5,
        }
        self._answer()

    def plan(self, name: str) -> Json:
        """The plan of that id."""
        for plan in self.plans:
            if plan["id"] == name:
                return plan
        raise Failure("NotFoundException", "Invalid Usage Plan ID specified")

    def _answer(self) -> None:
        reply = self.stub.reply
        reply("GetUsagePlans", self._plans)
        reply("GetUsagePlan", lambda body: self.plan(body["usagePlanId"]))
        reply("GetApiKeys", lambda body: {"items": self.keys})
        reply("GetUsagePlanKeys", self._members)
        reply("GetUsage", self._usage)
        reply("GetMetricData", self._figures)

    def _plans(self, body: Json) -> Json:
        key = body.get("keyId")
        return {
            "items": [plan for plan in self.plans if key is None or key in self.members.get(plan["id"], ())]
        }

    def _members(self, body: Json) -> Json:
        inside = self.members.get(body["usagePlanId"], [])
        names = {key["id"]: key["name"] for key in self.keys}
        return {
            "items": [
                {"id": key, "name": names.get(key, key), "type": "API_KEY", "value": f"{SECRET}{key}"}
                for key in inside
            ]
        }

    def _usage(self, body: Json) -> Json:
        """What was used stands on the range's first days; what is left falls by it."""
        days = (date.fromisoformat(body["endDate"]) - date.fromisoformat(body["startDate"])).days + 1
        limit = self.plan(body["usagePlanId"]).get("quota", {}).get("limit", 0)
        items = {}
        for key, used in self.used.items():
            pairs, left = [], limit
            for number in range(days):
                count = used[number] if number < len(used) else 0
                left -= count
                pairs.append([count, left])
            items[key] = pairs
        return {"items": items, "startDate": body["startDate"], "endDate": body["endDate"]}

    def _figures(self, body: Json) -> Json:
        """The same figure at each of the last few whole points of every query."""
        results = []
        for query in body["MetricDataQueries"]:
            stat = query["MetricStat"]
            value = self.figure.get(stat["Stat"], self.figure.get(stat["Metric"]["MetricName"]))
            last = int(body["EndTime"]) // stat["Period"] * stat["Period"]
            times = (
                [last - stat["Period"] * back for back in range(POINTS, 0, -1)] if value is not None else []
            )
            results.append(
                {
                    "Id": query["Id"],
                    "Label": query["Id"],
                    "Timestamps": times,
                    "Values": [value] * len(times),
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": results}


def granted(user: User, *patterns: str) -> User:
    """The user may read what fits these patterns, and nothing else."""
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="some")
    for pattern in patterns:
        Grant.objects.create(group=group, resource=pattern, actions=["read"])
    user.groups.add(group)
    return user


def back(days: int) -> str:
    """A day so long before today, in UTC."""
    from django.utils import timezone

    return (timezone.now().date() - timedelta(days=days)).isoformat()


def squeezed(text: str) -> str:
    """Words of a page with single blanks."""
    return re.sub(r"[ \n]+", " ", text)


def _key(name: str, title: str, **more: Any) -> Json:
    return {
        "id": name,
        "name": title,
        "enabled": True,
        "createdDate": 1_700_000_000,
        "lastUpdatedDate": 1_700_000_000,
        "stageKeys": [],
        "value": f"{SECRET}{name}",
        **more,
    }


__all__ = ["BASE", "HOSTILE", "HTTP", "REST", "WS", "Region", "back", "granted", "squeezed"]
