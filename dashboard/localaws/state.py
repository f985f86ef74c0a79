"""Keeping the embedded AWS's data: saved soon after a write and at the end, read back at the start.

One file of all of ministack's services but DynamoDB, which has a journal; replaced whole, so that it is never half a file.
It is a pickle that may hold plain containers and
ministack's two scoped dictionaries only; any other class in it is refused.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import pickle
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

logger = logging.getLogger("gatehouse.localaws")

_ALLOWED = {
    ("collections", "defaultdict"): defaultdict,
    ("builtins", "dict"): dict,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
}
_SCOPED = ("AccountScopedDict", "AccountRegionScopedDict")
FORMAT = 1
QUIET = 0.5
"""Seconds after a write before it is saved, so that a burst is saved once."""
OFTEN = 10.0
"""The same for what every request to a stage writes: its figures and log lines."""


class StateError(Exception):
    """The saved data cannot be read or written; the text says what to do."""


def _ministack(module: str) -> Any:
    """A module of ministack, which has no types; imported late, because it reads its environment when it is imported."""
    return importlib.import_module(f"ministack.{module}")


def replace_whole(path: Path, data: bytes) -> None:
    """Write ``path`` so that it is never half a file; StateError when it cannot be written, and then the former one is still whole."""
    temporary = path.with_suffix(".new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StateError(
            f"The embedded AWS cannot save its data in {path.parent}: {error.strerror}."
        ) from error


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Only what a saved state needs."""
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        if module == "ministack.core.responses" and name in _SCOPED:
            return getattr(_ministack("core.responses"), name)
        if (module, name) == ("copyreg", "_reconstructor"):
            import copyreg

            return copyreg._reconstructor  # type: ignore[attr-defined]
        if (module, name) == ("builtins", "object"):
            return object
        raise StateError(f"The saved data holds {module}.{name}, which was never written by Gatehouse.")


def _services() -> dict[str, Any]:
    """The state of every service in use, by the name that ministack's own persistence gives it. DynamoDB has a journal of its own."""
    getters = _ministack("app")._build_persistence_save_dict()
    states = {name: get_state() for name, get_state in getters.items() if name != "dynamodb"}
    return {name: state for name, state in states.items() if state is not None}


class Store:
    """Saves into ``folder / 'state.bin'``. Every method runs in the event loop's thread, where ministack's handlers run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.bin"
        self.dirty = False
        self.seconds = 0.0
        self.quiet = QUIET

    def touched(self) -> None:
        """There is something to save."""
        self.dirty = True

    def save(self) -> None:
        """Write everything; StateError when it cannot be written, and then the last saved file is still whole."""
        began = time.monotonic()
        self.dirty = False
        try:
            replace_whole(self.path, pickle.dumps({"format": FORMAT, "services": _services()}, protocol=5))
        except StateError:
            self.dirty = True
            raise
        finally:
            self.seconds = time.monotonic() - began

    def load(self) -> None:
        """Give every service its saved state; StateError when the file cannot be read."""
        if not self.path.exists():
            return
        app = _ministack("app")
        try:
            saved = _Unpickler(io.BytesIO(self.path.read_bytes())).load()
            services = saved["services"] if saved["format"] == FORMAT else None
        except (OSError, pickle.UnpicklingError, EOFError, KeyError, TypeError, AttributeError) as error:
            raise StateError(
                f"The saved data {self.path} cannot be read; `make demo-reset` starts anew."
            ) from error
        if services is None:
            raise StateError(f"{self.path} was saved by another version; `make demo-reset` starts anew.")
        for name, state in services.items():
            app._get_module(app._state_map[name]).load_persisted_state(state)
