"""One page of a longer list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """``rows`` in order; ``next`` is what the service wants back to go on, None at the end."""

    rows: tuple[T, ...]
    next: str | None = None
