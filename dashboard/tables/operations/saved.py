"""Saved queries: whose they are, who may run them, and keeping them, with a record and a way back.

A query is data of ours, but it belongs to a table: whoever may not read the table neither sees nor runs it. Only its owner (or a
superuser) changes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused, may, require
from dashboard.core.errors import InputError
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core.parameters import MOST, TAGS, Parameter, bound, names
from dashboard.tables.models import Page, SavedQuery

CREATE, UPDATE, DELETE = "query.create", "query.update", "query.delete"
MOST_NAME, MOST_NOTE, MOST_TEXT = 100, 300, 8_000
TEXTS = frozenset({"where", "statement"})
"""The parts of an address in which parameters stand; in others a colon is only a colon (``via=index:by-city``)."""
Pairs = Sequence[tuple[str, str]]


class Stale(Exception):
    """The query is not what was shown any more."""


@dataclass(frozen=True)
class Draft:
    """What somebody wants to keep. ``group`` is the name of the group that may run it, empty for nobody else."""

    name: str
    query: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...] = ()
    page: str = Page.BROWSE
    note: str = ""
    group: str = ""


def seen_by(user: User, place: Place, table: str = "") -> list[SavedQuery]:
    """The queries of a table, or of every table of the place, that ``user`` owns or that are shared with them, and may read."""
    rows = SavedQuery.objects.filter(connection=place.connection, region=place.region)
    rows = rows.filter(Q(owner=user) | Q(group__in=user.groups.all())).distinct()
    if table:
        rows = rows.filter(table=table)
    readable = {
        name: may(user, "read", place.resource(f"table:{name}"))
        for name in rows.values_list("table", flat=True)
    }
    return [row for row in rows.select_related("owner", "group") if readable[row.table]]


def find(user: User, place: Place, table: str, query_id: str | UUID) -> SavedQuery | None:
    """The query of that id on that table; None for one that ``user`` may not see. A superuser sees every one."""
    rows = SavedQuery.objects.filter(connection=place.connection, region=place.region, table=table)
    if not user.is_superuser:
        rows = rows.filter(Q(owner=user) | Q(group__in=user.groups.all()))
    return rows.filter(pk=query_id).select_related("owner", "group").first()


def may_change(user: User | None, row: SavedQuery) -> bool:
    """Whether ``user`` may change, share or delete it."""
    return user is not None and (row.owner_id == user.pk or user.is_superuser)


def groups_of(user: User) -> list[str]:
    """The groups that ``user`` may share with: their own; every one for a superuser."""
    groups = Group.objects.all() if user.is_superuser else user.groups.all()
    return list(groups.order_by("name").values_list("name", flat=True))


def query_names(query: Pairs) -> tuple[str, ...]:
    """The parameters of a whole query, in order."""
    return tuple(dict.fromkeys(found for part, value in query if part in TEXTS for found in names(value)))


def parameters_of(row: SavedQuery) -> tuple[Parameter, ...]:
    """The parameters of a stored query."""
    return tuple(Parameter(**stored) for stored in row.parameters)


def address(query: Pairs, parameters: Sequence[Parameter], values: Mapping[str, str]) -> str:
    """The query string of the page with the values in it; InputError names the parameter that cannot be used."""
    known = {parameter.name: parameter for parameter in parameters}
    return urlencode(bound_pairs(query, known, values))


def bound_pairs(
    query: Pairs, parameters: Mapping[str, Parameter], values: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The parts of the address, with the values in those that have parameters."""
    return [(name, bound(value, parameters, values) if name in TEXTS else value) for name, value in query]


def values_of(row: SavedQuery) -> dict[str, object]:
    """The row as plain JSON, for the record and to tell whether it changed."""
    return {
        "name": row.name,
        "owner": row.owner.get_username(),
        "group": row.group.name if row.group else "",
        "page": str(row.page),
        "note": row.note,
        "query": [list(pair) for pair in row.query],
        "parameters": list(row.parameters),
    }


def create(actor: Actor, place: Place, table: str, draft: Draft) -> SavedQuery:
    """Keep a new query. Raises Refused, InputError."""
    owner = _person(actor, place, table)
    row = SavedQuery(owner=owner, connection=place.connection, region=place.region, table=table)
    with _changing(actor, place, row, CREATE, draft.name) as change:
        _fill(row, draft, owner)
        _store(row)
        change.done(before=None, after=values_of(row))
    return row


def update(actor: Actor, place: Place, row: SavedQuery, shown: Mapping[str, object], draft: Draft) -> str:
    """Change it if it is as it was shown; the change's id. Raises Stale, Refused, InputError."""
    person = _owner(actor, place, row)
    before = values_of(row)
    with _changing(actor, place, row, UPDATE, draft.name, shown=before) as change:
        _as_shown(change, before, shown)
        _fill(row, draft, person)
        _store(row)
        change.done(before=before, after=values_of(row))
        return change.id


