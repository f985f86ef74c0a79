"""Clients that can reach nothing but the embedded AWS, with credentials that are no secret."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session

from dashboard.localaws.history import SERVICE
from dashboard.localaws.world.schema import REGION

ApiClient = Any
"""botocore makes its clients at run time."""


def client(endpoint: str, service: str) -> ApiClient:
    """A client of ``apigateway`` or ``apigatewayv2``."""
    return Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=30, proxies={}),
    )


class HistoryClient:
    """Calls of ``dashboard.localaws.history``, the embedded AWS's own service for what never happened. RuntimeError when it refuses."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._endpoint = endpoint
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def send(self, **body: object) -> dict[str, Any]:
        """One call; the answer."""
        data = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
        request = AWSRequest("POST", f"{self._endpoint}/", data=data)
        SigV4Auth(Credentials("test", "test"), SERVICE, REGION).add_auth(request)
        self._connection.request("POST", "/", data, dict(request.headers.items()))
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"The embedded AWS refused history: {text[:500]!r}")
        found: dict[str, Any] = orjson.loads(text)
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
