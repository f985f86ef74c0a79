"""Rules of faults, and the rates of API Gateway's control plane, as tables."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dashboard.localaws.faults.asked import Asked, asked, gateway_operation
from dashboard.localaws.faults.limits import Limits
from dashboard.localaws.faults.rules import Faults, RuleError
from dashboard.localaws.faults.unprocessed import split
from dashboard.localaws.head import Head

SCAN = Asked("dynamodb", "eu-central-1", "Scan", ("orders",))


def befallen(rule: dict[str, Any], request: Asked = SCAN, times: int = 1) -> list[str]:
    faults = Faults(random.Random(7))
    faults.add(rule)
    return [faults.verdict(request).kind for _ in range(times)]


def test_it_works() -> None:
    assert befallen({"kind": "throttled"}) == ["throttled"]


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ({"service": "dynamodb"}, True),
        ({"service": "logs"}, False),
        ({"operation": "Scan"}, True),
        ({"operation": "[GP]*"}, False),
        ({"resource": "ord*"}, True),
        ({"resource": "customers"}, False),
        ({"service": "d*", "operation": "S*", "resource": "orders"}, True),
    ],
)
def test_a_rule_is_about_what_it_names(rule: dict[str, Any], hit: bool) -> None:
    assert befallen({"kind": "500", **rule}) == ["500" if hit else ""]


def test_every_third() -> None:
    assert befallen({"kind": "drop", "every": 3}, times=7) == ["", "", "drop", "", "", "drop", ""]


def test_a_probability() -> None:
    assert 200 < sum(map(bool, befallen({"kind": "expired", "probability": 0.25}, times=1000))) < 300
    assert befallen({"kind": "expired", "probability": 0}) == [""]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ([], None),
        ("throttled", "A rule is a JSON object"),
        ({}, "kind is one of"),
        ({"kind": "teapot"}, "kind is one of"),
        ({"kind": "500", "table": "x"}, "'table' is no field"),
        ({"kind": "500", "service": ""}, "service is a pattern"),
        ({"kind": "500", "probability": 1.5}, "probability is a number"),
        ({"kind": "500", "every": 0}, "every is a whole number"),
        ({"kind": "500", "every": 2, "probability": 0.5}, "exclude each other"),
        ({"kind": "latency"}, "milliseconds"),
        ({"kind": "500", "milliseconds": 5}, "milliseconds"),
        ({"kind": "latency", "milliseconds": 10**9}, "milliseconds"),
        ({"kind": "unprocessed"}, "share"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_none_is_taken(rule: Any, sentence: str | None) -> None:
    faults = Faults()
    if sentence is None:
        assert faults.add(rule) == []
        return
    with pytest.raises(RuleError, match=sentence):
        faults.add([{"kind": "500"}, rule])
    assert not faults


def test_what_befell_is_counted_and_rules_go() -> None:
    faults = Faults()
    first, second = faults.add([{"kind": "500", "every": 2}, {"kind": "latency", "milliseconds": 20}])
    for _ in range(4):
        assert faults.verdict(SCAN).milliseconds == 20
    assert [(one["met"], one["hit"]) for one in faults.listed()] == [(4, 2), (4, 4)]
    assert faults.clear(first.id)
    assert [one["id"] for one in faults.listed()] == [second.id]
    assert not faults.clear("99")
    faults.clear()
    assert not faults


@pytest.mark.parametrize(
    ("method", "path", "query", "operation"),
    [
        ("POST", "/restapis", "", "CreateRestApi"),
        ("POST", "/restapis", "mode=import&failonwarnings=true", "ImportRestApi"),
        ("POST", "/apikeys", "mode=import&format=csv", "ImportApiKeys"),
        ("POST", "/apikeys", "", "CreateApiKey"),
        ("GET", "/restapis/abc/resources", "limit=5", "GetResources"),
        ("GET", "/restapis/abc/resources/xyz", "", "GetResource"),
        ("PATCH", "/usageplans/p", "", "UpdateUsagePlan"),
        ("GET", "/usageplans/p/usage", "startDate=2026-01-01", "GetUsage"),
        ("POST", "/v2/vpclinks", "", "CreateVpcLink"),
        ("GET", "/v2/apis/a/routes", "", "GetRoutes"),
        ("GET", "/nothing", "", ""),
    ],
)
def test_api_gateways_operations_have_names(method: str, path: str, query: str, operation: str) -> None:
    assert gateway_operation(method, path, query) == operation


@pytest.mark.parametrize(
    ("target", "body", "names"),
    [
        ("DynamoDB_20120810.Scan", b'{"TableName":"a"}', ("a",)),
        ("DynamoDB_20120810.BatchWriteItem", b'{"RequestItems":{"a":[],"b":[]}}', ("a", "b")),
        ("DynamoDB_20120810.TransactWriteItems", b'{"TransactItems":[{"Put":{"TableName":"c"}}]}', ("c",)),
        ("DynamoDB_20120810.ExecuteStatement", b'{"Statement":"SELECT * FROM \\"a-b\\".\\"i\\""}', ("a-b",)),
        ("Logs_20140328.PutLogEvents", b'{"logGroupName":"g"}', ("g",)),
        ("DynamoDB_20120810.Scan", b"not json", ()),
        ("DynamoDB_20120810.Scan", b"[]", ()),
    ],
)
def test_what_a_request_is_about(target: str, body: bytes, names: tuple[str, ...]) -> None:
    request = asked(Head("POST", "/", {"x-amz-target": target}), "/", "", body)
    assert request.resources == names
    assert request.operation == target.rpartition(".")[2]


@pytest.mark.parametrize(("share", "left"), [(0.0, 0), (0.2, 2), (0.25, 3), (1.0, 10)])
def test_the_share_that_is_left(share: float, left: int) -> None:
    items = {"a": [{"n": n} for n in range(6)], "b": [{"n": n} for n in range(4)]}
    done, rest = split(items, share)
    assert sum(map(len, rest.values())) == left
    assert {name: done.get(name, []) + rest.get(name, []) for name in items} == items


def test_keys_that_are_left_keep_how_they_are_read() -> None:
    done, rest = split({"a": {"Keys": [1, 2], "ConsistentRead": True}}, 0.5)
    assert done == {"a": {"Keys": [1], "ConsistentRead": True}}
    assert rest == {"a": {"Keys": [2], "ConsistentRead": True}}


def gateway(operation: str, path: str = "/x", body: bytes = b"", query: str = "") -> Asked:
    return Asked("apigateway", "eu-central-1", operation, (path,), body, query)


REGIONAL = b'{"endpointConfiguration":{"types":["REGIONAL"]}}'


@pytest.mark.parametrize(
    ("request_", "count", "seconds"),
    [
        (gateway("CreateApiKey"), 5, 1),
        (gateway("GetResources"), 5, 1),
        (gateway("UpdateUsagePlan"), 1, 20),
        (gateway("CreateRestApi", body=REGIONAL), 1, 3),
        (gateway("CreateRestApi"), 1, 30),
        (gateway("ImportRestApi", query="endpointConfigurationTypes=REGIONAL"), 1, 3),
        (gateway("CreateVpcLink", "/v2/vpclinks"), 1, 15),
        (gateway("CreateVpcLink", "/vpclinks"), 40, 1),
        (gateway("GetRestApis"), 40, 1),
    ],
    ids=str,
)
def test_the_rates_of_the_control_plane(request_: Asked, count: int, seconds: int) -> None:
    now = 1000.0
    limits = Limits(clock=lambda: now)
    for _ in range(count):
        assert limits.refusal(request_) is None
    refused = limits.refusal(request_)
    assert refused is not None
    assert refused.status == 429
    assert dict(refused.headers)["retry-after"] == str(seconds)
    assert dict(refused.headers)["x-amzn-errortype"] == "TooManyRequestsException"
    now += seconds
    assert limits.refusal(request_) is None


def test_other_services_have_no_such_rates() -> None:
    limits = Limits(clock=lambda: 0.0)
    assert all(limits.refusal(SCAN) is None for _ in range(100))
