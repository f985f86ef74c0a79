"""The journal: what was written is there after a kill at any moment, and folding loses nothing that comes meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashboard.localaws import parent
from dashboard.localaws.layer import TOKEN_HEADER
from dashboard.localaws.server import ROOT, StartError, command, first_line, running
from tests.localaws.dynamodb.support import until
from tests.localaws.support import client, http, simple_table

TOKEN = "token-of-these-tests"


@contextmanager
def killed(folder: Path) -> Iterator[Any]:
    """An embedded AWS that is killed at the end."""
    child = parent.start(
        command(0, folder, TOKEN), env=os.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert child.stdout is not None
    try:
        yield first_line(child)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        child.stdout.close()


def keys(dynamodb: Any, name: str) -> set[str]:
    found: set[str] = set()
    for page in dynamodb.get_paginator("scan").paginate(TableName=name):
        found |= {item["pk"]["S"] for item in page["Items"]}
    return found


def active(dynamodb: Any, name: str) -> None:
    until(lambda: dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def put(dynamodb: Any, name: str, numbers: range, fill: int = 0) -> None:
    for start in range(numbers.start, numbers.stop, 25):
        part = range(start, min(start + 25, numbers.stop))
        items = [{"pk": {"S": f"{number:06d}"}, "fill": {"S": "x" * fill}} for number in part]
        dynamodb.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item}} for item in items]})


def test_it_works(tmp_path: Path) -> None:
    with killed(tmp_path) as endpoint:
        dynamodb = client(endpoint)
        simple_table(dynamodb, "kept", index=True)
        simple_table(dynamodb, "dropped")
        put(dynamodb, "dropped", range(10))
        put(dynamodb, "kept", range(100))
        for number in range(0, 100, 2):
            dynamodb.delete_item(TableName="kept", Key={"pk": {"S": f"{number:06d}"}})
        dynamodb.delete_table(TableName="dropped")
        simple_table(dynamodb, "dropped")
        time.sleep(1)
    for _ in range(2):  # what was loaded is kept too
        with killed(tmp_path) as endpoint:
            dynamodb = client(endpoint)
            assert keys(dynamodb, "kept") == {f"{number:06d}" for number in range(1, 100, 2)}
            assert keys(dynamodb, "dropped") == set()
            table = dynamodb.describe_table(TableName="kept")["Table"]
            assert (table["ItemCount"], table["TableSizeBytes"]) == (50, 50 * 12)


def test_folding_loses_nothing_that_comes_meanwhile(tmp_path: Path) -> None:
    """Twelve megabytes are more than a log grows to; every write after that falls into the folding."""
    with killed(tmp_path) as endpoint:
        dynamodb = client(endpoint)
        simple_table(dynamodb, "large")
        put(dynamodb, "large", range(3000), 4000)
        for number in range(0, 3000, 3):
            dynamodb.delete_item(TableName="large", Key={"pk": {"S": f"{number:06d}"}})
        until(lambda: list(tmp_path.glob("dynamodb-*.base")))
        put(dynamodb, "large", range(3000, 3100))
        time.sleep(1)
    with running(state_dir=tmp_path) as endpoint:
        expected = {f"{number:06d}" for number in range(3100) if number >= 3000 or number % 3}
        assert keys(client(endpoint), "large") == expected


@pytest.mark.parametrize("tail", [b'["write","', b"\x00\xff", b'["write"'])
def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path, tail: bytes) -> None:
    with killed(tmp_path) as endpoint:
        simple_table(client(endpoint), "kept")
        put(client(endpoint), "kept", range(5))
        time.sleep(0.5)
    [log] = tmp_path.glob("dynamodb-*.log")
    with log.open("ab") as file:
        file.write(tail)
    with killed(tmp_path) as endpoint:
        assert len(keys(client(endpoint), "kept")) == 5
        put(client(endpoint), "kept", range(5, 7))
        time.sleep(0.5)
    with running(state_dir=tmp_path) as endpoint:
        assert len(keys(client(endpoint), "kept")) == 7


def test_a_base_that_was_begun_is_not_taken_for_one(tmp_path: Path) -> None:
    with killed(tmp_path) as endpoint:
        simple_table(client(endpoint), "kept")
        put(client(endpoint), "kept", range(5))
        time.sleep(0.5)
    (tmp_path / "dynamodb-9.new").write_bytes(b"half of a base")
    with running(state_dir=tmp_path) as endpoint:
        assert len(keys(client(endpoint), "kept")) == 5


def test_a_log_that_is_not_ours_is_one_sentence_and_left(tmp_path: Path) -> None:
    log = tmp_path / "dynamodb-0.log"
    log.write_bytes(b"nonsense\n")
    with pytest.raises(StartError, match="cannot be read") as caught, running(state_dir=tmp_path):
        pass
    assert "Traceback" not in str(caught.value)
    assert log.read_bytes() == b"nonsense\n"


def test_backups_recovery_and_restored_tables_survive(tmp_path: Path) -> None:
    with killed(tmp_path) as endpoint:
        dynamodb = client(endpoint)
        simple_table(dynamodb, "past")
        dynamodb.update_continuous_backups(
            TableName="past", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        put(dynamodb, "past", range(10))
        arn = dynamodb.create_backup(TableName="past", BackupName="ten")["BackupDetails"]["BackupArn"]
        time.sleep(1.1)
        moment = int(time.time())
        time.sleep(1.1)
        put(dynamodb, "past", range(10, 20))
        dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=arn)
        time.sleep(1)
    with running(state_dir=tmp_path) as endpoint:
        dynamodb = client(endpoint)
        assert len(keys(dynamodb, "past")) == 20
        active(dynamodb, "again")
        assert len(keys(dynamodb, "again")) == 10
        dynamodb.restore_table_to_point_in_time(
            SourceTableName="past", TargetTableName="before", RestoreDateTime=moment
        )
        dynamodb.restore_table_from_backup(TargetTableName="third", BackupArn=arn)
        for name in ("before", "third"):
            active(dynamodb, name)
            assert len(keys(dynamodb, name)) == 10


def test_a_reset_is_kept_too(tmp_path: Path) -> None:
    with killed(tmp_path) as endpoint:
        simple_table(client(endpoint), "gone")
        put(client(endpoint), "gone", range(50))
        time.sleep(0.5)
        assert http(f"{endpoint}/_local/reset", "POST", b"", **{TOKEN_HEADER: TOKEN})[0] == 200
        simple_table(client(endpoint), "new")
        put(client(endpoint), "new", range(5))
        time.sleep(1)
    with running(state_dir=tmp_path) as endpoint:
        assert client(endpoint).list_tables()["TableNames"] == ["new"]
        assert len(keys(client(endpoint), "new")) == 5
