"""Application Auto Scaling, as far as it scales tables and their indexes. Only read: what it does is set up elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from botocore import xform_name

from dashboard.aws import clients
from dashboard.aws.apigateway.sending import plain
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.scaling import ScalableTarget

NAMESPACE = "dynamodb"
MOST_PAGES = 20


def describe_targets(target: Target, table: str, indexes: Sequence[str]) -> tuple[ScalableTarget, ...]:
    """What is scaled of the table and its global indexes, without the policies: one call."""
    names = [f"table/{table}", *(f"table/{table}/index/{index}" for index in indexes)]
    sent = {"ServiceNamespace": NAMESPACE, "ResourceIds": names}
    found = _pages(target, "DescribeScalableTargets", f"table:{table}", sent, "ScalableTargets")
    return tuple(_scalable(one) for one in found)


def with_policy(target: Target, table: str, scaled: ScalableTarget) -> ScalableTarget:
    """The same with the utilisation it aims at: one call."""
    sent = {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": scaled.resource,
        "ScalableDimension": scaled.dimension,
    }
    for policy in _pages(target, "DescribeScalingPolicies", f"table:{table}", sent, "ScalingPolicies"):
        aim = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
        if "TargetValue" in aim:
            return replace(scaled, policy=str(policy.get("PolicyName", "")), aim=float(aim["TargetValue"]))
    return scaled


def _pages(
    target: Target, operation: str, resource: str, arguments: dict[str, Any], member: str
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for _ in range(MOST_PAGES):
        body = _call(target, operation, resource, arguments)
        found += body.get(member, ())
        if not body.get("NextToken"):
            break
        arguments = arguments | {"NextToken": body["NextToken"]}
    return found


def _call(target: Target, operation: str, resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
    sending = Sending("application-autoscaling", operation, resource)
    method = getattr(clients.autoscaling(target), xform_name(operation))
    return measured(sending, lambda: dict(plain(method(**arguments)))).body


def _scalable(one: dict[str, Any]) -> ScalableTarget:
    suspended = one.get("SuspendedState") or {}
    return ScalableTarget(
        resource=str(one["ResourceId"]),
        dimension=str(one["ScalableDimension"]),
        least=int(one.get("MinCapacity", 0)),
        most=int(one.get("MaxCapacity", 0)),
        suspended=any(bool(value) for value in suspended.values()),
    )
