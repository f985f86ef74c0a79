"""An OpenAPI document as it comes in: JSON or YAML, version 2 or 3, with its references and base path."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import yaml

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.store import Json

LARGEST = 6 * 1024 * 1024
"""Bytes of a definition file (quota of API Gateway)."""
_MOST_NODES = 500_000
_MOST_STEPS = 20
BAD = "Invalid OpenAPI input."


class _Loader(yaml.SafeLoader):
    """YAML as JSON would have it: no dates, no aliases that grow without end (``_count`` sees to it)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(raw: bytes) -> Json:
    """The document; ApiError 400 when it is not one, 413 when it is too large."""
    if len(raw) > LARGEST:
        raise ApiError(413, "RequestEntityTooLargeException", f"Request size exceeded {LARGEST} bytes")
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _Loader)
        value = _texts(value, [_MOST_NODES])
    except (ValueError, yaml.YAMLError, RecursionError):
        raise bad_request(BAD) from None
    version = str(value.get("swagger", value.get("openapi", ""))) if isinstance(value, dict) else ""
    if not version.startswith(("2", "3.")) or not isinstance(value.get("info", {}), dict):
        raise bad_request(BAD)
    if not isinstance(value.get("paths", {}), dict):
        raise bad_request(BAD)
    found: Json = value
    return found


def _texts(value: Any, left: list[int]) -> Any:
    """A copy whose keys are texts (YAML has 200 as a number); ValueError when it grows beyond all measure."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError
    if isinstance(value, dict):
        return {str(name): _texts(each, left) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each, left) for each in value]
    return value


class Document:
    """A parsed document. Both versions answer the same questions."""

    def __init__(self, value: Json) -> None:
        self.value = value
        self.version = 2 if "swagger" in value else 3

    def at(self, value: Any) -> Any:
        """``value``, or what it refers to; ApiError 400 for a reference to elsewhere, to nothing or in a circle."""
        for _ in range(_MOST_STEPS):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            value = self._pointed(value["$ref"])
        raise bad_request(BAD)

    def _pointed(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            raise bad_request(
                f"Invalid OpenAPI input: only references within the document are supported: {reference}"
            )
        value: Any = self.value
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or name not in value:
                raise bad_request(f"Invalid OpenAPI input: there is nothing at {reference}")
            value = value[name]
        return value

    def _components(self, name: str, old: str) -> Json:
        holder = self.value if self.version == 2 else self.value.get("components") or {}
        found = holder.get(old if self.version == 2 else name) or {}
        return found if isinstance(found, dict) else {}

    @property
    def schemas(self) -> Json:
        """Models by name."""
        return self._components("schemas", "definitions")

    @property
    def security_schemes(self) -> Json:
        """Security schemes by name."""
        return self._components("securitySchemes", "securityDefinitions")

    @property
    def base_path(self) -> list[str]:
        """The segments of the base path.

        A variable ``basePath`` of the first server counts even when its URL does not name it.
        """
        if self.version == 2:
            path = str(self.value.get("basePath") or "")
        else:
            server: Json = next(iter(self.value.get("servers") or ()), {})
            variable = (server.get("variables") or {}).get("basePath") or {}
            path = str(variable.get("default") or urlsplit(str(server.get("url") or "")).path)
        return [part for part in re.sub(r"\{basePath\}", "", path).split("/") if part]

    def prefix(self, mode: str) -> list[str]:
        """The segments that every path gets before it: none, all, or all but the first."""
        if mode == "prepend":
            return self.base_path
        return self.base_path[1:] if mode == "split" else []
