"""Which function makes the calls of which recorded scenario."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conformance.run import Run

Body = Callable[..., None]


@dataclass(frozen=True)
class Scenario:
    """The calls of one recorded scenario: ``body(run, **arguments)``."""

    body: Body
    arguments: Mapping[str, Any]

    def play(self, run: Run) -> None:
        """Make the calls."""
        self.body(run, **self.arguments)


SCENARIOS: dict[str, Scenario] = {}
"""``file::scenario`` → how to play it."""


def scenario(file: str, name: str, **arguments: Any) -> Callable[[Body], Body]:
    """Register a function as the calls of ``name`` in ``test_apigateway_<file>.snapshot.json``."""

    def register(body: Body) -> Body:
        key = f"{file}::{name}"
        assert key not in SCENARIOS, f"{key} has two scenarios"
        SCENARIOS[key] = Scenario(body, arguments)
        return body

    return register


def load() -> dict[str, Scenario]:
    """Every scenario of the package."""
    from tests.conformance import scenarios

    for module in pkgutil.walk_packages(scenarios.__path__, f"{scenarios.__name__}."):
        importlib.import_module(module.name)
    return SCENARIOS
