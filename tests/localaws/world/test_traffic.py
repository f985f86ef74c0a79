"""The generator: varied calls, to this machine only, for as long as there is something to call."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.localaws.gateway.address import PREFIX
from dashboard.localaws.gateway.upstream import BadTarget
from dashboard.localaws.server import ROOT, running
from dashboard.localaws.traffic.__main__ import Generator
from dashboard.localaws.traffic.calls import World, next_call, token
from dashboard.localaws.traffic.events import Shop
from dashboard.localaws.traffic.upstream import answer
from dashboard.localaws.world.apis.plans import CUSTOMERS
from tests.localaws.support import client
from tests.localaws.world.conftest import World as Filled

WORLD = World(
    "rest000000", "http000000", {customer.number: f"value-{customer.number}" for customer in CUSTOMERS}
)


@pytest.mark.localaws
def test_it_works(world: Filled) -> None:
    """What it sends is answered, and counted into usage."""
    generator, rest = Generator(world.endpoint), client(world.endpoint, "apigateway")
    with contextlib.closing(generator):
        _counted(generator, rest, world)


def _counted(generator: Generator, rest: Any, world: Filled) -> None:
    found = generator.look()
    assert (found.rest, found.http) == (world.apis.rest, world.apis.http)
    day = datetime.now(UTC).date().isoformat()

    def used() -> int:
        plans = rest.get_usage_plans(limit=500)["items"]
        answers = [
            rest.get_usage(usagePlanId=plan["id"], startDate=day, endDate=day, limit=500) for plan in plans
        ]
        return sum(days[-1][0] for each in answers for days in each["items"].values())

    before, dice, statuses = used(), random.Random(4), Counter[int]()
    for _ in range(60):
        call = next_call(found, dice, time.time())
        assert call is not None
        statuses[generator.send(call)] += 1
    assert statuses[200] > 35
    assert not {500, 502, 503, 504} & {status for status, count in statuses.items() if count > 3}
    assert used() - before > 15
    assert 0 <= generator.step() < 60


@pytest.mark.localaws
def test_a_shop_listens_and_its_messages_are_counted(world: Filled) -> None:
    parts = urlsplit(world.endpoint)
    shop = Shop(parts.hostname or "", parts.port or 0, random.Random(2))
    for _ in range(20):
        shop.act(world.apis.websocket)
    shop.close()
    answer = client(world.endpoint, "cloudwatch").get_metric_statistics(
        Namespace="AWS/ApiGateway",
        MetricName="MessageCount",
        Dimensions=[{"Name": "ApiId", "Value": world.apis.websocket}, {"Name": "Stage", "Value": "live"}],
        StartTime=datetime.now(UTC) - timedelta(minutes=4),
        EndTime=datetime.now(UTC) + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    assert sum(point["Sum"] for point in answer["Datapoints"]) >= 10
    absent = Shop(parts.hostname or "", parts.port or 0, random.Random(2))
    absent.act("nothing000")
    absent.act("nothing000")


@pytest.mark.localaws
def test_nothing_to_call_is_looked_for_again() -> None:
    with running() as endpoint, contextlib.closing(Generator(endpoint)) as generator:
        assert generator.step() == 5.0
        assert generator.step() == 5.0


def test_the_calls_vary_and_stay_in_the_local_gateway() -> None:
    dice = random.Random(1)
    calls = [call for _ in range(2000) if (call := next_call(WORLD, dice, 1e9))]
    assert len(calls) == 2000
    assert all(call.path.startswith(PREFIX) for call in calls)
    stages = Counter(call.path.removeprefix(PREFIX).split("/")[1] for call in calls if "/rest" in call.path)
    assert stages["prod"] > 8 * stages["test"] > 0
    values = {call.headers.get("x-api-key") for call in calls}
    callers = {f"value-{customer.number}" for customer in CUSTOMERS if customer.enabled and not customer.near}
    assert values == {None, *callers}
    assert len({(call.method, call.path.partition("/prod")[2]) for call in calls}) > 100
    assert not any("{" in call.path for call in calls)


@pytest.mark.parametrize("world", [World(), World(keys={"C-1007": "v"})])
def test_an_account_without_the_apis_gets_no_calls(world: World) -> None:
    assert next_call(world, random.Random(1), 1e9) is None


def test_a_token_is_an_hours_and_says_for_whom() -> None:
    claims = json.loads(base64.urlsafe_b64decode(token(1000).split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 3601
    assert claims["aud"] == "courier-app"


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1:80", "https://127.0.0.1", "http://example.com", "ftp://127.0.0.1"]
)
def test_another_machine_is_refused(address: str) -> None:
    with pytest.raises(BadTarget):
        Generator(address)


def test_the_command_says_so_in_one_sentence() -> None:
    tried = subprocess.run(
        [sys.executable, "-m", "dashboard.localaws.traffic", "http://192.0.2.1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert tried.returncode == 1
    assert len(tried.stderr.strip().splitlines()) == 1
    assert "192.0.2.1" in tried.stderr


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/parcels/PC1", 200),
        ("GET", "/parcels/PC10000", 404),
        ("GET", "/parcels/PC1/events", 200),
        ("GET", "/parcels/PC10000/events", 404),
        ("GET", "/tours", 200),
        ("PUT", "/tours/1/stops/2", 200),
        ("DELETE", "/tours", 404),
        ("GET", "/", 404),
    ],
)
def test_the_server_behind(method: str, path: str, status: int) -> None:
    assert answer(method, path)[0] == status
