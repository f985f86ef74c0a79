"""Lambda authorizers: which caller a function lets pass, from its policy or its simple answer, remembered for a time."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from dashboard.localaws.functions.runner import Outcome
from dashboard.localaws.gateway import backends, events
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.lambda_integrations import method_arn
from dashboard.localaws.gateway.mapping import Sources, source
from dashboard.localaws.gateway.responses import Refused

logger = logging.getLogger("gatehouse.localaws")
Json = Mapping[str, Any]
_MOST = 10_000
_TTL = 300


@dataclass(frozen=True)
class Verdict:
    """What a function said: the policy's statements (or whether a simple answer allows), and the context."""

    allowed: bool | None
    statements: tuple[Json, ...]
    context: Json
    usage_key: str | None = None


class Verdicts:
    """Verdicts that are remembered, each until its time. ``clock`` gives seconds that never go back.

    A key is the authorizer's id, the API's id, the stage and what the caller showed.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, ...], tuple[float, Verdict]] = {}

    def get(self, key: tuple[str, ...]) -> Verdict | None:
        """The verdict that still counts."""
        found = self._known.get(key)
        return found[1] if found and found[0] > self._clock() else None

    def put(self, key: tuple[str, ...], verdict: Verdict, seconds: int) -> None:
        """Remember for so long; 0 is not at all."""
        if seconds > 0:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (self._clock() + seconds, verdict)

    def forget(self, api_id: str, stage: str) -> None:
        """Forget what is remembered for one stage."""
        for key in [key for key in tuple(self._known) if key[1:3] == (api_id, stage)]:
            self._known.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()


async def authorize(authorizer: Json, exchange: Exchange, verdicts: Verdicts) -> None:
    """``Refused`` when a REST or WebSocket API's authorizer does not let the caller pass."""
    arn = method_arn(exchange, _region(exchange))
    shown = _identity(authorizer, exchange)
    ttl = int(authorizer.get("authorizerResultTtlInSeconds", _TTL))
    key = (str(authorizer.get("id")), str(exchange.context["apiId"]), str(exchange.context["stage"]), *shown)
    verdict = verdicts.get(key) if shown else None
    if verdict is None:
        verdict = policy_of(await answer(authorizer, exchange))
        if shown:
            verdicts.put(key, verdict, ttl)
    exchange.context["authorizer"] = dict(verdict.context)
    exchange.usage_key = verdict.usage_key
    if (why := judged(verdict.statements, arn)) is not None:
        raise Refused("ACCESS_DENIED", why)


async def answer(authorizer: Json, exchange: Exchange) -> Any:
    """What the function of a REST or WebSocket API's authorizer answers; ``Refused`` when it refuses, fails, or is not asked."""
    region, shown = _region(exchange), _identity(authorizer, exchange)
    arn = method_arn(exchange, region)
    event = (
        events.token_authorizer(exchange, arn, shown[0])
        if authorizer["type"] == "TOKEN"
        else events.request_authorizer(exchange, arn)
    )
    return await _asked(authorizer, exchange, event, region)


def _region(exchange: Exchange) -> str:
    return exchange.backends.region if exchange.backends else ""


def _identity(authorizer: Json, exchange: Exchange) -> list[str]:
    """The values of the identity sources; ``Refused`` when one is missing, or a token is not of the form that is asked for."""
    places = [part.strip() for part in str(authorizer.get("identitySource") or "").split(",") if part.strip()]
    found = [source(place, Sources(exchange)) for place in places]
    if not all(found) or (not places and authorizer["type"] == "TOKEN"):
        raise Refused("UNAUTHORIZED")
    shown = [value or "" for value in found]
    pattern = authorizer.get("identityValidationExpression")
    if pattern and authorizer["type"] == "TOKEN":
        try:
            if not re.fullmatch(pattern, shown[0]):
                raise Refused("UNAUTHORIZED")
        except re.error as error:
            raise Refused("AUTHORIZER_CONFIGURATION_ERROR") from error
    return shown


