"""The embedded AWS as a server: what it answers, what it refuses, where it listens, how it starts and does not."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from dashboard.localaws import parent
from dashboard.localaws.layer import TOKEN_HEADER, Head, refusal
from dashboard.localaws.server import ROOT, StartError, command, first_line, running
from tests.localaws.support import client, http, listening, simple_table

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running() as address:
        yield address


def test_it_works(endpoint: str) -> None:
    dynamodb = client(endpoint)
    simple_table(dynamodb, "works")
    dynamodb.put_item(TableName="works", Item={"pk": {"S": "a"}})
    assert dynamodb.get_item(TableName="works", Key={"pk": {"S": "a"}})["Item"] == {"pk": {"S": "a"}}
    assert client(endpoint, "sts").get_caller_identity()["Account"] == "000000000000"
    assert json.loads(http(f"{endpoint}/_local/health")[1])["status"] == "ok"


def test_regions_are_apart(endpoint: str) -> None:
    simple_table(client(endpoint), "apart")
    assert "apart" not in client(endpoint, region="us-east-1").list_tables()["TableNames"]


def test_nothing_listens_beyond_this_machine() -> None:
    child = parent.start(
        command(0, None), env={"PATH": "/usr/bin:/bin"}, cwd=ROOT, stdout=subprocess.PIPE, stderr=None
    )
    assert child.stdout is not None
    try:
        address = first_line(child)
        client(address).list_tables()
        time.sleep(0.5)  # its other listeners would come after the first
        assert listening({child.pid}) == {("127.0.0.1", int(address.rpartition(":")[2]))}
    finally:
        parent.stop(child)
        child.stdout.close()


@pytest.mark.parametrize("address", ["('0.0.0.0', 0)", "('', 0)", "('192.0.2.1', 0)"])
def test_a_library_that_listens_elsewhere_is_stopped(address: str) -> None:
    code = (
        "import socket; from dashboard.localaws import loopback; loopback.only()\n"
        "with socket.socket() as here: here.bind(('127.0.0.1', 0))\n"
        f"with socket.socket() as there: there.bind({address})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert "PermissionError: The embedded AWS listens on 127.0.0.1 only" in done.stderr


@pytest.mark.parametrize("service", ["sqs", "sns", "ec2", "rds"])
def test_an_unknown_service_is_an_error_that_the_sdk_reads(endpoint: str, service: str) -> None:
    calls = {
        "sqs": "list_queues",
        "sns": "list_topics",
        "ec2": "describe_vpcs",
        "rds": "describe_db_instances",
    }
    with pytest.raises(ClientError, match="does not offer the service") as caught:
        getattr(client(endpoint, service), calls[service])()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_an_unknown_operation_is_an_error_that_the_sdk_reads(endpoint: str) -> None:
    with pytest.raises(ClientError) as caught:
        client(endpoint).list_global_tables()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/reset?init=1"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/health"),
        ("GET", "/_localstack/health"),
        ("POST", "/_local/reset"),
        ("DELETE", "/"),
        ("PUT", "/a-bucket"),
        ("OPTIONS", "/"),
    ],
)
def test_the_emulators_own_doors_are_shut(endpoint: str, method: str, path: str) -> None:
    dynamodb = client(endpoint)
    if "kept" not in dynamodb.list_tables()["TableNames"]:
        simple_table(dynamodb, "kept")
    for headers in ({}, {"Authorization": SIGNED}, {"Authorization": SIGNED.replace("dynamodb", "s3")}):
        if (method, path) == ("PUT", "/a-bucket") and "s3" in headers.get("Authorization", ""):
            continue  # S3's own business
        status, _text = http(endpoint + path, method, b"{}", **headers)
        assert status >= 400
    assert "kept" in dynamodb.list_tables()["TableNames"]


@pytest.mark.parametrize(
    "more",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.example"}],
    ids=str,
)
def test_a_web_page_is_refused(more: dict[str, str]) -> None:
    head = Head("POST", "/", {"host": "127.0.0.1:4566", "authorization": SIGNED})
    assert refusal(head) is None
    refused = refusal(Head("POST", "/", head.headers | more))
    assert refused is not None
    assert refused.status == 403


def test_only_who_started_it_for_that_may_reset_it() -> None:
    with running(reset_token="secret-of-this-test") as endpoint:
        dynamodb = client(endpoint)
        simple_table(dynamodb, "gone")
        assert http(f"{endpoint}/_local/reset", "POST", b"", **{TOKEN_HEADER: "wrong"})[0] == 403
        assert dynamodb.list_tables()["TableNames"] == ["gone"]
        assert (
            http(f"{endpoint}/_local/reset", "POST", b"", **{TOKEN_HEADER: "secret-of-this-test"})[0] == 200
        )
        assert dynamodb.list_tables()["TableNames"] == []


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as caught, running(port):
            pass
    assert (
        str(caught.value) == f"Port {port} on 127.0.0.1 is in use; choose another one for the embedded AWS."
    )


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StartError, match=r"\AThe embedded AWS cannot start: .*\.\Z"),
        running(state_dir=tmp_path / "file" / "x"),
    ):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked(number: signal.Signals) -> None:
    child = parent.start(command(0, None), env={}, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout is not None
    try:
        assert first_line(child).startswith("http://127.0.0.1:")
        child.send_signal(number)
        assert child.wait(10) == 0
        assert child.stdout.read() == b""
    finally:
        parent.stop(child)
        child.stdout.close()


def test_a_reset_token_may_begin_with_a_dash() -> None:
    with running(reset_token="-dash") as address:
        assert http(f"{address}/_local/reset", "POST", None, **{TOKEN_HEADER: "-dash"})[0] == 200
