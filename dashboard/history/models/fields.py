"""How wire values are kept in our database."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class WireField(models.TextField):  # type: ignore[type-arg]
    """JSON as ASCII text, so that it comes back byte for byte.

    PostgreSQL's jsonb reorders the names of an object and refuses U+0000, which a DynamoDB string may hold.
    """

    _pyi_private_set_type: Any  # for the type checker: any JSON value goes in and comes out
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Text to value."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Values are already Python's."""
        return value

    def get_prep_value(self, value: Any) -> str | None:
        """Value to text; None is NULL."""
        return None if value is None else json.dumps(value, ensure_ascii=True, separators=(",", ":"))
