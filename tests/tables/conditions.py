"""Hypothesis strategies for conditions, over a few names so that items and conditions meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    In,
    Not,
    NotExists,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import TAGS
from tests.values import BINARIES, NAMES, TEXTS, VALUES, number_texts

ORDERED = (
    TEXTS.map(lambda text: {"S": text})
    | number_texts().map(lambda text: {"N": text})
    | BINARIES.map(lambda text: {"B": text})
)
OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def paths(names: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Path]:
    """A name and what may lie inside."""
    inside = st.lists(names | st.integers(min_value=0, max_value=3), max_size=3)
    return st.tuples(names, inside).map(lambda both: (both[0], *both[1]))


def simple(
    path: st.SearchStrategy[Path], values: st.SearchStrategy[Any] = VALUES
) -> st.SearchStrategy[Condition]:
    """One comparison or function."""
    left = path | path.map(Size)
    right = values | path.map(PathOperand) | path.map(Size)
    return st.one_of(
        st.builds(Compare, left, OPERATORS, right),
        st.builds(Between, left, ORDERED, ORDERED),
        st.builds(In, left, st.lists(values, min_size=1, max_size=3).map(tuple)),
        st.builds(BeginsWith, path, ORDERED),
        st.builds(Contains, path, values),
        st.builds(TypeIs, path, st.sampled_from(TAGS)),
        st.builds(Exists, path),
        st.builds(NotExists, path),
    )


def groups(parts: st.SearchStrategy[Condition], leaves: int = 6) -> st.SearchStrategy[Condition]:
    """ANDs, ORs and NOTs of them; a group has two parts or more."""
    return st.recursive(
        parts,
        lambda inner: (
            st.lists(inner, min_size=2, max_size=4).map(lambda found: And(tuple(found)))
            | st.lists(inner, min_size=2, max_size=4).map(lambda found: Or(tuple(found)))
            | inner.map(Not)
        ),
        max_leaves=leaves,
    )


CONDITIONS: st.SearchStrategy[Condition] = groups(simple(paths()))
