"""A search that matches one item of 100,000: how many calls, and how long beside the same scan by boto3."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from math import ceil
from typing import Any
from urllib.parse import urlencode, urljoin

from dashboard.tables.core.size import item_size
from tests.bench.figures import Figure, median
from tests.bench.http import Kept
from tests.bench.localaws import SIGNED
from tests.bench.prepare import REGION
from tests.bench.site import Site

TABLE, MANY, BYTES = "haystack", 100_000, 501
NEEDLE = 73_210
PATH = f"/c/real/{REGION}/tables/{TABLE}/"
RUNS = 3
MEGABYTE = 1_048_576
STEP = {"HX-Request": "true", "HX-Target": "run"}
HOW = f"matching 1 of {MANY:,} items of {BYTES} B, embedded DynamoDB"


def measure(site: Site, browser: Kept, client: Any, endpoint: str) -> Iterator[Figure]:
    """By turns with boto3, which scans with the same filter and no limit."""
    _fill(client, endpoint)
    browser.send("GET", PATH)  # the table is described once
    ours, raws, counts = [], [], []
    for _ in range(RUNS):
        raws.append(_raw(client))
        before = len(_logged(site))
        ours.append(_search(browser))
        counts.append(sum(line["aws_calls"] for line in _logged(site)[before:]))
    most = ceil(MANY * BYTES / MEGABYTE)
    yield Figure("tables.filter_calls", max(counts), "calls", f"{HOW}, counted in the access log", most)
    ratio = round(median(ours) / median(raws), 2)
    how = f"the chain of requests to its end / boto3's scan with the same filter, {HOW}, medians of {RUNS} ({median(ours):g} ms)"
    yield Figure("tables.filter_ratio", ratio, "x", how, 1.2)


def _fill(client: Any, endpoint: str) -> None:
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1})
    kept = Kept(endpoint, {"Content-Type": "application/x-amz-json-1.0", "Authorization": SIGNED})
    target = {"X-Amz-Target": "DynamoDB_20120810.BatchWriteItem"}
    for start in range(0, MANY, 25):
        puts = [{"PutRequest": {"Item": _item(number)}} for number in range(start, start + 25)]
        answer, content = kept.send("POST", "/", json.dumps({"RequestItems": {TABLE: puts}}).encode(), target)
        if answer.status != 200:
            raise RuntimeError(f"BatchWriteItem: {content[:200]!r}")
    kept.close()


def _item(number: int) -> dict[str, Any]:
    """Exactly BYTES large."""
    item = {
        "pk": {"S": f"CUSTOMER#{number // 100:06d}"},
        "sk": {"S": f"ORDER#{number:06d}"},
        "number": {"N": str(number)},
        "status": {"S": "open"},
        "pad": {"S": ""},
    }
    item["pad"] = {"S": "x" * (BYTES - item_size(item))}
    return item


def _raw(client: Any) -> float:
    """Milliseconds of boto3's scan."""
    found, start = 0, None
    began = time.perf_counter()
    while True:
        more: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
        answer = client.scan(
            TableName=TABLE,
            FilterExpression="#n = :n",
            ExpressionAttributeNames={"#n": "number"},
            ExpressionAttributeValues={":n": {"N": str(NEEDLE)}},
            ReturnConsumedCapacity="TOTAL",
            **more,
        )
        found += len(answer["Items"])
        start = answer.get("LastEvaluatedKey")
        if start is None:
            break
    if found != 1:
        raise RuntimeError(f"boto3 found {found} items instead of 1")
    return (time.perf_counter() - began) * 1000


def _search(browser: Kept) -> float:
    """Milliseconds of the page and every step after it, as a browser asks for them."""
    path = f"{PATH}?{urlencode({'where': f'number = {NEEDLE}', 'via': 'scan'})}"
    spent, found = 0.0, 0
    headers: dict[str, str] = {}
    while path:
        answer, content = browser.send("GET", path, headers=headers)
        text = content.decode()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: status {answer.status}")
        spent += browser.ms
        found += len(set(re.findall(r'name="key" value="([^"]+)"', text)))
        step = re.search(r'<div id="run" hx-get="([^"]+)"', text)
        path, headers = (urljoin(path, html.unescape(step[1])), STEP) if step else ("", {})
    if found != 1:
        raise RuntimeError(f"the search found {found} items instead of 1")
    return spent


def _logged(site: Site) -> list[dict[str, Any]]:
    """The lines of the access log."""
    lines = (site.folder / "log").read_text(errors="replace").splitlines()
    parsed = (json.loads(line) for line in lines if line.startswith("{"))
    return [line for line in parsed if line.get("logger") == "gatehouse.access"]
