"""Clients of the REST control plane; each test makes its own APIs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.support import client


@pytest.fixture
def apigw(localaws: str) -> Any:
    """boto3's client; one attempt."""
    return client(localaws, "apigateway")
