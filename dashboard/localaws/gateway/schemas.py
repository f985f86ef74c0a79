"""A body against the model that a method asks for: JSON Schema draft 4, with models that refer to each other by address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError, UnknownType, ValidationError
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource, Unresolvable
from referencing.jsonschema import DRAFT4

MODEL_URL = re.compile(r"https://apigateway\.amazonaws\.com/restapis/[^/]+/models/([^/#]+)")
_MOST = 10
"""Errors that are told of one body."""


def errors(text: str, name: str, models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is wrong with a body, none when it fits the model ``name``; an empty body counts as ``{}``.

    A model that is gone or is no schema asks for JSON only, and one that refers to elsewhere finds nothing there.
    """
    try:
        body = json.loads(text or "{}")
    except ValueError:
        return ["Invalid JSON"]
    registry: Registry[Any] = Registry(retrieve=lambda uri: _resource(models, uri))  # type: ignore[call-arg]
    try:
        schema = _schema(models, name)
        if not isinstance(schema, dict):
            return []
        found = Draft4Validator(schema, registry=registry).iter_errors(body)
        return list(dict.fromkeys(_sentence(error) for _, error in zip(range(_MOST), found, strict=False)))
    except (SchemaError, UnknownType, Unresolvable, RecursionError, TypeError, re.error):
        return [f"The model {name} cannot be used"]


def _schema(models: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    """A model's schema, None when it is gone or no JSON; SchemaError when it is no schema."""
    return _parsed(models[name]["schema"]) if name in models else None


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    Draft4Validator.check_schema(schema)
    return schema


def _resource(models: Mapping[str, Mapping[str, Any]], uri: str) -> Resource[Any]:
    """A model by its address; nothing is ever fetched."""
    found = MODEL_URL.fullmatch(uri)
    schema = _schema(models, found[1]) if found else None
    if not isinstance(schema, dict):
        raise NoSuchResource(ref=uri)  # type: ignore[call-arg]
    return Resource.from_contents(schema, default_specification=DRAFT4)


def _sentence(error: ValidationError) -> str:
    """An error in the words of the service, as far as they are known."""
    if error.validator == "required":
        missing = sorted(name for name in error.validator_value if name not in error.instance)
        return f"object has missing required properties ({json.dumps(missing, separators=(',', ':'))})"
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        kind = _kind(error.instance)
        return f"instance type ({kind}) does not match any allowed primitive type (allowed: {json.dumps(wanted)})"
    return str(error.message)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array"}
    return names.get(type(value), "object")
