"""The group ``tables``: what the pages of module 1 cost beyond AWS's own work."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config

from dashboard.core.keys import encode_key
from dashboard.localaws.server import running as localaws
from tests.bench import filters, listing, orders, turns
from tests.bench.canned import ANSWERS
from tests.bench.figures import Figure, median
from tests.bench.http import Kept, multipart
from tests.bench.prepare import REGION
from tests.bench.reference import beside
from tests.bench.site import Site, helper, memory

RUNS, WARM = 40, 8
KINDS = ("scan", "query", "index")
HOW_OWN = "whole response minus the same call by a bare client, canned AWS, gunicorn with 1 worker, median"
HOW_RATIO = "page / boto3 client, embedded DynamoDB with 20 ms added, same run, medians"


def measure() -> Sequence[Figure]:
    """Every figure of the group."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gatehouse-bench-")))
        canned = stack.enter_context(helper("tests.bench.canned"))
        many = stack.enter_context(helper("tests.bench.canned", str(listing.MANY)))
        real = stack.enter_context(localaws())
        slow = stack.enter_context(helper("tests.bench.delay", real, "20"))
        site = Site(folder, {"canned": canned, "many": many, "slow": slow, "real": real})
        starts = list(_starts(site))
        child = stack.enter_context(site.running())
        site.wait(child)
        browser = site.browser()
        _page(browser, "/")
        time.sleep(1)
        figures = [_start(starts), *_memory(child.pid)]
        bare = Kept(canned, {"Content-Type": "application/x-amz-json-1.0"})
        return beside(
            [
                *figures,
                *_calls(browser, bare),
                *_own(browser, bare),
                *_home(browser, bare),
                *listing.measure(browser, Kept(many, {})),
                *_ratios(browser, slow),
                *filters.measure(site, browser, stack.enter_context(closing(_client(real))), real),
            ]
        )


def _starts(site: Site) -> Iterator[float]:
    for _ in range(3):
        began = time.perf_counter()
        with site.running() as child:
            site.wait(child)
            yield time.perf_counter() - began


def _start(seconds: Sequence[float]) -> Figure:
    return Figure("web.start_s", median(seconds), "s", "process start to /healthz 200, median of 3", 3)


def _memory(master: int) -> list[Figure]:
    rss, pss, count = memory(master)
    how = f"resident memory of {count} gunicorn processes (master and 1 worker) added up, idle after the first page"
    return [
        Figure("web.idle_mb", rss, "MB", how, 150),
        Figure("web.idle_shared_mb", pss, "MB", "the same processes, pages that they share counted once"),
    ]


def _base(slug: str) -> str:
    return f"/c/{slug}/{REGION}/tables/{orders.TABLE}/"


def _paths(slug: str) -> dict[str, str]:
    """The page of each kind."""
    query = {"mode": "query", "partition": orders.CUSTOMER}
    index = {"mode": "query", "index": orders.INDEX, "partition": orders.STATUS}
    base = _base(slug)
    return {"scan": base, "query": f"{base}?{urlencode(query)}", "index": f"{base}?{urlencode(index)}"}


def _page(browser: Kept, path: str, rows: int = 0) -> str:
    """The page as text; RuntimeError when it is not a whole page with that many items."""
    answer, content = browser.send("GET", path)
    text = content.decode()
    shown = len(set(re.findall(r'/item/([^"/?]+)/?"', text)))
    if answer.status != 200 or shown < rows:
        raise RuntimeError(f"GET {path}: status {answer.status}, {shown} items instead of {rows}")
    return text


def _called(bare: Kept) -> list[str]:
    """The calls since this was last asked."""
    return list(json.loads(bare.send("GET", "/calls")[1]))


def _calls(browser: Kept, bare: Kept) -> list[Figure]:
    """AWS calls of the first page and of the next ones, the most of them."""
    figures = []
    for kind, path in _paths("canned").items():
        _page(browser, path, 100)
        counts = []
        for _ in range(3):
            _called(bare)
            text = _page(browser, path, 100)
            counts.append(len(_called(bare)))
            path = turns.following(path, text)
        how = "the most of a page and the two after it, counted at the canned AWS"
        figures.append(Figure(f"tables.{kind}_page_calls", max(counts), "calls", how, 1))
    return figures


def _own(browser: Kept, bare: Kept) -> list[Figure]:
    figures = []
    for kind, path in _paths("canned").items():
        own = _beyond(browser, bare, path, "Scan" if kind == "scan" else "Query", 100)
        figures.append(Figure(f"tables.{kind}_page_own_ms", own, "ms", HOW_OWN, 20))
    path = _paths("canned")["query"]
    figures += turns.own(browser, path, _page(browser, path, 100), lambda: _bare(bare, "Query"))
    item = _item_path()
    figures.append(Figure("tables.item_own_ms", _beyond(browser, bare, item, "GetItem"), "ms", HOW_OWN, 15))
    figures.append(Figure("tables.save_own_ms", _saving(browser, bare, item), "ms", HOW_OWN, 25))
    return figures


def _item_path() -> str:
    return f"{_base('canned')}item/{encode_key(orders.PAGE[0], ('pk', 'sk'))}/"


