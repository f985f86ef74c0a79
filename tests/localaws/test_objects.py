"""S3 of the embedded AWS: enough for exports and imports of tables, and no way around the layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.localaws.server import running
from tests.localaws.support import client

KEYS = ["plain", "a/b c/ü+&=.txt"]


@pytest.fixture(scope="module")
def endpoint(localaws: str) -> str:
    return localaws


def bucket(endpoint: str, name: str) -> Any:
    s3 = client(endpoint, "s3", "us-east-1")
    s3.create_bucket(Bucket=name)
    return s3


@pytest.mark.parametrize("key", KEYS)
def test_it_works(endpoint: str, key: str) -> None:
    s3 = bucket(endpoint, "works")
    s3.put_object(Bucket="works", Key=key, Body=b"x" * 100_000)
    assert s3.head_object(Bucket="works", Key=key)["ContentLength"] == 100_000
    assert s3.get_object(Bucket="works", Key=key)["Body"].read() == b"x" * 100_000
    assert key in [one["Key"] for one in s3.list_objects_v2(Bucket="works")["Contents"]]
    s3.delete_object(Bucket="works", Key=key)
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="works", Key=key)


def test_a_bucket_that_is_not_there(endpoint: str) -> None:
    with pytest.raises(ClientError) as caught:
        client(endpoint, "s3", "us-east-1").list_objects_v2(Bucket="nothing-here")
    assert caught.value.response["Error"]["Code"] == "NoSuchBucket"


def test_objects_survive_a_restart(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as address:
        bucket(address, "kept").put_object(Bucket="kept", Key="a/b", Body=b"content")
    with running(state_dir=tmp_path) as address:
        assert (
            client(address, "s3", "us-east-1").get_object(Bucket="kept", Key="a/b")["Body"].read()
            == b"content"
        )


def test_a_table_is_imported(endpoint: str) -> None:
    s3 = bucket(endpoint, "imports")
    s3.put_object(
        Bucket="imports", Key="items.json", Body=b'{"Item":{"pk":{"S":"a"}}}\n{"Item":{"pk":{"S":"b"}}}\n'
    )
    dynamodb = client(endpoint, region="us-east-1")
    dynamodb.import_table(
        S3BucketSource={"S3Bucket": "imports", "S3KeyPrefix": "items"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={
            "TableName": "imported",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    from tests.localaws.dynamodb.support import until

    until(lambda: dynamodb.list_imports()["ImportSummaryList"][0]["ImportStatus"] == "COMPLETED")
    assert {item["pk"]["S"] for item in dynamodb.scan(TableName="imported")["Items"]} == {"a", "b"}
