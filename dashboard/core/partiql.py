"""PartiQL statements on their way to AWS, and what comes back, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.errors import AwsError
from dashboard.core.wire import Item, Wire


@dataclass(frozen=True)
class Sent:
    """One statement ready to be sent, the table it names and a value for each of its ``?``."""

    text: str
    table: str
    parameters: tuple[Wire, ...] = ()
    consistent: bool = False


@dataclass(frozen=True)
class Executed:
    """One page of a statement. ``items`` of a write are what RETURNING asked for. ``next_token`` is empty at the end."""

    items: tuple[Item, ...]
    units: float = 0.0
    next_token: str = ""
    request_id: str = ""
    attempts: int = 1


@dataclass(frozen=True)
class Outcome:
    """What became of one statement of several: done, with the item it answered, or the error that stopped it alone."""

    item: Item | None
    error: AwsError | None = None


@dataclass(frozen=True)
class Batch:
    """The outcomes in the order of the statements, and the units of all tables together."""

    outcomes: tuple[Outcome, ...]
    units: float = 0.0
    request_id: str = ""
    attempts: int = 1
