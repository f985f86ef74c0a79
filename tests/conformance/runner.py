"""Every recorded scenario, played against one embedded AWS that is emptied before each."""

from __future__ import annotations

import json
import os
import secrets
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.localaws.layer import RESET, TOKEN_HEADER
from dashboard.localaws.server import running
from tests.conformance.registry import Scenario, load
from tests.conformance.run import UNWRITTEN, Run, Step
from tests.localaws.support import http

_FILE = "test_apigateway_{}.snapshot.json"


def samples() -> Path:
    """The folder of samples, which need not be there."""
    beside = Path(__file__).parent.parent.parent.parent / "shared" / "samples"
    return Path(os.environ.get("SAMPLES_DIR", beside))


def recordings(folder: Path) -> dict[str, dict[str, Any]]:
    """``file::scenario`` → step → recorded answer, in the order in which they were recorded."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "recorded").glob(_FILE.format("*"))):
        file = path.name.removeprefix("test_apigateway_").removesuffix(".snapshot.json")
        for name, recording in json.loads(path.read_text()).items():
            found[f"{file}::{name.partition('::')[2]}"] = recording["recorded-content"]
    return found


@dataclass(frozen=True)
class Report:
    """What came of a run: its steps, and the reasons of the differences that are known."""

    steps: tuple[Step, ...]
    known: Mapping[tuple[str, str], str]
    places: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    """The places of a known step that may differ; every other place must not."""

    @property
    def failed(self) -> list[Step]:
        """Every step that differs."""
        return [step for step in self.steps if not step.passed]

    @property
    def unlisted(self) -> list[Step]:
        """The steps that differ and may not."""
        return [step for step in self.failed if not self._listed(step)]

    def _listed(self, step: Step) -> bool:
        key = (step.scenario, step.name)
        places = tuple(f"{place}:" for place in self.places.get(key, ()))
        return key in self.known and (
            not places or all(difference.startswith(places) for difference in step.differences)
        )

    @property
    def struck(self) -> list[str]:
        """Known differences that are none: they passed, or nothing of that name was recorded."""
        scenarios = {step.scenario for step in self.steps}
        failing = {(step.scenario, step.name) for step in self.failed}
        return [
            f"{place} {step}"
            for place, step in self.known
            if place in scenarios and (place, step) not in failing
        ]


def play(
    folder: Path, wanted: Collection[str] = (), tell: Callable[[str], None] = lambda line: None
) -> tuple[Step, ...]:
    """Play the scenarios whose name holds one of ``wanted`` (all without any), in an embedded AWS of their own."""
    scenarios = load()
    chosen = {
        name: recorded
        for name, recorded in recordings(folder).items()
        if not wanted or any(word in name for word in wanted)
    }
    token = secrets.token_urlsafe()
    clients: dict[str, Any] = {}
    steps: list[Step] = []
    with running(reset_token=token) as endpoint:
        for name, recorded in chosen.items():
            status, text = http(f"{endpoint}{RESET}", "POST", None, **{TOKEN_HEADER: token})
            assert status == 200, text
            tell(name)
            steps += _played(scenarios.get(name), Run(name, recorded, endpoint, clients, folder), recorded)
    return tuple(steps)


def _played(scenario: Scenario | None, run: Run, recorded: Mapping[str, Any]) -> Iterator[Step]:
    """The steps of one scenario, with those that it did not come to."""
    missing = UNWRITTEN
    if scenario is not None:
        missing = "the scenario does not make this call"
        try:
            scenario.play(run)
        except Exception as error:  # noqa: BLE001 - whatever stops a scenario is what its other steps report
            place = traceback.extract_tb(error.__traceback__)[-1]
            missing = (
                f"the scenario stopped at {Path(place.filename).name}:{place.lineno}: "
                f"{type(error).__name__}: {error}"
            )
    for name in recorded:
        yield run.steps.get(name) or Step(run.name, name, "(not made)", (missing,))
    yield from (step for name, step in run.steps.items() if name not in recorded)
