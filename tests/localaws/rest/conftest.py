"""One embedded AWS for all tests of the REST control plane; each test makes its own APIs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.localaws.server import running
from tests.localaws.support import client


@pytest.fixture(scope="session")
def rest_endpoint() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def apigw(rest_endpoint: str) -> Any:
    """boto3's client; one attempt."""
    return client(rest_endpoint, "apigateway")
