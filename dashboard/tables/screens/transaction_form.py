"""What the form of a transaction brings back, and what is asked of it: its steps, the one that is open, the button that was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.baskets import Line, step_of
from dashboard.tables.core.drafts import to_text
from dashboard.tables.core.transactions import KINDS, MOST_STEPS, Step
from dashboard.tables.operations import catalogue
from dashboard.tables.screens.several_rows import short
from dashboard.tables.screens.shared import is_table_name
from dashboard.tables.screens.values import key_label

_EMPTY: dict[str, Wire] = {"S": {"S": ""}, "N": {"N": "0"}, "B": {"B": ""}}


@dataclass(frozen=True)
class Button:
    """``do`` is what was pressed, ``at`` the step it belongs to."""

    do: str
    at: int | None = None


def button_of(data: QueryDict) -> Button:
    """The button of a form: ``open:2``, ``preview``; a form sent without one, by a select, takes its new shape."""
    do, _, at = data.get("do", "shape").partition(":")
    return Button(do, int(at) if at.isascii() and at.isdigit() and len(at) < 5 else None)


def open_of(data: QueryDict, lines: Sequence[Line]) -> int | None:
    """The step whose fields are in the form."""
    text = data.get("open", "")
    place = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    return place if 0 <= place < len(lines) else None


def typed_into(line: Line, data: QueryDict) -> Line:
    """The line with what its fields hold now; the item has to be read again then."""
    kind = data.get("kind", line.kind)
    changed = replace(
        line,
        kind=kind if kind in KINDS else line.kind,
        typed=tuple(data.get(name, "") for name in ("typed-0", "typed-1") if name in data) or line.typed,
        text=_lines(data.get("text", line.text)),
        remove=_lines(data.get("remove", line.remove)),
        where=_lines(data.get("where", line.where)).strip(),
    )
    if changed == line:
        return line
    if kind != line.kind and (line.kind in ("put", "replace")) != (kind in ("put", "replace")):
        changed = replace(changed, text="")  # an item is no list of attributes to set
    return replace(changed, seen=False, shown=None)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def moved(lines: tuple[Line, ...], button: Button) -> tuple[Line, ...]:
    """The steps after ``up``, ``down`` or ``drop``."""
    at = button.at
    if at is None or not 0 <= at < len(lines):
        return lines
    if button.do == "drop":
        return (*lines[:at], *lines[at + 1 :])
    other = at - 1 if button.do == "up" else at + 1
    if not 0 <= other < len(lines):
        return lines
    changed = list(lines)
    changed[at], changed[other] = changed[other], changed[at]
    return tuple(changed)


def button_after(button: Button, count: int) -> str:
    """The id of the button that the keyboard is at after ``up``, ``down`` or ``drop``, with ``count`` steps left.

    It is at the same step, or at the neighbour of one that is gone.
    """
    if button.at is None or not count:
        return "new-kind"
    if button.do == "drop":
        return f"open-{min(button.at, count - 1) + 1}"  # not at the next bin: Enter twice takes out one step
    at = min(max(button.at + (-1 if button.do == "up" else 1), 0), count - 1)
    way = "down" if at == 0 else "up" if at == count - 1 else button.do
    return f"{way}-{at + 1}"


def next_field(line: Line, key_parts: Sequence[tuple[str, KeyPart, str]], wrong: str = "") -> str:
    """The id of the field to fill in of a step that is open: the one that is ``wrong``, else the first empty one."""
    if wrong in ("kind", "text", "where", *(name for name, _, _ in key_parts)):
        return wrong
    if wrong in ("draft", "remove") and line.kind != "check":
        return "text"
    missing = (
        "" if line.key or line.kind == "put" else next((name for name, _, text in key_parts if not text), "")
    )
    if missing:
        return missing
    if line.kind in ("put", "update") or (line.kind == "replace" and line.text):
        return "text"
    return "where" if line.kind == "check" else "keep"


class Tables:
    """The tables of a place as the form's steps name them, each described once a request."""

    def __init__(self, request: HttpRequest, place: Place) -> None:
        self._request, self._place = request, place
        self._known: dict[str, Table] = {}

    def get(self, name: str) -> Table:
        """The table; InputError (field ``table``) when there is none of that name or it is not for this person."""
        if name not in self._known:
            if not is_table_name(name) or not self.may("read", name):
                raise InputError("table", f"There is no table {name[:60]} here that you may see.")
            try:
                self._known[name] = catalogue.facts(self._place, name).table
            except AwsError as error:
                if error.kind is not Kind.NOT_FOUND:
                    raise
                raise InputError("table", f"There is no table {name} here any more.") from error
        return self._known[name]

    def may(self, permission: str, name: str) -> bool:
        """Whether the person may do that to that table."""
        return may(self._request.user, permission, self._place.resource(f"table:{name}"))

    def step(self, line: Line) -> Step:
        """The step that the line means; InputError names the field, Kind and permission checked."""
        step = step_of(self.get(line.table), line)
        if not self.may(step.permission, line.table):
            word = "delete" if step.permission == "delete" else "write"
            raise InputError("kind", f"You may not {word} in {line.table}, so this step cannot be sent.")
        return step

    def label(self, line: Line) -> str:
        """The key in words as far as it is known, for a step that may not be whole yet."""
        try:
            table = self.get(line.table)
            if line.key:
                return key_label(decode_key(line.key, table.key_names), table.key_names)
            if line.takes_item:
                return short(step_of(table, replace(line, where="")).label)
        except InputError:
            return ""
        return short(" / ".join(line.typed))

    def choices(self) -> tuple[str, ...]:
        """The names of the tables in which this person may write or delete."""
        names = catalogue.listing(self._place).names
        return tuple(
            name
            for name in names
            if self.may("read", name) and (self.may("write", name) or self.may("delete", name))
        )


def added(tables: Tables, lines: Sequence[Line], data: QueryDict) -> Line:
    """The step that "Add the step" asks for; InputError (``new-kind``, ``new-table``)."""
    kind, name = data.get("new-kind", ""), data.get("new-table", "").strip()
    if len(lines) >= MOST_STEPS:
        raise InputError(
            "new-kind", f"There are {len(lines)} steps; one transaction takes at most {MOST_STEPS}."
        )
    if kind not in KINDS:
        raise InputError("new-kind", "Choose what the step does.")
    if not name:
        raise InputError("new-table", "Choose the table.")
    try:
        table = tables.get(name)
    except InputError as error:
        raise InputError("new-table", error.rule) from error
    permission = "delete" if kind == "delete" else "write"
    if not tables.may(permission, name):
        raise InputError("new-table", f"You may not {permission} in {name}.")
    return Line(kind, name, text=template_of(table) if kind == "put" else "")


def template_of(table: Table) -> str:
    """The key attributes with their types, empty."""
    parts = (table.partition,) if table.sort is None else (table.partition, table.sort)
    item: Item = {part.name: _EMPTY[part.tag] for part in parts}
    return to_text(item, "plain")


def may_transact(user: User | AnonymousUser, place: Place, names: Sequence[str]) -> bool:
    """Whether there is a table among ``names`` in which the person may write or delete."""
    resources = (place.resource(f"table:{name}") for name in names)
    return any(may(user, "write", one) or may(user, "delete", one) for one in resources)


def transaction_url(place: Place) -> str:
    """The page's address."""
    return reverse("tables:transaction", args=[place.connection.slug, place.region])
