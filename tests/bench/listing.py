"""The list of 2,500 tables: the calls of the first visit, the time of the next ones."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bench.figures import Figure, median
from tests.bench.http import Kept
from tests.bench.prepare import REGION

MANY = 2_500
RUNS, WARM = 20, 3
PATH = f"/c/many/{REGION}/tables/"


def measure(browser: Kept, bare: Kept) -> Iterator[Figure]:
    """``bare`` speaks to the canned AWS with that many tables."""
    calls = _visit(browser, bare)
    how = f"the names of {MANY:,} tables on the first visit, counted at the canned AWS"
    yield Figure("tables.list_2500_cold_calls", calls, "calls", how, 26)
    times, most = [], 0
    for number in range(WARM + RUNS):
        most = max(most, _visit(browser, bare))
        if number >= WARM:
            times.append(browser.ms)
    yield Figure("tables.list_2500_warm_ms", median(times), "ms", f"the whole response, {MANY:,} tables", 300)
    yield Figure("tables.list_2500_warm_calls", most, "calls", "the most of a later visit", 0)


def _visit(browser: Kept, bare: Kept) -> int:
    """How many calls the list made; RuntimeError when it does not show how many tables there are."""
    bare.send("GET", "/calls")
    answer, content = browser.send("GET", PATH)
    if answer.status != 200 or "2,500" not in content.decode():
        raise RuntimeError(f"GET {PATH}: status {answer.status}, or not {MANY} tables")
    return len(json.loads(bare.send("GET", "/calls")[1]))
