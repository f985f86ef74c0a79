"""How CloudWatch refuses."""

from __future__ import annotations


class MetricsError(Exception):
    """A refusal: the code that SDKs show, a message, the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> MetricsError:
    """400 ValidationError."""
    return MetricsError("ValidationError", message)


def bad_value(message: str) -> MetricsError:
    """400 InvalidParameterValue."""
    return MetricsError("InvalidParameterValue", message)


def missing(name: str) -> MetricsError:
    """400 MissingParameter."""
    return MetricsError("MissingParameter", f"The parameter {name} is required.")
