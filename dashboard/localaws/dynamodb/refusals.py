"""A refusal of an operation of ours, with AWS's code and text."""

from __future__ import annotations

from typing import Any

from dashboard.localaws.dynamodb.engine import Table, table_named


class Refused(Exception):
    """``code`` and ``message`` go on the wire; ``more`` are the members that the error has besides."""

    def __init__(self, code: str, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.more = code, message, status, more


def invalid(message: str) -> Refused:
    """A ValidationException."""
    return Refused("ValidationException", message)


def table_or_refused(name: Any, code: str = "ResourceNotFoundException") -> Table:
    """The scope's table; Refused when it is not there."""
    if not name:
        raise invalid(
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
        )
    found = table_named(name)
    if found is None:
        sentence = (
            f"Requested resource not found: Table: {name} not found"
            if code.startswith("Res")
            else f"Table not found: {name}"
        )
        raise Refused(code, sentence)
    return found
