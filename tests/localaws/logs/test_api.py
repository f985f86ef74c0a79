"""CloudWatch Logs through boto3."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.localaws.server import running
from tests.localaws.support import client

NOW = int(time.time() * 1000)


@pytest.fixture(scope="module")
def logs(localaws: str) -> Any:
    return client(localaws, "logs")


@pytest.fixture(scope="module")
def filled(logs: Any) -> Any:
    """Ten lines in each of two streams, a second apart."""
    logs.create_log_group(logGroupName="/access/prod")
    for stream in ("one", "two"):
        logs.create_log_stream(logGroupName="/access/prod", logStreamName=stream)
        logs.put_log_events(
            logGroupName="/access/prod",
            logStreamName=stream,
            logEvents=[
                {"timestamp": NOW + n * 1000, "message": f'{{"n": {n}, "stream": "{stream}"}}'}
                for n in range(10)
            ],
        )
    return logs


def messages(answer: Any) -> list[str]:
    return [event["message"] for event in answer["events"]]


def code(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refusal.value.response["Error"]["Code"])


def test_it_works(filled: Any) -> None:
    (group,) = filled.describe_log_groups(logGroupNamePrefix="/access")["logGroups"]
    assert group["logGroupName"] == "/access/prod"
    assert group["arn"] == "arn:aws:logs:eu-central-1:000000000000:log-group:/access/prod:*"
    streams = filled.describe_log_streams(logGroupName="/access/prod")["logStreams"]
    assert [each["logStreamName"] for each in streams] == ["one", "two"]
    assert (streams[0]["firstEventTimestamp"], streams[0]["lastEventTimestamp"]) == (NOW, NOW + 9000)
    answer = filled.filter_log_events(logGroupName="/access/prod", filterPattern="{ $.n = 3 }")
    assert messages(answer) == ['{"n": 3, "stream": "one"}', '{"n": 3, "stream": "two"}']


def test_a_stream_is_read_forwards_and_back(filled: Any) -> None:
    place = {"logGroupName": "/access/prod", "logStreamName": "one", "limit": 4}
    last = filled.get_log_events(**place)
    assert [m[:7] for m in messages(last)] == ['{"n": 6', '{"n": 7', '{"n": 8', '{"n": 9']
    before = filled.get_log_events(**place, nextToken=last["nextBackwardToken"])
    assert messages(before)[0].startswith('{"n": 2')
    end = filled.get_log_events(**place, nextToken=last["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], last["nextForwardToken"])
    first = filled.get_log_events(**place, startFromHead=True)
    assert messages(first)[0].startswith('{"n": 0')


def test_filtering_by_time_stream_and_page(filled: Any) -> None:
    place = {"logGroupName": "/access/prod"}
    some = filled.filter_log_events(**place, startTime=NOW + 2000, endTime=NOW + 4000, logStreamNames=["two"])
    assert messages(some) == ['{"n": 2, "stream": "two"}', '{"n": 3, "stream": "two"}']
    assert len(messages(filled.filter_log_events(**place, logStreamNamePrefix="o"))) == 10
    pages = filled.get_paginator("filter_log_events").paginate(**place, PaginationConfig={"PageSize": 6})
    found = [event for page in pages for event in page["events"]]
    assert len(found) == len({event["eventId"] for event in found}) == 20


def test_groups_page_and_are_found_by_a_part(logs: Any) -> None:
    for n in range(60):
        logs.create_log_group(logGroupName=f"many/{n:02}")
    pages = list(logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="many/"))
    assert [len(page["logGroups"]) for page in pages] == [50, 10]
    found = logs.describe_log_groups(logGroupNamePattern="ANY/59")["logGroups"]
    assert [group["logGroupName"] for group in found] == ["many/59"]


def test_streams_in_order_of_their_last_event(logs: Any) -> None:
    logs.create_log_group(logGroupName="ordered")
    for name, when in (("a", 2), ("b", 3), ("c", 1)):
        logs.create_log_stream(logGroupName="ordered", logStreamName=name)
        event = {"timestamp": NOW + when, "message": "x"}
        logs.put_log_events(logGroupName="ordered", logStreamName=name, logEvents=[event])
    answer = logs.describe_log_streams(logGroupName="ordered", orderBy="LastEventTime", descending=True)
    assert [each["logStreamName"] for each in answer["logStreams"]] == ["b", "a", "c"]


def test_retention_and_deleting(logs: Any) -> None:
    logs.create_log_group(logGroupName="kept")
    logs.put_retention_policy(logGroupName="kept", retentionInDays=7)
    assert logs.describe_log_groups(logGroupNamePrefix="kept")["logGroups"][0]["retentionInDays"] == 7
    logs.delete_retention_policy(logGroupName="kept")
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix="kept")["logGroups"][0]
    logs.create_log_stream(logGroupName="kept", logStreamName="s")
    logs.delete_log_stream(logGroupName="kept", logStreamName="s")
    assert logs.describe_log_streams(logGroupName="kept")["logStreams"] == []
    logs.delete_log_group(logGroupName="kept")
    with pytest.raises(ClientError, match="does not exist") as refusal:
        logs.describe_log_streams(logGroupName="kept")
    assert code(refusal) == "ResourceNotFoundException"


def test_events_of_another_time_are_left_out(logs: Any) -> None:
    logs.create_log_group(logGroupName="times")
    logs.create_log_stream(logGroupName="times", logStreamName="s")
    place = {"logGroupName": "times", "logStreamName": "s"}
    old = [{"timestamp": NOW - 15 * 86_400_000, "message": "old"}]
    assert logs.put_log_events(**place, logEvents=old)["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 1
    }
    new = [{"timestamp": NOW, "message": "now"}, {"timestamp": NOW + 3 * 3_600_000, "message": "new"}]
    assert logs.put_log_events(**place, logEvents=new)["rejectedLogEventsInfo"] == {
        "tooNewLogEventStartIndex": 1
    }
    assert messages(logs.get_log_events(**place)) == ["now"]


@pytest.mark.parametrize(
    ("operation", "values", "wanted"),
    [
        ("create_log_group", {"logGroupName": "/access/prod"}, "ResourceAlreadyExistsException"),
        ("create_log_group", {"logGroupName": "a b"}, "InvalidParameterException"),
        (
            "create_log_stream",
            {"logGroupName": "/access/prod", "logStreamName": "one"},
            "ResourceAlreadyExistsException",
        ),
        (
            "create_log_stream",
            {"logGroupName": "/access/prod", "logStreamName": "a:b"},
            "InvalidParameterException",
        ),
        (
            "get_log_events",
            {"logGroupName": "/access/prod", "logStreamName": "x"},
            "ResourceNotFoundException",
        ),
        ("filter_log_events", {"logGroupName": "none"}, "ResourceNotFoundException"),
        (
            "filter_log_events",
            {"logGroupName": "/access/prod", "filterPattern": "{ $.a }"},
            "InvalidParameterException",
        ),
        (
            "put_retention_policy",
            {"logGroupName": "/access/prod", "retentionInDays": 8},
            "InvalidParameterException",
        ),
        ("describe_log_groups", {"nextToken": "x"}, "InvalidParameterException"),
        ("describe_queries", {"nextToken": "x"}, "InvalidParameterException"),
        (
            "put_log_events",
            {
                "logGroupName": "/access/prod",
                "logStreamName": "one",
                "logEvents": [{"timestamp": NOW, "message": "b"}, {"timestamp": NOW - 1, "message": "a"}],
            },
            "InvalidParameterException",
        ),
    ],
)
def test_refusals(filled: Any, operation: str, values: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ClientError) as refusal:
        getattr(filled, operation)(**values)
    assert code(refusal) == wanted


def test_metrics_and_logs_survive_a_restart(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as address:
        logs = client(address, "logs")
        logs.create_log_group(logGroupName="g", tags={"team": "ops"})
        logs.create_log_stream(logGroupName="g", logStreamName="s")
        event = {"timestamp": NOW, "message": "stays"}
        logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])
        client(address, "cloudwatch").put_metric_data(
            Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}]
        )
    with running(state_dir=tmp_path) as address:
        assert messages(client(address, "logs").filter_log_events(logGroupName="g")) == ["stays"]
        assert len(client(address, "cloudwatch").list_metrics()["Metrics"]) == 1
