"""One embedded AWS for the tests of a file, which may reset it and disturb it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.localaws.server import running
from tests.localaws.support import client

TOKEN = "token-of-these-tests"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running(reset_token=TOKEN) as address:
        yield address


@pytest.fixture(scope="module")
def dynamodb(endpoint: str) -> Any:
    return client(endpoint)
