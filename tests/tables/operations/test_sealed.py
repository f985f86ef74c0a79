"""Signed texts: what was signed comes back whole, and nothing else is believed."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.errors import InputError
from dashboard.tables.operations.sealed import Seal, binding

SEAL = Seal(
    "gatehouse.tests.one", timedelta(hours=2), "cursor", "It was altered.", "It is old.", "Not this one."
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def refused(seal: Seal, text: str, bound: str = "b") -> str:
    with pytest.raises(InputError) as caught:
        seal.open(text, bound)
    assert caught.value.field == seal.field
    return caught.value.rule


@given(held=st.dictionaries(st.text(max_size=5).filter(lambda name: name != "for"), JSON))
def test_it_works(held: dict[str, Any]) -> None:
    assert SEAL.open(SEAL.sign(held, "b"), "b") == held


def test_what_belongs_to_something_else_is_refused() -> None:
    assert refused(SEAL, SEAL.sign({"at": 1}, "b"), "c") == "Not this one."


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "\x00", "é" * 50, "{}"])
def test_what_was_never_signed_is_refused(text: str) -> None:
    assert refused(SEAL, text) == "It was altered."


def test_each_character_counts() -> None:
    """Any one character taken out or put in another's place is noticed; none of it is believed."""
    text = SEAL.sign({"at": [1, "two"]}, "b")
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        assert refused(SEAL, text[:place] + text[place + 1 :]) == "It was altered."
        assert refused(SEAL, text[:place] + other + text[place + 1 :]) == "It was altered."


def test_another_kind_of_text_is_refused() -> None:
    other = replace(SEAL, salt="gatehouse.tests.two")
    assert refused(SEAL, other.sign({"at": 1}, "b")) == "It was altered."


def test_what_is_too_old_is_refused() -> None:
    text = SEAL.sign({"at": 1}, "b")
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=2), tick=False):
        assert refused(SEAL, text) == "It is old."


def test_the_seals_own_name_is_not_taken() -> None:
    with pytest.raises(ValueError, match="seal's own"):
        SEAL.sign({"for": "somebody else"}, "b")


@pytest.mark.django_db
def test_a_binding_is_of_one_person_and_place_and_of_each_part(
    place: Place, actor: Actor, reader: User
) -> None:
    """Parts do not run into one another, and a connection that leads to another account binds anew."""
    other = Actor(reader, "request-1")
    moved = copy(place.connection)
    moved.leads_since += timedelta(seconds=1)
    found = [
        binding(actor, place, "a", "b"),
        binding(actor, place, "ab"),
        binding(actor, place, "a"),
        binding(actor, place, ["a", "b"]),
        binding(other, place, "a", "b"),
        binding(actor, replace(place, region="us-east-1"), "a", "b"),
        binding(actor, replace(place, connection=moved), "a", "b"),
    ]
    assert len(set(found)) == len(found)
    assert binding(actor, place, "a", "b") == found[0]
