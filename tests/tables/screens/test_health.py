"""A table's health: figures, what stands out, parts that fail alone, a sample, and every refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.keys import encode_key
from dashboard.tables.operations import catalogue
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description, page
from tests.tables.screens.test_browse import words

HEALTH = f"{BASE}{TABLE}/health/"


@pytest.fixture(autouse=True)
def _forgotten(db: None) -> None:
    cache.clear()


def figures(values: dict[tuple[str, str], float]) -> Any:
    """GetMetricData's answer: one point an hour old for each (metric, statistic) of the table itself or an operation named ``Query``."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        moment = int(datetime.now(UTC).timestamp()) // 900 * 900 - 3600
        results = []
        for query in body["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            about = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
            value = values.get((metric["MetricName"], query["MetricStat"]["Stat"]))
            mine = about.get("Operation", "Query") == "Query" and "GlobalSecondaryIndexName" not in about
            found = [value] if value is not None and mine else []
            results.append(
                {
                    "Id": query["Id"],
                    "Timestamps": [moment] * len(found),
                    "Values": found,
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": results}

    return answer


BUSY = {
    ("ConsumedReadCapacityUnits", "Sum"): 9000.0,
    ("ReadThrottleEvents", "Sum"): 7.0,
    ("SuccessfulRequestLatency", "Average"): 3.5,
    ("SuccessfulRequestLatency", "Maximum"): 80.0,
    ("SuccessfulRequestLatency", "SampleCount"): 1234.0,
}


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("GetMetricData", figures(BUSY))
    answer = web.get(HEALTH)
    assert answer.status_code == 200
    shown = words(answer.text)
    assert "throttled 7 times" in shown
    assert "Query 1,234 3.5 ms 80 ms 0 0" in " ".join(shown.split())
    assert "Read units a second" in shown
    assert aws.count() == 1
    assert web.get(HEALTH).status_code == 200
    assert aws.count() == 1  # remembered for a minute
    assert web.post(HEALTH).status_code == 302
    assert [one.operation for one in aws.requests[1:]] == ["DescribeTable", "GetMetricData"], (
        "the capacity too"
    )


def test_a_description_that_is_denied_leaves_the_figures(aws: StubAws, web: Client) -> None:
    aws.reply("GetMetricData", figures(BUSY))
    aws.fail("DescribeTable", "AccessDeniedException", "no")
    assert web.post(HEALTH).status_code == 302
    assert "throttled 7 times" in words(web.get(HEALTH).text)


def test_no_traffic_is_a_state_of_its_own(aws: StubAws, web: Client) -> None:
    aws.reply("GetMetricData", figures({}))
    assert "No traffic in this time" in words(web.get(HEALTH).text)


def test_an_unknown_window_is_refused(aws: StubAws, web: Client) -> None:
    refused = web.get(f"{HEALTH}?window=<b>")
    assert refused.status_code == 400
    assert "Window: choose one of" in words(refused.text)
    assert aws.count() == 0


def test_denied_figures_leave_the_page(aws: StubAws, web: Client) -> None:
    aws.fail("GetMetricData", "AccessDenied", "not authorized to perform: cloudwatch:GetMetricData")
    refused = web.get(HEALTH)
    assert refused.status_code == 502
    assert "cloudwatch:GetMetricData" in refused.text
    assert f"{HEALTH}clusters/" in refused.text


def test_indexes_that_nobody_read_are_named(aws: StubAws, web: Client) -> None:
    aws.reply("GetMetricData", figures({("ConsumedReadCapacityUnits", "Sum"): 5.0}))
    shown = words(web.get(f"{HEALTH}indexes/").text)
    assert "by-status" in shown
    assert "not read" in shown
    web.get(f"{HEALTH}indexes/")
    assert aws.count() == 1


def test_hot_keys_as_insights_counts_them(aws: StubAws, web: Client) -> None:
    rule = f"DynamoDBContributorInsights-PKC-{TABLE}-1"
    aws.reply(
        "DescribeContributorInsights",
        {"TableName": TABLE, "ContributorInsightsStatus": "ENABLED", "ContributorInsightsRuleList": [rule]},
    )
    aws.reply(
        "GetInsightRuleReport",
        {"Contributors": [{"Keys": ["<b>hot"], "ApproximateAggregateValue": 42.0, "Datapoints": []}]},
    )
    text = web.get(f"{HEALTH}keys/").text
    assert "&lt;b&gt;hot" in text
    assert "about 42" in words(text)
    assert "Most used partition keys" in words(text)


def test_without_insights_no_report_is_asked_for(aws: StubAws, web: Client) -> None:
    aws.reply("DescribeContributorInsights", {"TableName": TABLE, "ContributorInsightsStatus": "DISABLED"})
    assert "Contributor Insights is off" in words(web.get(f"{HEALTH}keys/").text)
    assert aws.count() == 1


def test_who_may_turns_insights_on_from_here(aws: StubAws, web: Client, client_for: Any, admin: User) -> None:
    aws.reply("DescribeContributorInsights", {"TableName": TABLE, "ContributorInsightsStatus": "DISABLED"})
    switch = f'href="{BASE}{TABLE}/structure/insights/set/?to=on"'
    assert switch in client_for(admin).get(f"{HEALTH}keys/").text
    assert switch not in web.get(f"{HEALTH}keys/").text


def test_the_last_hour_is_told_by_the_minute(aws: StubAws, web: Client) -> None:
    """A point of a quarter of an hour hides the burst that was throttled."""
    aws.reply("GetMetricData", figures({("ConsumedReadCapacityUnits", "Sum"): 60.0}))
    shown = words(web.get(HEALTH, {"window": "1h"}).text)
    assert "1 hour" in shown
    (body,) = aws.of("GetMetricData")
    assert {query["MetricStat"]["Period"] for query in body["MetricDataQueries"]} == {60}


def test_dax_clusters_are_named(aws: StubAws, web: Client) -> None:
    cluster = {"ClusterName": "front", "Status": "available", "NodeType": "dax.t3.small", "ActiveNodes": 3}
    aws.reply("DescribeClusters", {"Clusters": [cluster]})
    assert "front available, 3 × dax.t3.small" in words(web.get(f"{HEALTH}clusters/").text)


@pytest.mark.parametrize(
    ("panel", "operation"),
    [("indexes", "GetMetricData"), ("keys", "DescribeContributorInsights"), ("clusters", "DescribeClusters")],
)
def test_a_refused_part_says_so_itself(aws: StubAws, web: Client, panel: str, operation: str) -> None:
    aws.fail(operation, "AccessDeniedException", "no")
    refused = web.get(f"{HEALTH}{panel}/", headers={"HX-Request": "true"})
    assert refused.status_code == 502
    assert "AccessDenied" in refused.text
    assert "<html" not in refused.text
    alone = web.get(f"{HEALTH}{panel}/")
    assert alone.status_code == 502
    assert "AccessDenied" in alone.text and "Back to the table's health" in words(alone.text)


@pytest.mark.parametrize("panel", ["indexes", "keys", "clusters"])
def test_without_script_a_part_is_a_page(aws: StubAws, web: Client, panel: str) -> None:
    aws.reply("GetMetricData", figures({}))
    aws.reply("DescribeContributorInsights", {"TableName": TABLE, "ContributorInsightsStatus": "DISABLED"})
    aws.reply("DescribeClusters", {"Clusters": []})
    assert f'<a href="{HEALTH}{panel}/">Show</a>' in web.get(HEALTH).text
    alone = web.get(f"{HEALTH}{panel}/")
    assert alone.status_code == 200 and alone.text.count("<html") == 1
    assert f'href="{HEALTH}"' in alone.text and 'aria-label="Pages of the table"' in alone.text


@pytest.mark.parametrize(
    ("kind", "keys", "leads"),
    [
        ("PKC", ["<b>hot"], f"{BASE}{TABLE}/?where=pk+%3D+%27%3Cb%3Ehot%27&amp;via=table"),
        (
            "SKC",
            ["a", "b/c"],
            f"{BASE}{TABLE}/item/{encode_key({'pk': {'S': 'a'}, 'sk': {'S': 'b/c'}}, ['pk', 'sk'])}/",
        ),
        ("PKC", [""], ""),
        ("SKC", ["a", "x" * 1025], ""),
    ],
)
def test_a_hot_key_leads_to_its_items(
    aws: StubAws, web: Client, kind: str, keys: list[str], leads: str
) -> None:
    """What is no key of the table (AWS shortens what is long) is shown and leads nowhere."""
    rule = f"DynamoDBContributorInsights-{kind}-{TABLE}-1"
    aws.reply(
        "DescribeContributorInsights",
        {"TableName": TABLE, "ContributorInsightsStatus": "ENABLED", "ContributorInsightsRuleList": [rule]},
    )
    contributor = {"Keys": keys, "ApproximateAggregateValue": 42.0, "Datapoints": []}
    aws.reply("GetInsightRuleReport", {"Contributors": [contributor]})
    shown = web.get(f"{HEALTH}keys/", headers={"HX-Request": "true"})
    assert shown.status_code == 200 and "about 42" in words(shown.text)
    assert (f'href="{leads}"' in shown.text) if leads else ("<a " not in shown.text)


def test_too_little_capacity_leads_to_changing_it(
    aws: StubAws, web: Client, client_for: Any, admin: User, place: Place
) -> None:
    stated = description(TABLE)["Table"] | {
        "BillingModeSummary": {"BillingMode": "PROVISIONED"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    aws.reply("DescribeTable", {"Table": stated})
    catalogue.facts(place, TABLE, fresh=True)
    aws.reply("GetMetricData", figures(BUSY))
    leads = f'href="{BASE}{TABLE}/structure/change/capacity/"'
    assert leads in client_for(admin).get(HEALTH).text
    reader = web.get(HEALTH).text
    assert "10.0 of its 5 provisioned read units" in words(reader) and leads not in reader


def test_an_unknown_part_is_404(aws: StubAws, web: Client) -> None:
    assert web.get(f"{HEALTH}nothing/").status_code == 404


def test_the_largest_items_of_a_sample(aws: StubAws, web: Client) -> None:
    small = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    large = {"pk": {"S": "<b>"}, "sk": {"S": "2"}, "text": {"S": "x" * 5000}}
    aws.reply("Scan", page(small, large))
    answer = web.post(f"{HEALTH}sample/")
    assert answer.status_code == 200
    assert answer.text.index("&lt;b&gt;") < answer.text.index("item/sa.s1/")
    (body,) = aws.of("Scan")
    assert "Limit" not in body
    assert body["TotalSegments"] == 1


def test_an_empty_table_has_nothing_to_sample(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page())
    assert "nothing to sample" in words(web.post(f"{HEALTH}sample/").text)
