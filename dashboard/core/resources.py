"""Names of what a person may act on, and the patterns that a grant matches them with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ACTIONS = ("read", "write", "delete", "deploy", "reveal", "administer")
WRITING = frozenset({"write", "delete", "deploy", "administer"})
"""Actions that a read-only connection refuses (``administer`` of AWS resources too, not of our own rows)."""


@dataclass(frozen=True)
class Resource:
    """``name`` is ``table:orders``, ``api:a1b2c3``, ``connection:demo`` or ``console:users``.

    ``connection`` and ``region`` are empty for what belongs to the console itself; only a grant for every
    connection and region covers that.
    """

    name: str
    connection: str = ""
    region: str = ""

    def __str__(self) -> str:
        """As it is written in records and on pages."""
        return f"{self.connection}/{self.region}/{self.name}" if self.connection else self.name


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if char == "*" else re.escape(char) for char in pattern), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether ``text`` fits ``pattern``, in which ``*`` stands for anything and nothing else is special."""
    return _compiled(pattern).fullmatch(text) is not None
