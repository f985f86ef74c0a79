"""``python -m tests.bench.bare``: ministack alone, as the embedded AWS runs it; prints its address."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from dashboard.localaws import environment, loopback
from dashboard.localaws.serve import HOST, listen


def main() -> None:
    """Answer until it is stopped."""
    loopback.only()
    with listen(0) as listener, tempfile.TemporaryDirectory(prefix="localaws-") as scratch:
        port = listener.getsockname()[1]
        environment.secure(port, Path(scratch))
        from hypercorn.asyncio import serve
        from hypercorn.config import Config
        from ministack import app as ministack
        from ministack.core.hypercorn_compat import install

        install()
        config = Config()
        config.bind = [f"fd://{os.dup(listener.fileno())}"]
        config.loglevel = "WARNING"
        print(f"http://{HOST}:{port}", flush=True)
        asyncio.run(serve(ministack.app, config))


if __name__ == "__main__":
    main()
