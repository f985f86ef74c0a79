"""``python -m tests.bench.delay BACKEND MILLISECONDS``: a proxy that hands on what it gets so much later.

Each piece leaves so long after it came, whatever came before it: a request in two pieces is not delayed twice.
Answers come back at once, so a call takes exactly that much longer.
"""

from __future__ import annotations

import asyncio
import sys
from urllib.parse import urlsplit


class Delay:
    """The proxy in front of one backend."""

    def __init__(self, backend: str, seconds: float) -> None:
        parts = urlsplit(backend)
        self._host, self._port, self._seconds = parts.hostname, parts.port, seconds

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        back_reader, back_writer = await asyncio.open_connection(self._host, self._port)
        pumps = (self._later(reader, back_writer), self._at_once(back_reader, writer))
        tasks = [asyncio.ensure_future(pump) for pump in pumps]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        writer.close()
        back_writer.close()

    async def _later(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while piece := await reader.read(1 << 16):
            loop.call_later(self._seconds, writer.write, piece)

    async def _at_once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()


async def serve(backend: str, milliseconds: float) -> None:
    """Listen on a free port of 127.0.0.1 and say which."""
    server = await asyncio.start_server(Delay(backend, milliseconds / 1000).pass_on, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2])))
