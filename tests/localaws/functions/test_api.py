"""Lambda through boto3: functions are kept, run in a process of their own, and stopped in time."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.localaws.server import running
from tests.localaws.functions.support import ROLE, function, zipped
from tests.localaws.support import client

ECHO = "def handler(event, context): return {'got': event, 'name': context.function_name}"


@pytest.fixture(scope="module")
def endpoint(localaws: str) -> str:
    return localaws


@pytest.fixture(scope="module")
def functions(endpoint: str) -> Any:
    return client(endpoint, "lambda")


def invoked(functions: Any, name: str, event: Any = None, **more: Any) -> tuple[Any, Any]:
    """The payload and the whole answer."""
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event or {}).encode(), **more)
    data = answer["Payload"].read()
    return (json.loads(data) if data else None), answer


def test_it_works(functions: Any) -> None:
    name, arn = function(functions, ECHO, Environment={"Variables": {"A": "b"}})
    payload, answer = invoked(functions, name, {"n": 1})
    assert payload == {"got": {"n": 1}, "name": name}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    found = functions.get_function(FunctionName=arn)["Configuration"]
    assert (found["State"], found["Environment"]["Variables"]) == ("Active", {"A": "b"})
    assert name in [each["FunctionName"] for each in functions.list_functions()["Functions"]]


def test_code_and_configuration_are_changed(functions: Any) -> None:
    name, _ = function(functions, "import os\ndef handler(e, c): return os.environ.get('A', '')")
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {"A": "new"}})
    assert invoked(functions, name)[0] == "new"
    functions.update_function_code(FunctionName=name, ZipFile=zipped("def handler(e, c): return 2"))
    assert invoked(functions, name)[0] == 2
    functions.delete_function(FunctionName=name)
    with pytest.raises(ClientError, match="Function not found: arn:aws:lambda:eu-central-1"):
        functions.get_function(FunctionName=name)


@pytest.mark.parametrize(
    ("source", "handler", "kind", "message"),
    [
        ("def handler(e, c): raise ValueError('bad')", "app.handler", "ValueError", "bad"),
        (
            "def handler(e, c): return {1, 2}",
            "app.handler",
            "Runtime.MarshalError",
            "Unable to marshal response",
        ),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("x = 1", "none.handler", "Runtime.ImportModuleError", "Unable to import module 'none'"),
        ("def handler(e, c): import os; os._exit(3)", "app.handler", "Runtime.ExitError", "exit status 3"),
    ],
)
def test_failures(functions: Any, source: str, handler: str, kind: str, message: str) -> None:
    name, _ = function(functions, source, Handler=handler)
    payload, answer = invoked(functions, name)
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == kind
    assert message in payload["errorMessage"]


def test_a_function_that_does_not_end_is_stopped(functions: Any) -> None:
    name, _ = function(functions, "import time\ndef handler(e, c): time.sleep(60)", Timeout=1)
    payload, _ = invoked(functions, name)
    assert "Task timed out after 1.00 seconds" in payload["errorMessage"]


def test_a_running_function_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as address:
        found = client(address, "lambda")
        mark = tmp_path / "began"
        source = (
            f"import pathlib, time\ndef handler(e, c): pathlib.Path({str(mark)!r}).touch(); time.sleep(300)"
        )
        name, _ = function(found, source, Timeout=300)
        found.invoke(FunctionName=name, InvocationType="Event")
        end = time.monotonic() + 60
        while not mark.exists() and time.monotonic() < end:
            time.sleep(0.05)
        began = time.monotonic()
    assert mark.exists()
    assert time.monotonic() - began < 7  # after 8 seconds it would be killed


def test_what_it_prints_is_logged_and_counted(functions: Any, endpoint: str) -> None:
    name, _ = function(functions, "def handler(e, c): print('hello there')")
    _, answer = invoked(functions, name, LogType="Tail")
    assert "hello there" in base64.b64decode(answer["LogResult"]).decode()
    logs = client(endpoint, "logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert [line["message"].split()[0] for line in logs] == ["START", "hello", "END", "REPORT"]
    metrics = client(endpoint, "cloudwatch").list_metrics(Namespace="AWS/Lambda")["Metrics"]
    assert {each["MetricName"] for each in metrics} >= {"Invocations", "Errors", "Duration"}


def test_it_sees_nothing_of_the_caller_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODYS_TOKEN", "secret")
    with running() as address:
        found = client(address, "lambda")
        name, _ = function(found, "import os\ndef handler(e, c): return dict(os.environ)")
        names = invoked(found, name)[0]
    assert "SOMEBODYS_TOKEN" not in names
    assert names["AWS_ENDPOINT_URL"] == address


def test_it_reaches_the_embedded_aws(functions: Any) -> None:
    source = """
        import boto3
        def handler(event, context):
            return boto3.client("dynamodb").list_tables()["TableNames"]
    """
    name, _ = function(functions, source, Timeout=20)
    assert invoked(functions, name)[0] == []


def test_policies(functions: Any) -> None:
    name, arn = function(functions, ECHO)
    (statement,) = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert (statement["Sid"], statement["Resource"]) == ("gateway", arn)
    functions.remove_permission(FunctionName=name, StatementId="gateway")
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        functions.get_policy(FunctionName=name)


def test_without_waiting(functions: Any) -> None:
    name, _ = function(functions, ECHO)
    assert invoked(functions, name, InvocationType="Event")[1]["StatusCode"] == 202
    assert invoked(functions, name, InvocationType="DryRun")[1]["StatusCode"] == 204


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Runtime": "nodejs20.x"}, "InvalidParameterValueException"),
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException"),
        ({"Handler": "nothing"}, "InvalidParameterValueException"),
        ({"Timeout": 901}, "InvalidParameterValueException"),
        ({"Role": "arn:aws:iam::1:role/x"}, "InvalidParameterValueException"),
        ({"FunctionName": "a/b"}, "InvalidParameterValueException"),
    ],
)
def test_refusals(functions: Any, changed: dict[str, Any], code: str) -> None:
    given = {
        "FunctionName": "refused",
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "app.handler",
        "Code": {"ZipFile": zipped(ECHO)},
    } | changed
    with pytest.raises(ClientError) as refusal:
        functions.create_function(**given)
    assert refusal.value.response["Error"]["Code"] == code
    assert all(each["FunctionName"] != "refused" for each in functions.list_functions()["Functions"])


def test_a_name_is_taken_once(functions: Any) -> None:
    name, _ = function(functions, ECHO)
    with pytest.raises(ClientError, match=f"Function already exist: {name}"):
        functions.create_function(
            FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="a.b", Code={"ZipFile": zipped(ECHO)}
        )


def test_functions_survive_a_restart(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as address:
        name, _ = function(client(address, "lambda"), ECHO)
    with running(state_dir=tmp_path) as address:
        assert invoked(client(address, "lambda"), name, 5)[0]["got"] == 5


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "LOCALAWS_FUNCTIONS", "0")
    with running() as address, pytest.raises(ClientError, match="does not offer the service lambda"):
        client(address, "lambda").list_functions()
