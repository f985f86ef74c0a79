"""How a control plane refuses: one exception, in the JSON form that boto3 reads for API Gateway v1 and v2."""

from __future__ import annotations

import json
import uuid
from typing import Any

from dashboard.localaws.refusals import Answer


class ApiError(Exception):
    """A refusal: HTTP status, AWS error code, message. ``extra`` are more members of the body.

    v2's errors name some codes otherwise; the handler chooses the code.
    """

    def __init__(self, status: int, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra

    def answer(self) -> Answer:
        """The response: ``{"message": …}`` and the code in ``x-amzn-errortype``."""
        headers = (
            ("content-type", "application/json"),
            ("x-amzn-requestid", str(uuid.uuid4())),
            ("x-amzn-errortype", self.code),
        )
        return Answer(self.status, headers, json.dumps({"message": self.message} | self.extra).encode())


def not_found(message: str) -> ApiError:
    """404 NotFoundException."""
    return ApiError(404, "NotFoundException", message)


def bad_request(message: str) -> ApiError:
    """400 BadRequestException."""
    return ApiError(400, "BadRequestException", message)


def validation(message: str) -> ApiError:
    """400 ValidationException: the body's shape is wrong, AWS's own request validation."""
    return ApiError(400, "ValidationException", message)


def conflict(message: str) -> ApiError:
    """409 ConflictException."""
    return ApiError(409, "ConflictException", message)


def limit_exceeded(message: str) -> ApiError:
    """429 LimitExceededException: a quota, which no retry mends."""
    return ApiError(429, "LimitExceededException", message)


def too_many(message: str = "Too Many Requests") -> ApiError:
    """429 TooManyRequestsException: a rate, which a retry may mend."""
    return ApiError(429, "TooManyRequestsException", message)
