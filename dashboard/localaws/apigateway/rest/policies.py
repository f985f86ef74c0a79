"""Resource policies as they are kept: short resources written out, a list of one as its member."""

from __future__ import annotations

import json
from typing import Any

from dashboard.localaws.apigateway.store import Json
from dashboard.localaws.environment import ACCOUNT

_SHORT = "execute-api:/"


def complete(info: Json, region: str) -> None:
    """Write out the resources of an API's policy; a text that is no policy stays as it is."""
    try:
        policy = json.loads(info.get("policy") or "")
    except ValueError:
        return
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if not isinstance(statements, list):
        return
    start = f"arn:aws:execute-api:{region}:{ACCOUNT}:{info['id']}/"
    for statement in statements:
        if isinstance(statement, dict) and "Resource" in statement:
            statement["Resource"] = _resource(statement["Resource"], start)
    if policy != json.loads(info["policy"]):
        info["policy"] = json.dumps(policy, separators=(",", ":"))


def _resource(value: Any, start: str) -> Any:
    if isinstance(value, str):
        return start + value.removeprefix(_SHORT) if value.startswith(_SHORT) else value
    if not isinstance(value, list):
        return value
    found = [_resource(each, start) for each in value]
    return found[0] if len(found) == 1 else found
