"""Definitions for the tests of a table's structure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from dashboard.core.dynamodb import KeyPart
from dashboard.tables.core.structure import (
    INFREQUENT,
    ON_DEMAND,
    PROVISIONED,
    STANDARD,
    VIEWS,
    Definition,
    IndexDefinition,
    completed,
)

PK, SK, AT, TOTAL = KeyPart("pk", "S"), KeyPart("sk", "N"), KeyPart("at", "S"), KeyPart("total", "N")
SIMPLE = Definition("orders", PK)
PROVISION = Definition("orders", PK, billing=PROVISIONED, read=5, write=6)
BY_AT = IndexDefinition("by-at", (AT,), (TOTAL,))
MANY = IndexDefinition(
    "by-many", (AT, KeyPart("who", "S")), (TOTAL, KeyPart("raw", "B")), projection="KEYS_ONLY"
)
LOCAL = IndexDefinition(
    "local-total", (PK,), (TOTAL,), is_global=False, projection="INCLUDE", included=("b", "a")
)
WHOLE = completed(
    Definition(
        "orders",
        PK,
        SK,
        (BY_AT, MANY, LOCAL),
        PROVISIONED,
        5,
        6,
        table_class=INFREQUENT,
        encryption="managed",
        stream="NEW_IMAGE",
        ttl="gone",
        tags=(("team", "ops"),),
        protection=True,
    )
)

ATTRIBUTES = [KeyPart(f"a{number}", "SNB"[number % 3]) for number in range(9)]
UNITS = st.integers(1, 40_000)
NAMES = st.from_regex(r"[A-Za-z0-9_.-]{3,40}", fullmatch=True)


@st.composite
def index_definitions(
    draw: st.DrawFn, number: int, partition: KeyPart, sort: KeyPart | None
) -> IndexDefinition:
    """One that DynamoDB takes on a table of that key."""
    keys = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=2, max_size=8, unique=True))
    local = sort is not None and draw(st.booleans())
    cut = draw(st.integers(max(1, len(keys) - 4), min(4, len(keys))))
    projection = draw(st.sampled_from(["ALL", "KEYS_ONLY", "INCLUDE"]))
    included = draw(st.lists(st.text("xyzé€", min_size=1, max_size=9), min_size=1, max_size=5, unique=True))
    return IndexDefinition(
        f"index-{number}",
        (partition,) if local else tuple(keys[:cut]),
        tuple(key for key in keys if key != partition)[:1] if local else tuple(keys[cut:]),
        not local,
        projection,
        tuple(included) if projection == "INCLUDE" else (),
        *(
            (None,) * 4
            if local
            else (draw(UNITS), draw(UNITS), draw(st.none() | UNITS), draw(st.none() | UNITS))
        ),
    )


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One that DynamoDB takes; nothing in it is left to be completed."""
    partition, other = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=2, max_size=2, unique=True))
    sort = other if draw(st.booleans()) else None
    indexes = [draw(index_definitions(number, partition, sort)) for number in range(draw(st.integers(0, 4)))]
    made = Definition(
        draw(NAMES),
        partition,
        sort,
        tuple(indexes),
        draw(st.sampled_from([ON_DEMAND, PROVISIONED])),
        draw(UNITS),
        draw(UNITS),
        draw(st.none() | UNITS),
        draw(st.none() | UNITS),
        draw(st.sampled_from([STANDARD, INFREQUENT])),
        draw(st.sampled_from(["", "arn:aws:kms:eu-central-1:000000000000:key/1234"])),
        draw(st.sampled_from(["", *VIEWS])),
        draw(st.sampled_from(["", "gone", "läuft ab"])),
        tuple(draw(st.dictionaries(NAMES, st.sampled_from(["", "x y", "a=b"]), max_size=3)).items()),
        draw(st.booleans()),
    )
    return completed(made)


def orders(count: int, *, local: bool = False) -> Definition:
    """``orders`` with so many indexes."""
    indexes = tuple(replace(LOCAL if local else BY_AT, name=f"index-{number}") for number in range(count))
    return replace(SIMPLE, sort=SK, indexes=indexes)
