"""What every file of this room asks first: is the input well formed, and is the thing there?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request, not_found, validation
from dashboard.localaws.apigateway.paging import page
from dashboard.localaws.apigateway.routing import Reply, Request
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.environment import ACCOUNT

VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
_STATUS = re.compile(r"[1-5]\d\d")


def body(request: Request) -> Json:
    """The request's JSON object; SerializationException for anything else."""
    if not isinstance(request.body, dict) or (request.raw and not request.raw.lstrip().startswith(b"{")):
        raise ApiError(400, "SerializationException", "The request body is not a JSON object.")
    return request.body


def refuse(problems: Iterable[str | None]) -> None:
    """ValidationException that lists every problem, as AWS words it; nothing when there is none."""
    found = [problem for problem in problems if problem]
    if found:
        count = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise validation(f"{count} detected: {'; '.join(found)}")


def one_of(value: object, where: str, allowed: Sequence[str]) -> str | None:
    """The problem of a value that must be one of a set; None when it is or when there is none."""
    if value is None or value in allowed:
        return None
    return _problem(value, where, f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def all_of(values: Sequence[str] | None, where: str, allowed: Sequence[str]) -> str | None:
    """The problem of a list of which every member must be one of a set."""
    if all(value in allowed for value in values or ()):
        return None
    inner = f"[Member must satisfy enum value set: [{', '.join(allowed)}]]"
    return _problem(f"[{', '.join(values or ())}]", where, f"Member must satisfy constraint: {inner}")


def status_code(value: str) -> str | None:
    """The problem of a response's status code."""
    if _STATUS.fullmatch(value):
        return None
    return _problem(value, "statusCode", f"Member must satisfy regular expression pattern: {_STATUS.pattern}")


def _problem(value: object, where: str, rule: str) -> str:
    return f"Value '{value}' at '{where}' failed to satisfy constraint: {rule}"


def truth(value: object) -> bool:
    """What AWS takes for true; everything else is false, not an error."""
    return value is True or str(value).strip().lower() == "true"


def texts(values: object, what: str) -> dict[str, Any]:
    """A map from text to text (or null) as AWS's deserialiser takes it; SerializationException otherwise."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise ApiError(400, "SerializationException", f"{what} must be a map.")
    for value in values.values():
        if isinstance(value, bool):
            kind = "class java.lang.Boolean"
        elif isinstance(value, int | float):
            kind = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber"
        elif isinstance(value, list | dict):
            kind = "Start of structure or map found where not expected; it"
        else:
            continue
        raise ApiError(400, "SerializationException", f"{kind} can not be converted to an String")
    return dict(values)


def number(value: object, what: str, kind: type[int] | type[float] = int) -> Any:
    """A number from a patch's text or from JSON; 400 with a sentence otherwise."""
    try:
        result = kind(str(value))
    except ValueError:
        raise bad_request(f"Invalid {what} specified: {value} is not a number") from None
    if result != result or result in (float("inf"), float("-inf")):
        raise bad_request(f"Invalid {what} specified: {value} is not a number")
    return result


def api_missing(api_id: str) -> ApiError:
    """The answer for an API that is not there."""
    return not_found(f"Invalid API identifier specified {ACCOUNT}:{api_id}")


def api_of(request: Request, store: Store) -> Json:
    """The REST API that the path names."""
    api = request.of(store).rest.get(request.params["api"])
    if api is None:
        raise api_missing(request.params["api"])
    return api


def resource_of(request: Request, store: Store) -> Json:
    """The resource that the path names; an unknown API answers as an unknown resource does."""
    api = request.of(store).rest.get(request.params["api"])
    resource: Json | None = api["resources"].get(request.params["resource"]) if api else None
    if resource is None:
        raise not_found("Invalid Resource identifier specified")
    return resource


def method_of(request: Request, store: Store) -> Json:
    """The method that the path names."""
    method: Json | None = resource_of(request, store)["resourceMethods"].get(request.params["verb"])
    if method is None:
        raise not_found("Invalid Method identifier specified")
    return method


def listing(items: Sequence[Any], request: Request, member: str = "item") -> Reply:
    """200 with one page; v1's wire name of a list is ``item``."""
    found, position = page(items, request.query)
    return 200, {member: found} | ({"position": position} if position else {})


def said(value: Mapping[str, Any], *names: str) -> Json:
    """Those members of ``value`` that are there and not null."""
    return {name: value[name] for name in names if value.get(name) is not None}


def with_tags(value: Mapping[str, Any], *, always: bool) -> Json:
    """An answer whose tags are left out when there are none, unless ``always``."""
    answer = dict(value)
    tags = answer.pop("tags", None) or {}
    return answer | ({"tags": tags} if tags or always else {})
