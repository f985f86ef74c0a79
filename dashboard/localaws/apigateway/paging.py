"""Pages of a list by ``limit`` and ``position`` (v1), ``MaxResults`` and ``NextToken`` (v2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request

DEFAULT = 25
MOST = 500


def page(
    items: Sequence[Any],
    query: Mapping[str, str],
    *,
    limit: str = "limit",
    position: str = "position",
    default: int = DEFAULT,
    most: int = MOST,
) -> tuple[list[Any], str | None]:
    """One page of ``items`` and the token of the next, None at the end.

    The token is opaque and holds the number of items passed. ApiError 400 for a token that was not given by us.
    A limit of 0 or beyond ``most`` is taken as the nearest that is allowed, as v1 does.
    """
    size = max(1, min(most, _number(query.get(limit), limit, default)))
    start = _start(query.get(position))
    rest = start + size
    return list(items[start:rest]), token(rest) if rest < len(items) else None


def token(passed: int) -> str:
    """The opaque form of the number of items passed."""
    return base64.urlsafe_b64encode(f"after-{passed}".encode()).decode()


def _start(given: str | None) -> int:
    if not given:
        return 0
    try:
        word, _, number = base64.b64decode(given, altchars=b"-_", validate=True).decode().partition("-")
    except (binascii.Error, ValueError):
        raise bad_request("Invalid position") from None
    if word != "after" or not (number.isascii() and number.isdigit() and len(number) < 12):
        raise bad_request("Invalid position")
    return int(number)


def _number(given: str | None, name: str, default: int) -> int:
    if not given:
        return default
    try:
        return int(given)
    except ValueError:
        raise bad_request(f"Invalid {name}") from None
