"""Every component on one page, with sample data as hostile as what a table may hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dashboard.console.advice import state_of
from dashboard.console.charts import Chart, Mark, Series
from dashboard.console.icons import ICONS
from dashboard.console.screen import screen
from dashboard.core.diff import diff_items
from dashboard.core.errors import AwsError, Kind
from dashboard.core.wire import Item

HOSTILE = "<img src=x onerror=alert(1)>"
AWKWARD = "a/b?c%2F#d,..\"'\n😀 " + "long-" * 30
BEFORE: Item = {
    "status": {"S": "IN_TRANSIT"},
    "weight": {"N": "12345678901234567890123456789012345678"},
    HOSTILE: {"S": "</td><script>alert(1)</script>"},
    "scans": {"L": [{"M": {"hub": {"S": "LEJ"}, "at": {"N": "1764000000"}}}]},
    "signature": {"B": "AAECAwQ="},
}
AFTER: Item = {
    "status": {"S": "DELIVERED"},
    "weight": {"N": "12345678901234567890123456789012345679"},
    HOSTILE: {"S": "javascript:alert(1)"},
    "scans": {
        "L": [
            {"M": {"hub": {"S": "LEJ"}, "at": {"N": "1764000000"}}},
            {"M": {"hub": {"S": AWKWARD}, "at": {"N": "1764003600"}}},
        ]
    },
    "tags": {"SS": ["fragile", "signed"]},
}


@screen("administer", "console:components")
def components(request: HttpRequest) -> HttpResponse:
    """For staff who build or review screens. No AWS call."""
    context = {"title": "Components", "crumbs": [("Components", None)]} | _samples() | _charts()
    return render(request, "console/components.html", context)


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "icons": sorted(ICONS),
        "states": [state_of(_error(kind)) for kind in Kind],
        "changes": diff_items(BEFORE, AFTER),
        "item_value": AFTER["scans"],
        "hostile": HOSTILE,
        "awkward": AWKWARD,
        "moment": now - timedelta(minutes=3),
        "facts": [
            {"label": "Table", "value": HOSTILE, "mono": True, "copyable": True},
            {"label": "Status", "value": "ACTIVE", "badge": "ok"},
            {"label": "Partition key", "value": AWKWARD, "mono": True},
            {"label": "Created", "time": now - timedelta(days=400)},
            {"label": "Items", "value": "5,000", "help": "AWS counts about every six hours."},
        ],
        "columns": [{"title": "Key", "mono": True}, {"title": "State"}, {"title": "Items", "num": True}],
        "rows": [
            [{"text": HOSTILE, "url": "/"}, {"text": "ACTIVE", "badge": "ok"}, "5,000"],
            [{"text": AWKWARD, "clip": True}, {"text": "UPDATING", "badge": "warn"}, "12"],
            ["parcels", {"text": "unknown", "badge": "bad"}, "–"],
        ],
    }


def _error(kind: Kind) -> AwsError:
    return AwsError(
        code=f"{kind.name.title()}Exception",
        message=f"What AWS says may hold {HOSTILE}.",
        kind=kind,
        retry_after=3 if kind is Kind.THROTTLED else None,
        request_id="4N7TQ0R1EXAMPLE",
        service="dynamodb",
        operation="DescribeTable",
        resource="parcels",
    )


def _charts() -> dict[str, Any]:
    hours = tuple(f"{hour:02}:00" for hour in range(24))
    waves = tuple(float((hour * 37) % 90 + hour) for hour in range(24))
    return {
        "line": Chart(
            "Consumed read capacity",
            hours,
            (
                Series(HOSTILE, waves),
                Series("limit", tuple(None if hour in (6, 8) else 80.0 for hour in range(24))),
            ),
            unit="units a second",
            marks=(Mark(9.5, f"deployed {HOSTILE}"),),
            mark_title="Deployment",
        ),
        "bars": Chart(
            "Items by hub",
            ("LEJ", "CDG", "AMS", "JFK"),
            (Series("items", (1820.0, 940.0, None, 2600.0)),),
            kind="bar",
            label_title="Hub",
        ),
        "nothing": Chart("Throttled requests", (), ()),
    }