async def _asked(authorizer: Json, exchange: Exchange, event: Any, region: str) -> Any:
    """What the function answered; ``Refused`` when it refuses or fails."""
    name = authorizer.get("id") or authorizer.get("authorizerId")
    source_arn = backends.execute_arn(exchange, region, f"authorizers/{name}")
    try:
        outcome = await backends.invoke(
            exchange,
            str(authorizer.get("authorizerUri", "")),
            event,
            source_arn,
            as_role=bool(
                authorizer.get("authorizerCredentials") or authorizer.get("authorizerCredentialsArn")
            ),
        )
    except Refused as refused:
        kind = "FAILURE" if refused.kind == "INTEGRATION_TIMEOUT" else "CONFIGURATION_ERROR"
        raise Refused(f"AUTHORIZER_{kind}") from refused
    finally:
        took, exchange.integration_ms = exchange.integration_ms, None
        exchange.context["authorize"] = {"latency": took}
    assert outcome is not None
    return _answered(outcome)


def _answered(outcome: Outcome) -> Any:
    if outcome.failed:
        kind = "UNAUTHORIZED" if outcome.error_message == "Unauthorized" else "AUTHORIZER_FAILURE"
        raise Refused(kind)
    return outcome.value


def policy_of(value: Any) -> Verdict:
    """The verdict of a policy; ``Refused`` for an answer that is none."""
    policy = value.get("policyDocument") if isinstance(value, dict) else None
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    context = value.get("context") or {} if isinstance(value, dict) else None
    if (
        not isinstance(statements, list)
        or not all(isinstance(each, dict) for each in statements)
        or not isinstance(value.get("principalId"), str | int)
        or not isinstance(context, dict)
        or any(isinstance(each, dict | list) for each in context.values())
    ):
        logger.warning("A Lambda authorizer's answer is no policy.")
        raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
    named = {"principalId": str(value["principalId"]), **events.flat(context)}
    return Verdict(None, tuple(statements), named, value.get("usageIdentifierKey"))


def judged(statements: tuple[Json, ...], arn: str) -> str | None:
    """Why a policy does not allow ``arn`` to be called, None when it does: a denial counts more than any permission."""
    effects = {str(each.get("Effect", "")).lower() for each in statements if _covers(each, arn)}
    if "deny" in effects:
        return "User is not authorized to access this resource with an explicit deny"
    return None if "allow" in effects else "User is not authorized to access this resource"


def _covers(statement: Json, arn: str) -> bool:
    actions = [each.lower() for each in _listed(statement.get("Action"))]
    if not any(fnmatchcase("execute-api:invoke", each.replace("[", "[[]")) for each in actions):
        return False
    return any(fnmatchcase(arn, each.replace("[", "[[]")) for each in _listed(statement.get("Resource")))


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value or "")]


async def http_verdict(
    authorizer: Json, exchange: Exchange, verdicts: Verdicts, identity: list[str], arn: str
) -> bool:
    """Whether an HTTP API's authorizer lets the caller pass; ``Refused`` when it fails."""
    region = exchange.backends.region if exchange.backends else ""
    version = str(authorizer.get("authorizerPayloadFormatVersion") or "2.0")
    api_id, stage = str(exchange.context["apiId"]), str(exchange.context["stage"])
    key = (str(authorizer.get("authorizerId")), api_id, stage, *identity)
    verdict = verdicts.get(key) if identity else None
    if verdict is None:
        event = events.http_authorizer(exchange, arn, identity, version)
        value = await _asked(authorizer, exchange, event, region)
        simple = version == "2.0" and authorizer.get("enableSimpleResponses")
        verdict = _simple(value) if simple else policy_of(value)
        verdicts.put(key, verdict, int(authorizer.get("authorizerResultTtlInSeconds") or 0))
    exchange.context["authorizer"] = dict(verdict.context)
    return verdict.allowed if verdict.allowed is not None else judged(verdict.statements, arn) is None


def _simple(value: Any) -> Verdict:
    if not isinstance(value, dict) or not isinstance(value.get("isAuthorized"), bool):
        raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
    return Verdict(value["isAuthorized"], (), value.get("context") or {})
