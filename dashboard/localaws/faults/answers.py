"""The errors of each service for what a rule asks, with the codes and words that AWS uses."""

from __future__ import annotations

import json
import uuid

from dashboard.localaws import refusals
from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.faults import rules
from dashboard.localaws.faults.asked import Asked
from dashboard.localaws.refusals import Answer

_ITEM_OPERATIONS = frozenset(
    {
        *(
            "PutItem",
            "GetItem",
            "UpdateItem",
            "DeleteItem",
            "Query",
            "Scan",
            "BatchWriteItem",
            "BatchGetItem",
        ),
        *("TransactWriteItems", "TransactGetItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    }
)
_TABLE_THROTTLED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
_UNKNOWN = "The request processing has failed because of an unknown error, exception or failure."
_EXPIRED = "The security token included in the request is expired"


def error(request: Asked, kind: str, content_type: str = "") -> Answer:
    """The answer to a request that is throttled, fails, is denied or has an expired token."""
    status, code, message = _error(request, kind)
    if request.service == "apigateway":
        return gateway(status, code, message, 1 if kind == rules.THROTTLED else None)
    return refusals.aws_error(status, code, message, service=request.service, content_type=content_type)


def gateway(status: int, code: str, message: str, retry_after: int | None = None) -> Answer:
    """An error of API Gateway's control plane; ``retry_after`` in seconds."""
    headers = [
        ("x-amzn-requestid", str(uuid.uuid4())),
        ("content-type", "application/json"),
        ("x-amzn-errortype", code),
    ]
    if retry_after is not None:
        headers.append(("retry-after", str(retry_after)))
    return Answer(status, tuple(headers), json.dumps({"message": message}).encode())


def _error(request: Asked, kind: str) -> tuple[int, str, str]:
    """Status, code, message."""
    service, dynamodb = request.service, request.service in ("dynamodb", "dynamodbstreams")
    if kind == rules.THROTTLED:
        if service == "apigateway":
            return 429, "TooManyRequestsException", "Too Many Requests"
        if dynamodb and request.operation in _ITEM_OPERATIONS:
            return 400, "ProvisionedThroughputExceededException", _TABLE_THROTTLED
        if service == "s3":
            return 503, "SlowDown", "Please reduce your request rate."
        code = "Throttling" if service in ("monitoring", "sts", "iam") else "ThrottlingException"
        return 400, code, "Rate exceeded"
    if kind == rules.FAILED:
        return (
            500,
            "InternalServerError" if dynamodb else "InternalFailure",
            "Internal server error" if dynamodb else _UNKNOWN,
        )
    if kind == rules.EXPIRED:
        if service in ("sts", "iam", "s3", "monitoring"):
            return 403, "ExpiredToken", _EXPIRED
        return 403 if service == "apigateway" else 400, "ExpiredTokenException", _EXPIRED
    code = "AccessDenied" if service in ("sts", "iam", "s3", "monitoring") else "AccessDeniedException"
    status = 400 if dynamodb or service == "logs" else 403
    return status, code, _denied(request)


def _denied(request: Asked) -> str:
    service = {"monitoring": "cloudwatch", "tagging": "tag"}.get(request.service, request.service)
    name = next(iter(request.resources), "*")
    arn = name
    if service == "dynamodb" and name != "*" and not name.startswith("arn:"):
        arn = f"arn:aws:dynamodb:{request.region}:{ACCOUNT}:table/{name}"
    elif service == "apigateway":
        arn = f"arn:aws:apigateway:{request.region}::{name}"
    action = f"{service}:{request.operation}"
    return (
        f"User: arn:aws:iam::{ACCOUNT}:user/test is not authorized to perform: {action} on resource: {arn} "
        f"because no identity-based policy allows the {action} action"
    )
