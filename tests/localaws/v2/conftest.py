"""One embedded AWS for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.localaws.server import running
from tests.localaws.support import client


@pytest.fixture(scope="package")
def v2() -> Iterator[Any]:
    with running() as address:
        yield client(address, "apigatewayv2")
