"""What the gateway itself answers: a refusal by its response type, as the API's gateway responses shape it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboard.localaws.apigateway.rest.gateway_responses import TEMPLATE, effective
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.mapping import JSON, Sources, pick, source
from dashboard.localaws.gateway.templates import TemplateError, render
from dashboard.localaws.refusals import Answer

_MESSAGES: Mapping[str, tuple[str | None, str]] = {
    "ACCESS_DENIED": ("User is not authorized to access this resource", "AccessDeniedException"),
    "API_CONFIGURATION_ERROR": ("Internal server error", "InternalServerErrorException"),
    "AUTHORIZER_CONFIGURATION_ERROR": (None, "AuthorizerConfigurationException"),
    "AUTHORIZER_FAILURE": (None, "AuthorizerFailureException"),
    "BAD_REQUEST_BODY": ("Invalid request body", "BadRequestException"),
    "BAD_REQUEST_PARAMETERS": ("Missing required request parameters", "BadRequestException"),
    "EXPIRED_TOKEN": ("The incoming token has expired", "UnauthorizedException"),
    "INTEGRATION_FAILURE": ("Network error communicating with endpoint", "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": ("Endpoint request timed out", "InternalServerErrorException"),
    "INVALID_API_KEY": ("Forbidden", "ForbiddenException"),
    "MISSING_AUTHENTICATION_TOKEN": ("Missing Authentication Token", "MissingAuthenticationTokenException"),
    "QUOTA_EXCEEDED": ("Limit Exceeded", "LimitExceededException"),
    "REQUEST_TOO_LARGE": ("Request Too Long", "RequestTooLargeException"),
    "THROTTLED": ("Too Many Requests", "TooManyRequestsException"),
    "UNAUTHORIZED": ("Unauthorized", "UnauthorizedException"),
    "UNSUPPORTED_MEDIA_TYPE": ("Unsupported Media Type", "BadRequestException"),
}
_CLASS_DEFAULT = {"4": "400", "5": "500"}


class Refused(Exception):
    """The gateway answers itself, with the gateway response ``kind``. ``message`` is AWS's when it is not given; ``why`` is for
    ``$context.authorizer.error`` and ``validationErrorString``, never for the caller. ``status`` is taken when the API has no
    gateway response of its own for the kind.
    """

    def __init__(self, kind: str, message: str = "", why: str = "", status: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.message = message or _MESSAGES[kind][0]
        self.why = why
        self.status = status


def refuse(exchange: Exchange, snapshot: Mapping[str, Any], refused: Refused) -> Answer:
    """The answer for a refusal; ``snapshot`` is the deployment whose gateway responses count."""
    message = refused.message
    exchange.context["error"] = {
        "message": message,
        "messageString": json.dumps(message),
        "responseType": refused.kind,
    } | (
        {"validationErrorString": refused.why}
        if refused.kind.startswith("BAD_REQUEST") and refused.why
        else {}
    )
    response = effective(dict(snapshot), refused.kind)
    sources = Sources(exchange)
    headers = [("x-amzn-errortype", _MESSAGES[refused.kind][1])]
    for name, expression in response.get("responseParameters", {}).items():
        value = source(expression, sources)
        if name.startswith("gatewayresponse.header.") and value is not None:
            headers.append((name.removeprefix("gatewayresponse.header."), value))
    kind, template = pick(response.get("responseTemplates", {}), exchange.incoming.header("accept"))
    status = int(response.get("statusCode") or _CLASS_DEFAULT["4"])
    if refused.status and response.get("defaultResponse", True):
        status = refused.status
    if status >= 500 and template == TEMPLATE[JSON] and refused.message:
        template = f'{{"message": {json.dumps(refused.message)}}}'  # with a space (recorded from AWS)
    try:
        text = render(template, sources) if template is not None else ""
    except TemplateError:
        text = json.dumps({"message": "Internal server error"})
    return Answer(status, (("content-type", kind), *headers), text.encode())
