"""What was written is there after a stop of any kind."""

from __future__ import annotations

import pickle
import signal
import subprocess
import time
from collections import OrderedDict
from pathlib import Path

import pytest

from dashboard.localaws import parent
from dashboard.localaws.server import ROOT, StartError, command, first_line, running
from dashboard.localaws.state import FORMAT
from tests.localaws.support import client, simple_table

ITEM = {
    "pk": {"N": "12345678901234567890123456789012345678"},
    "sk": {"B": b"\x00\xff"},
    "__bytes__": {"S": "not base64"},
    "__scoped__": {"M": {"__bytes__": {"B": b""}, "data": {"NULL": True}}},
    "set": {"BS": [b"\x01", b"\x02"]},
    "text": {"S": "line\n\u2028 📦"},
}
KEY = {name: ITEM[name] for name in ("pk", "sk")}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_data_is_there_after_a_restart(tmp_path: Path, number: signal.Signals) -> None:
    child = parent.start(
        command(0, tmp_path), env={}, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert child.stdout is not None
    try:
        dynamodb = client(first_line(child))
        simple_table(dynamodb, "kept", "N", "B", index=True)
        dynamodb.put_item(TableName="kept", Item=ITEM)
        dynamodb.update_time_to_live(
            TableName="kept", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone_at"}
        )
        if number is signal.SIGKILL:
            time.sleep(1)  # what is a second old survives
        child.send_signal(number)
        child.wait(10)
    finally:
        parent.stop(child)
        child.stdout.close()
    with running(state_dir=tmp_path) as endpoint:
        dynamodb = client(endpoint)
        assert dynamodb.get_item(TableName="kept", Key=KEY)["Item"] == ITEM
        assert (
            dynamodb.describe_time_to_live(TableName="kept")["TimeToLiveDescription"]["AttributeName"]
            == "gone_at"
        )
        dynamodb.put_item(TableName="kept", Item=KEY | {"group": {"S": "g"}, "rank": {"N": "1"}})
        found = dynamodb.scan(TableName="kept", IndexName="by-group")["Items"]
        assert [item["pk"] for item in found] == [ITEM["pk"]]


def test_nothing_is_kept_without_a_folder(tmp_path: Path) -> None:
    with running() as endpoint:
        simple_table(client(endpoint), "forgotten")
    with running() as endpoint:
        assert client(endpoint).list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a pickle", "cannot be read"),
        (b"", "cannot be read"),
        (pickle.dumps({"format": FORMAT + 1, "services": {}}), "was saved by another version"),
        (
            pickle.dumps({"format": FORMAT, "services": OrderedDict(a=Path("x"))}),
            "never written by Gatehouse",
        ),
    ],
)
def test_saved_data_that_is_not_ours_is_refused_and_left(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "state.bin").write_bytes(content)
    with pytest.raises(StartError, match=sentence) as caught, running(state_dir=tmp_path):
        pass
    assert "Traceback" not in str(caught.value)
    assert (tmp_path / "state.bin").read_bytes() == content
