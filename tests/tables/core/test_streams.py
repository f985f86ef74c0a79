"""Reading a stream: shards in the order of their lines, an end that is an end, and who made a change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.streams import Record, Shard
from dashboard.tables.core.streams import (
    AT_ONCE,
    QUIET,
    Deed,
    Place,
    Reading,
    advanced,
    authors,
    begun,
    due,
    taken_in,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
A: dict[str, Any] = {"pk": {"S": "a"}, "n": {"N": "1"}}
B: dict[str, Any] = {"pk": {"S": "a"}, "n": {"N": "2.0"}}
B2: dict[str, Any] = {"pk": {"S": "a"}, "n": {"N": "2"}}


def record(
    kind: str, old: Any = None, new: Any = None, *, at: datetime = NOON, principal: str = ""
) -> Record:
    return Record("e", kind, at.isoformat(), {"pk": {"S": "a"}}, old, new, "1", principal=principal)  # type: ignore[arg-type]


def at(reading: Reading, shard: str) -> Place:
    (found,) = (place for place in reading.places if place.shard == shard)
    return found


def test_it_works() -> None:
    shards = [
        Shard("p", first="1", last="9"),
        Shard("c", parent="p", first="10"),
        Shard("o", parent="gone", first="3"),
    ]
    reading = begun("arn", shards, live=False)
    assert {place.shard for place in reading.places} == {"p", "o"}
    assert reading.waiting == (("c", "p"),)
    reading = advanced(reading, at(reading, "p"), "next", [record("INSERT", new=A)])
    assert reading.read == 1
    reading = advanced(reading, at(reading, "p"), None, [])
    assert {place.shard for place in reading.places} == {"c", "o"}
    assert not reading.caught_up
    for shard in ("c", "o"):
        for _ in range(QUIET):
            reading = advanced(reading, at(reading, shard), "next", [])
    assert reading.caught_up


def test_live_begins_now_and_takes_in_the_children_of_what_it_follows() -> None:
    reading = begun("arn", [Shard("old", last="9"), Shard("open")], live=True)
    assert [(place.shard, place.whole) for place in reading.places] == [("open", False)]
    reading = advanced(reading, at(reading, "open"), None, [])
    reading = taken_in(
        reading, [Shard("old", last="9"), Shard("child", parent="open"), Shard("else", parent="x")]
    )
    assert [(place.shard, place.whole) for place in reading.places] == [("child", True)]
    assert not reading.caught_up


def test_a_place_whose_iterator_ran_out_begins_where_it_stood() -> None:
    began = "2026-01-01T12:00:00+00:00"
    reading = begun("arn", [Shard("open")], live=True, began=began)
    reading = advanced(reading, at(reading, "open"), "next", [])
    assert at(reading, "open").renewed(began) == Place("open", quiet=1, since=began)
    seen = advanced(reading, at(reading, "open"), "next", [record("INSERT", new=A)])
    again = at(seen, "open").renewed(began)
    assert (again.iterator, again.sequence, again.since) == ("", record("INSERT", new=A).sequence, "")


@given(st.integers(1, 12), st.data())
def test_no_shard_is_read_before_its_parent_and_none_is_forgotten(count: int, data: st.DataObject) -> None:
    parents = [data.draw(st.sampled_from(["", *map(str, range(number))])) for number in range(count)]
    shards = [Shard(str(number), parent=parent, last="9") for number, parent in enumerate(parents)]
    reading = begun("arn", data.draw(st.permutations(shards)), live=False)
    order: list[str] = []
    while reading.places:
        chosen = due(reading)
        assert 0 < len(chosen) <= AT_ONCE
        order.append(data.draw(st.sampled_from(chosen)).shard)
        reading = advanced(reading, at(reading, order[-1]), None, [])
        assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
    assert sorted(order) == sorted(shard.id for shard in shards)
    for shard in shards:
        assert not shard.parent or order.index(shard.parent) < order.index(shard.id)


DEED = Deed("c1", "ann", NOON - timedelta(seconds=2), A, B)
MATCHES: list[tuple[str, Record, list[Deed], tuple[str, bool, bool]]] = [
    ("the same images", record("MODIFY", A, B2), [DEED], ("ann", True, False)),
    ("another value", record("MODIFY", A, A | {"n": {"N": "3"}}), [DEED], ("", True, False)),
    ("only the new image", record("MODIFY", None, B), [DEED], ("ann", True, False)),
    ("only the keys, near", record("MODIFY"), [DEED], ("ann", False, False)),
    ("only the keys, far", record("MODIFY", at=NOON + timedelta(minutes=5)), [DEED], ("", True, False)),
    ("a creation is no change", record("INSERT", None, B), [DEED], ("", True, False)),
    ("a deletion is no change", record("REMOVE", A), [DEED], ("", True, False)),
    ("expired", record("REMOVE", A, principal="dynamodb.amazonaws.com"), [DEED], ("", True, True)),
    ("a deletion of ours", record("REMOVE", A), [Deed("c2", "bob", NOON, A, None)], ("bob", True, False)),
    (
        "before ours was sent",
        record("REMOVE", A, at=NOON - timedelta(minutes=2)),
        [Deed("c2", "bob", NOON, A, None)],
        ("", True, False),
    ),
    ("nothing of ours", record("INSERT", None, A), [], ("", True, False)),
]


@pytest.mark.parametrize(
    ("found", "deeds", "expected"), [case[1:] for case in MATCHES], ids=[c[0] for c in MATCHES]
)
def test_authors(found: Record, deeds: list[Deed], expected: tuple[str, bool, bool]) -> None:
    (author,) = authors([found], {"a": deeds}, lambda keys: keys["pk"]["S"])
    assert (author.who, author.sure, author.expired) == expected


def test_one_write_of_ours_explains_one_record() -> None:
    both = authors(
        [record("MODIFY", A, B), record("MODIFY", A, B)], {"a": [DEED]}, lambda keys: keys["pk"]["S"]
    )
    assert [author.who for author in both] == ["ann", ""]


def test_the_same_change_made_elsewhere_and_here_has_its_author_where_it_was_made() -> None:
    """Deleted elsewhere, brought back and deleted here within a minute: the images are the same, the times are not."""
    ours = Deed("c2", "bob", NOON + timedelta(seconds=32), A, None)
    elsewhere, here = record("REMOVE", A), record("REMOVE", A, at=NOON + timedelta(seconds=32))
    found = authors([elsewhere, here], {"a": [ours]}, lambda keys: keys["pk"]["S"])
    assert [author.who for author in found] == ["", "bob"]
