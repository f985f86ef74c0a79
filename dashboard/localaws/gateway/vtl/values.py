"""Values as the service's own language, Java, has them: how they are printed, compared and counted, and their methods."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from dashboard.localaws.gateway.exchange import as_text
from dashboard.localaws.gateway.vtl.nodes import TemplateError

LONGEST = 10 * 1024 * 1024
"""Characters of a text."""
_PATTERN = 1_000


class Service:
    """A root with methods of its own, such as ``$input``; it prints as nothing."""

    def member(self, name: str) -> Any:
        """The value of ``.name``."""

    def call(self, name: str, arguments: list[Any]) -> Any:
        """The value of ``.name(arguments)``; TemplateError for one that is not offered."""
        raise TemplateError(f"The call {name}() is not offered here.")


def java_text(value: Any) -> str:
    """A value as Java prints it: a map as ``{a=b}``, a list as JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={java_text(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "" if isinstance(value, Service) else as_text(value)


def equal(left: Any, right: Any) -> bool:
    """``==``: numbers by value, else by what is printed; null equals the empty text (recorded from AWS)."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, dict | list) and isinstance(right, dict | list):
        return left == right
    return java_text(left) == java_text(right)


def is_number(value: Any) -> bool:
    """Whether it counts as a number; true and false do not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def member(value: Any, name: str) -> Any:
    """``value.name``: an entry, a root's member, or what a getter gives; None when there is none."""
    if isinstance(value, Service):
        return value.member(name)
    if isinstance(value, Mapping):
        return value.get(name)
    return None


def item(value: Any, at: Any) -> Any:
    """``value[at]``, None when there is none."""
    if isinstance(value, Mapping):
        return value.get(java_text(at))
    if isinstance(value, list) and is_number(at) and -len(value) <= int(at) < len(value):
        return value[int(at)]
    return None


def put(value: Any, at: Any, new: Any) -> None:
    """``value[at] = new``; TemplateError for what takes no entries."""
    if isinstance(value, dict):
        value[java_text(at)] = new
    elif isinstance(value, list) and is_number(at) and 0 <= int(at) < len(value):
        value[int(at)] = new
    else:
        raise TemplateError("A value was set in what is neither a map nor a list.")


def call(value: Any, name: str, arguments: list[Any]) -> Any:
    """``value.name(arguments)``; nothing has no methods and gives nothing. TemplateError for a method that is not offered."""
    if isinstance(value, Service):
        return value.call(name, arguments)
    if value is None:
        return None
    for kind, methods in _METHODS:
        if isinstance(value, kind) and name in methods:
            method = methods[name]
            try:
                return method(value, *arguments)
            except (TypeError, ValueError, IndexError, re.error) as error:
                raise TemplateError(f"The call {name}() was given what it cannot take: {error}") from None
    raise TemplateError(f"The call {name}() is not offered here.")


def _put(value: dict[str, Any], key: Any, new: Any) -> Any:
    before = value.get(java_text(key))
    value[java_text(key)] = new
    return before


def _put_all(value: dict[str, Any], more: Any) -> None:
    if not isinstance(more, dict):
        raise TypeError("a map is wanted")
    value.update(more)


def _entries(value: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": each} for key, each in value.items()]


def _add(value: list[Any], *arguments: Any) -> bool:
    if len(arguments) == 1:
        value.append(arguments[0])
    else:
        value.insert(int(arguments[0]), arguments[1])
    return True


def _add_all(value: list[Any], more: Any) -> bool:
    if not isinstance(more, list):
        raise TypeError("a list is wanted")
    value.extend(list(more))
    return True


def _set(value: list[Any], index: Any, new: Any) -> Any:
    before, value[int(index)] = value[int(index)], new
    return before


def _taken(value: list[Any], index: Any) -> Any:
    return value.pop(int(index))


def _pattern(text: Any) -> re.Pattern[str]:
    if len(text) > _PATTERN:
        raise ValueError("the pattern is too long")
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(str(error)) from None


def _replaced(value: str, pattern: Any, new: Any) -> str:
    found = _pattern(pattern)
    plain = re.sub(r"\$(\d)", r"\\g<\1>", java_text(new).replace("\\", "\\\\"))
    _bounded(len(plain), sum(1 for _ in found.finditer(value)))
    return found.sub(plain, value)


def _plainly_replaced(value: str, old: Any, new: Any) -> str:
    _bounded(len(java_text(new)), value.count(java_text(old)))
    return value.replace(java_text(old), java_text(new))


def _bounded(length: int, times: int) -> None:
    if length * times > LONGEST:
        raise ValueError("the text would grow too long")


def _split(value: str, pattern: Any) -> list[Any]:
    parts: list[Any] = _pattern(pattern).split(value)
    while parts and parts[-1] == "":
        parts.pop()
    return parts


def _substring(value: str, first: Any, last: Any = None) -> str:
    end = len(value) if last is None else int(last)
    if not 0 <= int(first) <= end <= len(value):
        raise ValueError("the places are not in the text")
    return value[int(first) : end]


_Methods = Mapping[str, Callable[..., Any]]
_OF_ALL: _Methods = {
    "toString": java_text,
    "equals": equal,
}
_OF_MAPS: _Methods = {
    "get": lambda value, key: value.get(java_text(key)),
    "getOrDefault": lambda value, key, other: value.get(java_text(key), other),
    "put": _put,
    "putAll": _put_all,
    "remove": lambda value, key: value.pop(java_text(key), None),
    "containsKey": lambda value, key: java_text(key) in value,
    "containsValue": lambda value, each: each in value.values(),
    "keySet": list,
    "values": lambda value: list(value.values()),
    "entrySet": _entries,
    "getKey": lambda value: value["key"] if set(value) == {"key", "value"} else None,
    "getValue": lambda value: value["value"] if set(value) == {"key", "value"} else None,
    "size": len,
    "isEmpty": lambda value: not value,
}
_OF_LISTS: _Methods = {
    "get": item,
    "set": _set,
    "add": _add,
    "addAll": _add_all,
    "remove": _taken,
    "contains": lambda value, each: each in value,
    "indexOf": lambda value, each: value.index(each) if each in value else -1,
    "size": len,
    "isEmpty": lambda value: not value,
}
_OF_TEXTS: _Methods = {
    "length": len,
    "isEmpty": lambda value: not value,
    "contains": lambda value, part: java_text(part) in value,
    "startsWith": lambda value, part: value.startswith(java_text(part)),
    "endsWith": lambda value, part: value.endswith(java_text(part)),
    "indexOf": lambda value, part: value.find(java_text(part)),
    "lastIndexOf": lambda value, part: value.rfind(java_text(part)),
    "charAt": lambda value, index: value[int(index)],
    "concat": lambda value, more: value + java_text(more),
    "substring": _substring,
    "replace": _plainly_replaced,
    "replaceAll": _replaced,
    "replaceFirst": lambda value, pattern, new: _pattern(pattern).sub(
        lambda _: java_text(new), value, count=1
    ),
    "matches": lambda value, pattern: _pattern(pattern).fullmatch(value) is not None,
    "split": _split,
    "toLowerCase": lambda value: value.lower(),
    "toUpperCase": lambda value: value.upper(),
    "equalsIgnoreCase": lambda value, other: value.lower() == java_text(other).lower(),
    "trim": lambda value: value.strip(),
}
_OF_NUMBERS: _Methods = {
    "intValue": int,
    "longValue": int,
    "doubleValue": float,
}
_METHODS: tuple[tuple[type | tuple[type, ...], _Methods], ...] = (
    (dict, _OF_MAPS),
    (list, _OF_LISTS),
    (str, _OF_TEXTS),
    ((int, float), _OF_NUMBERS),
    (object, _OF_ALL),
)
