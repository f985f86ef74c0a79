"""What the tests of the embedded DynamoDB do again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refused(call: Callable[..., Any], **given: Any) -> tuple[str, str]:
    """Code and message of the refusal that a call must meet."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def until(true: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true value of ``true()``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    pytest.fail("it never came")


def text(size: int) -> dict[str, str]:
    """A text of so many bytes."""
    return {"S": "x" * size}
