"""The demo's folder: made private, held by one demo at a time, emptied by a reset of what is ours and nothing else."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.localaws.demo.choices import TroubleError
from dashboard.localaws.serve import listen

FREE_MB = 100
_OURS = ("secret_key", "sign-ins.json", "aws", "log", "upstream-port")
_WORDS = "amber birch cedar delta ember fjord grove heron islet jetty kayak larch maple north otter pearl quartz river".split()  # noqa: SIM905
PEOPLE = ("admin", "editor", "reader")


@dataclass(frozen=True)
class Folder:
    """The paths in it."""

    path: Path

    @property
    def secret_key(self) -> Path:
        """Signs sessions and cursors."""
        return self.path / "secret_key"

    @property
    def sign_ins(self) -> Path:
        """User name to password, for the demo's people only."""
        return self.path / "sign-ins.json"

    @property
    def database(self) -> Path:
        """Gatehouse's own database."""
        return self.path / "gatehouse.sqlite3"

    @property
    def aws(self) -> Path:
        """The embedded AWS's data."""
        return self.path / "aws"

    @property
    def log(self) -> Path:
        """One file for each process."""
        return self.path / "log"

    @property
    def upstream_port(self) -> Path:
        """The port of the server behind the carrier's APIs, which their stages name."""
        return self.path / "upstream-port"

    def passwords(self) -> dict[str, str]:
        """User name to password."""
        found: dict[str, str] = json.loads(self.sign_ins.read_text(encoding="utf-8"))
        return found


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """The folder, made when it is not there, ours alone until the end; TroubleError when that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TroubleError(
                f"A demo is running on {path} already; stop it first, or choose another DEMO_DIR."
            ) from error
        yield Folder(path)
    finally:
        os.close(lock)


def prepare(folder: Folder) -> None:
    """Make what a start needs and is not there yet; TroubleError when the disk is full or may not be written."""
    try:
        free = shutil.disk_usage(folder.path).free // 1_000_000
        if free < FREE_MB:
            raise TroubleError(
                f"{folder.path} is on a full disk: {free} MB are free, {FREE_MB} MB are needed."
            )
        for made in (folder.aws, folder.log):
            made.mkdir(mode=0o700, exist_ok=True)
        _once(folder.secret_key, secrets.token_urlsafe(60))
        _once(folder.sign_ins, json.dumps({person: _password() for person in PEOPLE}))
    except OSError as error:
        raise unwritable(folder.path, error) from error


def upstream_port(folder: Folder, taken: Collection[int]) -> int:
    """The port of the last start when it is free, else a free one that is none of ``taken``, kept for the next start."""
    try:
        kept = folder.upstream_port.read_text(encoding="utf-8") if folder.upstream_port.exists() else ""
        for wanted in (int(kept) if kept.isdigit() else 0, *[0] * 20):
            found = _free(wanted)
            if found and found not in taken:
                folder.upstream_port.write_text(str(found), encoding="utf-8")
                return found
    except (OSError, ValueError, OverflowError) as error:
        raise TroubleError(f"{folder.upstream_port} cannot be used: {error}.") from error
    raise TroubleError("No port on 127.0.0.1 is free for the carrier's own server.")


def _free(port: int) -> int:
    """The port (0: any) when one can listen on it, else 0."""
    try:
        with listen(port) as listener:
            return int(listener.getsockname()[1])
    except OSError:
        return 0


def reset(folder: Folder) -> None:
    """Delete what the demo keeps; anything else in the folder stays."""
    try:
        for path in [*(folder.path / name for name in _OURS), *folder.path.glob("gatehouse.sqlite3*")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder.path, error) from error


def unwritable(path: Path, error: OSError) -> TroubleError:
    """What to say about a folder that cannot be used."""
    return TroubleError(
        f"The demo's folder {path} cannot be written: {error.strerror}; choose another one with DEMO_DIR."
    )


def _once(path: Path, text: str) -> None:
    """Write a private file, whole or not at all, unless it is there."""
    if path.exists():
        return
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(
        os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    temporary.replace(path)


def _password() -> str:
    """Easy to type, and of the demo alone."""
    return f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"
