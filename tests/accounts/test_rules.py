"""Validation sentences of connections and grants, as tables."""

from __future__ import annotations

import pytest

from dashboard.accounts.rules import Values, connection_problems, grant_problems, pattern_words

GOOD: Values = {
    "slug": "parcels-prod",
    "name": "Parcels production",
    "account_id": "123456789012",
    "regions": ["eu-central-1", "us-gov-west-1"],
    "credentials": "role",
    "profile": "",
    "role_arn": "arn:aws:iam::123456789012:role/ops/gatehouse",
    "external_id": "",
    "endpoint": "",
    "environment": "production",
    "read_only": False,
}
ROLE = GOOD["role_arn"]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"slug": "a"},
        {"slug": "a" * 64},
        {"account_id": ""},
        {"regions": ["cn-north-1"]},
        {"regions": ["eusc-de-east-1"]},
        {"regions": ["us-iso-east-1"]},
        {"credentials": "default", "role_arn": ""},
        {"credentials": "profile", "role_arn": "", "profile": "my profile_1"},
        {"profile": "base"},
        {"external_id": "gate-house:1/2=3"},
        {"role_arn": "arn:aws-cn:iam::123456789012:role/x"},
        {"account_id": "", "role_arn": "arn:aws:iam::999999999999:role/x"},
        {"endpoint": "http://127.0.0.1:4566"},
        {"endpoint": "https://dynamodb.example.com/"},
        {"endpoint": "http://[::1]:8000"},
        {"name": "ü 😀 <b>"},
    ],
)
def test_what_can_be_saved(changed: Values) -> None:
    assert connection_problems(GOOD | changed) == {}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"slug": ""}, "slug", "lower-case"),
        ({"slug": "new"}, "slug", "not “new”"),
        ({"slug": "A"}, "slug", "lower-case"),
        ({"slug": "a--b"}, "slug", "single hyphens"),
        ({"slug": "-a"}, "slug", "single hyphens"),
        ({"slug": "a/b"}, "slug", "letters and digits"),
        ({"slug": "ab\n"}, "slug", "letters and digits"),
        ({"slug": "a" * 65}, "slug", "at most 64"),
        ({"name": "  "}, "name", "1 to 100"),
        ({"name": "a\nb"}, "name", "on one line"),
        ({"account_id": "1234-5678-9012"}, "account_id", "exactly 12 digits"),
        ({"account_id": "١٢٣٤٥٦٧٨٩٠١٢"}, "account_id", "exactly 12 digits"),
        ({"regions": []}, "regions", "at least one"),
        ({"regions": ["eu-central"]}, "regions", "“eu-central” is not the name"),
        ({"regions": ["EU-CENTRAL-1"]}, "regions", "is not the name"),
        ({"regions": ["eu-central-1", "../x"]}, "regions", "“../x”"),
        ({"regions": ["eu-central-1", "eu-central-1"]}, "regions", "only once"),
        ({"regions": [f"eu-west-{n}" for n in range(1, 42)]}, "regions", "at most 40"),
        ({"credentials": "keys"}, "credentials", "choose"),
        ({"credentials": "profile", "role_arn": ""}, "profile", "missing"),
        ({"credentials": "default", "role_arn": "", "profile": "x"}, "profile", "leave it empty"),
        ({"profile": "x]\n[y"}, "profile", "letters, digits"),
        ({"role_arn": ""}, "role_arn", "its ARN"),
        ({"role_arn": "arn:aws:iam::123456789012:user/x"}, "role_arn", "its ARN"),
        ({"role_arn": "arn:aws:iam::123456789012:role/"}, "role_arn", "its ARN"),
        ({"role_arn": "arn:aws:iam::999999999999:role/x"}, "role_arn", "account 999999999999"),
        ({"credentials": "default"}, "role_arn", "leave it empty"),
        ({"external_id": "x"}, "external_id", "2 to 1224"),
        ({"external_id": "a b"}, "external_id", "2 to 1224"),
        ({"external_id": "abc", "credentials": "default", "role_arn": ""}, "external_id", "only a role"),
        ({"endpoint": "ftp://x"}, "endpoint", "http:// or https://"),
        ({"endpoint": "http://user:pw@host"}, "endpoint", "no password"),
        ({"endpoint": "http://host/path"}, "endpoint", "no path"),
        ({"endpoint": "http://host?x=1"}, "endpoint", "no path"),
        ({"endpoint": "javascript:alert(1)"}, "endpoint", "http:// or https://"),
    ],
)
def test_what_cannot(changed: Values, field: str, words: str) -> None:
    problems = connection_problems(GOOD | changed)
    assert words in problems[field]


def test_every_problem_at_once() -> None:
    assert set(connection_problems(GOOD | {"slug": "", "name": "", "regions": []})) == {
        "slug",
        "name",
        "regions",
    }


GRANT: Values = {
    "group": "g",
    "connection": "*",
    "region": "*",
    "resource": "table:orders-*",
    "actions": ["read"],
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"actions": []}, "actions"),
        ({"actions": ["fly"]}, "actions"),
        ({"connection": ""}, "connection"),
        ({"connection": " x"}, "connection"),
        ({"region": "x" * 33}, "region"),
        ({"resource": "table:a\nb"}, "resource"),
        ({"resource": "orders"}, "resource"),
        ({"resource": ""}, "resource"),
    ],
)
def test_a_grant_that_cannot_be(changed: Values, field: str) -> None:
    assert set(grant_problems(GRANT | changed)) == {field}


@pytest.mark.parametrize("resource", ["*", "table:*", "table:a b", "api:é", "*:x", "console:users"])
def test_a_grant_that_can_be(resource: str) -> None:
    assert grant_problems(GRANT | {"resource": resource}) == {}


@pytest.mark.parametrize(
    ("patterns", "words"),
    [
        (("*", "*", "*"), "Every resource, in every connection and region, and the console's own pages."),
        (("*", "*", "table:orders"), "The table orders, in every connection and region."),
        (
            ("main", "eu-*", "table:*"),
            "Every table, in the connection main, every region whose name fits eu-*.",
        ),
        (("main", "*", "*"), "Every resource, in the connection main, every region (not the console's own"),
        (("*", "*", "table:orders-*"), "Every table whose name begins with orders-"),
        (("*", "*", "table:*-x"), "Every table whose name fits *-x"),
        (("*", "*", "*orders*"), "Every resource whose full name fits *orders*"),
    ],
)
def test_patterns_in_words(patterns: tuple[str, str, str], words: str) -> None:
    assert pattern_words(*patterns).startswith(words)
