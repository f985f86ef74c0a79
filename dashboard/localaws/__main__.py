"""``python -m dashboard.localaws``: the embedded AWS until Ctrl-C or SIGTERM. Its first line is its address."""

from __future__ import annotations

import argparse
import errno
import sys
from pathlib import Path

from dashboard.localaws.serve import Options, serve
from dashboard.localaws.state import StateError


def main() -> int:
    """Exit code 1, with one sentence on standard error, when it cannot start or cannot keep its data."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.localaws", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state-dir", type=Path, default=Path("var/localaws"), help="folder for the data")
    parser.add_argument("--no-persist", action="store_true", help="keep nothing")
    parser.add_argument(
        "--reset-token", default="", help="for tests: allow POST /_local/reset with this token"
    )
    given = parser.parse_args()
    folder = None if given.no_persist else given.state_dir
    try:
        serve(Options(given.port, folder, given.reset_token), lambda address: print(address, flush=True))
    except StateError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(_sentence(error, given.port), file=sys.stderr)
        return 1
    return 0


def _sentence(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on 127.0.0.1 is in use; choose another one for the embedded AWS."
    return f"The embedded AWS cannot start: {error.strerror or error} {error.filename or ''}".rstrip() + "."


if __name__ == "__main__":
    sys.exit(main())
