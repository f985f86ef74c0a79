"""``python -m dashboard.localaws.traffic ENDPOINT``: 1 to 3 requests a second to the local gateway, until SIGTERM.

It never gives up and never calls another machine: what fails is tried again, an API that was deleted is no longer called.
"""

from __future__ import annotations

import http.client
import logging
import random
import sys
import time
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from dashboard.localaws.gateway.upstream import BadTarget, check
from dashboard.localaws.traffic.calls import Call, World, next_call
from dashboard.localaws.traffic.events import Shop
from dashboard.localaws.world.apis.clients import client
from dashboard.localaws.world.apis.rest_api import NAME
from dashboard.localaws.world.apis.shape import per_second
from dashboard.localaws.world.apis.v2_apis import HTTP_NAME, WEBSOCKET_NAME

logger = logging.getLogger("gatehouse.traffic")
LOOK_AGAIN = 60.0
"""Seconds after which it is looked what there is to call."""
_PAUSE = 5.0
"""Seconds after a failure, or while there is nothing to call."""
_EVENTS = 0.1
"""The part of all requests that goes to the WebSocket API."""


class Generator:
    """Calls one embedded AWS."""

    def __init__(self, endpoint: str) -> None:
        parts = check(endpoint)
        self._rest, self._v2 = client(endpoint, "apigateway"), client(endpoint, "apigatewayv2")
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=40)
        self._dice = random.Random()
        self._shop = Shop(parts.hostname or "", parts.port or 80, self._dice)
        self._looked = float("-inf")
        self._world = World()

    def run(self) -> None:
        """For ever."""
        while True:
            try:
                pause = self.step()
            except (OSError, http.client.HTTPException, BotoCoreError, ClientError) as error:
                logger.warning("The embedded AWS gave no answer (%s); trying again.", type(error).__name__)
                self._connection.close()
                self._shop.close()
                pause = _PAUSE
            time.sleep(pause)

    def step(self) -> float:
        """One request; seconds to wait before the next. OSError and botocore's errors when there is no answer."""
        if time.monotonic() - self._looked > LOOK_AGAIN:
            self._world = self.look()
            self._looked = time.monotonic()
        if self._world.socket and self._dice.random() < _EVENTS:
            self._shop.act(self._world.socket)
            return self._pause()
        call = next_call(self._world, self._dice, time.time())
        if call is None:
            self._looked = float("-inf")
            return _PAUSE
        self.send(call)
        return self._pause()

    def _pause(self) -> float:
        return self._dice.expovariate(per_second(datetime.now(UTC)))

    def look(self) -> World:
        """The carrier's APIs and keys as they are now."""
        rest = next(
            (api["id"] for api in self._rest.get_rest_apis(limit=500)["items"] if api["name"] == NAME), ""
        )
        named = {api["Name"]: str(api["ApiId"]) for api in self._v2.get_apis(MaxResults="500")["Items"]}
        keys = self._rest.get_api_keys(limit=500, includeValues=True)["items"]
        return World(
            rest,
            named.get(HTTP_NAME, ""),
            {key["customerId"]: key["value"] for key in keys if key.get("customerId")},
            named.get(WEBSOCKET_NAME, ""),
        )

    def send(self, call: Call) -> int:
        """The status of the answer, which is read and forgotten."""
        self._connection.request(call.method, call.path, call.body or None, dict(call.headers))
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """Let go of the connections."""
        self._shop.close()
        self._connection.close()
        self._rest.close()
        self._v2.close()


def main() -> int:
    """1 with a sentence for an address that is not on this machine."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    try:
        generator = Generator(sys.argv[1])
    except BadTarget as error:
        print(error, file=sys.stderr)
        return 1
    generator.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
