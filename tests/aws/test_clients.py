"""Clients: made once, whole, with the credentials and limits their target asks for."""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import botocore
import pytest
from botocore.session import Session

from dashboard.aws import clients, dynamodb, options, sts
from dashboard.aws.target import Credentials, Target
from tests.aws.test_items import KEY
from tests.stub.server import StubAws

ROLE = Credentials("role", role_arn="arn:aws:iam::123456789012:role/ops", external_id="from-outside")

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The service names of clients as they are created."""
    names: list[str] = []
    original = Session.create_client

    def create(self: Session, service_name: str, *args: Any, **kwargs: Any) -> Any:
        names.append(service_name)
        return original(self, service_name, *args, **kwargs)

    monkeypatch.setattr(Session, "create_client", create)
    return names


def test_it_works(stub: StubAws, target: Target, made: list[str]) -> None:
    """Eight threads at first use get one client, and each its own answer."""
    stub.reply("GetItem", lambda body: {"Item": body["Key"]})
    barrier = threading.Barrier(8)

    def get(number: int) -> bool:
        barrier.wait()
        key = {"pk": {"S": str(number)}}
        return all(dynamodb.get_item(target, "t", key).item == key for _ in range(10))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(get, range(8)))
    assert made == ["dynamodb"]


def test_regions_and_background_have_clients_of_their_own(target: Target, made: list[str]) -> None:
    targets = [target, replace(target, region="us-east-1"), replace(target, background=True)]
    both = [[clients.dynamodb(one) for one in targets] for _ in range(2)]
    assert both[0] == both[1]
    assert made == ["dynamodb"] * 3
    assert len({id(one.client) for one in both[0]}) == 3


def test_service_models_are_loaded_once(target: Target) -> None:
    first = clients.dynamodb(target)
    role = clients.dynamodb(replace(target, credentials=ROLE))
    assert first.client.meta.service_model is not role.client.meta.service_model
    loaders = {id(session.get_component("data_loader")) for session in clients._store.sessions.values()}
    assert len(clients._store.sessions) == 2
    assert len(loaders) == 1


def test_the_screen_waits_less_than_a_job() -> None:
    screen = clients.config(Target("eu-central-1"))
    job = clients.config(Target("eu-central-1", background=True))
    assert (screen.connect_timeout, screen.read_timeout) == (3.0, 10.0)  # type: ignore[attr-defined]
    assert screen.retries == {"mode": "standard", "total_max_attempts": 3}  # type: ignore[attr-defined]
    assert (job.read_timeout, job.retries["total_max_attempts"]) == (30.0, 5)  # type: ignore[attr-defined]


def test_options_take_effect_at_once(stub: StubAws, target: Target) -> None:
    stub.fail("GetItem", "InternalServerError", status=500)
    before = options.current()
    clients.dynamodb(target)
    try:
        options.configure(replace(before, attempts=1))
        with pytest.raises(Exception, match="InternalServerError"):
            dynamodb.get_item(target, "t", KEY)
    finally:
        options.configure(before)
    assert stub.count() == 1


def test_an_account_id_in_the_host_is_for_aws_only(target: Target) -> None:
    assert clients.config(target).account_id_endpoint_mode == "disabled"  # type: ignore[attr-defined]
    assert clients.config(Target("eu-central-1")).account_id_endpoint_mode is None  # type: ignore[attr-defined]
    assert clients.dynamodb(Target("eu-central-1")).client.meta.endpoint_url == (
        "https://dynamodb.eu-central-1.amazonaws.com"
    )


def test_a_role_is_assumed_once_for_all_regions(stub: StubAws, target: Target) -> None:
    stub.reply("GetItem", {})
    for region in ("eu-central-1", "us-east-1"):
        for _ in range(3):
            dynamodb.get_item(replace(target, region=region, credentials=ROLE), "t", KEY)
    assert stub.of("AssumeRole") == [
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": ROLE.role_arn,
            "RoleSessionName": "gatehouse",
            "DurationSeconds": "3600",
            "ExternalId": "from-outside",
        }
    ]
    signed = [request.headers["authorization"] for request in stub.requests if request.operation == "GetItem"]
    assert all("ASIASTUB" in one for one in signed)


def test_a_read_only_role_gets_a_policy_that_only_reads(stub: StubAws, target: Target) -> None:
    identity = sts.caller_identity(replace(target, credentials=ROLE, read_only=True))
    assert identity == sts.Identity("123456789012", "arn:aws:iam::123456789012:user/stub", "AIDASTUB")
    policy = stub.of("AssumeRole")[0]["Policy"]
    assert len(policy) <= 2048  # AssumeRole, parameter Policy
    actions = json.loads(policy)["Statement"][0]["Action"]
    reading = "Get List Describe Query Scan BatchGet PartiQLSelect ConditionCheck GET FilterLogEvents StartQuery StopQuery"
    assert all(action.split(":")[1].startswith(tuple(reading.split())) for action in actions)


def test_no_client_without_credentials_is_kept(
    stub: StubAws, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.reply("GetItem", {})
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(Exception, match=r"NoCredentials|PartialCredentials"):
            dynamodb.get_item(target, "t", KEY)
    assert dynamodb.get_item(target, "t", KEY).item is None


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded, use of fork:DeprecationWarning")
def test_a_child_process_makes_its_own(target: Target) -> None:
    clients.dynamodb(target)
    child = os.fork()
    if child == 0:
        os._exit(len(clients._store.clients) + (0 if clients._store.lock.acquire(blocking=False) else 100))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(clients._store.clients) == 1


def test_the_number_of_clients_is_bounded(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_CLIENTS", 2)
    for region in ("eu-central-1", "us-east-1", "eu-west-1"):
        clients.dynamodb(replace(target, region=region))
    assert [key[1].region for key in clients._store.clients] == ["us-east-1", "eu-west-1"]


def test_the_calls_say_whose_they_are(stub: StubAws, target: Target) -> None:
    stub.reply("ListTables", {"TableNames": []})
    dynamodb.list_tables(target)
    agent = stub.requests[0].headers["user-agent"]
    assert agent.startswith(f"Botocore/{botocore.__version__} ")
    assert agent.endswith(" gatehouse")
