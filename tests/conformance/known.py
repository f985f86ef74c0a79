"""Where the embedded AWS is known to answer otherwise than the recording, and why.

A reason says what the recording had that no layer can have, or why the recording itself cannot be right today. ``not done`` is no
reason. A step that is listed here and passes fails the run until its line is struck off.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """Steps of one recorded scenario (``file::scenario``) that are known to differ."""

    scenario: str
    steps: tuple[str, ...]
    reason: str


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "api::TestApiGatewayApiRestApi::test_get_api_case_insensitive",
        ("create-rest-api",),
        "Recorded in April 2024, before AWS answered ipAddressType; every recording since spring 2025 has it.",
    ),
)


def reasons() -> dict[tuple[str, str], str]:
    """(``file::scenario``, step) → the reason."""
    return {(each.scenario, step): each.reason for each in DIFFERENCES for step in each.steps}
