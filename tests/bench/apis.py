"""The group ``apis``: what the pages of module 2 cost with as many APIs and resources as AWS allows."""

from __future__ import annotations

import json
import math
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.canned_apis import APIS, RESOURCES, api_id
from tests.bench.figures import Figure, median
from tests.bench.http import Kept
from tests.bench.prepare import REGION
from tests.bench.site import Site, helper

RUNS, WARM = 40, 8
PLACE = f"/c/canned/{REGION}/"
LIST, PAGE, HEALTH = f"{PLACE}apis/", f"{PLACE}apis/{api_id(0)}/", f"{PLACE}health/"
PER_CALL = 500
"""Figures that one GetMetricData may ask for."""
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def measure() -> Sequence[Figure]:
    """Every figure of the group."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gatehouse-bench-")))
        canned = stack.enter_context(helper("tests.bench.canned_apis"))
        site = Site(folder, {"canned": canned})
        child = stack.enter_context(site.running())
        site.wait(child)
        browser, bare = site.browser(), Kept(canned, {})
        _page(browser, LIST, f"{APIS} APIs")
        health = _health(browser, bare)
        refresh = _refresh(browser, bare)
        how = f"the whole response of the first page of {APIS} APIs, read before, gunicorn with 1 worker, median"
        listing = _warm(browser, bare, LIST, f"{APIS} APIs", "apis.list_600_warm_ms", how)
        how = f"the whole response of an API's page with {RESOURCES} resources, read before, gunicorn with 1 worker, median"
        page = _warm(browser, bare, PAGE, f"parcels-{RESOURCES - 1}", "apis.page_300_warm_ms", how)
        return [*listing, *page, refresh, health]


def _page(browser: Kept, path: str, holds: str) -> str:
    """The page as text; RuntimeError when it is not a whole page that holds this."""
    answer, content = browser.send("GET", path)
    text = content.decode()
    if answer.status != 200 or holds not in text:
        raise RuntimeError(f"GET {path}: status {answer.status}, without {holds!r}")
    return text


def _called(bare: Kept) -> list[str]:
    """The calls since this was last asked."""
    return list(json.loads(bare.send("GET", "/calls")[1]))


def _warm(browser: Kept, bare: Kept, path: str, holds: str, name: str, how: str) -> list[Figure]:
    _page(browser, path, holds)
    times = []
    _called(bare)
    for number in range(WARM + RUNS):
        _page(browser, path, holds)
        if number >= WARM:
            times.append(browser.ms)
    calls = len(_called(bare))
    counted = Figure(
        name.replace("_ms", "_calls"), calls, "calls", f"AWS calls of {WARM + RUNS} such pages", 0
    )
    return [Figure(name, median(times), "ms", how, 300), counted]


def _refresh(browser: Kept, bare: Kept) -> Figure:
    """The button on the API's page; the budget of the account, which holds the screen back, is let fill up before."""
    text = _page(browser, PAGE, f"parcels-{RESOURCES - 1}")
    time.sleep(4)
    _called(bare)
    _post(browser, PAGE, text)
    calls = _called(bare)
    if "GetResources" not in calls:
        raise RuntimeError(f"the refresh called {calls}")
    how = f"POST that reads an API with {RESOURCES} resources anew, counted at the canned AWS"
    return Figure("apis.refresh_300_calls", len(calls), "calls", how, 10)


def _health(browser: Kept, bare: Kept) -> Figure:
    """A region's health, read for the first time: five figures for each of the APIs."""
    _called(bare)
    _page(browser, f"{HEALTH}?{urlencode({'window': '3h'})}", "carrier-")
    calls = _called(bare)
    figures = [int(call.partition(" ")[2]) for call in calls if call.startswith("GetMetricData")]
    if sum(figures) < 5 * APIS:
        raise RuntimeError(f"health asked for {sum(figures)} figures of {APIS} APIs: {calls}")
    how = f"a region's health page of {APIS} APIs, {sum(figures)} figures, one GetMetricData for {PER_CALL}"
    return Figure("usage.health_calls", len(calls), "calls", how, math.ceil(sum(figures) / PER_CALL))


def _post(browser: Kept, path: str, text: str) -> None:
    token = _TOKEN.search(text)
    if token is None:
        raise RuntimeError(f"{path} has no form")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer, _ = browser.send("POST", path, urlencode({"csrfmiddlewaretoken": token[1]}).encode(), headers)
    if answer.status != 302:
        raise RuntimeError(f"POST {path}: status {answer.status}")