def _beyond(browser: Kept, bare: Kept, path: str, operation: str, rows: int = 0) -> float:
    pages, calls = [], []
    for number in range(WARM + RUNS):
        _page(browser, path, rows)
        _bare(bare, operation)
        if number >= WARM:
            pages.append(browser.ms)
            calls.append(bare.ms)
    return round(median(pages) - median(calls), 2)


def _bare(bare: Kept, operation: str) -> float:
    """Milliseconds of the call as a client would make it that knows nothing: ready bytes out, bytes in."""
    body = json.dumps({"TableName": orders.TABLE, "Limit": 100, "ReturnConsumedCapacity": "TOTAL"}).encode()
    answer, content = bare.send("POST", "/", body, {"X-Amz-Target": f"DynamoDB_20120810.{operation}"})
    if answer.status != 200 or len(content) < len(json.dumps(ANSWERS[operation], separators=(",", ":"))):
        raise RuntimeError(f"the canned AWS did not answer {operation}")
    return bare.ms


def _saving(browser: Kept, bare: Kept, item: str) -> float:
    """The POST that writes: permission, UpdateItem, both rows of the record, the redirect."""
    text = _page(browser, f"{item}edit/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    if token is None:
        raise RuntimeError("the edit page has no form")
    shown = orders.PAGE[0]
    fields = {
        "csrfmiddlewaretoken": token[1],
        "form": "dynamodb",
        "original": json.dumps(shown),
        "draft": json.dumps({**shown, "currency": {"S": "SEK"}}),
        "reason": "Measured",
        "step": "save",
    }
    saves, calls = [], []
    _called(bare)
    for number in range(WARM + RUNS):
        body, headers = multipart(fields)
        answer, _ = browser.send("POST", f"{item}edit/", body, headers)
        if answer.status != 302 or _called(bare) != ["UpdateItem"]:
            raise RuntimeError(f"the save answered {answer.status} instead of one UpdateItem and a redirect")
        saved = browser.ms
        _bare(bare, "UpdateItem")
        _called(bare)
        if number >= WARM:
            saves.append(saved)
            calls.append(bare.ms)
    return round(median(saves) - median(calls), 2)


def _home(browser: Kept, bare: Kept) -> list[Figure]:
    times = []
    for number in range(WARM + RUNS):
        _called(bare)
        _page(browser, "/")
        if number >= WARM:
            times.append(browser.ms)
    listing = _base("canned").removesuffix(f"{orders.TABLE}/")
    _page(browser, listing)
    _called(bare)
    _page(browser, "/")
    home = len(_called(bare))
    _page(browser, listing)
    names = len(_called(bare))
    return [
        Figure("home.warm_ms", median(times), "ms", "the whole response of the home page, median"),
        Figure("home.warm_aws_calls", home, "calls", "one home page, counted at the canned AWS", 0),
        Figure("tables.list_warm_calls", names, "calls", "one list of tables, counted at the canned AWS", 0),
    ]


def _ratios(browser: Kept, slow: str) -> list[Figure]:
    client = _client(slow)
    _fill(client)
    figures = []
    for kind, path in _paths("slow").items():
        pages, raws = [], []
        for number in range(WARM + RUNS):
            _page(browser, path, 100)
            raw = _raw(client, kind)
            if number >= WARM:
                pages.append(browser.ms)
                raws.append(raw)
        ratio = round(median(pages) / median(raws), 2)
        figures.append(Figure(f"tables.{kind}_page_ratio_20ms", ratio, "x", HOW_RATIO, 1.3))
    path = _paths("slow")["query"]
    figures += turns.ratio(browser, path, _page(browser, path, 100), client)
    client.close()
    return figures


def _client(endpoint: str) -> Any:
    return boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(account_id_endpoint_mode="disabled"),
    )


def _fill(client: Any) -> None:
    client.create_table(**orders.KEYS, BillingMode="PAY_PER_REQUEST")
    client.get_waiter("table_exists").wait(TableName=orders.TABLE, WaiterConfig={"Delay": 1})
    for start in range(0, orders.ITEMS, 25):
        puts = [{"PutRequest": {"Item": _boto(orders.order(number))}} for number in range(start, start + 25)]
        client.batch_write_item(RequestItems={orders.TABLE: puts})


def _boto(item: dict[str, Any]) -> dict[str, Any]:
    """boto3 wants binary as bytes."""
    return {**item, "signature": {"B": item["signature"]["B"].encode()}}


def _raw(client: Any, kind: str) -> float:
    """Milliseconds of the same call by boto3's client, its answer parsed."""
    started = time.perf_counter()
    if kind == "scan":
        answer = client.scan(TableName=orders.TABLE, Limit=100)
    else:
        name, value = ("pk", orders.CUSTOMER) if kind == "query" else ("status", orders.STATUS)
        index = {} if kind == "query" else {"IndexName": orders.INDEX}
        answer = client.query(
            TableName=orders.TABLE,
            Limit=100,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": name},
            ExpressionAttributeValues={":v": {"S": value}},
            **index,
        )
    elapsed = (time.perf_counter() - started) * 1000
    if len(answer["Items"]) != 100:
        raise RuntimeError(f"boto3 read {len(answer['Items'])} items instead of 100")
    return elapsed
