"""The account: its throttle and its role for logs."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.rest.settings import ACCOUNT_BURST, ACCOUNT_RATE
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_TABLE = {"/cloudwatchRoleArn": "r", "/features": "ad"}


def _account(request: Request, store: Store) -> Json:
    account = request.of(store).account
    if not account:
        account.update(
            {
                "throttleSettings": {"burstLimit": ACCOUNT_BURST, "rateLimit": ACCOUNT_RATE},
                "features": ["UsagePlans"],
                "apiKeyVersion": "4",
            }
        )
    return account


@router.on("GET", "/account")
def get(request: Request, store: Store) -> Reply:
    """GetAccount."""
    return 200, _account(request, store)


@router.on("PATCH", "/account")
def update(request: Request, store: Store) -> Reply:
    """UpdateAccount."""
    wanted = operations(request, "updateAccountInput")
    account = _account(request, store)
    with all_or_nothing(account) as draft:
        for operation in wanted:
            strict(operation, _TABLE)
            value = operation.value or ""
            if operation.path == "/features":
                features = [each for each in draft["features"] if each != value]
                draft["features"] = [*features, value] if operation.op == "add" else features
            elif not value:
                draft.pop("cloudwatchRoleArn", None)
            elif not value.startswith("arn:"):
                raise bad_request("Invalid ARN specified in the request")
            else:
                draft["cloudwatchRoleArn"] = value
    return 200, account
