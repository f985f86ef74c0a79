"""Streams, hot keys and DAX of the embedded AWS, through our own door."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from dashboard.aws import cloudwatch, dax
from dashboard.aws.dynamodb import describe_table, streams
from dashboard.aws.dynamodb.extras import describe_insights
from dashboard.aws.target import Credentials, Target
from dashboard.core.errors import AwsError, Kind
from dashboard.core.streams import Record

REGION = "eu-central-1"


@pytest.fixture
def target(endpoint: str) -> Target:
    return Target(region=REGION, credentials=Credentials("default"), endpoint=endpoint)


@pytest.fixture
def table(dynamodb: Any) -> Iterator[str]:
    name = f"streamed-{uuid4().hex[:8]}"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield name
    dynamodb.delete_table(TableName=name)


def everything(target: Target, arn: str) -> list[Record]:
    (shard,) = streams.describe_stream(target, arn).shards
    iterator = streams.shard_iterator(target, arn, shard.id, "TRIM_HORIZON")
    return list(streams.get_records(target, arn, iterator).records)


def test_it_works(dynamodb: Any, target: Target, table: str) -> None:
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "raw": {"B": b"\x00\xff"}, "n": {"N": "1.50"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "2"}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    arn = describe_table(target, table).stream_arn
    found = everything(target, arn)
    assert [record.kind for record in found] == ["INSERT", "MODIFY", "REMOVE"]
    assert found[0].new is not None
    assert found[0].new["raw"] == {"B": "AP8="}
    assert (found[1].old, found[1].new) == (found[0].new, {"pk": {"S": "a"}, "n": {"N": "2"}})
    assert datetime.fromisoformat(found[0].time).tzinfo is not None
    after = streams.shard_iterator(
        target,
        arn,
        streams.describe_stream(target, arn).shards[0].id,
        "AFTER_SEQUENCE_NUMBER",
        found[0].sequence,
    )
    assert [each.kind for each in streams.get_records(target, arn, after).records] == ["MODIFY", "REMOVE"]


def test_a_stream_that_is_not_there_is_not_found(target: Target, table: str) -> None:
    arn = describe_table(target, table).stream_arn
    with pytest.raises(AwsError) as refused:
        streams.describe_stream(target, arn.replace(table, "another"))
    assert refused.value.kind is Kind.NOT_FOUND


def test_insights_count_the_keys_that_are_used(dynamodb: Any, target: Target, table: str) -> None:
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "before"}})
    dynamodb.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    for key in ("hot", "hot", "cold"):
        dynamodb.get_item(TableName=table, Key={"pk": {"S": key}})
    deadline = time.monotonic() + 60
    while describe_insights(target, table).status != "ENABLED" and time.monotonic() < deadline:
        time.sleep(0.1)
    (used, throttled) = describe_insights(target, table).rules
    now = datetime.now(UTC)
    report = cloudwatch.get_insight_rule_report(
        target, used, now - timedelta(hours=1), now + timedelta(minutes=1)
    )
    assert [(each.keys, each.value) for each in report] == [(("hot",), 2.0), (("cold",), 1.0)]
    assert cloudwatch.get_insight_rule_report(target, throttled, now - timedelta(hours=1), now) == ()


def test_a_rule_that_is_not_there_is_refused(target: Target) -> None:
    now = datetime.now(UTC)
    with pytest.raises(AwsError) as refused:
        cloudwatch.get_insight_rule_report(target, "nothing", now - timedelta(hours=1), now)
    assert refused.value.kind is Kind.NOT_FOUND


def test_there_is_no_dax(target: Target) -> None:
    assert dax.describe_clusters(target) == ()
