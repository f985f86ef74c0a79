"""The next page and the other order, which htmx asks for as a part of the page."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from tests.bench import orders
from tests.bench.figures import Figure, median
from tests.bench.http import Kept

RUNS, WARM = 40, 8
PART = {"HX-Request": "true", "HX-Target": "results"}
Bare = Callable[[], float]


def own(browser: Kept, path: str, page: str, bare: Bare) -> Iterator[Figure]:
    """``page`` is what is at ``path``, the first page of a query; ``bare`` makes the bare call and says its milliseconds."""
    parts = {"the next page": following(path, page), "the other order": turned(path, page)}
    costs = {what: _own(browser, part, bare) for what, part in parts.items()}
    what = max(costs, key=lambda each: costs[each])
    how = f"{what}, the dearer of {' and '.join(f'{name} ({costs[name]:g})' for name in costs)}: the part minus the bare call, canned AWS"
    yield Figure("tables.turn_own_ms", costs[what], "ms", how, 12)


def ratio(browser: Kept, path: str, page: str, client: Any) -> Iterator[Figure]:
    """The second page of a query, by turns with boto3."""
    part = following(path, page)
    start = _second(client, None)[1]
    ours, raws = [], []
    for number in range(WARM + RUNS):
        _part(browser, part)
        raw, _ = _second(client, start)
        if number >= WARM:
            ours.append(browser.ms)
            raws.append(raw)
    how = "page 2 of a query as a part / boto3 client, embedded DynamoDB with 20 ms added, same run, medians"
    yield Figure("tables.turn_ratio_20ms", round(median(ours) / median(raws), 2), "x", how, 1.1)


def following(path: str, page: str) -> str:
    """The address of the next page."""
    return _found(path, page, r'<a [^>]*href="([^"]*cursor=[^"]*)"[^>]*rel="next"')


def turned(path: str, page: str) -> str:
    """The address of the other order, which the key's head leads to."""
    return _found(path, page, r'<a href="([^"]*)"[^>]*data-order')


def _found(path: str, page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise RuntimeError(f"the page has no link like {pattern}")
    return urljoin(path, html.unescape(found[1]))


def _own(browser: Kept, path: str, bare: Bare) -> float:
    parts, calls = [], []
    for number in range(WARM + RUNS):
        _part(browser, path)
        call = bare()
        if number >= WARM:
            parts.append(browser.ms)
            calls.append(call)
    return round(median(parts) - median(calls), 2)


def _part(browser: Kept, path: str) -> None:
    """The part; RuntimeError when it is a whole page or has not 100 items."""
    answer, content = browser.send("GET", path, headers=PART)
    text = content.decode()
    shown = len(set(re.findall(r'/item/([^"/?]+)/?"', text)))
    if answer.status != 200 or shown != 100 or "<html" in text:
        raise RuntimeError(f"GET {path}: status {answer.status}, {shown} items instead of 100 in a part")


def _second(client: Any, start: Any) -> tuple[float, Any]:
    """Milliseconds of the same call by boto3's client, and where the page after begins."""
    began = time.perf_counter()
    answer = client.query(
        TableName=orders.TABLE,
        Limit=100,
        KeyConditionExpression="#k = :v",
        ExpressionAttributeNames={"#k": "pk"},
        ExpressionAttributeValues={":v": {"S": orders.CUSTOMER}},
        **({"ExclusiveStartKey": start} if start else {}),
    )
    elapsed = (time.perf_counter() - began) * 1000
    if len(answer["Items"]) != 100:
        raise RuntimeError(f"boto3 read {len(answer['Items'])} items instead of 100")
    return elapsed, answer["LastEvaluatedKey"]
