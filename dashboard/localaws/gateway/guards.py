"""What a REST API's method asks before its integration is called: authorization, parameters, a body."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.jwt import JwtError, Tokens
from dashboard.localaws.gateway.mapping import Sources, source
from dashboard.localaws.gateway.responses import Refused

logger = logging.getLogger("gatehouse.localaws")
Json = Mapping[str, Any]


async def authorize(method: Json, snapshot: Json, exchange: Exchange, tokens: Tokens) -> None:
    """Refused when the caller may not call the method.

    AWS_IAM asks for a signature and does not check it, as nothing here does. A Lambda authorizer cannot be asked: it refuses.
    """
    kind = method.get("authorizationType", "NONE")
    if kind == "AWS_IAM":
        if not (exchange.incoming.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
            raise Refused("MISSING_AUTHENTICATION_TOKEN")
    elif kind in ("CUSTOM", "COGNITO_USER_POOLS"):
        authorizer = snapshot["authorizers"].get(method.get("authorizerId", ""))
        if authorizer is None:
            raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
        await _ask(authorizer, exchange, tokens)


async def _ask(authorizer: Json, exchange: Exchange, tokens: Tokens) -> None:
    places = [part.strip() for part in (authorizer.get("identitySource") or "").split(",") if part.strip()]
    shown = [source(place, Sources(exchange)) for place in places]
    if not all(shown) or (not places and authorizer["type"] != "REQUEST"):
        raise Refused("UNAUTHORIZED")
    if authorizer["type"] != "COGNITO_USER_POOLS":
        logger.warning("The Lambda authorizer %s cannot be asked here.", authorizer.get("name"))
        raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
    pools = [arn.rpartition("/")[2] for arn in authorizer.get("providerARNs", ())]
    try:
        claims = await tokens.claims(shown[0] or "")
    except JwtError as error:
        exchange.context["authorizer"] = {"error": str(error)}
        raise Refused("EXPIRED_TOKEN" if error.expired else "UNAUTHORIZED") from error
    if str(claims.get("iss", "")).rpartition("/")[2] not in pools:
        raise Refused("UNAUTHORIZED")
    exchange.context["authorizer"] = {"claims": claims, "principalId": claims.get("sub")}


def validate(method: Json, snapshot: Json, exchange: Exchange) -> None:
    """Refused when the method's validator misses a required parameter, or a body that its model asks to be JSON.

    Of a model only this is checked, not its schema.
    """
    validator = snapshot["validators"].get(method.get("requestValidatorId") or "")
    if validator is None:
        return
    if validator.get("validateRequestParameters"):
        wanted = sorted(name for name, needed in (method.get("requestParameters") or {}).items() if needed)
        missing = [name.split(".", 3)[3] for name in wanted if not source(name, Sources(exchange))]
        if missing:
            sentence = f"Missing required request parameters: [{', '.join(missing)}]"
            raise Refused("BAD_REQUEST_PARAMETERS", sentence, sentence)
    if validator.get("validateRequestBody") and method.get("requestModels"):
        kind = (exchange.incoming.header("content-type") or "application/json").partition(";")[0].strip()
        models = method["requestModels"]
        if kind in models or "$default" in models:
            try:
                json.loads(exchange.incoming.text)
            except ValueError:
                raise Refused("BAD_REQUEST_BODY", why="[Invalid JSON]") from None
