"""The little that AWS tells of an old REST deployment: GetDeployment with embed=apisummary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiconfig.core.definition import Definition, Route, ordered

KNOWS = ("authorization", "API key required")
"""The only facts of a route in it."""


def from_summary(answer: Mapping[str, Any]) -> Definition:
    """Path → method → authorization and whether a key is required."""
    return Definition(
        "summary",
        ordered(
            [
                Route(
                    path=str(path),
                    method=str(verb),
                    authorization=str(entry.get("authorizationType") or "NONE"),
                    api_key_required=bool(entry.get("apiKeyRequired", False)),
                )
                for path, verbs in (answer.get("apiSummary") or {}).items()
                for verb, entry in verbs.items()
            ]
        ),
    )
