"""How every call to API Gateway is made: within the budget, measured, its answer turned into plain values."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name

from dashboard.aws import budget, clients
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind

Json = dict[str, Any]
REST, HTTP = "apigateway", "apigatewayv2"
PAGE = {REST: 500, HTTP: 100}
"""Entries a page. 500 is the most of REST; HTTP's most is not stated, and every published use stays at 100."""
MOST_PAGES = 1000


@dataclass(frozen=True)
class Request:
    """One call. ``path`` are the arguments that become part of the URL, ``change`` makes it a write."""

    service: str
    operation: str
    resource: str = ""
    path: tuple[str, ...] = ()
    change: str = ""


def call(
    target: Target, request: Request, arguments: Json, read: Callable[[Json], Json] | None = None
) -> Json:
    """The answer as plain values. ``read`` has the first look at it and may take things out before anybody else sees it."""
    _check(request, arguments)
    writes = bool(request.change)
    sending = Sending(request.service, request.operation, request.resource, writes, request.change)

    def once() -> Json:
        client = clients.apigateway(target) if request.service == REST else clients.apigatewayv2(target)
        answer = getattr(client, xform_name(request.operation))(**arguments)
        found = plain(answer)
        return read(found) if read else found

    return measured(
        sending, lambda: budget.current().send(target, request.operation, once, writes=writes)
    ).body


def every(
    target: Target, request: Request, arguments: Json, read: Callable[[Json], Json] | None = None
) -> list[Json]:
    """The entries of all pages, in AWS's order."""
    found: list[Json] = []
    for page in pages(target, request, arguments, read):
        found += page.get("items") or page.get("Items") or page.get("item") or ()
    return found


def pages(
    target: Target, request: Request, arguments: Json, read: Callable[[Json], Json] | None = None
) -> list[Json]:
    """The answers of all pages. A place that comes back a second time is a damaged answer, not a reason to go on for ever."""
    if request.service == REST:
        token_name, size = "position", {"limit": str(PAGE[REST])}
    else:
        token_name, size = "NextToken", {"MaxResults": str(PAGE[HTTP])}
    found = [call(target, request, {**arguments, **size}, read)]
    seen: set[str] = set()
    while token := found[-1].get(token_name):
        if token in seen or len(found) >= MOST_PAGES:
            raise damaged(request, "The list came back without an end.")
        seen.add(token)
        found.append(call(target, request, {**arguments, **size, token_name: token}, read))
    return found


def document(body: Any, request: Request) -> Json:
    """An exported definition as plain values; ``body`` is its JSON."""
    try:
        parsed = json.loads(body)
    except (ValueError, TypeError):
        parsed = None
    if not isinstance(parsed, dict):
        raise damaged(request, "The exported definition could not be read.")
    return parsed


def damaged(request: Request, message: str) -> AwsError:
    """AWS answered, and not with what the operation promises."""
    return AwsError(
        "DamagedAnswer",
        message,
        Kind.FAULT,
        permanent=False,
        service=request.service,
        operation=request.operation,
        resource=request.resource,
    )


def plain(value: Any) -> Any:
    """Botocore's value as JSON has it: times as ISO 8601 in UTC, a stream's or blob's text, anything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value


def _check(request: Request, arguments: Json) -> None:
    """No segment of a URL that would make it another URL: such an id exists nowhere, and asking could reach something else."""
    for name in request.path:
        if arguments[name] in ("", ".", ".."):
            raise AwsError(
                "NotFoundException",
                "There is nothing of that name.",
                Kind.NOT_FOUND,
                service=request.service,
                operation=request.operation,
                resource=request.resource,
                attempts=0,
            )
