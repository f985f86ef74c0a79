"""Numbers as text: what DynamoDB takes, and what is the same number."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import given

from dashboard.core import numbers
from tests.values import number_texts

EXACT = Context(prec=400)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-0",
        "007",
        "+5",
        ".5",
        "5.",
        "1e1",
        "1E+125",
        "1E-130",
        "-9." + "9" * 37 + "E+125",
        "1" * 38,
        "0E+999",
        "1" + "0" * 125,
    ],
)
def test_it_works(text: str) -> None:
    assert numbers.problem(text) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1E+126", "range"),
        ("1E-131", "range"),
        ("1E+" + "9" * 5000, "range"),
        ("1E-" + "9" * 5000, "range"),
        ("1" * 39, "39 significant digits"),
        ("1." + "0" * 37 + "1", "39 significant digits"),
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
        ("", "not a number"),
        ("1,5", "not a number"),
        ("1_000", "not a number"),
        (" 1", "not a number"),
        ("0x10", "not a number"),
        ("٣", "not a number"),
        ("1e", "not a number"),
        (".", "not a number"),
    ],
)
def test_what_is_refused(text: str, says: str) -> None:
    assert says in numbers.problem(text)
    assert len(numbers.problem(text)) < 200


@pytest.mark.parametrize(
    ("a", "b"),
    [("1", "1.0"), ("1", "01"), ("10", "1E1"), ("0", "-0"), ("0", "0E+5"), ("-.5", "-0.50"), ("x", "x")],
)
def test_the_same_number(a: str, b: str) -> None:
    assert numbers.same_number(a, b)


@pytest.mark.parametrize(("a", "b"), [("1", "-1"), ("1", "10"), ("1", "x"), ("1" * 38, "1" * 37 + "2")])
def test_not_the_same_number(a: str, b: str) -> None:
    assert not numbers.same_number(a, b)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1.50", "1.5"),
        ("1E3", "1000"),
        ("-0", "0"),
        ("-12E-4", "-0.0012"),
        ("007", "7"),
        ("x", "x"),
        ("1E+126", "1E+126"),
    ],
)
def test_canonical_spelling(text: str, plain: str) -> None:
    assert numbers.canonical(text) == plain


@given(number_texts(), number_texts())
def test_agrees_with_decimal(a: str, b: str) -> None:
    assert numbers.same_number(a, b) == (Decimal(a) == Decimal(b))
    assert (numbers.order(a) < numbers.order(b)) == (Decimal(a) < Decimal(b))
    assert EXACT.create_decimal(numbers.canonical(a)) == Decimal(a)
    assert numbers.canonical(numbers.canonical(a)) == numbers.canonical(a)
    assert "E" not in numbers.canonical(a).upper()
