"""The functions of the embedded AWS, by region and name."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from dashboard.localaws.environment import ACCOUNT

Json = dict[str, Any]
_REFERENCE = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:|\d{12}:(?:function:)?)?"
    r"(?P<name>[A-Za-z0-9-_]{1,64})(?::(?P<qualifier>\$LATEST|[A-Za-z0-9-_]+))?"
)


@dataclass
class Function:
    """``config`` is the FunctionConfiguration as answered, ``code`` the zip archive as base64, ``statements`` the policy's."""

    config: Json
    code: str
    tags: dict[str, str] = field(default_factory=dict)
    statements: list[Json] = field(default_factory=list)

    def allows(self, service: str, source_arn: str) -> bool:
        """Whether the function's own policy lets a service invoke it for ``source_arn``."""
        return any(_allows(statement, service, source_arn) for statement in self.statements)


def _allows(statement: Json, service: str, source_arn: str) -> bool:
    principal = statement.get("Principal")
    named = principal.get("Service") if isinstance(principal, dict) else principal
    if named not in (service, "*") or statement.get("Action") not in (
        *("lambda:InvokeFunction", "lambda:*"),
        "*",
    ):
        return False
    pattern = (statement.get("Condition") or {}).get("ArnLike", {}).get("AWS:SourceArn")
    return pattern is None or fnmatchcase(source_arn, pattern.replace("[", "[[]"))


def arn(region: str, name: str) -> str:
    """The ARN of a function."""
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def reference(text: str, region: str) -> tuple[str, str] | None:
    """Region and name of a function that a name, a partial ARN or an ARN names; None for another text."""
    found = _REFERENCE.fullmatch(text)
    return (found["region"] or region, found["name"]) if found else None


class FunctionStore:
    """All regions. Hold ``lock`` while writing."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._regions: dict[str, dict[str, Function]] = {}
        self._hooks: list[Callable[[], None]] = []

    def region(self, name: str) -> dict[str, Function]:
        """The functions of a region by name."""
        return self._regions.setdefault(name, {})

    def find(self, text: str, region: str) -> Function | None:
        """The function that a name or an ARN names."""
        place = reference(text, region)
        return self.region(place[0]).get(place[1]) if place else None

    def on_change(self, hook: Callable[[], None]) -> None:
        """Call ``hook`` after every write."""
        self._hooks.append(hook)

    def changed(self) -> None:
        """There is something to save."""
        for hook in self._hooks:
            hook()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._regions.clear()
        self.changed()

    def dump(self) -> Json:
        """Everything as one JSON-ready value."""
        return {
            region: {name: asdict(function) for name, function in functions.items()}
            for region, functions in self._regions.items()
        }

    def load(self, saved: Json) -> None:
        """Take what ``dump`` gave; TypeError or AttributeError for anything else, and then nothing is taken."""
        regions = {
            region: {name: Function(**each) for name, each in functions.items()}
            for region, functions in saved.items()
        }
        with self.lock:
            self._regions = regions
