"""Tokens: what is good and what is not."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard.localaws.gateway.jwt import JwtError, Tokens
from tests.localaws.gateway.tokens import b64, issuer, new_key, token

KEY = new_key()
NOW = int(time.time())
LATER = NOW + 86_400
"""Than the end of all tests, which may run long after this file was read."""


@pytest.fixture(scope="module")
def here() -> Iterator[str]:
    with issuer(KEY) as address:
        yield address


def run(claims: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """In a thread of its own: in this one Playwright's event loop runs when tests with a browser came before."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, claims).result()


def check(given: str, wanted_issuer: str = "", audience: tuple[str, ...] = ("shop",)) -> dict[str, Any]:
    return run(Tokens().claims(given, wanted_issuer, audience))


def test_it_works(here: str) -> None:
    claims = check("Bearer " + token(KEY, {"iss": here, "scope": "a b"}), here)
    assert (claims["sub"], claims["iss"]) == ("anna", here)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": NOW - 1}, "expired"),
        ({"exp": None}, "no exp"),
        ({"exp": "soon"}, "exp is not a time"),
        ({"nbf": LATER}, "not valid yet"),
        ({"iat": LATER}, "not valid yet"),
        ({"aud": "others"}, "audience"),
        ({"aud": []}, "audience"),
        ({"iss": "http://127.0.0.1:1"}, "issuer"),
    ],
)
def test_claims_that_are_refused(here: str, claims: dict[str, Any], why: str) -> None:
    with pytest.raises(JwtError, match=why) as caught:
        check(token(KEY, {"iss": here} | claims), here)
    assert caught.value.expired == (why == "expired")


@pytest.mark.parametrize("claims", [{"aud": ["others", "shop"]}, {"aud": "shop", "nbf": NOW - 5}])
def test_claims_that_are_good(here: str, claims: dict[str, Any]) -> None:
    assert check(token(KEY, {"iss": here} | claims), here)


def test_an_access_token_names_its_client_instead(here: str) -> None:
    assert check(token(KEY, {"iss": here, "aud": None, "client_id": "shop"}), here)
    with pytest.raises(JwtError, match="audience"):
        check(token(KEY, {"iss": here, "aud": None, "client_id": "others"}), here)


def test_a_signature_of_somebody_else(here: str) -> None:
    with pytest.raises(JwtError, match="signature"):
        check(token(new_key(), {"iss": here}), here)


def test_a_key_that_the_issuer_does_not_have(here: str) -> None:
    with pytest.raises(JwtError, match="does not have"):
        check(token(KEY, {"iss": here}, kid="two"), here)


def test_an_issuer_that_does_not_answer() -> None:
    with pytest.raises(JwtError, match="cannot be read"):
        check(token(KEY, {"iss": "http://127.0.0.1:1"}), "http://127.0.0.1:1")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256", ""])
def test_another_algorithm_is_refused(here: str, algorithm: str) -> None:
    with pytest.raises(JwtError, match="RS256"):
        check(token(KEY, {"iss": here}, alg=algorithm), here)


@pytest.mark.parametrize(
    "given",
    ["", "x", "a.b", "a.b.c", "....", f"{b64(b'[]')}.{b64(b'[]')}.x", f"{b64(b'{}')}.{b64(bytes([255]))}.aa"],
)
def test_no_token_at_all(given: str) -> None:
    with pytest.raises(JwtError):
        check(given)


def test_a_strangers_signature_is_not_looked_at_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    far = "https://issuer.example"
    parts = token(KEY, {"iss": far}).split(".")
    tokens = Tokens()
    with caplog.at_level(logging.WARNING, "gatehouse.localaws"):
        for _ in range(2):
            claims = run(tokens.claims(f"{parts[0]}.{parts[1]}.{b64(b'any')}", far, ("shop",)))
    assert json.dumps(claims["sub"]) == '"anna"'
    assert [record.getMessage() for record in caplog.records] == [
        f"Tokens of the issuer {far} are taken without a look at their signature."
    ]
