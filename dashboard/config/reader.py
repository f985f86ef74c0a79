"""Reading the environment: each value once, by its rule, also from the file that ``NAME_FILE`` names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import environ
from environ.fileaware_mapping import FileAwareMapping

T = TypeVar("T")
REQUIRED = "(required)"
LINE = re.compile(r"\A(?:export )?[A-Za-z_0-9]+=")


class SettingError(SystemExit):
    """A setting is missing or wrong. As an exit it stops whatever starts with this one line and no traceback, status 1."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"Gatehouse cannot start: {name} {rule}.")
        self.name, self.rule = name, rule


@dataclass
class Reader:
    """``read`` answers a setting's value and remembers its name, so that a test can hold the documentation against it."""

    source: Mapping[str, str]
    names: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, rule: Callable[[str], T], default: str = REQUIRED) -> T:
        """The value of ``name`` by ``rule``, of ``default`` (text, by the same rule) where it is not set or empty.

        SettingError, naming the setting and the rule, when the value is wrong or a required one is missing.
        """
        self.names[name] = default
        found = self._text(name) or default
        if found == REQUIRED:
            raise SettingError(name, "is not set; docs/settings.md says how to make one")
        try:
            return rule(found)
        except ValueError as error:
            raise SettingError(name, str(error)) from None

    def _text(self, name: str) -> str:
        """The text set for ``name``; ``NAME_FILE`` names a file that holds it, and both at once are refused."""
        in_file = f"{name}_FILE"
        if self.source.get(in_file) and self.source.get(name):
            raise SettingError(in_file, f"and {name} are both set; set one of them")
        env = environ.FileAwareEnv()
        env.ENVIRON = FileAwareMapping(self.source, cache=False)
        try:
            return str(env.ENVIRON.get(name, "")).strip()
        except (OSError, UnicodeDecodeError):
            raise SettingError(in_file, "must name a UTF-8 text file that can be read") from None


def load_file(source: MutableMapping[str, str]) -> None:
    """Add the lines ``NAME=value`` of the file that ``ENV_FILE`` names, if any, to ``source``, whose own values win."""
    name = source.get("ENV_FILE", "")
    if not name:
        return
    try:
        content = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingError("ENV_FILE", "must name a UTF-8 text file that can be read") from None
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip() and not line.startswith("#") and not LINE.match(line):
            raise SettingError("ENV_FILE", f"has a line {number} that is not NAME=value")
    loader: Any = type("Loader", (environ.Env,), {"ENVIRON": source})
    loader.read_env(StringIO(content))
