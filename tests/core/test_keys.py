"""Keys in URLs: every key has one text, and it is safe as a segment of a path."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import InputError
from dashboard.core.keys import decode_key, encode_key
from dashboard.core.wire import Item, from_bytes
from tests.values import TEXTS, number_texts

ONE, TWO = ("pk",), ("pk", "sk")
PARTS = st.one_of(
    TEXTS.map(lambda text: {"S": text}),
    number_texts().map(lambda text: {"N": text}),
    st.binary(max_size=40).map(lambda raw: {"B": from_bytes(raw)}),
)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ({"pk": {"S": "order-1"}}, "sorder-1"),
        ({"pk": {"S": "orders/2026"}}, "sorders~2F2026"),
        ({"pk": {"S": "a/b"}}, "SYS9i"),
        ({"pk": {"S": ".."}}, "SLi4"),
        ({"pk": {"N": "-1.5"}}, "n-1~2E5"),
        ({"pk": {"B": "AAH/"}}, "BAAH_"),
        ({"pk": {"S": ""}}, "s"),
    ],
)
def test_it_works(key: Item, text: str) -> None:
    assert encode_key(key, ONE) == text
    assert decode_key(text, ONE) == key


@given(PARTS, PARTS)
def test_every_key_survives(pk: dict, sk: dict) -> None:
    key = {"pk": pk, "sk": sk}
    text = encode_key(key, TWO)
    assert re.fullmatch(r"[A-Za-z0-9_~.-]+", text)
    assert text.strip(".") == text
    assert "%" not in text and "/" not in text
    assert decode_key(text, TWO) == key


@given(PARTS, PARTS)
def test_two_keys_never_share_a_text(a: dict, b: dict) -> None:
    assert (encode_key({"pk": a}, ONE) == encode_key({"pk": b}, ONE)) == (a == b)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "x",
        "xorder-1",
        "order-1",
        "sa/b",
        "sa%2Fb",
        "sorders~2f2026",  # lower case hex
        "sorders~2F~41",  # an escape of what needs none
        "s~",
        "s~4",
        "Sb3JkZXItMQ",  # base64 where the plain form is shorter
        "Sorder",
        "BAAH",  # not the canonical base64 of its bytes
        "sa~2Fb",  # where base64 is shorter
        "BAA==",
        "BAA+/",
        "nabc",
        "nNaN",
        "n1E~2B126",
        "n",
        "sa.sb",
        "sa.",
        "s~FF",  # not UTF-8
        "s\n",
        "sü",
        "sa b",
    ],
)
def test_a_text_we_would_not_write_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        decode_key(text, ONE)
    assert refused.value.field == "key"


@given(st.text(max_size=20) | st.from_regex(r"[snbSNB][A-Za-z0-9_~-]{0,12}", fullmatch=True))
def test_no_text_is_a_key_by_chance(text: str) -> None:
    try:
        key = decode_key(text, ONE)
    except InputError:
        return
    assert encode_key(key, ONE) == text


def test_the_number_of_parts_must_fit() -> None:
    with pytest.raises(InputError):
        decode_key("sa", TWO)


@pytest.mark.parametrize("value", [{"BOOL": True}, {"SS": ["a"]}, {"M": {}}, {"NULL": True}])
def test_only_scalars_are_keys(value: dict) -> None:
    with pytest.raises(ValueError, match="string, number or binary"):
        encode_key({"pk": value}, ONE)
