"""A client of the control plane of HTTP and WebSocket APIs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.support import client


@pytest.fixture(scope="module")
def v2(localaws: str) -> Any:
    return client(localaws, "apigatewayv2")
