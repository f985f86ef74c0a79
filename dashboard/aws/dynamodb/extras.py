"""What belongs to a table beside its definition: resource policy, replicas, Contributor Insights, Kinesis destinations."""

from __future__ import annotations

from typing import Any

from dashboard.aws.calling import Answer
from dashboard.aws.dynamodb.backups import moment
from dashboard.aws.dynamodb.sending import send
from dashboard.aws.target import Target
from dashboard.core.backups import Destination, Insights, Policy, Replica
from dashboard.core.errors import AwsError

NO_POLICY = "NO_POLICY"
"""The revision of what has no policy (PutResourcePolicy, ExpectedRevisionId)."""


def get_policy(target: Target, table: str, arn: str) -> Policy | None:
    """The table's resource policy, None when it has none: one GetResourcePolicy, eventually consistent (up to about 15 s old)."""
    try:
        body = send(target, "GetResourcePolicy", f"table:{table}", {"ResourceArn": arn}).body
    except AwsError as error:
        if error.code == "PolicyNotFoundException":
            return None
        raise
    return Policy(str(body.get("Policy", "")), str(body.get("RevisionId", "")))


def put_policy(
    target: Target, table: str, arn: str, text: str, *, revision: str, change: str
) -> tuple[str, str]:
    """Attach or replace the policy if its revision is ``revision`` (NO_POLICY: none): the new revision and the request id.

    AWS refuses with PolicyNotFoundException when the revision is another one.
    """
    arguments = {"ResourceArn": arn, "Policy": text, "ExpectedRevisionId": revision}
    answer = send(target, "PutResourcePolicy", f"table:{table}", arguments, writes=True, change=change)
    return str(answer.body.get("RevisionId", "")), answer.request_id


def delete_policy(target: Target, table: str, arn: str, *, revision: str, change: str) -> Answer:
    """Take the policy away if its revision is ``revision``."""
    arguments = {"ResourceArn": arn, "ExpectedRevisionId": revision}
    return send(target, "DeleteResourcePolicy", f"table:{table}", arguments, writes=True, change=change)


def describe_replicas(target: Target, table: str) -> tuple[Replica, ...]:
    """The replicas that DescribeTable names, by region; the region asked is not among them unless AWS lists it."""
    body = send(target, "DescribeTable", f"table:{table}", {"TableName": table}).body["Table"]
    return tuple(
        Replica(
            str(one.get("RegionName", "")),
            str(one.get("ReplicaStatus", "")),
            str(one.get("ReplicaStatusPercentProgress", "")),
            str(one.get("ReplicaStatusDescription", "")),
        )
        for one in sorted(body.get("Replicas", ()), key=lambda one: str(one.get("RegionName", "")))
    )


def create_replica(target: Target, table: str, region: str, *, change: str) -> Answer:
    """Add a copy of the table in ``region``: one UpdateTable. Its stream is turned on by AWS if it is off."""
    return _replicas(target, table, {"Create": {"RegionName": region}}, change)


def delete_replica(target: Target, table: str, region: str, *, change: str) -> Answer:
    """Delete the copy in ``region``: one UpdateTable."""
    return _replicas(target, table, {"Delete": {"RegionName": region}}, change)


def _replicas(target: Target, table: str, update: dict[str, Any], change: str) -> Answer:
    arguments = {"TableName": table, "ReplicaUpdates": [update]}
    return send(target, "UpdateTable", f"table:{table}", arguments, writes=True, change=change)


def describe_insights(target: Target, table: str, index: str = "") -> Insights:
    """Contributor Insights of the table or one of its indexes: one DescribeContributorInsights."""
    arguments = {"TableName": table, **({"IndexName": index} if index else {})}
    body = send(target, "DescribeContributorInsights", f"table:{table}", arguments).body
    failure = body.get("FailureException") or {}
    return Insights(
        index,
        str(body.get("ContributorInsightsStatus", "DISABLED")),
        str(body.get("ContributorInsightsMode", "")),
        moment(body.get("LastUpdateDateTime")),
        str(failure.get("ExceptionDescription", "")),
        tuple(str(rule) for rule in body.get("ContributorInsightsRuleList", ())),
    )


def update_insights(
    target: Target, table: str, index: str, *, enable: bool, mode: str, change: str
) -> Answer:
    """Turn Contributor Insights on or off for the table or an index. ``mode`` is AWS's, empty for its default."""
    arguments: dict[str, Any] = {
        "TableName": table,
        "ContributorInsightsAction": "ENABLE" if enable else "DISABLE",
    }
    if index:
        arguments["IndexName"] = index
    if enable and mode:
        arguments["ContributorInsightsMode"] = mode
    return send(target, "UpdateContributorInsights", f"table:{table}", arguments, writes=True, change=change)


def describe_destinations(target: Target, table: str) -> tuple[Destination, ...]:
    """The Kinesis data streams the table's changes go to: one DescribeKinesisStreamingDestination."""
    body = send(target, "DescribeKinesisStreamingDestination", f"table:{table}", {"TableName": table}).body
    return tuple(
        Destination(
            str(one.get("StreamArn", "")),
            str(one.get("DestinationStatus", "")),
            str(one.get("DestinationStatusDescription", "")),
            str(one.get("ApproximateCreationDateTimePrecision", "")),
        )
        for one in body.get("KinesisDataStreamDestinations", ())
    )
