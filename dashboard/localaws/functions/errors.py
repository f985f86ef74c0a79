"""How Lambda refuses."""

from __future__ import annotations

import json
import uuid

from dashboard.localaws.refusals import Answer


class FunctionError(Exception):
    """A refusal: HTTP status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """As SDKs read it."""
        headers = (
            ("content-type", "application/json"),
            ("x-amzn-errortype", self.code),
            ("x-amzn-requestid", str(uuid.uuid4())),
        )
        kind = "User" if self.status < 500 else "Service"
        return Answer(self.status, headers, json.dumps({"Type": kind, "Message": self.message}).encode())


def invalid(message: str) -> FunctionError:
    """400 InvalidParameterValueException."""
    return FunctionError(400, "InvalidParameterValueException", message)


def not_found(message: str) -> FunctionError:
    """404 ResourceNotFoundException."""
    return FunctionError(404, "ResourceNotFoundException", message)


def conflict(message: str) -> FunctionError:
    """409 ResourceConflictException."""
    return FunctionError(409, "ResourceConflictException", message)
