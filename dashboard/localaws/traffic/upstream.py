"""``python -m dashboard.localaws.traffic.upstream --port N``: the server behind the carrier's APIs, on 127.0.0.1. Its answers are
invented; it takes a believable time for them and fails now and then.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dashboard.localaws import loopback
from dashboard.localaws.serve import HOST

MEDIAN_MS, SPREAD, SLOWEST_MS = 38.0, 0.6, 900.0
FAILS = 0.0015
UNKNOWN = "0000"
"""A tracking number that ends so is unknown."""
_STEPS = ("announced", "picked_up", "sorted", "in_transit", "arrived", "out_for_delivery", "delivered")
Found = tuple[int, Any]


def _parcel(tracking: str) -> Found:
    if tracking.endswith(UNKNOWN):
        return 404, {"message": "No parcel has this number."}
    step = _STEPS[sum(map(ord, tracking)) % len(_STEPS)]
    return 200, {"tracking": tracking, "status": step, "depot": "HAM1", "weight_kg": "2.4"}


def _events(tracking: str) -> Found:
    status, parcel = _parcel(tracking)
    if status != 200:
        return status, parcel
    upto = _STEPS.index(parcel["status"]) + 1
    return 200, {
        "tracking": tracking,
        "events": [{"status": step, "depot": "HAM1"} for step in _STEPS[:upto]],
    }


_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Found]], ...] = tuple(
    (method, re.compile(pattern), answer)
    for method, pattern, answer in (
        ("GET", r"/parcels/([^/]+)", _parcel),
        ("GET", r"/parcels/([^/]+)/events", _events),
        ("GET", r"/status", lambda: (200, {"status": "ok"})),
        ("GET", r"/couriers/me", lambda: (200, {"courier": "C017", "depot": "HAM1"})),
        ("GET", r"/tours", lambda: (200, {"tours": [{"tour": "T-118", "stops": 64}]})),
        ("GET", r"/tours/([^/]+)", lambda tour: (200, {"tour": tour, "stops": 64, "done": 41})),
        ("POST", r"/tours/([^/]+)/scans", lambda tour: (201, {"tour": tour, "accepted": 1})),
        ("POST", r"/tours/([^/]+)/photos", lambda tour: (201, {"tour": tour, "photo": "F-1"})),
        ("PUT", r"/tours/([^/]+)/stops/([^/]+)", lambda tour, stop: (200, {"tour": tour, "stop": stop})),
    )
)


def answer(method: str, path: str) -> Found:
    """Status and body."""
    for verb, pattern, make in _ROUTES:
        if verb == method and (found := pattern.fullmatch(path)):
            return make(*found.groups())
    return 404, {"message": "Nothing is here."}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length:
            self.rfile.read(length)
        time.sleep(min(SLOWEST_MS, MEDIAN_MS * random.lognormvariate(0, SPREAD)) / 1000)
        status, body = answer(self.command, self.path.partition("?")[0])
        if random.random() < FAILS:
            status, body = 503, {"message": "The search is busy."}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the gateway's access log tells it."""


def main() -> int:
    """Until SIGTERM. The first line is the address; 1 with a sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.localaws.traffic.upstream")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    given = parser.parse_args()
    loopback.only()
    try:
        server = ThreadingHTTPServer((HOST, given.port), Handler)
    except OSError as error:
        print(f"Port {given.port} on {HOST} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    server.daemon_threads = True
    print(f"http://{HOST}:{server.server_port}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
