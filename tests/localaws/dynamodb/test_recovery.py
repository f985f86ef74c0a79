"""Backups and point-in-time recovery bring back the data of the moment; exports write it as files that others read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from typing import Any

import pytest

from tests.localaws.dynamodb.support import refused, until
from tests.localaws.support import client, simple_table


def items(dynamodb: Any, name: str) -> dict[str, str]:
    return {one["pk"]["S"]: one["v"]["S"] for one in dynamodb.scan(TableName=name)["Items"]}


def put(dynamodb: Any, name: str, **values: str) -> None:
    for key, value in values.items():
        dynamodb.put_item(TableName=name, Item={"pk": {"S": key}, "v": {"S": value}})


def ready(dynamodb: Any, name: str) -> Any:
    def active() -> Any:
        table = dynamodb.describe_table(TableName=name)["Table"]
        return table["TableStatus"] == "ACTIVE" and table

    return until(active)


def recovering(dynamodb: Any, name: str) -> None:
    simple_table(dynamodb, name, index=True)
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def test_it_works(dynamodb: Any) -> None:
    recovering(dynamodb, "past")
    put(dynamodb, "past", a="1", b="1", c="1")
    time.sleep(0.02)
    moment = time.time()
    time.sleep(1.1)  # boto3 sends whole seconds
    put(dynamodb, "past", a="2", d="2")
    dynamodb.delete_item(TableName="past", Key={"pk": {"S": "b"}})
    answer = dynamodb.restore_table_to_point_in_time(
        SourceTableName="past", TargetTableName="restored", RestoreDateTime=int(moment) + 1
    )["TableDescription"]
    assert answer["TableStatus"] == "CREATING"
    assert answer["RestoreSummary"]["RestoreInProgress"]
    assert refused(dynamodb.scan, TableName="restored")[0] == "ResourceNotFoundException"
    table = ready(dynamodb, "restored")
    assert items(dynamodb, "restored") == {"a": "1", "b": "1", "c": "1"}
    assert (table["ItemCount"], table["RestoreSummary"]["RestoreInProgress"]) == (3, False)
    assert items(dynamodb, "past") == {"a": "2", "c": "1", "d": "2"}
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="past", TargetTableName="latest", UseLatestRestorableTime=True
    )
    ready(dynamodb, "latest")
    assert items(dynamodb, "latest") == items(dynamodb, "past")


def test_continuous_backups_are_described(dynamodb: Any) -> None:
    recovering(dynamodb, "described")
    found = dynamodb.describe_continuous_backups(TableName="described")["ContinuousBackupsDescription"]
    point = found["PointInTimeRecoveryDescription"]
    assert point["PointInTimeRecoveryStatus"] == "ENABLED"
    assert point["RecoveryPeriodInDays"] == 35
    assert point["EarliestRestorableDateTime"] <= point["LatestRestorableDateTime"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"SourceTableName": "nowhere", "UseLatestRestorableTime": True}, "TableNotFoundException"),
        ({"SourceTableName": "bounded", "RestoreDateTime": 1_000_000_000}, "InvalidRestoreTimeException"),
        ({"SourceTableName": "bounded", "RestoreDateTime": 4_000_000_000}, "InvalidRestoreTimeException"),
        ({"SourceTableName": "bounded"}, "ValidationException"),
        (
            {"SourceTableName": "unkept", "UseLatestRestorableTime": True},
            "PointInTimeRecoveryUnavailableException",
        ),
        (
            {"SourceTableName": "bounded", "UseLatestRestorableTime": True, "TargetTableName": "unkept"},
            "TableAlreadyExistsException",
        ),
    ],
)
def test_what_cannot_be_restored_is_refused(dynamodb: Any, given: dict, code: str) -> None:
    names = dynamodb.list_tables()["TableNames"]
    if "bounded" not in names:
        recovering(dynamodb, "bounded")
        simple_table(dynamodb, "unkept")
    given = {"TargetTableName": "never", **given}
    assert refused(dynamodb.restore_table_to_point_in_time, **given)[0] == code
    assert "never" not in dynamodb.list_tables()["TableNames"]


def test_a_backup_keeps_its_moment(dynamodb: Any) -> None:
    simple_table(dynamodb, "kept", index=True)
    put(dynamodb, "kept", a="1", b="1")
    arn = dynamodb.create_backup(TableName="kept", BackupName="first")["BackupDetails"]["BackupArn"]
    early = refused(dynamodb.restore_table_from_backup, TargetTableName="early", BackupArn=arn)
    assert early[0] in ("BackupInUseException",)
    put(dynamodb, "kept", a="2", c="2")
    dynamodb.update_item(
        TableName="kept",
        Key={"pk": {"S": "b"}},
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"S": "2"}},
    )
    until(
        lambda: (
            dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
            == "AVAILABLE"
        )
    )
    dynamodb.delete_table(TableName="kept")
    dynamodb.restore_table_from_backup(TargetTableName="from-backup", BackupArn=arn)
    table = ready(dynamodb, "from-backup")
    assert items(dynamodb, "from-backup") == {"a": "1", "b": "1"}
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "by-group"
    assert table["RestoreSummary"]["SourceBackupArn"] == arn
    [listed] = dynamodb.list_backups(TableName="kept")["BackupSummaries"]
    assert listed["BackupName"] == "first"
    gone = dynamodb.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
    assert gone == "DELETED"
    assert refused(dynamodb.describe_backup, BackupArn=arn)[0] == "BackupNotFoundException"


def test_a_deleted_table_with_recovery_leaves_a_backup(dynamodb: Any) -> None:
    recovering(dynamodb, "mistaken")
    put(dynamodb, "mistaken", a="1")
    dynamodb.delete_table(TableName="mistaken")
    [left] = dynamodb.list_backups(TableName="mistaken", BackupType="ALL")["BackupSummaries"]
    assert (left["BackupName"], left["BackupType"]) == ("mistaken$DeletedTableBackup", "SYSTEM")
    assert (left["BackupExpiryDateTime"] - left["BackupCreationDateTime"]).days == 35
    assert dynamodb.list_backups(TableName="mistaken", BackupType="USER")["BackupSummaries"] == []
    until(
        lambda: (
            dynamodb.list_backups(TableName="mistaken")["BackupSummaries"][0]["BackupStatus"] == "AVAILABLE"
        )
    )
    dynamodb.restore_table_from_backup(TargetTableName="mistaken", BackupArn=left["BackupArn"])
    ready(dynamodb, "mistaken")
    assert items(dynamodb, "mistaken") == {"a": "1"}


def test_a_deleted_table_takes_its_policy_and_destinations_along(dynamodb: Any) -> None:
    simple_table(dynamodb, "guarded")
    arn = dynamodb.describe_table(TableName="guarded")["Table"]["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=arn, Policy='{"Version": "2012-10-17", "Statement": []}')
    dynamodb.enable_kinesis_streaming_destination(
        TableName="guarded", StreamArn="arn:aws:kinesis:us-east-1:000000000000:stream/changes"
    )
    dynamodb.delete_table(TableName="guarded")
    simple_table(dynamodb, "guarded")
    assert refused(dynamodb.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"
    found = dynamodb.describe_kinesis_streaming_destination(TableName="guarded")
    assert found["KinesisDataStreamDestinations"] == []


def test_backups_are_listed_in_pages(dynamodb: Any) -> None:
    simple_table(dynamodb, "paged")
    for number in range(5):
        dynamodb.create_backup(TableName="paged", BackupName=f"number-{number}")
    names: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = dynamodb.list_backups(TableName="paged", Limit=2, **more)
        names += [one["BackupName"] for one in page["BackupSummaries"]]
        if "LastEvaluatedBackupArn" not in page:
            break
        more = {"ExclusiveStartBackupArn": page["LastEvaluatedBackupArn"]}
    assert names == [f"number-{number}" for number in range(5)]


def test_an_export_writes_files(dynamodb: Any, endpoint: str) -> None:
    s3 = client(endpoint, "s3", "us-east-1")
    s3.create_bucket(Bucket="exports")
    recovering(dynamodb, "exported")
    put(dynamodb, "exported", a="1", b="1")
    arn = dynamodb.describe_table(TableName="exported")["Table"]["TableArn"]
    started = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="exports", S3Prefix="daily")
    assert started["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
    put(dynamodb, "exported", a="2")
    export = started["ExportDescription"]["ExportArn"]

    def done() -> Any:
        found = dynamodb.describe_export(ExportArn=export)["ExportDescription"]
        return found["ExportStatus"] == "COMPLETED" and found

    found = until(done)
    summary = json.loads(s3.get_object(Bucket="exports", Key=found["ExportManifest"])["Body"].read())
    assert (summary["itemCount"], summary["outputFormat"], summary["exportArn"]) == (
        2,
        "DYNAMODB_JSON",
        export,
    )
    files = s3.get_object(Bucket="exports", Key=summary["manifestFilesS3Key"])["Body"].read().splitlines()
    [entry] = [json.loads(line) for line in files]
    assert entry["dataFileS3Key"].startswith("daily/AWSDynamoDB/")
    data = s3.get_object(Bucket="exports", Key=entry["dataFileS3Key"])["Body"].read()
    assert base64.b64encode(hashlib.md5(data).digest()).decode() == entry["md5Checksum"]
    rows = [json.loads(line)["Item"] for line in gzip.decompress(data).splitlines()]
    assert {row["pk"]["S"]: row["v"]["S"] for row in rows} == {"a": "1", "b": "1"}
    assert [one["ExportArn"] for one in dynamodb.list_exports(TableArn=arn)["ExportSummaries"]] == [export]


def test_an_export_to_no_bucket_fails_and_says_so(dynamodb: Any) -> None:
    recovering(dynamodb, "lost")
    arn = dynamodb.describe_table(TableName="lost")["Table"]["TableArn"]
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="no-such-bucket")
    name = export["ExportDescription"]["ExportArn"]

    def failed() -> Any:
        found = dynamodb.describe_export(ExportArn=name)["ExportDescription"]
        return found["ExportStatus"] == "FAILED" and found

    assert until(failed)["FailureCode"] == "S3NoSuchBucket"


def test_an_export_needs_recovery(dynamodb: Any) -> None:
    simple_table(dynamodb, "without")
    arn = dynamodb.describe_table(TableName="without")["Table"]["TableArn"]
    code, _ = refused(dynamodb.export_table_to_point_in_time, TableArn=arn, S3Bucket="exports")
    assert code == "PointInTimeRecoveryUnavailableException"
