"""What a request asks for: service, operation, and the names of what it is about.

DynamoDB, CloudWatch and Logs name their operation in a header and STS and IAM in the form; API Gateway has only method and path, so its
operation is found in the model that botocore ships.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson
from botocore.loaders import Loader

from dashboard.localaws.head import Head

_NAMES = (
    "TableName",
    "ResourceArn",
    "TableArn",
    "BackupArn",
    "ExportArn",
    "logGroupName",
    "Namespace",
    "ResourceId",
)
_STATEMENT = re.compile(r'(?:FROM|INTO|UPDATE)\s+"?([A-Za-z0-9_.-]+)', re.IGNORECASE)
_MODELS = ("apigateway", "apigatewayv2")


@dataclass(frozen=True)
class Asked:
    """A request as rules see it. ``resources`` are table names, log groups, ARNs or API Gateway's path, whatever it names."""

    service: str
    region: str
    operation: str
    resources: tuple[str, ...]
    body: bytes = b""
    query: str = ""


def asked(head: Head, raw_path: str, query: str, body: bytes) -> Asked:
    """What the signed request asks for; the operation is '' when nothing says it."""
    service = head.service
    if service == "apigateway":
        return Asked(
            service, head.region, gateway_operation(head.method, raw_path, query), (raw_path,), body, query
        )
    if target := head.headers.get("x-amz-target", ""):
        return Asked(service, head.region, target.rpartition(".")[2], tuple(_resources(body)), body, query)
    if head.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body.decode("latin-1"))
        return Asked(service, head.region, form.get("Action", [""])[0], (), body, query)
    return Asked(
        service, head.region, f"{head.method.title()}Object", (unquote(raw_path).lstrip("/"),), body, query
    )


def _resources(body: bytes) -> Iterator[str]:
    try:
        given = orjson.loads(body or b"{}")
    except ValueError:
        return
    if not isinstance(given, dict):
        return
    for name in _NAMES:
        if isinstance(given.get(name), str):
            yield given[name]
    if isinstance(given.get("RequestItems"), dict):
        yield from given["RequestItems"]
    for action in given.get("TransactItems") or ():
        for part in action.values() if isinstance(action, dict) else ():
            if isinstance(part, dict) and isinstance(part.get("TableName"), str):
                yield part["TableName"]
    statements = [given, *(one for one in given.get("Statements") or () if isinstance(one, dict))]
    for one in statements:
        if found := _STATEMENT.search(str(one.get("Statement") or "")):
            yield found[1]


@dataclass(frozen=True)
class _Route:
    name: str
    method: str
    path: re.Pattern[str]
    query: dict[str, list[str]]
    rank: tuple[int, int]


@functools.cache
def _routes() -> list[_Route]:
    """Every operation of both API Gateways, the one with more fixed parts first."""
    loader, found = Loader(), []
    for model in _MODELS:
        operations: dict[str, Any] = loader.load_service_model(model, "service-2")["operations"]
        for name, operation in operations.items():
            template, _, fixed = operation["http"]["requestUri"].partition("?")
            parts = template.rstrip("/").split("/")
            pattern = "/".join(
                (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part)
                for part in parts
            )
            literal = sum(not part.startswith("{") for part in parts)
            found.append(
                _Route(
                    name,
                    operation["http"]["method"],
                    re.compile(f"{pattern}/?"),
                    parse_qs(fixed),
                    (-len(fixed), -literal),
                )
            )
    return sorted(found, key=lambda route: route.rank)


def gateway_operation(method: str, raw_path: str, query: str) -> str:
    """The name of API Gateway's operation, '' for none."""
    given = parse_qs(query, keep_blank_values=True)
    for route in _routes():
        fits = route.method == method and all(given.get(name) == value for name, value in route.query.items())
        if fits and route.path.fullmatch(raw_path):
            return route.name
    return ""
