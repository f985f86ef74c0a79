"""The rate of the control plane: kept, waited for, given up on; and what is never repeated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dashboard.aws import budget, calls
from dashboard.aws.apigateway import http, rest
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from dashboard.core.patches import Patch
from tests.aws.apigateway.conftest import Clock
from tests.stub.server import StubAws


def ask(target: Target) -> None:
    rest.get_account(target)


@pytest.fixture(autouse=True)
def account(stub: StubAws) -> None:
    stub.reply("GetAccount", {"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}})


def test_it_works(stub: StubAws, target: Target, clock: Clock) -> None:
    for _ in range(40):
        ask(target)
    assert clock.waits == []
    for _ in range(3):
        ask(target)
    assert clock.waits == [0.1, 0.1, 0.1]
    clock.now += 60
    for _ in range(40):
        ask(target)
    assert len(clock.waits) == 3


def test_both_versions_share_the_rate_and_regions_do_not(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.reply("GetApis", {"Items": []})
    for _ in range(20):
        ask(target)
        http.get_apis(target)
    ask(replace(target, region="us-east-1"))
    assert clock.waits == []
    http.get_apis(target)
    assert clock.waits == [0.1]


def test_background_work_takes_half_and_leaves_the_rest(target: Target, clock: Clock) -> None:
    job = replace(target, background=True)
    for _ in range(21):
        ask(job)
    assert clock.waits == [0.2]
    for _ in range(20):
        ask(target)
    assert clock.waits == [0.2]


def test_an_operation_with_a_slower_rate_waits_for_itself_alone(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.reply("GetResources", {"items": []})
    for _ in range(6):
        rest.get_resources(target, "a1")
    assert clock.waits == [0.4]
    ask(target)
    assert clock.waits == [0.4]


def test_deployments_come_one_in_five_seconds(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.reply("CreateDeployment", {"id": "d1"})
    for _ in range(2):
        rest.create_deployment(target, "a1", "note", change="c")
    assert clock.waits == [5.0]


def test_our_own_rate_gives_up_in_words_and_sends_nothing(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.reply("CreateDeployment", {"id": "d1"})
    with calls.collect() as made:
        for _ in range(2):
            rest.create_deployment(target, "a1", "note", change="c")
        with pytest.raises(AwsError) as caught:
            rest.create_deployment(target, "a1", "note", change="c")
    error = caught.value
    assert (error.kind, error.permanent, error.retry_after) == (Kind.THROTTLED, False, 5.0)
    assert (error.service, error.operation, error.resource) == ("apigateway", "CreateDeployment", "api:a1")
    assert "room for this call again in 5 s" in error.message
    assert (stub.count("CreateDeployment"), error.attempts) == (2, 0)
    assert made.made[-1].error == "ControlPlaneRate"


def test_a_throttle_is_waited_out(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.fail("GetAccount", "TooManyRequestsException", "slow", times=2)
    with calls.collect() as made:
        ask(target)
    assert [call.retries for call in made.made] == [2]
    assert sum(clock.waits) == pytest.approx(3.0, abs=0.3)  # 1 s, 2 s and what the drained bucket asks for


def test_aws_names_its_own_wait(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.fail("GetAccount", "TooManyRequestsException", "slow", times=1, headers={"Retry-After": "4"})
    ask(target)
    assert clock.waits[0] == 4.0


def test_a_screen_gives_up_at_once_when_the_wait_is_too_long(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.fail("GetAccount", "TooManyRequestsException", "slow", headers={"Retry-After": "30"})
    with pytest.raises(AwsError) as caught:
        ask(target)
    assert (caught.value.kind, caught.value.retry_after, caught.value.message) == (
        Kind.THROTTLED,
        30.0,
        "slow",
    )
    assert (clock.waits, stub.count("GetAccount")) == ([], 1)
    assert caught.value.request_id.startswith("STUB")


def test_thirty_seconds_of_throttling_cost_a_screen_five_at_most(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.fail("GetAccount", "TooManyRequestsException", "slow")
    with calls.collect():
        for _ in range(4):  # the parts of one page wait together, not each for itself
            with pytest.raises(AwsError) as caught:
                ask(target)
            assert caught.value.kind is Kind.THROTTLED
    assert sum(clock.waits) <= 5.0


def test_a_job_has_more_patience(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.fail("GetAccount", "TooManyRequestsException", "slow", times=3, headers={"Retry-After": "9"})
    ask(replace(target, background=True))
    assert stub.count("GetAccount") == 4


@pytest.mark.parametrize("code", ["LimitExceededException", "ConflictException"])
def test_a_quota_is_never_repeated_though_it_is_a_429(
    stub: StubAws, target: Target, clock: Clock, code: str
) -> None:
    stub.fail("CreateDeployment", code, "Maximum number reached", 429, headers={"Retry-After": "1"})
    with pytest.raises(AwsError) as caught:
        rest.create_deployment(target, "a1", "", change="c")
    assert (caught.value.kind, caught.value.permanent, caught.value.retry_after) == (Kind.QUOTA, True, None)
    assert (stub.count("CreateDeployment"), clock.waits) == (1, [])


def test_a_read_without_an_answer_is_asked_once_more(stub: StubAws, target: Target, clock: Clock) -> None:
    stub.drop("GetAccount")
    ask(target)
    assert (stub.count("GetAccount"), clock.waits) == (2, [0.2])
    stub.drop("GetAccount", times=2)
    with pytest.raises(AwsError) as caught:
        ask(target)
    assert (caught.value.kind, caught.value.attempts) == (Kind.UNREACHABLE, 2)


def test_a_write_whose_answer_is_lost_is_never_repeated(stub: StubAws, target: Target, clock: Clock) -> None:
    made: list[object] = []
    stub.reply("CreateDeployment", lambda body: made.append(body) or {"id": "d1"})  # type: ignore[func-returns-value]
    stub.drop("CreateDeployment", after_apply=True)
    with pytest.raises(AwsError) as caught:
        rest.create_deployment(target, "a1", "", change="c")
    assert (caught.value.kind, caught.value.attempts, len(made)) == (Kind.LOST, 1, 1)


def test_a_write_answered_with_a_server_error_may_have_happened(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.fail("UpdateStage", "ServiceUnavailableException", "later")
    with pytest.raises(AwsError) as caught:
        rest.update_stage(target, "a1", "prod", [Patch("replace", "/description", "x")], change="c")
    assert (caught.value.kind, stub.count("UpdateStage")) == (Kind.LOST, 1)


def test_a_throttled_write_was_not_carried_out_and_is_sent_again(
    stub: StubAws, target: Target, clock: Clock
) -> None:
    stub.reply("UpdateStage", {"stageName": "prod"})
    stub.fail("UpdateStage", "TooManyRequestsException", "slow", times=1)
    done = rest.update_stage(target, "a1", "prod", [Patch("replace", "/description", "x")], change="c")
    assert (done, stub.count("UpdateStage")) == ({"stageName": "prod"}, 2)


def test_threads_wait_in_line(target: Target, clock: Clock) -> None:
    for _ in range(40):
        ask(target)
    clock.waits.clear()
    current = budget.current()
    current.sleep = lambda seconds: clock.waits.append(round(seconds, 1))  # time stands still for all of them
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, [target] * 4))
    assert sorted(clock.waits) == [0.1, 0.2, 0.3, 0.4]


def test_the_slower_rates_are_those_that_aws_publishes() -> None:
    assert (budget.TOTAL.requests, budget.TOTAL.per_second) == (40, 10)
    assert (budget.BACKGROUND.requests, budget.BACKGROUND.per_second) == (20, 5)
    published = {"CreateDeployment": (1, 5), "GetResources": (5, 2), "UpdateUsagePlan": (1, 20)}
    assert {name: tuple(budget.SLOWER[name]) for name in published} == published
