"""One step of a change to API Gateway's configuration, as its Update operations take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal["add", "replace", "remove", "copy"]


@dataclass(frozen=True)
class Patch:
    """``path`` begins with ``/`` and has ``/`` inside a name written as ``~1``. Values are always text.

    ``value`` is None for ``remove`` and ``copy``; ``from_`` is the path a ``copy`` reads.
    """

    op: Op
    path: str
    value: str | None = None
    from_: str | None = None

    def wire(self) -> dict[str, str]:
        """A patchOperation as the API takes it."""
        given = {"op": self.op, "path": self.path, "value": self.value, "from": self.from_}
        return {name: text for name, text in given.items() if text is not None}
