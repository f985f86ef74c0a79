"""Who we are to AWS."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.aws import clients
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target


@dataclass(frozen=True)
class Identity:
    """GetCallerIdentity's answer: the account's 12 digits, the ARN that acts, and its unique id."""

    account: str
    arn: str
    user_id: str


def caller_identity(target: Target) -> Identity:
    """As whom calls to this target are made. AWS needs no permission for it; AwsError says why not."""
    answer = measured(
        Sending("sts", "GetCallerIdentity"), lambda: dict(clients.sts(target).get_caller_identity())
    )
    return Identity(answer.body["Account"], answer.body["Arn"], answer.body["UserId"])
