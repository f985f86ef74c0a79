"""What ministack gets wrong about DynamoDB and Gatehouse relies on, put right in its own functions.

Each correction names the fact of AWS it restores; tests/localaws holds one test for each.
"""

from __future__ import annotations

from typing import Any

from ministack.services import dynamodb


def _key_value(attribute: Any) -> str:
    """A key attribute's value as ministack stores items by it.

    AWS compares number keys as numbers (``1.50`` finds ``1.5``); ministack compares their texts.
    """
    if not isinstance(attribute, dict) or not attribute:
        return ""
    if "N" in attribute:
        text = str(attribute["N"])
        return dynamodb._ddb_canonicalize_number(text) or text
    return str(next((attribute[tag] for tag in ("S", "B") if tag in attribute), attribute))


def apply() -> None:
    """Call once, before the first request."""
    dynamodb._extract_key_val = _key_value
