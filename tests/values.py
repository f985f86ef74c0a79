"""Hypothesis strategies for items as DynamoDB can hold them, with hostile names and values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dashboard.core import numbers
from dashboard.core.wire import Item, Wire, from_bytes

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "..",
        "a/b",
        "100%",
        "%2F",
        "<img src=x onerror=alert(1)>",
        "a,b",
        "\n",
        "\x00",
        "'\"",
        "👩‍🚀",
        "ü",
        "$ss",
    ]
)
NAMES = st.text(min_size=1, max_size=8) | st.sampled_from(
    [
        "$ss",
        "$ns",
        "$bs",
        "$b",
        "$n",
        "$m",
        "S",
        "M",
        "a.b",
        "a[0]",
        "<img src=x onerror=alert(1)>",
        "__proto__",
    ]
)


@st.composite
def number_texts(draw: st.DrawFn) -> str:
    """Numbers in every spelling DynamoDB reads, up to 38 significant digits and over its whole range."""
    text = draw(
        st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,18})?", fullmatch=True)
        | st.from_regex(r"[+-]?\.?[0-9]{1,3}[eE][+-]?[0-9]{1,2}", fullmatch=True)
        | st.sampled_from(
            [
                "-0",
                "0",
                "1" * 38,
                "9." + "9" * 37 + "E+125",
                "1E-130",
                "-1E+125",
                "007",
                "1.50",
                "0.1e1",
                "1e1",
            ]
        )
    )
    return text if not numbers.problem(text) else "1"


BINARIES = st.binary(max_size=9).map(from_bytes)


def _wire(tag: str) -> Any:
    return lambda inner: {tag: inner}


def _numerically(text: str) -> str:
    return numbers.canonical(text)


SCALARS: st.SearchStrategy[Wire] = st.one_of(
    TEXTS.map(_wire("S")),
    number_texts().map(_wire("N")),
    BINARIES.map(_wire("B")),
    st.booleans().map(_wire("BOOL")),
    st.just({"NULL": True}),
)
SETS: st.SearchStrategy[Wire] = st.one_of(
    st.lists(TEXTS, min_size=1, max_size=4, unique=True).map(_wire("SS")),
    st.lists(number_texts(), min_size=1, max_size=4, unique_by=_numerically).map(_wire("NS")),
    st.lists(BINARIES, min_size=1, max_size=4, unique=True).map(_wire("BS")),
)
VALUES: st.SearchStrategy[Wire] = st.recursive(
    SCALARS | SETS,
    lambda inner: (
        st.lists(inner, max_size=4).map(_wire("L"))
        | st.dictionaries(NAMES, inner, max_size=4).map(_wire("M"))
    ),
    max_leaves=8,
)
ITEMS: st.SearchStrategy[Item] = st.dictionaries(NAMES, VALUES, max_size=5)
