"""Making and changing tables on the embedded AWS, for the tests of their structure."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.history.models import Change
from dashboard.tables.core.structure import Definition
from dashboard.tables.operations import catalogue, structure, structure_whole
from dashboard.tables.operations.structure import Altered
from tests.localaws.dynamodb.support import until
from tests.tables.core.structure_cases import SIMPLE


def named(definition: Definition) -> Definition:
    """The same under a name of its own."""
    return replace(definition, name=f"{definition.name}-{uuid.uuid4().hex[:8]}")


def made(owner: Actor, place: Place, definition: Definition = SIMPLE) -> str:
    """A new table; its name."""
    wanted = named(replace(definition, ttl=""))
    structure_whole.create(owner, place, wanted, "new")
    return wanted.name


def settled(place: Place, name: str) -> Any:
    """The table once nothing of it is on its way."""

    def done() -> Any:
        table = catalogue.facts(place, name, fresh=True).table
        busy = table.status != "ACTIVE" or any(index.status != "ACTIVE" for index in table.indexes)
        return None if busy else table

    return until(done)


def change_part(owner: Actor, place: Place, name: str, part: str, value: dict[str, Any]) -> Altered:
    """Alter as a screen does: look, then ask for it."""
    shown = structure.look(place, name, part)
    result = structure.alter(owner, place, name, part, value, shown.fingerprint, "because")
    assert isinstance(result, Altered)
    return result


def last() -> Change:
    return Change.objects.order_by("-time")[0]
