"""The group ``localaws``: what the embedded AWS costs beside ministack alone, and what becomes of 100,000 items."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashboard.localaws import parent
from dashboard.localaws.layer import TOKEN_HEADER
from dashboard.localaws.server import ROOT, command, first_line, running
from tests.bench import orders
from tests.bench.figures import Figure, median
from tests.bench.http import Kept

MANY = 100_000
FEW = 2_000
RUNS, WARM = 200, 30
TOKEN = "bench"
SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"


def measure() -> Sequence[Figure]:
    """Every figure of the group."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as folder:
        return [*_ratios(), _start("localaws.start_s", None, "without data"), *_many(Path(folder))]


def _caller(address: str) -> Kept:
    return Kept(
        address, {"Content-Type": "application/x-amz-json-1.0", "Authorization": SIGNED, TOKEN_HEADER: TOKEN}
    )


def _call(kept: Kept, operation: str, **given: Any) -> Any:
    body = json.dumps({**given}).encode()
    answer, content = kept.send("POST", "/", body, {"X-Amz-Target": f"DynamoDB_20120810.{operation}"})
    if answer.status != 200:
        raise RuntimeError(f"{operation}: {content[:200]!r}")
    return json.loads(content)


def _fill(kept: Kept, count: int) -> None:
    _call(kept, "CreateTable", **orders.KEYS, BillingMode="PAY_PER_REQUEST")
    for start in range(0, count, 25):
        puts = [{"PutRequest": {"Item": _order(number, count)}} for number in range(start, start + 25)]
        _call(kept, "BatchWriteItem", RequestItems={orders.TABLE: puts})


def _order(number: int, count: int) -> dict[str, Any]:
    """One of a few customers' orders, or of many."""
    item = orders.order(number)
    return item if count == FEW else {**item, "pk": {"S": f"CUSTOMER#{number // 100}"}}


@contextmanager
def _bare() -> Iterator[str]:
    """ministack without the layer, on the same server and with the same closed doors."""
    child = parent.start(
        [sys.executable, "-m", "tests.bench.bare"],
        env=os.environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=None,
    )
    assert child.stdout is not None
    try:
        yield first_line(child)
    finally:
        parent.stop(child)
        child.stdout.close()


def _ratios() -> Iterator[Figure]:
    """The same calls to both, by turns, with clients that know nothing."""
    with running() as ours, _bare() as theirs:
        callers = {"layer": _caller(ours), "ministack": _caller(theirs)}
        for kept in callers.values():
            _fill(kept, FEW)
        item = orders.order(FEW)
        value = {":p": {"S": orders.CUSTOMER}}
        calls: dict[str, dict[str, Any]] = {
            "PutItem": {"TableName": orders.TABLE, "Item": item},
            "Query": {
                "TableName": orders.TABLE,
                "Limit": 100,
                "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": value,
            },
            "Scan": {"TableName": orders.TABLE, "Limit": 100},
        }
        for operation, given in calls.items():
            times: dict[str, list[float]] = {name: [] for name in callers}
            for number in range(WARM + RUNS):
                for name, kept in callers.items():
                    _call(kept, operation, **given)
                    if number >= WARM:
                        times[name].append(kept.ms)
            ratio = round(median(times["layer"]) / median(times["ministack"]), 2)
            how = f"layer / ministack alone, {FEW:,} items, by turns, medians ({median(times['layer']):g} ms)"
            yield Figure(f"localaws.{operation.lower()}_ratio", ratio, "x", how, 1.3)
        for kept in callers.values():
            kept.close()


def _start(name: str, folder: Path | None, what: str) -> Figure:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        with running(state_dir=folder):
            times.append(time.perf_counter() - began)
    return Figure(name, median(times), "s", f"process start to its address, {what}, median of 3", 1.5)


def _many(folder: Path) -> Iterator[Figure]:
    """Fill, kill, look what is there, start again, reset."""
    child, address = _started(folder)
    kept = _caller(address)
    began = time.perf_counter()
    _fill(kept, MANY)
    yield Figure(
        "localaws.fill_s", time.perf_counter() - began, "s", f"{MANY:,} items by BatchWriteItem, one caller"
    )
    pauses, end = [], time.monotonic() + 8
    last = 0
    while time.monotonic() < end:
        last = time.time_ns()
        _call(
            kept, "PutItem", TableName=orders.TABLE, Item={"pk": {"S": "marker"}, "sk": {"S": f"{last:020d}"}}
        )
        pauses.append(kept.ms)
    yield Figure(
        "localaws.longest_ms", max(pauses), "ms", f"the longest PutItem of 8 s beside {MANY:,} items"
    )
    kept.close()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with running(state_dir=folder, reset_token=TOKEN) as address:
        kept = _caller(address)
        newest = _call(
            kept,
            "Query",
            TableName=orders.TABLE,
            Limit=1,
            ScanIndexForward=False,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": "marker"}},
        )["Items"][0]["sk"]["S"]
        missing = MANY - _counted(kept)
        yield Figure("localaws.lost_items", missing, "items", f"of {MANY:,} after kill -9", 0)
        yield Figure(
            "localaws.lost_s",
            (last - int(newest)) / 1e9,
            "s",
            "the newest write before kill -9 that is gone",
            2,
        )
        kept.close()
    yield _start("localaws.start_full_s", folder, f"{MANY:,} items")
    with running(state_dir=folder, reset_token=TOKEN) as address:
        kept = _caller(address)
        answer, _ = kept.send("POST", "/_local/reset")
        if answer.status != 200:
            raise RuntimeError("the reset was refused")
        yield Figure("localaws.reset_ms", kept.ms, "ms", f"POST /_local/reset with {MANY:,} items", 50)
        kept.close()


def _started(folder: Path) -> tuple[Any, str]:
    child = parent.start(
        command(0, folder, TOKEN), env=os.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=None
    )
    return child, first_line(child)


def _counted(kept: Kept) -> int:
    """Items that are no markers."""
    count: int = 0
    start: Any = None
    while True:
        more: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
        page = _call(kept, "Scan", TableName=orders.TABLE, ProjectionExpression="pk", **more)
        count += sum(item["pk"]["S"] != "marker" for item in page["Items"])
        start = page.get("LastEvaluatedKey")
        if start is None:
            return count
