"""Calls are counted and logged, without a secret or a value."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace

import pytest

from dashboard.aws import calls, clients, dynamodb
from dashboard.aws.target import Credentials, Target
from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import AwsError
from dashboard.core.expressions import Compare, Set
from tests.aws.test_items import KEY
from tests.stub.server import StubAws

SECRET = "value-of-a-customer"
ROLE = Credentials("role", role_arn="arn:aws:iam::123456789012:role/ops", external_id="outside-id")


def test_it_works(stub: StubAws, target: Target, caplog: pytest.LogCaptureFixture) -> None:
    stub.reply("Scan", {"Items": [], "ScannedCount": 0, "ConsumedCapacity": {"CapacityUnits": 2.5}})
    stub.drop("Scan")
    with caplog.at_level(logging.INFO, "gatehouse.aws"), calls.collect("our-id") as made:
        dynamodb.read(target, ReadRequest("t"))
    (call,) = made.made
    assert (call.service, call.operation, call.resource) == ("dynamodb", "Scan", "table:t")
    assert (call.units, call.retries, call.error) == (2.5, 1, "")
    assert call.ms > 0
    assert call.request_id.startswith("STUB")
    line = caplog.records[0].__dict__
    assert {name: line[name] for name in ("operation", "resource", "units", "retries")} == {
        "operation": "Scan",
        "resource": "table:t",
        "units": 2.5,
        "retries": 1,
    }
    assert (line["aws_request_id"], line["request_id"], line["ms"]) == (call.request_id, "our-id", call.ms)


def test_a_failure_is_counted_too(stub: StubAws, target: Target, caplog: pytest.LogCaptureFixture) -> None:
    stub.fail("Scan", "AccessDeniedException", "no")
    with calls.collect() as made, pytest.raises(AwsError):
        dynamodb.read(target, ReadRequest("t"))
    assert [(call.error, call.retries) for call in made.made] == [("AccessDeniedException", 0)]
    assert [record.levelname for record in caplog.records if record.name == "gatehouse.aws"] == ["WARNING"]


@pytest.mark.usefixtures("fresh")
def test_the_calls_that_a_role_costs_are_counted(stub: StubAws, target: Target) -> None:
    stub.reply("GetItem", {})
    with calls.collect() as made:
        dynamodb.get_item(replace(target, credentials=ROLE), "t", KEY)
        dynamodb.get_item(replace(target, credentials=ROLE), "t", KEY)
    assert [call.operation for call in made.made] == ["AssumeRole", "GetItem", "GetItem"]
    assert [call.retries for call in made.made] == [0, 0, 0]


def test_threads_count_into_the_request_they_work_for(stub: StubAws, target: Target) -> None:
    stub.reply("GetItem", {})
    with calls.collect() as made, ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(copy_context().run, dynamodb.get_item, target, "t", KEY) for _ in range(8)]
        for one in waiting:
            one.result()
    assert len(made.made) == 8


@pytest.mark.usefixtures("fresh")
def test_no_log_at_any_level_holds_a_secret_or_a_value(
    stub: StubAws, target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("botocore", "pynamodb"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    clients.forget()
    item = {"pk": {"S": SECRET}}
    stub.reply("GetItem", {"Item": item})
    stub.reply("UpdateItem", {"Attributes": item})
    stub.fail("PutItem", "ConditionalCheckFailedException", f"failed for {SECRET}", Item=item)
    there = replace(target, credentials=ROLE)
    with caplog.at_level(logging.DEBUG):
        dynamodb.get_item(there, "t", item)
        condition = Compare((SECRET,), "=", item["pk"])
        dynamodb.update_item(
            there, "t", item, actions=[Set(("a",), item["pk"])], condition=condition, change="c"
        )
        with pytest.raises(AwsError):
            dynamodb.put_item(there, "t", item, condition=condition, change="c")
    lines = [json.dumps(record.__dict__, default=str) + record.getMessage() for record in caplog.records]
    assert any('"operation": "UpdateItem"' in line for line in lines)
    for word in (SECRET, "stub-secret", "stub-token", "outside-id", "AWS4-HMAC"):
        assert not [line for line in lines if word in line]
