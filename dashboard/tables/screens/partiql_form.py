"""What the form of a statement brings along, and what its page offers: names to complete and examples to begin with. No AWS call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.core.partiql.values import MOST_PARAMETERS

MOST_SEEN = 200
"""Attributes of the results that are offered."""
MOST_URL = 6000
"""Characters of an address that a statement is put into; a longer one is sent in the form."""


@dataclass(frozen=True)
class Form:
    """As typed. ``limit`` is empty for what suits the statement; ``together`` is batch, transaction or empty."""

    statement: str = ""
    parameters: tuple[str, ...] = ()
    limit: str = ""
    consistent: bool = False
    together: str = ""
    reason: str = ""
    name: str = ""

    @property
    def items(self) -> int | None:
        """How many items a page evaluates; InputError (``limit``) when that is no number."""
        if not self.limit:
            return None
        if not (self.limit.isascii() and self.limit.isdigit() and len(self.limit) <= 6):
            raise InputError(
                "limit",
                "A page evaluates a number of items, 1 to 1,000, or as many as suit the statement: leave it empty.",
            )
        return int(self.limit)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """For an address that runs it again."""
        pairs = [("statement", self.statement), *(("p", one) for one in self.parameters)]
        pairs += [("limit", self.limit)] if self.limit else []
        return pairs + ([("consistent", "1")] if self.consistent else [])

    def address(self, path: str, **more: str) -> str:
        """The address; empty when it would be too long."""
        query = urlencode([*self.pairs, *more.items()])
        return f"{path}?{query}" if len(query) <= MOST_URL else ""


def sent(data: QueryDict) -> Form:
    """The form as a request has it."""
    return Form(
        statement=data.get("statement", "").replace("\r\n", "\n"),  # a text area sends line breaks so
        parameters=tuple(data.getlist("p")[:MOST_PARAMETERS]),
        limit=data.get("limit", "").strip(),
        consistent=data.get("consistent") == "1",
        together=data.get("together", ""),
        reason=data.get("reason", "").strip(),
        name=data.get("name", ""),
    )


def names(
    tables: Mapping[str, Table | None], table: Table | None, seen: Iterable[str] = ()
) -> dict[str, Any]:
    """What the editor completes: ``tables`` with their indexes and attributes. ``seen`` are attributes of results from ``table``."""
    found = {name: _parts(known) for name, known in tables.items()}
    if table is not None:
        held = found.setdefault(table.name, _parts(table))["attributes"]
        held += [name for name in dict.fromkeys(seen) if name not in held][:MOST_SEEN]
    return {"tables": found, "here": table.name if table else ""}


def _parts(table: Table | None) -> dict[str, list[str]]:
    """The names of its indexes, and of the attributes that its keys and projections tell."""
    if table is None:
        return {"indexes": [], "attributes": []}
    attributes = list(table.key_names)
    for index in table.indexes:
        attributes += [part.name for part in (*index.partition, *index.sort)] + list(index.included)
    return {"indexes": [index.name for index in table.indexes], "attributes": list(dict.fromkeys(attributes))}


def examples(table: Table | None) -> list[str]:
    """Statements to begin with, written for the table."""
    if table is None:
        return ['SELECT * FROM "table" WHERE "key" = ?', 'SELECT * FROM "table"."index" WHERE "key" = ?']
    key = " AND ".join(f"{_quoted(name)} = ?" for name in table.key_names)
    name = _quoted(table.name)
    found = [f"SELECT * FROM {name} WHERE {_quoted(table.partition.name)} = ?"]
    index = next((one for one in table.indexes if len(one.partition) == 1 and len(one.sort) <= 1), None)
    if index is not None:
        found.append(
            f"SELECT * FROM {name}.{_quoted(index.name)} WHERE {_quoted(index.partition[0].name)} = ?"
        )
    members = ", ".join(f"'{part}': ?" for part in table.key_names)
    return [
        *found,
        f'UPDATE {name} SET "attribute" = ? REMOVE "other" WHERE {key}',
        f"INSERT INTO {name} VALUE {{{members}}}",
        f"DELETE FROM {name} WHERE {key}",
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
