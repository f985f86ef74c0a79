"""Names of what a person may act on, and the patterns of grants; the shapes of errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import AwsError, InputError
from dashboard.core.resources import Resource, matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("*", "table:x\ny", True),
        ("table:orders-*", "table:orders-eu", True),
        ("table:orders-*", "table:orders", False),
        ("table:orders-*", "xtable:orders-eu", False),
        ("table:a.b", "table:axb", False),
        ("table:a.b", "table:a.b", True),
        ("table:[ab]", "table:a", False),
        ("table:?", "table:a", False),
        ("*-eu-*", "orders-eu-1", True),
        ("Table:*", "table:x", False),
        ("", "", True),
        ("", "x", False),
        ("table:x", "table:x\n", False),
    ],
)
def test_it_works(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


@given(st.text().filter(lambda text: "*" not in text), st.text())
def test_without_a_star_only_itself(pattern: str, text: str) -> None:
    assert matches(pattern, pattern)
    assert matches(pattern, text) == (pattern == text)


@given(st.text(), st.text(), st.text())
def test_a_star_is_anything(start: str, middle: str, end: str) -> None:
    assert matches(f"{start}*{end}", start + middle + end)


def test_a_resource_reads_as_a_path() -> None:
    assert str(Resource("table:orders", "prod", "eu-central-1")) == "prod/eu-central-1/table:orders"
    assert str(Resource("console:users")) == "console:users"


def test_an_aws_error_in_a_log_has_no_value_and_no_message() -> None:
    error = AwsError(
        "X",
        "secret text",
        service="dynamodb",
        operation="GetItem",
        request_id="R1",
        item={"pk": {"S": "secret"}},
    )
    assert str(error) == "dynamodb:GetItem X (request R1)"
    assert error.permanent


def test_an_input_error_is_its_sentence() -> None:
    assert str(InputError("limit", "Too many.")) == "Too many."
