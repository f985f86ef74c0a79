"""Integrations of a REST API: MOCK, HTTP, HTTP_PROXY, AWS and AWS_PROXY. Each gives the method's answer or raises ``Refused``."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from dashboard.localaws.gateway import headers as naming
from dashboard.localaws.gateway import lambda_integrations, upstream
from dashboard.localaws.gateway.exchange import Exchange, Pairs, Sent
from dashboard.localaws.gateway.mapping import JSON, Sources, pick, source
from dashboard.localaws.gateway.responses import Refused
from dashboard.localaws.gateway.templates import TemplateError, java_text, render
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
Settings = Mapping[str, Any]
_LONGEST = 29_000
_LOOSE_STATUS = re.compile(r"[\"']?statusCode[\"']?\s*:\s*[\"']?(\d{3})\b")
_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")
_FAILED = "API_CONFIGURATION_ERROR"


async def serve(method: Settings, exchange: Exchange) -> Answer:
    """The answer of a method's integration."""
    integration = method.get("methodIntegration") or {}
    handler = _KINDS.get(integration.get("type", ""))
    if handler is None:
        logger.warning("The integration %s is not offered here.", integration.get("type"))
        raise Refused(_FAILED)
    try:
        return await handler(integration, exchange)
    except TemplateError as error:
        logger.warning("A mapping template of API %s: %s", exchange.context["apiId"], error)
        raise Refused(_FAILED) from error


def _request_body(integration: Settings, exchange: Exchange) -> str:
    """The request's body after its template; 415 when no template fits and the body may not pass."""
    templates = integration.get("requestTemplates") or {}
    kind = (exchange.incoming.header("content-type") or JSON).partition(";")[0].strip().lower()
    if kind in templates:
        return render(templates[kind] or "", Sources(exchange))
    behaviour = integration.get("passthroughBehavior", "WHEN_NO_MATCH")
    if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and templates):
        raise Refused("UNSUPPORTED_MEDIA_TYPE")
    return exchange.incoming.text


async def _mock(integration: Settings, exchange: Exchange) -> Answer:
    body = _request_body(integration, exchange)
    status = mock_status(body)
    if status is None:
        raise Refused(_FAILED)
    return _respond(integration, exchange, str(status), status, (), "")


def mock_status(body: str) -> int | None:
    """The status that a mock's request names; AWS reads it from sloppy JSON too."""
    try:
        value = json.loads(body)
    except ValueError:
        found = _LOOSE_STATUS.search(body)
        return int(found[1]) if found else None
    code = value.get("statusCode") if isinstance(value, dict) else None
    return int(str(code)) if re.fullmatch(r"\d{3}", str(code)) else None


async def _http(integration: Settings, exchange: Exchange) -> Answer:
    body = _request_body(integration, exchange)
    headers = {"Accept": JSON, "User-Agent": f"AmazonAPIGateway_{exchange.context['apiId']}"}
    if body:
        headers["Content-Type"] = exchange.incoming.header("content-type") or JSON
    mapped = _mapped(integration, exchange)
    url = _url(integration, exchange, mapped, [])
    sent = naming.over(headers.items(), mapped["header"])
    reply = await _call(integration, exchange, str(integration["httpMethod"]), url, sent, body.encode())
    text = reply.body.decode(errors="replace")
    return _traced(
        _respond(integration, exchange, str(reply.status), reply.status, reply.headers, text), exchange.trace
    )


def _traced(answer: Answer, trace: str) -> Answer:
    """The answer with the trace id of its call."""
    return Answer(answer.status, (("x-amzn-trace-id", trace), *answer.headers), answer.body)


async def _http_proxy(integration: Settings, exchange: Exchange) -> Answer:
    incoming = exchange.incoming
    mapped = _mapped(integration, exchange)
    verb = str(integration["httpMethod"])
    url = _url(integration, exchange, mapped, incoming.parameters())
    reply = await _call(
        integration,
        exchange,
        incoming.method if verb == "ANY" else verb,
        url,
        naming.passed(incoming.headers, mapped["header"], incoming.source_ip),
        incoming.body,
    )
    return Answer(reply.status, tuple(naming.remapped(reply.headers)), reply.body)


async def _aws(integration: Settings, exchange: Exchange) -> Answer:
    body = _request_body(integration, exchange)
    named = {name.lower(): value for name, value in _mapped(integration, exchange)["header"]}
    uri = with_variables(str(integration.get("uri", "")), exchange)
    matched, status, headers, text = await lambda_integrations.call(integration, exchange, uri, body, named)
    exchange.context["integration"] = {"status": status}
    answer = _respond(integration, exchange, matched, status, headers, text)
    return _traced(answer, naming.sampled(exchange.trace))


async def _aws_proxy(integration: Settings, exchange: Exchange) -> Answer:
    uri = with_variables(str(integration.get("uri", "")), exchange)
    _mapped(integration, exchange)  # what it maps is not sent, and may still be refused
    answer = await lambda_integrations.proxy(integration, exchange, uri)
    return _traced(answer, naming.sampled(exchange.trace))


