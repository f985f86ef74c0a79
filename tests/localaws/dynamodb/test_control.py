"""What else the embedded DynamoDB does as AWS: states that take time, time to live, insights, scaling, replicas, PartiQL, metrics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.localaws.dynamodb.ttl import OLDEST, expired
from dashboard.localaws.layer import TOKEN_HEADER
from tests.conftest import RESET_TOKEN as TOKEN
from tests.localaws.dynamodb.support import refused, until
from tests.localaws.support import client, http, simple_table

GROUP = {
    "IndexName": "by-group",
    "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
NEW_INDEX = {
    "AttributeDefinitions": [{"AttributeName": "group", "AttributeType": "S"}],
    "GlobalSecondaryIndexUpdates": [{"Create": GROUP}],
}


def described(dynamodb: Any, name: str) -> dict[str, Any]:
    table: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    return table


def test_it_works(dynamodb: Any) -> None:
    """An index is filled before it can be read, and its table is being updated meanwhile."""
    simple_table(dynamodb, "filled")
    dynamodb.put_item(TableName="filled", Item={"pk": {"S": "a"}, "group": {"S": "g"}})
    answer = dynamodb.update_table(TableName="filled", **NEW_INDEX)["TableDescription"]
    [index] = answer["GlobalSecondaryIndexes"]
    assert (answer["TableStatus"], index["IndexStatus"], index["Backfilling"]) == (
        "UPDATING",
        "CREATING",
        True,
    )
    query = {
        "TableName": "filled",
        "IndexName": "by-group",
        "KeyConditionExpression": "#g = :g",
        "ExpressionAttributeNames": {"#g": "group"},
        "ExpressionAttributeValues": {":g": {"S": "g"}},
    }
    assert refused(dynamodb.query, **query) == (
        "ValidationException",
        "Cannot read from backfilling global secondary index: by-group",
    )
    assert (
        refused(dynamodb.update_table, TableName="filled", DeletionProtectionEnabled=True)[0]
        == "ResourceInUseException"
    )
    assert refused(dynamodb.delete_table, TableName="filled")[0] == "ResourceInUseException"
    until(lambda: described(dynamodb, "filled")["TableStatus"] == "ACTIVE")
    [index] = described(dynamodb, "filled")["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["ItemCount"], "Backfilling" in index) == ("ACTIVE", 1, False)
    assert dynamodb.query(**query)["Count"] == 1
    gone = dynamodb.update_table(
        TableName="filled", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-group"}}]
    )["TableDescription"]
    assert [one["IndexStatus"] for one in gone["GlobalSecondaryIndexes"]] == ["DELETING"]
    assert {one["AttributeName"] for one in gone["AttributeDefinitions"]} == {"pk", "group"}
    until(lambda: "GlobalSecondaryIndexes" not in described(dynamodb, "filled"))
    assert [one["AttributeName"] for one in described(dynamodb, "filled")["AttributeDefinitions"]] == ["pk"]


def test_how_far_an_index_is_filled_is_a_metric(dynamodb: Any, endpoint: str) -> None:
    simple_table(dynamodb, "filling")
    dynamodb.update_table(TableName="filling", **NEW_INDEX)
    described(dynamodb, "filling")
    about = {"TableName": "filling", "GlobalSecondaryIndexName": "by-group"}
    assert metric(endpoint, "OnlineIndexPercentageProgress", "SampleCount", **about) >= 1
    assert 0 <= metric(endpoint, "OnlineIndexPercentageProgress", "Maximum", **about) <= 99


def test_one_index_at_a_time(dynamodb: Any) -> None:
    simple_table(dynamodb, "one-index")
    two = [{"Create": GROUP}, {"Create": GROUP | {"IndexName": "by-group-2"}}]
    code, message = refused(
        dynamodb.update_table, TableName="one-index", **NEW_INDEX | {"GlobalSecondaryIndexUpdates": two}
    )
    assert code == "LimitExceededException"
    assert "Only 1 online index can be created or deleted simultaneously per table" in message


def live(dynamodb: Any, name: str, enabled: bool, attribute: str = "gone") -> Any:
    return dynamodb.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}
    )


def test_repeats_of_time_to_live_are_refused(dynamodb: Any) -> None:
    simple_table(dynamodb, "mortal")

    def again(enabled: bool, attribute: str = "gone") -> str:
        code, message = refused(
            dynamodb.update_time_to_live,
            TableName="mortal",
            TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute},
        )
        assert code == "ValidationException"
        return message

    assert again(False) == "TimeToLive is already disabled"
    live(dynamodb, "mortal", True)
    assert again(True) == "TimeToLive is already enabled"
    different = "TimeToLive is active on a different AttributeName: current AttributeName is gone"
    assert again(True, "other") == different
    assert again(False, "other") == different
    live(dynamodb, "mortal", False)
    assert dynamodb.describe_time_to_live(TableName="mortal")["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "DISABLED"
    }


@pytest.mark.parametrize(
    ("value", "gone"),
    [
        ({"N": "1000"}, True),
        ({"N": "999.5"}, True),
        ({"N": "1001"}, False),
        ({"S": "1"}, False),
        ({"N": str(1000 - OLDEST)}, False),
        (None, False),
    ],
)
def test_what_has_expired(value: Any, gone: bool) -> None:
    assert expired({"gone": value} if value else {}, "gone", 1000.0) is gone


def test_contributor_insights(dynamodb: Any) -> None:
    simple_table(dynamodb, "insight", index=True)
    given = {"TableName": "insight", "IndexName": "by-group"}
    answer = dynamodb.update_contributor_insights(**given, ContributorInsightsAction="ENABLE")
    assert answer["ContributorInsightsStatus"] == "ENABLING"
    until(lambda: dynamodb.describe_contributor_insights(**given)["ContributorInsightsStatus"] == "ENABLED")
    rules = dynamodb.describe_contributor_insights(**given)["ContributorInsightsRuleList"]
    assert sorted(rule.split("-")[1] for rule in rules) == ["PKC", "PKT", "SKC", "SKT"]
    [listed] = dynamodb.list_contributor_insights(TableName="insight")["ContributorInsightsSummaries"]
    assert (listed["IndexName"], listed["ContributorInsightsStatus"]) == ("by-group", "ENABLED")
    dynamodb.update_contributor_insights(**given, ContributorInsightsAction="DISABLE")
    until(lambda: dynamodb.describe_contributor_insights(**given)["ContributorInsightsStatus"] == "DISABLED")
    missing = {"TableName": "insight", "IndexName": "nothing"}
    assert refused(dynamodb.describe_contributor_insights, **missing)[0] == "ResourceNotFoundException"


def test_auto_scaling_targets_and_policies(dynamodb: Any, endpoint: str) -> None:
    simple_table(dynamodb, "scaled")
    scaling = client(endpoint, "application-autoscaling")
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/scaled",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    policy = {
        "PolicyName": "reads",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
        },
    }
    assert refused(scaling.put_scaling_policy, **place, **policy)[0] == "ObjectNotFoundException"
    scaling.register_scalable_target(**place, MinCapacity=5, MaxCapacity=50)
    scaling.register_scalable_target(**place, MaxCapacity=60)
    [target] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 60)
    assert len(scaling.put_scaling_policy(**place, **policy)["Alarms"]) == 3
    [found] = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    assert found["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70.0
    scaling.deregister_scalable_target(**place)
    assert scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"] == []
    nowhere = place | {"ResourceId": "table/nowhere"}
    assert (
        refused(scaling.register_scalable_target, **nowhere, MinCapacity=1, MaxCapacity=2)[0]
        == "ValidationException"
    )


def test_a_replica_has_the_items_and_follows(dynamodb: Any, endpoint: str) -> None:
    simple_table(dynamodb, "global", index=True)
    dynamodb.put_item(TableName="global", Item={"pk": {"S": "a"}})
    answer = dynamodb.update_table(
        TableName="global", ReplicaUpdates=[{"Create": {"RegionName": "us-east-1"}}]
    )["TableDescription"]
    assert [(one["RegionName"], one["ReplicaStatus"]) for one in answer["Replicas"]] == [
        ("us-east-1", "CREATING")
    ]
    until(lambda: described(dynamodb, "global")["Replicas"][0]["ReplicaStatus"] == "ACTIVE")
    other = client(endpoint, region="us-east-1")
    dynamodb.put_item(TableName="global", Item={"pk": {"S": "b"}})
    other.put_item(TableName="global", Item={"pk": {"S": "c"}})
    for each in (dynamodb, other):
        assert {item["pk"]["S"] for item in each.scan(TableName="global")["Items"]} == {"a", "b", "c"}
        assert described(each, "global")["ItemCount"] == 3


def statement(dynamodb: Any, text: str, **more: Any) -> Any:
    return dynamodb.execute_statement(Statement=text, **more)


def test_partiql_in_pages(dynamodb: Any) -> None:
    simple_table(dynamodb, "pages", "S", "N")
    for number in range(25):
        dynamodb.put_item(TableName="pages", Item={"pk": {"S": "p"}, "sk": {"N": str(number)}})
    found: list[int] = []
    sizes = []
    more: dict[str, Any] = {}
    while True:
        page = statement(dynamodb, "SELECT * FROM pages WHERE pk = 'p'", Limit=10, **more)
        found += [int(item["sk"]["N"]) for item in page["Items"]]
        sizes.append(len(page["Items"]))
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert (found, sizes) == (list(range(25)), [10, 10, 5])
    filtered = statement(dynamodb, "SELECT * FROM pages WHERE sk > 19", Limit=10)
    assert (filtered["Items"], "NextToken" in filtered) == (
        [],
        True,
    )  # what is evaluated counts, not what is left
    first = statement(dynamodb, "SELECT * FROM pages", Limit=1, ReturnConsumedCapacity="TOTAL")
    assert first["ConsumedCapacity"]["CapacityUnits"] == 0.5
    for token in (first["NextToken"], "nonsense"):
        given = {"Statement": "SELECT sk FROM pages", "NextToken": token}
        assert refused(dynamodb.execute_statement, **given)[0] == "ValidationException"


def test_partiql_reads_what_its_key_names(dynamodb: Any) -> None:
    """IN and OR of the partition key read those partitions only; an index costs its own entries, page by page."""
    simple_table(dynamodb, "reached", index=True)
    for name in "abcdef":
        item = {
            "pk": {"S": name},
            "group": {"S": "g"},
            "rank": {"N": str(ord(name))},
            "fill": {"S": "x" * 9000},
        }
        dynamodb.put_item(TableName="reached", Item=item)

    def units(text: str, **more: Any) -> tuple[int, float]:
        page = statement(dynamodb, text, ReturnConsumedCapacity="TOTAL", **more)
        return len(page["Items"]), page["ConsumedCapacity"]["CapacityUnits"]

    assert units("SELECT * FROM reached WHERE pk IN ['a', 'b']") == (2, 2.5)
    assert units("SELECT * FROM reached WHERE pk = 'a' OR pk = 'b'") == (2, 2.5)
    assert units("SELECT * FROM reached WHERE pk = 'a' OR fill = 'y'") == (1, 7.0)
    index = dynamodb.describe_table(TableName="reached")["Table"]["GlobalSecondaryIndexes"][0]["IndexName"]
    read = f'SELECT * FROM "reached"."{index}" WHERE "group" = \'g\''
    assert units(read)[0] == 6
    found: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = statement(dynamodb, read, Limit=4, ReturnConsumedCapacity="INDEXES", **more)
        found += [item["pk"]["S"] for item in page["Items"]]
        assert set(page["ConsumedCapacity"]["GlobalSecondaryIndexes"]) == {index}
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == list("abcdef")
    given = {"Statement": 'SELECT * FROM "reached"."none"'}
    assert refused(dynamodb.execute_statement, **given)[0] == "ValidationException"


def test_partiql_transactions_state_reasons_as_aws(dynamodb: Any) -> None:
    simple_table(dynamodb, "reasons")
    dynamodb.put_item(TableName="reasons", Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    asked = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    told = []
    for text in (
        "UPDATE reasons SET n = 2 WHERE pk = 'a' AND n = 9",
        "INSERT INTO reasons VALUE {'pk': 'a'}",
    ):
        statements = [{"Statement": "INSERT INTO reasons VALUE {'pk': 'new'}"}, {"Statement": text, **asked}]
        with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
            dynamodb.execute_transaction(TransactStatements=statements)
        told.append(cancelled.value.response["CancellationReasons"])
    assert [reason["Code"] for reason in told[0]] == ["None", "ConditionalCheckFailed"]
    assert told[0][1]["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert [reason["Code"] for reason in told[1]] == ["None", "DuplicateItem"]
    assert "Item" not in dynamodb.get_item(TableName="reasons", Key={"pk": {"S": "new"}})


def metric(endpoint: str, name: str, statistic: str = "Sum", **dimensions: str) -> float:
    now = datetime.now(UTC)
    answer = client(endpoint, "cloudwatch").get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=[statistic],
    )
    return float(sum(point[statistic] for point in answer["Datapoints"]))


def test_metrics_of_the_traffic(dynamodb: Any, endpoint: str) -> None:
    simple_table(dynamodb, "measured", index=True)
    item = {"pk": {"S": "a"}, "group": {"S": "g"}, "rank": {"N": "1"}, "fill": {"S": "x" * 1500}}
    dynamodb.put_item(TableName="measured", Item=item)
    dynamodb.batch_write_item(RequestItems={"measured": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}}]})
    dynamodb.scan(TableName="measured", ConsistentRead=True)
    refused(
        dynamodb.put_item,
        TableName="measured",
        Item={"pk": {"S": "a"}},
        ConditionExpression="attribute_not_exists(pk)",
    )
    rule = b'{"kind":"throttled","operation":"GetItem"}'
    http(f"{endpoint}/_local/faults", "POST", rule, **{TOKEN_HEADER: TOKEN})
    refused(dynamodb.get_item, TableName="measured", Key={"pk": {"S": "a"}})
    http(f"{endpoint}/_local/faults", "DELETE", None, **{TOKEN_HEADER: TOKEN})
    about = {"TableName": "measured"}
    assert metric(endpoint, "ConsumedWriteCapacityUnits", **about) == 3.0
    assert metric(endpoint, "ConsumedWriteCapacityUnits", **about, GlobalSecondaryIndexName="by-group") == 2.0
    assert metric(endpoint, "ConsumedReadCapacityUnits", **about) == 1.0
    assert metric(endpoint, "ReturnedItemCount", **about, Operation="Scan") == 2.0
    assert metric(endpoint, "SuccessfulRequestLatency", "SampleCount", **about, Operation="PutItem") == 1.0
    assert metric(endpoint, "ConditionalCheckFailedRequests", **about) == 1.0
    assert metric(endpoint, "ThrottledRequests", **about, Operation="GetItem") == 1.0
    assert metric(endpoint, "ReadThrottleEvents", **about) == 1.0


def test_an_operation_that_is_none_is_an_error_that_the_sdk_reads(endpoint: str) -> None:
    for operation in ("PutStatement", "_reset", "Reset", "Tokenize", "SetItem", ""):
        signed = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request"
        status, text = http(
            endpoint, "POST", b"{}", Authorization=signed, X_Amz_Target=f"DynamoDB_20120810.{operation}"
        )
        assert (status, "UnknownOperationException" in text) == (400, True), operation


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"TableName": "\\ud800"}'])
def test_a_body_that_is_no_object_is_an_error_that_the_sdk_reads(endpoint: str, body: bytes) -> None:
    signed = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request"
    status, text = http(endpoint, "POST", body, Authorization=signed, X_Amz_Target="DynamoDB_20120810.Scan")
    assert (status, "SerializationException" in text) == (400, True)


def test_eight_clients_at_once_lose_nothing(dynamodb: Any) -> None:
    """Every increment of a counter counts."""
    from concurrent.futures import ThreadPoolExecutor

    simple_table(dynamodb, "counter")

    def add(_: int) -> None:
        dynamodb.update_item(
            TableName="counter",
            Key={"pk": {"S": "a"}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))
    assert dynamodb.get_item(TableName="counter", Key={"pk": {"S": "a"}})["Item"]["n"] == {"N": "80"}
