"""What a REST API's method asks before its integration is called: authorization, parameters, a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.localaws.gateway import lambda_authorizers, schemas
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.jwt import JwtError, Tokens
from dashboard.localaws.gateway.lambda_authorizers import Verdicts
from dashboard.localaws.gateway.mapping import Sources, source
from dashboard.localaws.gateway.responses import Refused

Json = Mapping[str, Any]


async def authorize(
    method: Json, snapshot: Json, exchange: Exchange, tokens: Tokens, verdicts: Verdicts
) -> None:
    """Refused when the caller may not call the method. AWS_IAM asks for a signature and does not check it, as nothing here does."""
    kind = method.get("authorizationType", "NONE")
    if kind == "AWS_IAM":
        if not (exchange.incoming.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
            raise Refused("MISSING_AUTHENTICATION_TOKEN")
    elif kind in ("CUSTOM", "COGNITO_USER_POOLS"):
        authorizer = snapshot["authorizers"].get(method.get("authorizerId", ""))
        if authorizer is None:
            raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
        if authorizer["type"] == "COGNITO_USER_POOLS":
            await _ask(authorizer, exchange, tokens)
        else:
            await lambda_authorizers.authorize(authorizer, exchange, verdicts)


async def _ask(authorizer: Json, exchange: Exchange, tokens: Tokens) -> None:
    places = [part.strip() for part in (authorizer.get("identitySource") or "").split(",") if part.strip()]
    shown = [source(place, Sources(exchange)) for place in places]
    if not all(shown) or not places:
        raise Refused("UNAUTHORIZED")
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
    """Refused when the method's validator misses a required parameter, or a body does not fit its model."""
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
        name = models.get(kind, models.get("$default"))
        if name and (wrong := schemas.errors(exchange.incoming.text, name, snapshot["models"])):
            raise Refused("BAD_REQUEST_BODY", why=f"[{', '.join(wrong)}]")
