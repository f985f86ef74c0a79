"""The AWS services behind integrations: functions that run here, and this embedded AWS's own DynamoDB."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.functions.runner import Outcome
from dashboard.localaws.functions.service import Functions
from dashboard.localaws.gateway.responses import Refused

if TYPE_CHECKING:
    from dashboard.localaws.gateway.exchange import Exchange

logger = logging.getLogger("gatehouse.localaws")
PRINCIPAL = "apigateway.amazonaws.com"
_FUNCTION = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path/[0-9-]+/functions/(.+)/invocations")
_ACTION = re.compile(r"arn:[^:]+:apigateway:([a-z0-9-]+):dynamodb:action/([A-Za-z]+)")


@dataclass(frozen=True)
class Backends:
    """What a request to a stage may reach beside HTTP addresses. ``binary`` are the API's binary media types."""

    region: str
    functions: Functions | None
    endpoint: str
    binary: tuple[str, ...] = ()

    def is_binary(self, kind: str) -> bool:
        """Whether a content type is one of the API's binary ones."""
        plain = kind.partition(";")[0].strip().lower()
        names = {plain, f"{plain.partition('/')[0]}/*", "*/*"}
        return any(each.lower() in names for each in self.binary)


Reach = Callable[[str, Mapping[str, Any]], Backends]
"""What a request to an API may reach, by its region and what it says of itself."""


def reach(functions: Functions | None, endpoint: str) -> Reach:
    """Of every API of an embedded AWS that answers at ``endpoint`` and runs ``functions``."""

    def of(region: str, info: Mapping[str, Any]) -> Backends:
        return Backends(region, functions, endpoint, tuple(info.get("binaryMediaTypes") or ()))

    return of


def execute_arn(exchange: Exchange, region: str, rest: str) -> str:
    """``arn:aws:execute-api:…`` of a part of the exchange's API."""
    return f"arn:aws:execute-api:{region}:{ACCOUNT}:{exchange.context['apiId']}/{rest}"


def dynamodb_action(uri: str) -> tuple[str, str] | None:
    """Region and operation of an integration with DynamoDB."""
    found = _ACTION.fullmatch(uri)
    return (found[1], found[2]) if found else None


def function_name(uri: str) -> str | None:
    """The function that an integration's address names: Lambda's path in API Gateway's form, or its own ARN."""
    found = _FUNCTION.fullmatch(uri)
    if found:
        return found[1]
    return uri if uri.startswith("arn:") and ":lambda:" in uri and ":function:" in uri else None


async def invoke(
    exchange: Exchange,
    uri: str,
    event: Any,
    source_arn: str,
    *,
    seconds: float = 29.0,
    as_role: bool = False,
    wait: bool = True,
) -> Outcome | None:
    """The outcome of a function; None without ``wait``. ``Refused`` when it may not or cannot be invoked.

    Without ``as_role`` (an integration's credentials) the function's own policy must allow it for ``source_arn``.
    """
    backends, name = exchange.backends, function_name(uri)
    functions = backends.functions if backends else None
    function = functions.store.find(name, backends.region) if functions and backends and name else None
    if functions is None or function is None:
        logger.warning("API %s: the function %s is not here.", exchange.context["apiId"], name or uri)
        raise Refused("API_CONFIGURATION_ERROR", why="Invalid function")
    if not as_role and not function.allows(PRINCIPAL, source_arn):
        logger.warning(
            "API %s: the policy of %s does not allow %s.", exchange.context["apiId"], name, source_arn
        )
        raise Refused("API_CONFIGURATION_ERROR", why="Invalid permissions on Lambda function")
    if not wait:
        functions.start(function, event)
        return None
    started = time.perf_counter()
    try:
        return await asyncio.wait_for(functions.invoke(function, event), seconds)
    except TimeoutError as error:
        raise Refused("INTEGRATION_TIMEOUT") from error
    finally:
        exchange.integration_ms = round((time.perf_counter() - started) * 1000)


def parsed(text: str) -> Any:
    """A payload for a function; ``Refused`` for a text that is no JSON, as Lambda refuses it."""
    if not text.strip():
        return {}
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("API_CONFIGURATION_ERROR", why="Could not parse request body into json") from error