def _mapped(integration: Settings, exchange: Exchange) -> dict[str, list[tuple[str, str]]]:
    """The request parameters by kind: path, querystring, header; those without a value are left out, and what the template has
    set in ``$context.requestOverride`` counts more. ``Refused`` for a header that only the gateway may send.
    """
    found: dict[str, dict[str, str]] = {"path": {}, "querystring": {}, "header": {}}
    sources = Sources(exchange)
    for target, expression in (integration.get("requestParameters") or {}).items():
        kind, _, name = target.removeprefix("integration.request.").partition(".")
        value = source(expression, sources)
        if kind in found and value is not None:
            found[kind][name] = value
    overrides = exchange.context.get("requestOverride") or {}
    for kind, values in found.items():
        more = overrides.get(kind)
        values |= {name: java_text(each) for name, each in more.items()} if isinstance(more, dict) else {}
    if naming.refuses(found["header"], signed=integration["type"].startswith("AWS")):
        raise Refused(_FAILED)
    return {kind: list(values.items()) for kind, values in found.items()}


def with_variables(uri: str, exchange: Exchange) -> str:
    """An address with the stage's variables put in; one that is not set is empty, as in AWS."""
    return _VARIABLE.sub(lambda found: exchange.stage_variables.get(found[1], ""), uri)


def _url(
    integration: Settings,
    exchange: Exchange,
    mapped: Mapping[str, Sequence[tuple[str, str]]],
    query: Sequence[tuple[str, str]],
) -> str:
    url = with_variables(str(integration.get("uri", "")), exchange)
    for name, value in mapped["path"]:
        url = url.replace(f"{{{name}}}", quote(value, safe="/")).replace(
            f"{{{name}+}}", quote(value, safe="/")
        )
    named = {name for name, _ in mapped["querystring"]}
    pairs = [*(pair for pair in query if pair[0] not in named), *mapped["querystring"]]
    if pairs:
        url += ("&" if "?" in url else "?") + urlencode(pairs)
    return url


async def _call(
    integration: Settings,
    exchange: Exchange,
    verb: str,
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> upstream.Reply:
    """Call the target and note how long it took and what it answered."""
    started = time.perf_counter()
    own = [
        ("X-Amzn-Trace-Id", exchange.trace),
        ("X-Amzn-Apigateway-Api-Id", str(exchange.context["apiId"])),
    ]
    timeout = int(integration.get("timeoutInMillis") or _LONGEST) / 1000
    exchange.sent = Sent(url, (*headers, *own), body)
    try:
        reply = await upstream.call(verb, url, [*headers, *own], body, timeout)
    except upstream.BadTarget as error:
        exchange.sent = None
        logger.warning("API %s: %s", exchange.context["apiId"], error)
        raise Refused(_FAILED, why="Invalid endpoint address") from error
    except upstream.UpstreamTimeout as error:
        raise Refused("INTEGRATION_TIMEOUT") from error
    except upstream.UpstreamError as error:
        raise Refused("INTEGRATION_FAILURE") from error
    finally:
        exchange.integration_ms = round((time.perf_counter() - started) * 1000)
    exchange.context["integration"] = {"status": reply.status}
    exchange.sent.status = reply.status
    exchange.sent.answer_headers, exchange.sent.answer_body = reply.headers, reply.body
    return reply


def _respond(
    integration: Settings, exchange: Exchange, matched: str, status: int, headers: Pairs, body: str
) -> Answer:
    """Shape what came back by the integration response that ``matched`` selects."""
    chosen = _select(integration.get("integrationResponses") or {}, matched)
    if chosen is None:
        raise Refused(_FAILED)
    exchange.context.setdefault("integration", {"status": status})
    sources = Sources(exchange, headers, body)
    kind, template = pick(chosen.get("responseTemplates") or {}, exchange.incoming.header("accept"))
    text = body if template is None else render(template, sources)
    named: dict[str, str] = {"content-type": kind}
    for target, expression in (chosen.get("responseParameters") or {}).items():
        value = source(expression, sources)
        if target.startswith("method.response.header.") and value is not None:
            name = naming.renamed(target.removeprefix("method.response.header."))
            named |= {name: value} if name else {}
    return _overridden(exchange, int(chosen["statusCode"]), named, text)


def _overridden(exchange: Exchange, status: int, headers: dict[str, str], text: str) -> Answer:
    """The answer with what a template has set in ``$context.responseOverride``."""
    override = exchange.context.get("responseOverride") or {}
    given, code = override.get("header"), java_text(override.get("status"))
    if isinstance(given, dict):
        headers |= {name.lower(): java_text(value) for name, value in given.items()}
    if re.fullmatch(r"[1-5]\d\d", code):
        status = int(code)
    return Answer(status, tuple(headers.items()), text.encode())


def _select(responses: Mapping[str, Settings], matched: str) -> Settings | None:
    """The response whose pattern fits, else the one without a pattern."""
    default = None
    for response in responses.values():
        pattern = response.get("selectionPattern")
        if not pattern:
            default = default or response
            continue
        try:
            if re.fullmatch(pattern, matched):
                return response
        except re.error:
            logger.warning("The selection pattern %s is no regular expression.", pattern)
    return default


_KINDS: Mapping[str, Callable[[Settings, Exchange], Awaitable[Answer]]] = {
    "MOCK": _mock,
    "HTTP": _http,
    "HTTP_PROXY": _http_proxy,
    "AWS": _aws,
    "AWS_PROXY": _aws_proxy,
}
