"""Nothing in this process may listen beyond the loopback interface, whatever a library tries."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_on = False


def _is_loopback(address: Any) -> bool:
    """Whether a socket address stays on this machine; a path of a Unix socket does."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.bind" and _on and not _is_loopback(arguments[1]):
        raise PermissionError(f"The embedded AWS listens on 127.0.0.1 only, not on {arguments[1]!r}.")


def only() -> None:
    """From now on ``bind`` to another address raises PermissionError. An audit hook cannot be taken out again."""
    global _on
    if not _on:
        _on = True
        sys.addaudithook(_refuse)
