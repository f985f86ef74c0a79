"""How CloudWatch Logs refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LogsError(Exception):
    """A refusal: code, message, HTTP status, and the members that its exception has besides."""

    def __init__(
        self, code: str, message: str, status: int = 400, more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.more = dict(more or {})


def invalid(message: str) -> LogsError:
    """400 InvalidParameterException."""
    return LogsError("InvalidParameterException", message)


def not_found(message: str) -> LogsError:
    """400 ResourceNotFoundException."""
    return LogsError("ResourceNotFoundException", message)


def exists(message: str) -> LogsError:
    """400 ResourceAlreadyExistsException."""
    return LogsError("ResourceAlreadyExistsException", message)
