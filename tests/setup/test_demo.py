"""``make demo`` from its first line to its last, and everything that can go wrong with it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import stat
from pathlib import Path

import pytest

from tests.localaws.support import client, listening
from tests.setup.demo import Browser, demo, left, nothing_left

pytestmark = pytest.mark.localaws
HAMBURG = {"pk": {"S": "DEPOT#HAM1"}, "sk": {"S": "META"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was started once and stopped: the next start from it does not fill everything again."""
    path = tmp_path_factory.mktemp("filled")
    with demo(path / "demo", path / "errors") as first:
        first.until_ready()
        assert first.stop(signal.SIGTERM) == 0
    return path / "demo"


@pytest.fixture
def again(filled: Path, folder: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(filled, folder)


def one_sentence(text: str) -> bool:
    """One line that ends as a sentence does, no traceback."""
    return len(text.strip().splitlines()) == 1 and text.strip().endswith(".")


def test_it_works(folder: Path, tmp_path: Path) -> None:
    with demo(folder, tmp_path / "errors") as first:
        first.until_ready()
        assert first.lines[0] == f"Gatehouse is ready: {first.url}/"
        assert list(first.sign_ins) == ["admin", "editor", "reader"]
        assert "This is a demo: its AWS is an emulator" in first.lines[4]
        upstream = int((folder / "upstream-port").read_text())
        assert listening(set(left(folder))) == {
            ("127.0.0.1", port) for port in (first.port, first.aws_port, upstream)
        }
        for name, password in first.sign_ins.items():
            status, url, text = Browser(first.url).sign_in(name, password)
            assert (status, url) == (200, f"{first.url}/"), text[:500]
        status, _url, text = Browser(first.url).sign_in("admin", "wrong-password-1")
        assert "login" in _url
        private = [folder / "secret_key", folder / "sign-ins.json"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        client(first.aws).put_item(TableName="parcels", Item=HAMBURG | {"city": {"S": "edited"}})
        assert first.stop(signal.SIGTERM) == 0
        assert not left(folder)
    with demo(folder, tmp_path / "errors", ports=(first.aws_port, first.port)) as second:
        second.until_ready()
        assert second.sign_ins == first.sign_ins
        assert client(second.aws).get_item(TableName="parcels", Key=HAMBURG)["Item"]["city"] == {
            "S": "edited"
        }
        browser = Browser(second.url)
        assert browser.sign_in("reader", second.sign_ins["reader"])[0] == 200
        status, _url, text = browser.open("/c/demo/eu-central-1/tables/")
        assert status == 200
        assert "customs-seals" in text
        assert second.stop(signal.SIGINT) == 0
        assert not left(folder)
    with demo(folder, tmp_path / "errors", "--reset") as third:
        third.until_ready()
        assert third.sign_ins != first.sign_ins
        assert client(third.aws).get_item(TableName="parcels", Key=HAMBURG)["Item"]["city"] == {
            "S": "Hamburg"
        }


@pytest.mark.parametrize("which", ["PORT", "AWS_PORT"])
def test_a_port_in_use(folder: Path, tmp_path: Path, which: str) -> None:
    with socket.socket() as taken, socket.socket() as other:
        for each in (taken, other):
            each.bind(("127.0.0.1", 0))
        taken.listen()
        port, spare = taken.getsockname()[1], other.getsockname()[1]
        other.close()
        with demo(
            folder, tmp_path / "errors", ports=(port, spare) if which == "PORT" else (spare, port)
        ) as tried:
            code, said = tried.ended()
    assert code == 1
    assert one_sentence(said)
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert f"{which}={port + 1}" in said
    assert not left(folder)


@pytest.mark.parametrize("name", ["gunicorn", "qcluster", "dashboard.localaws --port"])
def test_a_killed_child_ends_the_demo(again: Path, tmp_path: Path, name: str) -> None:
    names = {"gunicorn": "web server", "qcluster": "job worker"}
    with demo(again, tmp_path / "errors") as running:
        running.until_ready()
        ours = {pid: command for pid, command in left(again).items() if name in command}
        os.kill(min(ours), signal.SIGKILL)
        code, said = running.ended()
        assert code == 1
        assert one_sentence(said)
        assert f"The {names.get(name, 'embedded AWS')} was killed by signal 9" in said
        assert nothing_left(again, 2)


def test_a_killed_demo_leaves_nothing(again: Path, tmp_path: Path) -> None:
    with demo(again, tmp_path / "errors") as running:
        running.until_ready()
        assert len(left(again)) > 4
        running.process.kill()
        running.process.wait()
        assert nothing_left(again)


def test_a_stop_while_it_starts(folder: Path, tmp_path: Path) -> None:
    with demo(folder, tmp_path / "errors") as starting:
        while len(left(folder)) < 3:
            assert starting.process.poll() is None
        assert starting.stop(signal.SIGTERM) == 0
        assert not left(folder)
        assert (tmp_path / "errors").read_text() == ""


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with demo(tmp_path / "file" / "demo", tmp_path / "errors") as tried:
        code, said = tried.ended()
    assert code == 1
    assert one_sentence(said)
    assert "cannot be written" in said
    assert "DEMO_DIR" in said


def test_a_full_disk(folder: Path, tmp_path: Path) -> None:
    """As a full disk does, a limit on the size of files lets small writes pass and fails the database's."""
    with demo(
        folder,
        tmp_path / "errors",
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    ) as tried:
        code, said = tried.ended()
    assert code == 1
    assert one_sentence(said)
    assert "The database stopped" in said
    assert not left(folder)


def test_one_demo_to_a_folder(folder: Path, tmp_path: Path) -> None:
    with demo(folder, tmp_path / "errors") as first:
        while not (folder / "lock").exists():
            assert first.process.poll() is None
        with demo(tmp_path / "." / "demo", tmp_path / "other") as second:
            while not left(folder):
                assert first.process.poll() is None
            code, said = second.ended()
            assert code == 1
            assert one_sentence(said)
            assert "is running on" in said
