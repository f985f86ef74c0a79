"""Real workers on each database and broker: killed in the middle of a slice, two at once, and the race for a lease."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.harness import Lab, lines_of, redis_server, twice

BACKENDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
    pytest.param("redis", id="redis-broker", marks=pytest.mark.redis),
]


@pytest.fixture(scope="module", params=BACKENDS)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Workers' surroundings, one set for each backend; no worker runs yet."""
    folder = tmp_path_factory.mktemp("lab")
    database = f"sqlite:///{folder}/lab.sqlite3"
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_url")
    if request.param == "redis":
        with redis_server(folder) as broker:
            yield from _lab(folder, database, broker)
    else:
        yield from _lab(folder, database, "database")


def _lab(folder: Path, database: str, broker: str) -> Iterator[Lab]:
    lab = Lab(folder, database, broker)
    try:
        yield lab
    finally:
        lab.stop()


def test_of_eight_one_gets_the_lease(lab: Lab) -> None:
    assert [lab.ask("race", threads=8, expired=False) for _ in range(5)] == [1] * 5


def test_of_eight_one_takes_over_a_lease_that_ran_out(lab: Lab) -> None:
    assert [lab.ask("race", threads=8, expired=True) for _ in range(5)] == [1] * 5


def test_it_works_through_kill_9(lab: Lab, tmp_path: Path) -> None:
    """All of a cluster is killed in the middle of a slice; another goes on from the checkpoint."""
    path = tmp_path / "lines"
    total = 60
    job = lab.ask("start", path=str(path), total=total, pause=0.05)
    first = lab.start_cluster()
    lab.until(lambda: len(lines_of(path)) >= 10, "no worker took the job")
    lab.kill(first)
    before = lines_of(path)
    assert len(before) < total, "the job was over before the kill"
    assert lab.ask("show", job=job)["state"] in ("running", "queued")
    lab.start_cluster()
    row = lab.done(job)
    after = lines_of(path)
    assert sorted(set(after)) == list(range(total))
    assert twice(after) <= 1, "only the line without a checkpoint may be written again"
    assert after[len(before)] in (before[-1], before[-1] + 1), (
        "it goes on from the checkpoint, not from the start"
    )
    assert row["done"] == total
    assert row["slices"] >= 3


def test_two_clusters_never_do_a_slice_twice(lab: Lab, tmp_path: Path) -> None:
    """Four processes, six jobs of several slices each, every delivery made twice."""
    lab.ensure_clusters(2)
    paths = [tmp_path / str(number) for number in range(6)]
    jobs = [lab.ask("start", path=str(path), total=25, pause=0.06) for path in paths]
    for job in jobs:
        lab.ask("deliver", job=job)
    rows = [lab.done(job) for job in jobs]
    assert [lines_of(path) for path in paths] == [list(range(25))] * 6
    assert all(row["slices"] >= 2 for row in rows)


def test_a_killed_worker_process_is_replaced(lab: Lab, tmp_path: Path) -> None:
    """Only the process that works is killed; its cluster lives on and finishes the job."""
    path = tmp_path / "lines"
    lab.ensure_clusters(1)
    job = lab.ask("start", path=str(path), total=40, pause=0.05)
    lab.until(lambda: len(lines_of(path)) >= 5, "no worker took the job")
    pid = int(path.read_text().splitlines()[-1].split()[1])
    lab.kill_process(pid)
    began = time.monotonic()
    row = lab.done(job)
    numbers = lines_of(path)
    assert sorted(set(numbers)) == list(range(40))
    assert twice(numbers) <= 1
    assert "The worker was lost; the job goes on from its checkpoint." in row["lines"]
    assert time.monotonic() - began < 30
