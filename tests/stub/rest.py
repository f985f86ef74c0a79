"""API Gateway's half of the stub: which operation a method and path are, and an answer in the form AWS sends.

Read from botocore's own models, so a name or path that the SDK does not know is none here either. ``apigateway`` is REST
APIs, plans and keys; ``apigatewayv2`` (paths under ``/v2``) is HTTP and WebSocket APIs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.model import OperationModel, Shape

STATUS = {
    "UnauthorizedException": 401,
    "AccessDeniedException": 403,
    "NotFoundException": 404,
    "ConflictException": 409,
    "TooManyRequestsException": 429,
    "LimitExceededException": 429,
    "ServiceUnavailableException": 503,
}
"""The status of API Gateway's refusals; 400 for any other."""


class Matched(NamedTuple):
    """The operation of a request; ``parameters`` are those of path and query under the SDK's own names, always text."""

    model: OperationModel
    parameters: dict[str, Any]


@cache
def _models() -> tuple[OperationModel, ...]:
    session = botocore.session.Session()
    services = [session.get_service_model(name) for name in ("apigateway", "apigatewayv2")]
    return tuple(service.operation_model(name) for service in services for name in service.operation_names)


@cache
def _routes() -> tuple[tuple[str, tuple[str, ...], OperationModel], ...]:
    """Method, path segments and operation; those with more fixed segments first."""
    routes = [
        (model.http["method"], tuple(model.http["requestUri"].partition("?")[0].strip("/").split("/")), model)
        for model in _models()
    ]
    return tuple(sorted(routes, key=lambda route: sum("{" in segment for segment in route[1])))


def match(method: str, target: str) -> Matched | None:
    """The operation that a request line names."""
    path, _, query = target.partition("?")
    segments = path.strip("/").split("/")
    for wanted, pattern, model in _routes():
        found = _segments(pattern, segments) if wanted == method else None
        if found is not None:
            return Matched(model, {**_in_query(model, query), **_in_path(model, found)})
    return None


def _segments(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.endswith("+}"):
            found[part[1:-2]] = unquote("/".join(segments[index:]))
            return found
        if index >= len(segments) or (part[:1] != "{" and part != segments[index]):
            return None
        if part[:1] == "{":
            found[part[1:-1]] = unquote(segments[index])
    return found if len(pattern) == len(segments) else None


def _in_path(model: OperationModel, found: dict[str, str]) -> dict[str, Any]:
    return {_member(model, "uri", name): value for name, value in found.items()}


def _in_query(model: OperationModel, query: str) -> dict[str, Any]:
    fields = parse_qs(query, keep_blank_values=True)
    return {_member(model, "querystring", name): values[0] for name, values in fields.items()}


def _member(model: OperationModel, location: str, wire_name: str) -> str:
    shape: Any = model.input_shape
    for name, member in shape.members.items():
        at = member.serialization
        if at.get("location") == location and at.get("name", name) == wire_name:
            return str(name)
    return wire_name


def sdk_names(model: OperationModel, body: Any) -> dict[str, Any]:
    """A request's JSON under the SDK's names: v2 writes ``stageName`` for ``StageName``. Only the outermost names differ."""
    shape: Any = model.input_shape
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    return {str(names.get(name, name)): value for name, value in body.items()}


def encode(model: OperationModel, body: Mapping[str, Any]) -> bytes:
    """An answer in the SDK's form (``items``, ``ApiId``) as AWS sends it (``item``, ``apiId``).

    An export's ``body`` may be bytes or a value to write as JSON.
    """
    shape: Any = model.output_shape
    if shape is None:
        return b""
    payload = shape.serialization.get("payload")
    if payload:
        inside = body[payload]
        return inside if isinstance(inside, bytes) else json.dumps(inside).encode()
    return json.dumps(_wire(shape, body), default=_time).encode()


def _wire(shape: Shape, value: Any) -> Any:
    kind: Any = shape
    if shape.type_name == "structure" and isinstance(value, Mapping):
        members = kind.members
        return {
            (members[name].serialization.get("name", name) if name in members else name): (
                _wire(members[name], inside) if name in members else inside
            )
            for name, inside in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list | tuple):
        return [_wire(kind.member, inside) for inside in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {name: _wire(kind.value, inside) for name, inside in value.items()}
    return value


def _time(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value).__name__}")
