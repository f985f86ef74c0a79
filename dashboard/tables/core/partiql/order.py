"""ORDER BY, which DynamoDB takes only for what a key already sorts."""

from __future__ import annotations

from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import InputError
from dashboard.tables.core.partiql.text import path_text
from dashboard.tables.core.partiql.tokens import FIELD
from dashboard.tables.core.partiql.tree import Parsed, Select


def check_order(parsed: Parsed, partition: KeyPart, sort: KeyPart | None, count: int | None) -> None:
    """InputError for an ORDER BY that DynamoDB would refuse. ``count``: partitions that WHERE names, None when it bounds none.

    Source: the ValidationException messages of DynamoDB Local 2 (no WHERE, no partition key in it, an attribute that is no key, several
    partitions ordered without their key).
    """
    statement = parsed.statement
    if not isinstance(statement, Select) or not statement.order:
        return
    keys = [part.name for part in (partition, sort) if part is not None]
    for path, _ in statement.order:
        if len(path) != 1 or path[0] not in keys:
            raise _refuse(
                parsed,
                f"ORDER BY takes {' and '.join(keys)} here, the key of what is read; {path_text(path)} is no part of it.",
            )
    if count is None:
        raise _refuse(
            parsed,
            f"ORDER BY sorts inside of partitions, so WHERE has to give {partition.name} by = or IN. A full scan has no order.",
        )
    if count > 1 and all(path != (partition.name,) for path, _ in statement.order):
        raise _refuse(
            parsed,
            f"Several values of {partition.name} are given, so ORDER BY has to begin with it: ORDER BY {', '.join(keys)}.",
        )


def _refuse(parsed: Parsed, rule: str) -> InputError:
    return InputError(FIELD, f"Line {parsed.line}: {rule}")
