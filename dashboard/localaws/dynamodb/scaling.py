"""Application Auto Scaling as far as DynamoDB uses it: targets and policies of tables and indexes.

They are kept and described; nothing is scaled by them, because the embedded DynamoDB has no capacity that could run short.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import orjson

from dashboard.localaws import refusals
from dashboard.localaws.dynamodb.engine import engine, responses, scope, table_named
from dashboard.localaws.dynamodb.refusals import Refused
from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.head import Head
from dashboard.localaws.refusals import Answer

SERVICE = "application-autoscaling"
_RESOURCE = re.compile(r"table/([A-Za-z0-9_.-]+)(?:/index/([A-Za-z0-9_.-]+))?")
_DIMENSIONS = tuple(
    f"dynamodb:{place}:{kind}CapacityUnits" for place in ("table", "index") for kind in ("Read", "Write")
)
_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
Key = tuple[str, str, str]
"""Region, resource id, dimension."""


class Scaling:
    """``serve`` is a ``layer.Service``."""

    def __init__(self) -> None:
        self.targets: dict[Key, dict[str, Any]] = {}
        self.policies: dict[tuple[str, str, str, str], dict[str, Any]] = {}
        self.on_change: Callable[[], None] = lambda: None
        self._operations: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
            "RegisterScalableTarget": self._register,
            "DeregisterScalableTarget": self._deregister,
            "DescribeScalableTargets": self._describe_targets,
            "PutScalingPolicy": self._put_policy,
            "DeleteScalingPolicy": self._delete_policy,
            "DescribeScalingPolicies": self._describe_policies,
            "DescribeScalingActivities": lambda region, data: {"ScalingActivities": []},
        }

    def dump(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "targets": [[*key, value] for key, value in self.targets.items()],
            "policies": [[*key, value] for key, value in self.policies.items()],
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take what ``dump`` gave."""
        self.targets = {(a, b, c): value for a, b, c, value in data["targets"]}
        self.policies = {(a, b, c, d): value for a, b, c, d, value in data["policies"]}

    def reset(self) -> None:
        """Forget everything."""
        self.targets, self.policies = {}, {}

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call."""
        name = head.headers.get("x-amz-target", "").rpartition(".")[2]
        operation = self._operations.get(name)
        content_type = head.headers.get("content-type", "")
        try:
            if operation is None:
                raise Refused(
                    "UnknownOperationException",
                    f"The embedded Application Auto Scaling does not offer {name}.",
                )
            data = orjson.loads(body or b"{}")
            if not isinstance(data, dict):
                raise Refused("SerializationException", "The request's body is not an object.")
            responses().set_request_account_id(head.access_key)
            with scope(responses().get_account_id(), head.region):
                value = operation(head.region, data)
        except ValueError:
            return refusals.aws_error(400, "SerializationException", "The request's body is not JSON.")
        except Refused as refused:
            return refusals.aws_error(
                refused.status, refused.code, refused.message, content_type=content_type
            )
        if not name.startswith("Describe"):
            self.on_change()
        headers = (("content-type", "application/x-amz-json-1.1"), ("x-amzn-requestid", str(uuid.uuid4())))
        return Answer(200, headers, orjson.dumps(value))

    def _register(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        key = _key(region, data)
        _check_resource(key)
        target = self.targets.get(key)
        if target is None:
            missing = [name for name in ("MinCapacity", "MaxCapacity") if name not in data]
            if missing:
                raise Refused("ValidationException", f"{' and '.join(missing)} must be specified")
            target = {
                "ServiceNamespace": "dynamodb",
                "ResourceId": key[1],
                "ScalableDimension": key[2],
                "RoleARN": data.get("RoleARN", _ROLE),
                "CreationTime": time.time(),
                "SuspendedState": {
                    "DynamicScalingInSuspended": False,
                    "DynamicScalingOutSuspended": False,
                    "ScheduledScalingSuspended": False,
                },
                "ScalableTargetARN": f"arn:aws:application-autoscaling:{region}:{ACCOUNT}:scalable-target/{uuid.uuid4().hex}",
            }
        changed: dict[str, Any] = {
            name: data[name] for name in ("MinCapacity", "MaxCapacity") if name in data
        }
        target = {
            **target,
            **changed,
            "SuspendedState": target["SuspendedState"] | data.get("SuspendedState", {}),
        }
        if target["MinCapacity"] > target["MaxCapacity"]:
            raise Refused("ValidationException", "Maximum capacity cannot be less than minimum capacity")
        self.targets[key] = target
        return {"ScalableTargetARN": target["ScalableTargetARN"]}

    def _deregister(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        key = self._found(region, data)
        del self.targets[key]
        for policy in [one for one in self.policies if one[:3] == key]:
            del self.policies[policy]
        return {}

    def _describe_targets(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        _check_namespace(data)
        wanted, dimension = data.get("ResourceIds"), data.get("ScalableDimension")
        found = [
            target
            for (place, resource, kind), target in self.targets.items()
            if place == region and (not wanted or resource in wanted) and dimension in (None, kind)
        ]
        return _page("ScalableTargets", found, data)

    def _put_policy(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        key = self._found(region, data)
        name, kind = data.get("PolicyName"), data.get("PolicyType", "TargetTrackingScaling")
        if (
            not name
            or kind != "TargetTrackingScaling"
            or not data.get("TargetTrackingScalingPolicyConfiguration")
        ):
            raise Refused(
                "ValidationException", "DynamoDB takes a policy with a name of the type TargetTrackingScaling"
            )
        before = self.policies.get((*key, name), {})
        made = str(uuid.uuid4())
        arn = f"arn:aws:autoscaling:{region}:{ACCOUNT}:scalingPolicy:{made}:resource/dynamodb/{key[1]}:policyName/{name}"
        alarms = [
            f"TargetTracking-{key[1]}-{end}-{uuid.uuid4()}"
            for end in ("AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh")
        ]
        policy = {
            "PolicyARN": before.get("PolicyARN", arn),
            "PolicyName": name,
            "ServiceNamespace": "dynamodb",
            "ResourceId": key[1],
            "ScalableDimension": key[2],
            "PolicyType": kind,
            "TargetTrackingScalingPolicyConfiguration": data["TargetTrackingScalingPolicyConfiguration"],
            "Alarms": before.get("Alarms")
            or [
                {"AlarmName": one, "AlarmARN": f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{one}"}
                for one in alarms
            ],
            "CreationTime": before.get("CreationTime", time.time()),
        }
        self.policies[*key, name] = policy
        return {"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]}

    def _delete_policy(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        key, name = _key(region, data), str(data.get("PolicyName"))
        if self.policies.pop((*key, name), None) is None:
            raise Refused(
                "ObjectNotFoundException",
                f"No scaling policy found for service namespace: dynamodb, {key[1]}, {name}",
            )
        return {}

    def _describe_policies(self, region: str, data: dict[str, Any]) -> dict[str, Any]:
        _check_namespace(data)
        resource, dimension, names = (
            data.get("ResourceId"),
            data.get("ScalableDimension"),
            data.get("PolicyNames"),
        )
        found = [
            policy
            for (place, of, kind, name), policy in self.policies.items()
            if place == region
            and resource in (None, of)
            and dimension in (None, kind)
            and (not names or name in names)
        ]
        return _page("ScalingPolicies", found, data)

    def _found(self, region: str, data: dict[str, Any]) -> Key:
        key = _key(region, data)
        if key not in self.targets:
            raise Refused(
                "ObjectNotFoundException",
                f"No scalable target found for service namespace: dynamodb, resource ID: {key[1]}, scalable dimension: {key[2]}",
            )
        return key


def _check_namespace(data: dict[str, Any]) -> None:
    if data.get("ServiceNamespace") != "dynamodb":
        raise Refused(
            "ValidationException",
            "The embedded Application Auto Scaling knows the service namespace dynamodb.",
        )


def _key(region: str, data: dict[str, Any]) -> Key:
    _check_namespace(data)
    resource, dimension = str(data.get("ResourceId")), str(data.get("ScalableDimension"))
    found = _RESOURCE.fullmatch(resource)
    if (
        dimension not in _DIMENSIONS
        or not found
        or (f":{'index' if found[2] else 'table'}:" not in dimension)
    ):
        raise Refused(
            "ValidationException",
            f"Unsupported service namespace, resource type or scalable dimension: dynamodb, {resource}, {dimension}",
        )
    return region, resource, dimension


def _check_resource(key: Key) -> None:
    found = _RESOURCE.fullmatch(key[1])
    assert found
    table = table_named(found[1])
    if table is None or (found[2] and engine()._index_def(table, found[2]) is None):
        raise Refused("ValidationException", f"DynamoDB table does not exist: {key[1]}")


def _page(member: str, found: list[dict[str, Any]], data: dict[str, Any]) -> dict[str, Any]:
    token = str(data.get("NextToken") or "0")
    if not token.isdigit():
        raise Refused("InvalidNextTokenException", "The next token is invalid.")
    start, most = int(token), int(data.get("MaxResults") or 50)
    answer: dict[str, Any] = {member: found[start : start + most]}
    return answer | ({"NextToken": str(start + most)} if start + most < len(found) else {})
