"""Keeping a store's data in one JSON file, replaced whole, so that it is never half a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from dashboard.localaws.state import QUIET, StateError, replace_whole

FORMAT = 1


class Kept:
    """One file of ``folder``. ``dump`` gives a JSON-ready value, ``load`` takes it back; has the interface of ``state.Store``.

    It saves in the event loop's thread, where the handlers run, so that no write falls between.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        dump: Callable[[], Any],
        load: Callable[[Any], None],
        quiet: float = QUIET,
    ) -> None:
        self.path = folder / f"{name}.json"
        self.dirty = False
        self.seconds = 0.0
        self.quiet = quiet
        self._dump = dump
        self._load = load

    def touched(self) -> None:
        """There is something to save."""
        self.dirty = True

    def save(self) -> None:
        """Write everything; StateError when it cannot be written, and then the last saved file is still whole."""
        began = time.monotonic()
        self.dirty = False
        try:
            replace_whole(
                self.path,
                orjson.dumps({"format": FORMAT, "data": self._dump()}, option=orjson.OPT_NON_STR_KEYS),
            )
        except StateError:
            self.dirty = True
            raise
        finally:
            self.seconds = time.monotonic() - began

    def load(self) -> None:
        """Take what was saved; StateError when the file cannot be read."""
        if not self.path.exists():
            return
        sentence = f"The saved data {self.path} cannot be read; `make demo-reset` starts anew."
        try:
            saved = orjson.loads(self.path.read_bytes())
        except (OSError, ValueError) as error:
            raise StateError(sentence) from error
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise StateError(f"{self.path} was saved by another version; `make demo-reset` starts anew.")
        try:
            self._load(saved["data"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StateError(sentence) from error
