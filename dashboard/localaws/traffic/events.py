"""A shop that listens to parcel events: one WebSocket to the local gateway, opened anew now and then."""

from __future__ import annotations

import json
import random
import socket

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Request

from dashboard.localaws.gateway.address import PREFIX
from dashboard.localaws.world.apis.v2_apis import SOCKET_STAGE

MESSAGES = 11
"""Of a connection, on average."""
_PATIENCE = 10.0


class Shop:
    """One connection at most. Methods raise OSError when there is no answer."""

    def __init__(self, host: str, port: int, dice: random.Random) -> None:
        self._address = (host, port)
        self._dice = dice
        self._socket: socket.socket | None = None
        self._protocol = WSConnection(ConnectionType.CLIENT)

    def act(self, api: str) -> None:
        """One event: open the connection, say something on it, or leave."""
        if self._socket is None:
            self._open(api)
        elif self._dice.random() < 1 / MESSAGES:
            self._socket.sendall(self._protocol.send(CloseConnection(code=1000)))
            self.close()
        else:
            action = self._dice.choice(("subscribe", "subscribe", "unsubscribe", "hello"))
            said = json.dumps({"action": action, "parcel": f"PC47110{self._dice.randint(1, 9999):04d}"})
            self._socket.sendall(self._protocol.send(Message(data=said)))

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self, api: str) -> None:
        host, port = self._address
        self._protocol = WSConnection(ConnectionType.CLIENT)
        opened = socket.create_connection(self._address, timeout=_PATIENCE)
        try:
            target = f"{PREFIX}{api}/{SOCKET_STAGE}"
            opened.sendall(self._protocol.send(Request(host=f"{host}:{port}", target=target)))
            while not (events := list(self._protocol.events())):
                data = opened.recv(4096)
                if not data:
                    raise ConnectionResetError("The connection was closed.")
                self._protocol.receive_data(data)
        except BaseException:
            opened.close()
            raise
        if any(isinstance(event, AcceptConnection) for event in events):
            self._socket = opened
        else:
            opened.close()
