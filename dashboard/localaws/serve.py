"""One process: ministack's application, our layer before it, a server on 127.0.0.1, and the saving."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dashboard.localaws import environment, loopback
from dashboard.localaws.dynamodb.journal import Journal
from dashboard.localaws.faults.limits import VARIABLE, Limits
from dashboard.localaws.functions.runner import Runner
from dashboard.localaws.gateway.gateway import Gateway
from dashboard.localaws.gateway.tools import Tools
from dashboard.localaws.head import Scope
from dashboard.localaws.layer import App, Layer, Receive, Send, Service
from dashboard.localaws.own import Own
from dashboard.localaws.state import StateError, Store

logger = logging.getLogger("gatehouse.localaws")
HOST = "127.0.0.1"
FUNCTIONS = "LOCALAWS_FUNCTIONS"
"""0 in the environment: no Lambda, so that nobody who reaches the port can run code."""
SHARE = 10
"""Saving may take one part in this many of the time."""


@dataclass(frozen=True)
class Options:
    """How to start. ``port`` 0 takes a free one; without ``folder`` nothing is kept; without a token nothing can be reset."""

    port: int = 0
    folder: Path | None = None
    reset_token: str = ""


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; OSError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def serve(options: Options, ready: Callable[[str], None]) -> None:
    """Answer until SIGTERM or SIGINT, then save. ``ready`` gets the address. OSError for the port, StateError for the data."""
    loopback.only()
    with listen(options.port) as listener, tempfile.TemporaryDirectory(prefix="localaws-") as scratch:
        port = listener.getsockname()[1]
        environment.secure(port, Path(scratch), options.folder)
        own = Own()
        code = Path(scratch) / "functions"
        code.mkdir()
        runs = os.environ.get(FUNCTIONS, "1") != "0"
        functions = own.lambdas(Runner(code, f"http://{HOST}:{port}")) if runs else None
        stores: list[Saved] = []
        if options.folder is not None:
            options.folder.mkdir(parents=True, exist_ok=True)
            stores = [Store(options.folder), *own.kept(options.folder)]
            for store in stores:
                store.load()
        layered = (
            own.services(functions, f"http://{HOST}:{port}"),
            Gateway(
                Tools(own.apis, own.metrics, own.logs, functions=functions, endpoint=f"http://{HOST}:{port}")
            ),
        )
        try:
            asyncio.run(
                _serve(listener, stores, own, layered, options, lambda: ready(f"http://{HOST}:{port}"))
            )
        finally:
            if functions:
                functions.close()


class Saved(Protocol):
    """Something in memory that is kept in a file."""

    dirty: bool
    seconds: float
    quiet: float
    """Seconds between two savings, at least."""

    def touched(self) -> None:
        """There is something to save."""

    def save(self) -> None:
        """Write everything; StateError when it cannot be written."""

    def load(self) -> None:
        """Take what was saved; StateError when it cannot be read."""


async def _serve(
    listener: socket.socket,
    stores: Sequence[Saved],
    own: Own,
    layered: tuple[Mapping[str, Service], Gateway],
    options: Options,
    ready: Callable[[], None],
) -> None:
    from hypercorn.asyncio import serve as run
    from hypercorn.config import Config
    from ministack import app as ministack
    from ministack.core.hypercorn_compat import install

    from dashboard.localaws import corrections

    install()
    corrections.apply()
    own.dynamodb.install()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    reset_engine: Callable[[], Any] = ministack._reset_all_state

    def reset() -> None:
        own.dynamodb.forget()
        reset_engine()
        own.dynamodb.forgotten()
        own.reset()

    layer = Layer(
        ministack.app,
        on_write=stores[0].touched if stores else _nothing,
        reset=reset,
        reset_token=options.reset_token,
        own=layered[0],
        stages=layered[1],
        limits=Limits() if os.environ.get(VARIABLE) == "1" else None,
    )
    config = Config()
    config.bind = [f"fd://{os.dup(listener.fileno())}"]  # hypercorn closes its own
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    layer.on_fault(own.dynamodb.befallen)
    own.objects.on_change = stores[0].touched if stores else _nothing
    working = asyncio.create_task(_work(own.dynamodb.work))
    saving = [asyncio.create_task(_keep_saved(store)) for store in stores]
    await run(_announced(layer, ready), config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    for task in (working, *saving):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    for store in stores:
        if isinstance(store, Journal):
            store.finish()
        elif store.dirty:
            store.save()


def _announced(app: App, ready: Callable[[], None]) -> App:
    """``app``, which says when it has started; connections made before wait in the socket's queue."""

    async def announced(scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                ready()

        await app(scope, receive, telling if scope["type"] == "lifespan" else send)

    return announced


async def _keep_saved(store: Saved) -> None:
    """Save what was written; a failure is logged and tried again, because the data is still in memory."""
    while True:
        await asyncio.sleep(max(store.quiet, SHARE * store.seconds))
        if store.dirty:
            try:
                store.save()
            except (StateError, RuntimeError) as error:
                store.touched()
                logger.error("%s", error)  # noqa: TRY400 - the sentence is enough


async def _work(piece: Callable[[], bool]) -> None:
    """Do what is done beside the requests, a piece at a time; a failure is logged and the next piece is tried."""
    while True:
        try:
            more = piece()
        except Exception:
            logger.exception("Work beside the requests failed")
            more = False
        await asyncio.sleep(0.002 if more else 0.1)


def _nothing() -> None:
    """Nothing is kept."""
