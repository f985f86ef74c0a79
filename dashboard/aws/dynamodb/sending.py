"""Operations that PynamoDB has no method for, sent through the same client, measured and translated like all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from dashboard.aws import clients
from dashboard.aws.calling import Answer, Sending, measured
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind


def send(
    target: Target,
    operation: str,
    resource: str,
    arguments: Mapping[str, Any],
    *,
    writes: bool = False,
    change: str = "",
) -> Answer:
    """One call of DynamoDB's ``operation`` (``CreateTable``). Times in the answer are seconds since 1970; values are wire values.

    ``resource`` is what the log and an error name, ``table:orders``. A write on a read-only connection is refused before it is sent.
    ``change`` is the record's id. Raises AwsError only; Kind.LOST for a write without an answer.
    """
    if writes:
        refuse_read_only(target, operation, resource)
    sending = Sending("dynamodb", operation, resource, writes, change)
    method = getattr(clients.dynamodb(target).client, xform_name(operation))
    return measured(sending, lambda: dict(method(**arguments)))


def refuse_read_only(target: Target, operation: str, resource: str) -> None:
    """AwsError when the connection is read-only; nothing is sent then."""
    if target.read_only:
        raise AwsError(
            "ReadOnlyConnection",
            "This connection is read-only; nothing was sent.",
            Kind.DENIED,
            service="dynamodb",
            operation=operation,
            resource=resource,
            attempts=0,
        )
