"""An item folded out of its recorded changes: what is certain, what is doubtful, what the record does not know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.wire import Item, same_item
from dashboard.tables.core.timeline import Certainty, Entry, at, breaks, in_order

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def item(value: str | None) -> Item | None:
    return None if value is None else {"pk": {"S": "a"}, "v": {"S": value}}


def entry(
    began: float, before: str | None, after: str | None, ended: float | None = None, **more: Any
) -> Entry:
    """A change that takes a second and is named by when it began."""
    end = began + 1 if ended is None else ended
    return Entry(f"c{began:g}", moment(began), moment(end), item(before), item(after), **more)


CREATED, CHANGED, DELETED = entry(10, None, "a"), entry(20, "a", "b"), entry(30, "b", None)
AGAIN = entry(40, None, "c")
STORY = (CREATED, CHANGED, DELETED, AGAIN)
OUTSIDE = (CREATED, entry(20, "x", "b"))
UNSETTLED = (CREATED, replace(entry(20, "a", "b"), settled=False))
CASES = [
    ("between a create and a change", STORY, 15, "c", "a", "certain", None),
    ("just as a change ended", STORY, 21, "c", "b", "certain", None),
    ("after the delete there was none", STORY, 35, "c", None, "certain", None),
    ("after it was created again", STORY, 50, "c", "c", "certain", None),
    ("before the record begins, there was none", STORY, 5, "c", None, "unknown", None),
    ("before the record begins, there was one", (CHANGED,), 5, "b", "a", "unknown", None),
    ("while a change was being made", STORY, 20.5, "c", "a", "doubtful", "b"),
    ("while it was being deleted", STORY, 30.5, "c", "b", "doubtful", None),
    ("something else changed it before the next change", OUTSIDE, 15, "b", "a", "doubtful", "x"),
    ("what went before is certain all the same", OUTSIDE, 30, "b", "b", "certain", None),
    ("something else changed it since", STORY, 50, "other", "c", "doubtful", "other"),
    ("something else deleted it since", STORY, 50, None, "c", "doubtful", None),
    ("a change of unknown end, then now as before it", UNSETTLED, 30, "a", "a", "doubtful", "b"),
    (
        "a change of unknown end that the next change settles as not made",
        (*UNSETTLED, entry(40, "a", "c")),
        30,
        "c",
        "a",
        "certain",
        None,
    ),
    ("before a change of unknown end", UNSETTLED, 15, "a", "a", "certain", None),
    ("a look confirms", (CREATED, entry(20, "a", "a")), 15, "a", "a", "certain", None),
    ("a look tells of another's change", (CREATED, entry(20, "z", "z")), 15, "z", "a", "doubtful", "z"),
    ("only a look after it", (entry(20, "z", "z"),), 15, "z", "z", "unknown", None),
    ("numbers are alike by value", (entry(10, None, "a"),), 15, "a", "a", "certain", None),
]


@pytest.mark.parametrize(
    ("what", "entries", "when", "now", "then", "certainty", "other"), CASES, ids=[c[0] for c in CASES]
)
def test_it_works(
    what: str,
    entries: tuple[Entry, ...],
    when: float,
    now: str | None,
    then: str | None,
    certainty: str,
    other: str | None,
) -> None:
    answer = at(entries, moment(when), item(now))
    assert (answer.item, answer.certainty.value, answer.other) == (item(then), certainty, item(other))
    assert answer.why.endswith(".")
    assert answer.guess


def test_nothing_is_known_of_an_item_without_changes() -> None:
    answer = at((), moment(5), item("a"))
    assert (answer.certainty, answer.guess, answer.item) == (Certainty.UNKNOWN, False, None)


def test_without_knowing_how_it_is_now_the_last_state_is_doubtful() -> None:
    assert at(STORY, moment(50), None, now_known=False).certainty is Certainty.DOUBTFUL
    assert at(STORY, moment(15), None, now_known=False).certainty is Certainty.CERTAIN


def test_changes_that_overlapped_are_put_as_they_found_each_other() -> None:
    slow = entry(10, "b", "c", ended=11.9)
    quick = entry(10.5, "a", "b", ended=12.0)
    assert [row.after for row in in_order((slow, quick))] == [item("b"), item("c")]
    assert breaks((slow, quick)) == frozenset()


def test_breaks_are_named_by_the_change_that_met_something_else() -> None:
    assert breaks(OUTSIDE) == {"c20"}
    assert breaks(STORY) == frozenset()
    assert breaks(UNSETTLED) == frozenset()


@dataclass(frozen=True)
class World:
    """What really happened, second by second, and what the record saw of it."""

    entries: tuple[Entry, ...]
    truth: tuple[tuple[float, Item | None], ...]
    outside: tuple[float, ...]

    def item_at(self, when: float) -> Item | None:
        return next((state for since, state in reversed(self.truth) if since <= when), None)


@st.composite
def worlds(draw: st.DrawFn, outside: bool) -> World:
    """Changes here, and perhaps elsewhere, each leaving a value of its own; a change lasts from ten times its number to one more."""
    count = draw(st.integers(1, 8))
    state: Item | None = None
    truth: list[tuple[float, Item | None]] = [(0.0, None)]
    entries: list[Entry] = []
    elsewhere: list[float] = []
    for number in range(1, count + 1):
        kept = draw(st.booleans())
        after = item(f"v{number}") if kept or state is None else None
        if outside and draw(st.booleans()):
            elsewhere.append(number * 10.0)
        else:
            entries.append(Entry(f"c{number}", moment(number * 10), moment(number * 10 + 1), state, after))
        state = after
        truth.append((number * 10 + (0.5 if entries and entries[-1].id == f"c{number}" else 0.0), state))
    return World(tuple(entries), tuple(truth), tuple(elsewhere))


@given(world=worlds(outside=False), when=st.floats(0, 100))
def test_without_anybody_else_the_record_is_certain_and_right(world: World, when: float) -> None:
    answer = at(world.entries, moment(when), world.truth[-1][1])
    if when < 10:
        assert answer.certainty is Certainty.UNKNOWN
    elif any(row.began <= moment(when) < row.ended for row in world.entries):
        assert answer.certainty is Certainty.DOUBTFUL
    else:
        assert answer.certainty is Certainty.CERTAIN
        assert same_item(answer.item, world.item_at(when))


@given(world=worlds(outside=True), when=st.floats(0, 100))
def test_what_is_called_certain_is_right_whoever_else_writes(world: World, when: float) -> None:
    answer = at(world.entries, moment(when), world.truth[-1][1])
    if answer.certainty is Certainty.CERTAIN and not _deleted_twice(world, when):
        assert same_item(answer.item, world.item_at(when))


def _deleted_twice(world: World, when: float) -> bool:
    """An item that others made and deleted in between is changed back: the record says that it cannot see that."""
    states = [state for _, state in world.truth]
    return bool(world.outside) and states.count(None) > 1


@given(world=worlds(outside=True), when=st.floats(0, 100), order=st.randoms())
def test_the_order_in_which_changes_are_given_does_not_matter(world: World, when: float, order: Any) -> None:
    shuffled = list(world.entries)
    order.shuffle(shuffled)
    assert at(shuffled, moment(when), None) == at(world.entries, moment(when), None)