def delete(
    actor: Actor, place: Place, row: SavedQuery, shown: Mapping[str, object], undo_of: Change | None = None
) -> str:
    """Delete it if it is as it was shown; the change's id. Raises Stale, Refused."""
    _owner(actor, place, row)
    before = values_of(row)
    with _changing(actor, place, row, DELETE, row.name, shown=before, undo_of=undo_of) as change:
        _as_shown(change, before, shown)
        row.delete()
        change.done(before=before, after=None)
        return change.id


def restore(
    actor: Actor, place: Place, row: SavedQuery, owner: User, stored: Mapping[str, object], undo_of: Change
) -> str:
    """Write the stored values (``values_of``) into ``row``, which is new or as the change left it; the change's id."""
    draft = Draft(
        name=str(stored["name"]),
        query=tuple((name, value) for name, value in stored["query"]),  # type: ignore[attr-defined]
        parameters=tuple(Parameter(**each) for each in stored["parameters"]),  # type: ignore[attr-defined]
        page=str(stored["page"]),
        note=str(stored["note"]),
        group=str(stored["group"]),
    )
    before = None if row._state.adding else values_of(row)
    action = CREATE if before is None else UPDATE
    with _changing(actor, place, row, action, draft.name, shown=before, undo_of=undo_of) as change:
        _fill(row, draft, owner)
        _store(row)
        change.done(before=before, after=values_of(row))
        return change.id


def _person(actor: Actor, place: Place, table: str) -> User:
    require(actor.user, "read", place.resource(f"table:{table}"))
    if actor.user is None:
        raise ValueError("a saved query belongs to somebody")
    return actor.user


def _owner(actor: Actor, place: Place, row: SavedQuery) -> User:
    person = _person(actor, place, row.table)
    if not may_change(person, row):
        resource = place.resource(f"table:{row.table}")
        raise Refused("write", resource, True, f"This query belongs to {row.owner.get_username()}.")
    return person


@contextmanager
def _changing(
    actor: Actor,
    place: Place,
    row: SavedQuery,
    action: str,
    name: str,
    shown: object = None,
    undo_of: Change | None = None,
) -> Iterator[Recording]:
    """The record around a change of our own row: what may not be stored ends it as refused."""
    with recording(
        actor,
        place.resource(f"table:{row.table}"),
        action,
        label=f"Query {name[:MOST_NAME]}",
        subject=f"query:{row.pk}",
        shown=shown,
        undo_of=undo_of,
    ) as change:
        try:
            yield change
        except (InputError, Stale, Refused) as error:
            if not change.ended:
                change.refused(type(error).__name__, str(error))
            raise


def _as_shown(change: Recording, before: Mapping[str, object], shown: Mapping[str, object]) -> None:
    if dict(before) != dict(shown):
        change.refused("Stale", "The query was changed since it was shown.", before=dict(before))
        raise Stale("The query was changed since it was shown.")


def _fill(row: SavedQuery, draft: Draft, sharer: User) -> None:
    _check(draft)
    row.name, row.note, row.page = draft.name, draft.note, draft.page
    row.query = [list(pair) for pair in draft.query]
    row.parameters = [
        {"name": each.name, "tag": each.tag, "default": each.default} for each in draft.parameters
    ]
    if draft.group == (row.group.name if row.group else ""):
        return  # also one that the sharer has left since
    if draft.group and draft.group not in groups_of(sharer):
        raise InputError("group", "Share with: choose one of your own groups.")
    row.group = Group.objects.get(name=draft.group) if draft.group else None


def _check(draft: Draft) -> None:
    if not draft.name or draft.name != draft.name.strip() or len(draft.name) > MOST_NAME:
        raise InputError("name", f"Name: 1 to {MOST_NAME} characters, without spaces at its ends.")
    if not draft.name.isprintable():
        raise InputError("name", "Name: one line of plain characters.")
    if len(draft.note) > MOST_NOTE:
        raise InputError("note", f"Note: at most {MOST_NOTE} characters.")
    if not draft.note.isprintable():
        raise InputError("note", "Note: one line of plain characters.")
    if sum(len(name) + len(value) for name, value in draft.query) > MOST_TEXT:
        raise InputError("query", f"The query is longer than {MOST_TEXT:,} characters.")
    wanted = query_names(draft.query)
    if len(wanted) > MOST:
        raise InputError("query", f"The query has {len(wanted)} parameters; at most {MOST} are possible.")
    if {each.name for each in draft.parameters} != set(wanted):
        raise InputError("query", "The parameters described are not those of the query.")
    for each in draft.parameters:
        if each.tag not in TAGS:
            raise InputError(each.name, f"{each.name}: choose one of the types offered.")


def _store(row: SavedQuery) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InputError("name", "Name: you have a query of this name on this table already.") from error
