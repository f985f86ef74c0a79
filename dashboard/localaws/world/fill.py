"""Filling the embedded AWS, once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.config import Config
from botocore.session import Session

from dashboard.localaws.world.parcels import parcels
from dashboard.localaws.world.plain import labels, seals
from dashboard.localaws.world.schema import LABELS, PARCELS, REGION, SEALS, TABLES, TTL_ATTRIBUTE
from dashboard.localaws.world.wire import BotoItem

DynamoDBClient = Any
"""botocore makes its clients at run time."""
_BATCH = 25
_THREADS = 4
_DONE = "world-complete"
"""Tag on the last table, written when every item is there; so a filling that was interrupted is done again."""


@dataclass(frozen=True)
class Filled:
    """``items`` written and ``seconds`` taken; both 0 when the world was there already."""

    items: int
    seconds: float


def fill(endpoint: str, today: datetime | None = None) -> Filled:
    """Make sure that the carrier's tables and items are there. ``today`` (midnight UTC) dates them, for tests."""
    client = _client(endpoint)
    if _complete(client):
        return Filled(0, 0.0)
    began = time.monotonic()
    _create_tables(client)
    midnight = today or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    contents = {PARCELS: parcels(midnight), LABELS: labels(), SEALS: seals()}
    with ThreadPoolExecutor(_THREADS) as pool:
        batches = [(name, batch) for name, items in contents.items() for batch in _batches(items)]
        for _ in pool.map(lambda job: _write(client, *job), batches):
            pass
    client.tag_resource(ResourceArn=_arn(client, SEALS), Tags=[{"Key": _DONE, "Value": "yes"}])
    return Filled(sum(map(len, contents.values())), time.monotonic() - began)


def _client(endpoint: str) -> DynamoDBClient:
    """A client that can reach nothing but ``endpoint``, with credentials that are no secret."""
    return Session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=_THREADS, read_timeout=30, parameter_validation=False, proxies={}),
    )


def _arn(client: DynamoDBClient, table: str) -> str:
    return str(client.describe_table(TableName=table)["Table"]["TableArn"])


def _complete(client: DynamoDBClient) -> bool:
    if SEALS not in client.list_tables()["TableNames"]:
        return False
    tags = client.list_tags_of_resource(ResourceArn=_arn(client, SEALS))["Tags"]
    return any(tag["Key"] == _DONE for tag in tags)


def _create_tables(client: DynamoDBClient) -> None:
    there = set(client.list_tables()["TableNames"])
    for table in TABLES:
        if table["TableName"] not in there:
            client.create_table(**table)
    status = client.describe_time_to_live(TableName=PARCELS)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if status == "DISABLED":
        client.update_time_to_live(
            TableName=PARCELS, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
        )


def _batches(items: Iterable[BotoItem]) -> Iterable[list[BotoItem]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _write(client: DynamoDBClient, table: str, items: Sequence[BotoItem]) -> None:
    """Write one batch, what was left unprocessed again after a pause."""
    requests: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
    pause = 0.05
    while requests:
        requests = list(
            client.batch_write_item(RequestItems={table: requests})["UnprocessedItems"].get(table, ())
        )
        if requests:
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, 2.0)
