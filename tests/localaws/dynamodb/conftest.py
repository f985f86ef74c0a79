"""The embedded AWS, empty when a file's tests begin; they may reset it and disturb it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.support import client


@pytest.fixture(scope="module")
def endpoint(localaws: str) -> str:
    return localaws


@pytest.fixture(scope="module")
def dynamodb(endpoint: str) -> Any:
    return client(endpoint)
