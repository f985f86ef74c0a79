"""Members of a request's body, checked by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.store import Json

_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "flag": (bool,),
    "whole": (int,),
    "number": (int, float),
    "texts": (list,),
    "map": (dict,),
}

Spec = Mapping[str, str]


def take(body: Any, spec: Spec) -> Json:
    """The members of ``spec`` (name → kind) that the body has; ApiError 400 for one of another kind. Null counts as not given."""
    if not isinstance(body, dict):
        raise bad_request("Invalid request input")
    found: Json = {}
    for name, kind in spec.items():
        value = body.get(name)
        if value is None:
            continue
        wrong = not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "flag")
        if wrong or (kind == "texts" and not all(isinstance(each, str) for each in value)):
            raise bad_request(f"Invalid value for {name}")
        found[name] = value
    return found


def required(found: Json, *names: str) -> None:
    """ApiError 400 for a member that is not there or is an empty text."""
    for name in names:
        if found.get(name) in (None, ""):
            raise bad_request(f"{name[0].upper()}{name[1:]} is a required parameter")


def one_of(found: Json, name: str, allowed: tuple[str, ...]) -> None:
    """ApiError 400 for a member that is given and is none of ``allowed``."""
    if name in found and found[name] not in allowed:
        raise bad_request(f"Invalid {name} specified: {found[name]}. Must be one of [{', '.join(allowed)}]")


def short(found: Json, name: str, most: int) -> None:
    """ApiError 400 for a text that is too long."""
    if len(found.get(name, "")) > most:
        raise bad_request(f"{name[0].upper()}{name[1:]} must not have more than {most} characters")


def merged(before: Json, given: Json, *maps: str) -> Json:
    """``before`` with what is given; of the members ``maps`` single entries change, and an empty value takes one away."""
    after = before | given
    for name in maps:
        if name in given:
            entries = {**before.get(name, {}), **given[name]}
            after[name] = {key: value for key, value in entries.items() if value not in ("", {})}
    return after
