"""What was made is there after a stop of any kind; pages and the store by themselves."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws import parent
from dashboard.localaws.apigateway.errors import ApiError
from dashboard.localaws.apigateway.paging import page
from dashboard.localaws.apigateway.store import Store
from dashboard.localaws.layer import TOKEN_HEADER
from dashboard.localaws.server import ROOT, StartError, command, first_line, running
from tests.localaws.rest.support import deployed, unique
from tests.localaws.support import client, http


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_works(tmp_path: Path, number: signal.Signals) -> None:
    child = parent.start(
        command(0, tmp_path), env={}, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert child.stdout is not None
    try:
        apigw = client(first_line(child), "apigateway")
        api, deployment = deployed(apigw)
        plan = apigw.create_usage_plan(name="p", apiStages=[{"apiId": api, "stage": "dev"}])["id"]
        key = apigw.create_api_key(name=unique())["id"]
        apigw.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
        if number is signal.SIGKILL:
            time.sleep(2)
        child.send_signal(number)
        child.wait(10)
    finally:
        parent.stop(child)
        child.stdout.close()
    with running(state_dir=tmp_path) as endpoint:
        apigw = client(endpoint, "apigateway")
        assert apigw.get_stage(restApiId=api, stageName="dev")["deploymentId"] == deployment
        assert [each["id"] for each in apigw.get_usage_plan_keys(usagePlanId=plan)["items"]] == [key]
        exported = apigw.get_export(restApiId=api, stageName="dev", exportType="oas30")["body"].read()
        assert list(json.loads(exported)["paths"]) == ["/"]


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"format": 99, "data": {}}', b'{"format": 1, "data": {"r": {}}}']
)
def test_saved_data_that_is_not_ours_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "apigateway.json").write_bytes(content)
    with pytest.raises(StartError, match="make demo-reset") as caught, running(state_dir=tmp_path):
        pass
    assert "Traceback" not in str(caught.value)
    assert (tmp_path / "apigateway.json").read_bytes() == content


def test_a_reset_forgets_the_apis() -> None:
    with running(reset_token="secret-of-this-test") as endpoint:
        apigw = client(endpoint, "apigateway")
        deployed(apigw)
        token = {TOKEN_HEADER: "secret-of-this-test"}
        assert http(f"{endpoint}/_local/reset", "POST", b"", **token)[0] == 200
        assert apigw.get_rest_apis()["items"] == []


def test_the_store_comes_back_the_same() -> None:
    store = Store()
    region = store.region("eu-central-1")
    region.rest["a"] = {"info": {"name": "é"}}
    region.count("p", "k", "2026-11-21", 3)
    region.count("p", "k", "2026-11-21")
    region.grants["p", "k", "2026-11-20"] = -1
    again = Store()
    again.load(json.loads(json.dumps(store.dump())))
    assert again.region("eu-central-1") == region
    assert again.region("eu-central-1").usage == {("p", "k", "2026-11-21"): 4}


@given(count=st.integers(0, 60), limit=st.integers(-3, 70))
def test_pages_hold_everything_once(count: int, limit: int) -> None:
    items, found, position = list(range(count)), list[int](), ""
    while True:
        part, token = page(items, {"limit": str(limit), "position": position}, most=40)
        assert len(part) <= 40
        found += part
        if token is None:
            break
        position = token
    assert found == items


@pytest.mark.parametrize("position", ["x", "!!!", "YWZ0ZXIt", "YmVmb3JlLTE=", "YWZ0ZXItLTE="])
def test_a_made_up_position_is_refused(position: str) -> None:
    with pytest.raises(ApiError, match="Invalid position"):
        page([1], {"position": position})
