"""What a resource policy may do that its author did not mean."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.tables.core.policies import cautions

ROLE = {"AWS": "arn:aws:iam::111122223333:role/reporting"}


def said(**statement: Any) -> str:
    return " ".join(cautions({"Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem"} | statement]}))


def test_it_works() -> None:
    assert "denies everybody:" in said(Effect="Deny", Principal="*")
    assert said(Principal=ROLE) == ""


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"Effect": "Deny", "Principal": {"AWS": "*"}}, "denies everybody:"),
        ({"Effect": "Deny", "Principal": {"AWS": ["a", "*"]}}, "denies everybody:"),
        (
            {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {}}},
            "everybody whenever its condition holds",
        ),
        ({"Effect": "Deny", "NotPrincipal": ROLE}, "everybody but those it names"),
        ({"Principal": "*"}, "allows everybody"),
        ({"Principal": ROLE, "Action": ["dynamodb:*"]}, "every action"),
        ({"Principal": ROLE, "Action": "*"}, "every action"),
    ],
)
def test_what_is_said(statement: dict[str, Any], words: str) -> None:
    assert words in said(**statement)


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Deny", "Principal": ROLE},
        {"Principal": "*", "Condition": {"StringEquals": {}}},
        {"Principal": {"Service": "replication.dynamodb.amazonaws.com"}},
        {},
    ],
)
def test_what_needs_no_word(statement: dict[str, Any]) -> None:
    assert said(**statement) == ""


@pytest.mark.parametrize("document", [None, {}, {"Statement": "no"}, {"Statement": [1, None]}])
def test_what_is_no_policy_is_not_judged(document: Any) -> None:
    assert cautions(document) == ()


def test_a_single_statement_and_one_said_twice() -> None:
    one = {"Effect": "Deny", "Principal": "*"}
    assert cautions({"Statement": one}) == cautions({"Statement": [one, one]})
    assert len(cautions({"Statement": one})) == 1
