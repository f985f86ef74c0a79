"""How CloudWatch Logs refuses."""

from __future__ import annotations


class LogsError(Exception):
    """A refusal: code, message, HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> LogsError:
    """400 InvalidParameterException."""
    return LogsError("InvalidParameterException", message)


def not_found(message: str) -> LogsError:
    """400 ResourceNotFoundException."""
    return LogsError("ResourceNotFoundException", message)


def exists(message: str) -> LogsError:
    """400 ResourceAlreadyExistsException."""
    return LogsError("ResourceAlreadyExistsException", message)
