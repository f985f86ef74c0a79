"""The head of a request: what the layer decides by before it reads a body."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
_SIGNED_FOR = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]*)/([a-z0-9-]+)/aws4_request")
_READS = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet")


@dataclass(frozen=True)
class Head:
    """What the layer decides by."""

    method: str
    path: str
    headers: dict[str, str]

    @classmethod
    def of(cls, scope: Scope) -> Head:
        """The head of an ASGI HTTP scope."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        return cls(scope["method"], scope["path"], headers)

    @property
    def service(self) -> str:
        """The service that the signature names, '' when the request is not signed."""
        found = _SIGNED_FOR.search(self.headers.get("authorization", ""))
        return found[3] if found else ""

    @property
    def region(self) -> str:
        """The region that the signature names, '' when the request is not signed."""
        found = _SIGNED_FOR.search(self.headers.get("authorization", ""))
        return found[2] if found else ""

    @property
    def access_key(self) -> str:
        """The access key that signed, '' when the request is not signed."""
        found = _SIGNED_FOR.search(self.headers.get("authorization", ""))
        return found[1] if found else ""

    @property
    def reads_only(self) -> bool:
        """Whether the operation certainly changes nothing; an unknown one counts as a write."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2].startswith(_READS)
