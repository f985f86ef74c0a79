"""JSON patch as API Gateway speaks it: operations on paths, all or nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from dashboard.localaws.apigateway.errors import ApiError, bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import body, one_of, refuse
from dashboard.localaws.apigateway.routing import Request
from dashboard.localaws.apigateway.store import Json

_OPS = ("add", "remove", "move", "test", "replace", "copy")
ONLY_REPLACE = "Invalid patch operation specified. Must be one of: [replace]"


@dataclass(frozen=True)
class Operation:
    """One patch operation. ``path`` as sent; ``parts`` are its segments, unescaped. Values are text or None."""

    op: str
    path: str | None
    value: str | None
    source: str | None

    @property
    def parts(self) -> tuple[str, ...]:
        """The segments of the path: ``/a~1b/c`` gives ``('a/b', 'c')``."""
        return tuple(unescape(part) for part in (self.path or "").split("/")[1:])


def unescape(segment: str) -> str:
    """``~1`` is a slash and ``~0`` a tilde."""
    return segment.replace("~1", "/").replace("~0", "~")


def operations(request: Request, shape: str, *more: str | None) -> list[Operation]:
    """The request's operations; ValidationException for an unknown op. ``more`` are problems found besides."""
    given = body(request).get("patchOperations") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ApiError(400, "SerializationException", "patchOperations must be a list of objects.")
    wheres = [f"{shape}.patchOperations.{number}.member.op" for number in range(1, len(given) + 1)]
    refuse(
        [
            *(one_of(each.get("op"), where, _OPS) for each, where in zip(given, wheres, strict=True)),
            *more,
        ]
    )
    return [
        Operation(str(each.get("op")), each.get("path"), _text(each.get("value")), each.get("from"))
        for each in given
    ]


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


@contextmanager
def all_or_nothing(thing: Json) -> Iterator[Json]:
    """A copy to change; it replaces ``thing`` when nothing was raised."""
    draft = copy.deepcopy(thing)
    yield draft
    thing.clear()
    thing.update(draft)


def strict(operation: Operation, table: Mapping[str, str]) -> None:
    """Refuse what ``table`` (path → letters of the allowed ops) does not allow, in the words of resources, models and keys."""
    letters = {"add": "a", "remove": "d", "replace": "r"}
    start = f"Invalid patch path  '{operation.path}' specified for op '{operation.op}'. "
    letter = letters.get(operation.op, "?")
    allowed = [path for path, ops in table.items() if letter in ops]
    if not allowed:
        raise bad_request(start + "Please choose supported operations")
    if operation.path not in allowed:
        raise bad_request(start + f"Must be one of: [{', '.join(allowed)}]")


def bad_path(operation: Operation) -> ApiError:
    """The words of APIs, methods, integrations and gateway responses."""
    path = "null" if operation.path is None else operation.path
    return bad_request(f"Invalid patch path {path}")


def change_map(
    holder: Json,
    operation: Operation,
    missing: str,
    convert: Callable[[str | None], object] = lambda value: value,
) -> None:
    """Add, replace or remove one member of the map ``holder[first part]``; ``missing`` is said when there is none to change."""
    if len(operation.parts) != 2:
        raise bad_path(operation)
    name, key = operation.parts
    values = holder.setdefault(name, {})
    if operation.op == "add":
        values[key] = convert(operation.value)
    elif operation.op in ("replace", "remove"):
        if key not in values:
            raise not_found(missing)
        if operation.op == "replace":
            values[key] = convert(operation.value)
        else:
            del values[key]
    else:
        raise bad_path(operation)
    if not values:
        del holder[name]


def change_list(holder: Json, operation: Operation) -> None:
    """Add, replace or remove one member of the list ``holder[first part]``, which the path's second part names."""
    if len(operation.parts) != 2:
        raise bad_path(operation)
    name, member = operation.parts
    values = [each for each in holder.get(name, []) if each != member]
    if operation.op == "add":
        values.append(member)
    elif operation.op == "replace":
        values.append(operation.value or "")
    elif operation.op != "remove":
        raise bad_path(operation)
    holder[name] = values


def only_replace(operation: Operation, simple: Sequence[str]) -> bool:
    """Whether the path is one of ``simple``, which take replace alone; refused for another op."""
    if operation.path not in simple:
        return False
    if operation.op != "replace":
        raise bad_request(ONLY_REPLACE)
    return True
