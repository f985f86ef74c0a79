"""Parts of a definition in words, for a page that shows them before and after. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.tables.core.structure import INFREQUENT, MANAGED, ON_DEMAND, VIEWS

NONE = ""
BILLING = {"PAY_PER_REQUEST": "On demand", "PROVISIONED": "Provisioned"}
CLASSES = {"STANDARD": "Standard", INFREQUENT: "Standard, infrequent access"}
PROJECTIONS = {
    "ALL": "All attributes",
    "KEYS_ONLY": "The keys only",
    "INCLUDE": "The keys and named attributes",
}


@dataclass(frozen=True)
class Line:
    """One setting before and after; the empty text is for what is not there."""

    label: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.before == self.after:
            return "same"
        return "added" if not self.before else "changed" if self.after else "removed"


def lines(before: dict[str, Any], after: dict[str, Any]) -> tuple[Line, ...]:
    """The settings of a part (``structure.section``) that differ, in order."""
    was, will = dict(_words(before)), dict(_words(after))
    names = [*was, *(name for name in will if name not in was)]
    found = (Line(name, was.get(name, NONE), will.get(name, NONE)) for name in names)
    return tuple(line for line in found if line.kind != "same")


def _words(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in part.items():
        if name == "index":
            yield from () if value is None else _index(value)
        elif name == "indexes":
            for index, units in value.items():
                yield from _units(units, f"{index}: ")
        elif name == "tags":
            yield from ((f"Tag {key}", text or "(empty)") for key, text in value.items())
        elif name not in ("read", "write", "max_read", "max_write"):
            yield _setting(name, value)
        if name == "billing":
            yield from _units(part, "")


def _setting(name: str, value: Any) -> tuple[str, str]:
    match name:
        case "billing":
            return "Capacity", BILLING.get(value, value)
        case "table_class":
            return "Table class", CLASSES.get(value, value)
        case "encryption":
            return "Encryption key", encryption_words(value)
        case "stream":
            return "Stream", f"On: {VIEWS.get(value, value)}" if value else "Off"
        case "ttl":
            return "Items expire by", value or "nothing: they do not expire"
        case _:
            return "Deletion protection", "On" if value else "Off"


def encryption_words(value: str) -> str:
    """The key in words."""
    if not value:
        return "Owned by AWS"
    return "Managed by AWS (aws/dynamodb)" if value == MANAGED else f"KMS key {value}"


def _units(units: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    names = {
        "read": "read units",
        "write": "write units",
        "max_read": "read limit a second",
        "max_write": "write limit a second",
    }
    for name, words in names.items():
        if units.get(name) is not None:
            yield f"{at}{words}" if at else words.capitalize(), f"{units[name]:,}"


def _index(index: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Index", index["name"]
    yield "Kind", "Global" if index["is_global"] else "Local"
    yield "Partition key", key_words(index["partition"])
    if index["sort"]:
        yield "Sort key", key_words(index["sort"])
    included = ", ".join(index["included"])
    yield (
        "Holds",
        PROJECTIONS.get(index["projection"], index["projection"]) + (f": {included}" if included else ""),
    )
    yield from _units(index, "")


def key_words(parts: list[list[str]]) -> str:
    """The attributes of a key with their types."""
    return ", ".join(f"{name} ({tag})" for name, tag in parts)


def billing_words(billing: str) -> str:
    """The capacity mode in words."""
    return BILLING.get(billing, BILLING[ON_DEMAND])
