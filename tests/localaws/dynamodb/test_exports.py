"""What changed between two moments, as an incremental export writes it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.localaws.dynamodb import export_files
from dashboard.localaws.dynamodb.history import History

TABLE: dict[str, Any] = {"TableId": "t", "TableName": "t", "_pitr": {"since": 0, "days": 35}}


def item(key: str, value: str) -> dict[str, Any]:
    return {"pk": {"S": key}, "v": {"S": value}}


def written(
    history: History, table: dict[str, Any], now: list[float], when: float, key: str, value: str | None
) -> None:
    """A write at a moment, as the engine's hook tells the history of it."""
    now[0] = when
    before = table["items"].get(key, {}).get("-")
    history.note(table, key, "-", before)
    if value is None:
        del table["items"][key]
    else:
        table["items"].setdefault(key, {})["-"] = item(key, value)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], History]:
    """a is changed twice, b deleted, c made and deleted again, d made; e was there all the time."""
    keys = SimpleNamespace(_extract_key_from_item=lambda _, one: {"pk": one["pk"]})
    monkeypatch.setattr(export_files, "engine", lambda: keys)
    now = [0.0]
    history, table = History(clock=lambda: now[0]), {**TABLE, "items": {}}
    for when, key, value in [
        (1, "a", "1"),
        (1, "b", "1"),
        (1, "e", "1"),
        (10, "a", "2"),
        (11, "a", "3"),
        (12, "b", None),
        (13, "c", "1"),
        (14, "c", None),
        (15, "d", "1"),
        (30, "d", "2"),
    ]:
        written(history, table, now, when, key, value)
    return table, history


def rows(table: dict[str, Any], history: History, view: str) -> dict[str, Any]:
    given = {"ExportFromTime": 5, "ExportToTime": 20, "ExportViewType": view}
    description = {"IncrementalExportSpecification": given}
    lines = [json.loads(line) for line, _ in export_files._changes(description, table, history)]
    return {line["Keys"]["pk"]["S"]: line for line in lines}


def test_it_works(changed: tuple[dict[str, Any], History]) -> None:
    found = rows(*changed, "NEW_AND_OLD_IMAGES")
    assert sorted(found) == ["a", "b", "d"]
    assert (found["a"]["OldImage"], found["a"]["NewImage"]) == (item("a", "1"), item("a", "3"))
    assert (found["b"]["OldImage"], "NewImage" in found["b"]) == (item("b", "1"), False)
    assert (found["d"]["NewImage"], "OldImage" in found["d"]) == (item("d", "1"), False)
    assert found["a"]["Metadata"]["WriteTimestampMicros"] == {"N": "11000000"}


def test_new_images_only(changed: tuple[dict[str, Any], History]) -> None:
    assert not any("OldImage" in row for row in rows(*changed, "NEW_IMAGE").values())


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (0.5, {}),
        (5, {"a": "1", "b": "1", "e": "1"}),
        (11, {"a": "3", "b": "1", "e": "1"}),
        (13, {"a": "3", "c": "1", "e": "1"}),
        (40, {"a": "3", "d": "2", "e": "1"}),
    ],
)
def test_a_moment_of_the_past(
    changed: tuple[dict[str, Any], History], moment: float, expected: dict[str, str]
) -> None:
    table, history = changed
    found = history.at(table, moment)
    assert {key: sorts["-"]["v"]["S"] for key, sorts in found.items()} == expected
    assert table["items"]["a"]["-"] == item("a", "3")


def test_what_is_too_old_is_forgotten(changed: tuple[dict[str, Any], History]) -> None:
    table, history = changed
    history.clock = lambda: 12 + 35 * 86_400
    history.prune([table])
    assert [row[0] for row in history.rows["t"]] == [13, 14, 15, 30]
    assert history.earliest(table) == 12
