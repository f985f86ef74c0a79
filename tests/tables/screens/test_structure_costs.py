"""What a table costs a month, beside the form that changes its capacity and in the preview of the change."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from tests.stub.server import StubAws
from tests.tables.screens.conftest import description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_structure import HERE

COSTS = f"{HERE}costs/"
SWITCH = {"billing": "PROVISIONED", "read": "1000", "write": "100", "step": "preview"}


def consumed(read: float, write: float) -> Any:
    """GetMetricData's answer: one point of the last hours for the table's own consumption, nothing of its indexes."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        rows = []
        for query in body["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            own = len(metric["Dimensions"]) == 1
            value = {"ConsumedReadCapacityUnits": read, "ConsumedWriteCapacityUnits": write}[
                metric["MetricName"]
            ]
            period = query["MetricStat"]["Period"]
            at = int(timezone.now().timestamp()) // period * period
            rows.append(
                {
                    "Id": query["Id"],
                    "StatusCode": "Complete",
                    "Timestamps": [at] if own else [],
                    "Values": [value] if own else [],
                }
            )
        return {"MetricDataResults": rows}

    return answer


def test_it_works(aws: StubAws, owner: Client) -> None:
    assert f'hx-get="{COSTS}"' in owner.get(f"{HERE}change/capacity/").text
    aws.reply("GetMetricData", consumed(720e6, 72e6))
    shown = words(owner.get(COSTS, headers={"HX-Request": "true"}).text)
    # 730 / 720 of what was consumed in 30 days: 730 million reads and 73 million writes
    assert "about $136.88 for capacity" in shown
    assert "47620 read, 4762 write" in shown and "by-status 1 read, 1 write" in shown
    assert "us-east-1" in shown and "assumption" in shown
    preview = words(owner.post(f"{HERE}change/capacity/", SWITCH).text)
    assert "about $136.88" in preview
    # The index has as many units as the table.
    assert "about $284.70" in preview and "assumption" in preview
    assert aws.count("GetMetricData") == 1, "the preview asks nothing for it"


def test_a_provisioned_table_is_compared_with_on_demand(aws: StubAws, owner: Client) -> None:
    units = {"ReadCapacityUnits": 1000, "WriteCapacityUnits": 100}
    aws.reply(
        "DescribeTable",
        description(
            BillingModeSummary={"BillingMode": "PROVISIONED"},
            ProvisionedThroughput=units,
            GlobalSecondaryIndexes=[],
        ),
    )
    owner.get(HERE)
    aws.reply("GetMetricData", consumed(720e6, 72e6))
    shown = words(owner.get(COSTS).text)
    assert "about $142.35 for capacity" in shown and "On demand about $136.88" in shown


def test_without_figures_the_preview_says_what_it_does_not_know(aws: StubAws, owner: Client) -> None:
    preview = words(owner.post(f"{HERE}change/capacity/", SWITCH).text)
    assert "not known" in preview and "too little is known" in preview and "about $284.70" in preview
    assert aws.count("GetMetricData") == 0


def test_other_changes_are_not_told_in_money(aws: StubAws, owner: Client) -> None:
    preview = owner.post(f"{HERE}change/protection/", {"protection": "on", "step": "preview"})
    assert preview.status_code == 200 and "a month" not in preview.text


def test_what_cloudwatch_refuses_harms_the_panel_alone(aws: StubAws, owner: Client) -> None:
    aws.fail("GetMetricData", "AccessDenied", "not authorized to perform: cloudwatch:GetMetricData")
    part = owner.get(COSTS, headers={"HX-Request": "true"})
    assert part.status_code == 502 and "cloudwatch:GetMetricData" in part.text and "<html" not in part.text
    assert owner.get(f"{HERE}change/capacity/").status_code == 200
