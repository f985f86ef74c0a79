"""Logs Insights through boto3."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.support import client

SECOND = int(time.time())
GROUP = "/access/prod"
SPAN = {"startTime": SECOND - 3600, "endTime": SECOND + 3600}


@pytest.fixture(scope="module")
def logs(localaws: str) -> Any:
    found = client(localaws, "logs")
    found.create_log_group(logGroupName=GROUP)
    found.create_log_stream(logGroupName=GROUP, logStreamName="s")
    found.put_log_events(
        logGroupName=GROUP,
        logStreamName="s",
        logEvents=[
            {"timestamp": SECOND * 1000 + n, "message": json.dumps({"n": n, "even": n % 2 == 0})}
            for n in range(10)
        ],
    )
    return found


def answered(logs: Any, query: str, **more: Any) -> Any:
    """The whole answer once it is Complete."""
    given = {"logGroupName": GROUP, "queryString": query, **SPAN} | more
    started = logs.start_query(**given)["queryId"]
    end = time.monotonic() + 60
    while (answer := logs.get_query_results(queryId=started))["status"] != "Complete":
        assert time.monotonic() < end
        time.sleep(0.1)
    return answer


def rows(answer: Any) -> list[dict[str, str]]:
    return [{each["field"]: each["value"] for each in row} for row in answer["results"]]


def test_it_works(logs: Any) -> None:
    answer = answered(logs, "fields @timestamp, n | filter n > 6 | sort n asc")
    found = rows(answer)
    assert [row["n"] for row in found] == ["7", "8", "9"]
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(SECOND))
    assert found[0]["@timestamp"] == f"{moment}.007"
    assert answer["statistics"]["recordsMatched"] == 3
    assert answer["statistics"]["recordsScanned"] == 10
    assert answer["statistics"]["bytesScanned"] > 100
    assert [each["field"] for each in answer["results"][0]] == ["@timestamp", "n", "@ptr"]


def test_a_pointer_leads_to_the_whole_record(logs: Any) -> None:
    (row,) = rows(answered(logs, "fields n | filter n = 4"))
    record = logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]
    assert (record["n"], record["even"], record["@message"]) == ("4", "1", '{"n": 4, "even": true}')


def test_groups_have_no_pointer(logs: Any) -> None:
    answer = answered(logs, "stats count(*) as lines by even | sort even")
    assert rows(answer) == [{"even": "0", "lines": "5"}, {"even": "1", "lines": "5"}]


def test_it_runs_before_it_is_complete_and_can_be_stopped(logs: Any) -> None:
    started = logs.start_query(logGroupName=GROUP, queryString="fields n", **SPAN)["queryId"]
    first = logs.get_query_results(queryId=started)
    assert (first["status"], first["results"]) == ("Running", [])
    assert logs.describe_queries(status="Running")["queries"][0]["queryId"] == started
    assert logs.stop_query(queryId=started)["success"] is True
    assert logs.get_query_results(queryId=started)["status"] == "Cancelled"
    with pytest.raises(ClientError, match="already ended"):
        logs.stop_query(queryId=started)


def test_queries_are_listed_by_pages(logs: Any) -> None:
    for n in range(3):
        logs.start_query(logGroupNames=[GROUP], queryString=f"fields n | limit {n + 1}", **SPAN)
    first = logs.describe_queries(logGroupName=GROUP, maxResults=2)
    assert [each["queryString"] for each in first["queries"]] == ["fields n | limit 3", "fields n | limit 2"]
    second = logs.describe_queries(logGroupName=GROUP, maxResults=1, nextToken=first["nextToken"])
    assert second["queries"][0]["queryString"] == "fields n | limit 1"
    assert logs.describe_queries(logGroupName="other")["queries"] == []


def test_limit_of_the_call_and_of_the_query(logs: Any) -> None:
    assert len(answered(logs, "fields n", limit=3)["results"]) == 3
    assert len(answered(logs, "fields n | limit 5", limit=3)["results"]) == 5


def test_only_the_span_is_read(logs: Any) -> None:
    assert answered(logs, "fields n", startTime=SECOND, endTime=SECOND)["statistics"]["recordsScanned"] == 10
    assert answered(logs, "fields n", startTime=SECOND + 1)["results"] == []


def test_by_arn(logs: Any) -> None:
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    started = logs.start_query(logGroupIdentifiers=[arn], queryString="fields n", **SPAN)
    assert started["queryId"]


def test_a_malformed_query_names_its_place(logs: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        logs.start_query(logGroupName=GROUP, queryString="fields n | filtr n = 1", **SPAN)
    answer: Any = refusal.value.response
    assert answer["Error"]["Code"] == "MalformedQueryException"
    assert answer["Error"]["Message"] == "unexpected symbol found filtr at line 1 and position 12"
    assert answer["queryCompileError"]["location"] == {"startCharOffset": 11, "endCharOffset": 16}


@pytest.mark.parametrize(
    ("operation", "values", "wanted"),
    [
        (
            "start_query",
            {"logGroupName": "none", "queryString": "limit 1", **SPAN},
            "ResourceNotFoundException",
        ),
        ("start_query", {"queryString": "limit 1", **SPAN}, "InvalidParameterException"),
        (
            "start_query",
            {"logGroupName": GROUP, "queryString": "limit 1", "startTime": SECOND, "endTime": SECOND - 60},
            "InvalidParameterException",
        ),
        (
            "start_query",
            {"logGroupName": GROUP, "queryString": "limit 1", "queryLanguage": "SQL", **SPAN},
            "InvalidParameterException",
        ),
        ("get_query_results", {"queryId": "x"}, "ResourceNotFoundException"),
        ("stop_query", {"queryId": "x"}, "ResourceNotFoundException"),
        ("get_log_record", {"logRecordPointer": "???"}, "InvalidParameterException"),
    ],
)
def test_refusals(logs: Any, operation: str, values: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ClientError) as refusal:
        getattr(logs, operation)(**values)
    assert refusal.value.response["Error"]["Code"] == wanted
