"""The form of a saved query: what was posted or what is stored, checked, and shown again as it was entered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.core.askable import asking
from dashboard.tables.core.parameters import TAGS, Parameter, guessed
from dashboard.tables.core.partiql import parse_all
from dashboard.tables.core.planner import plan
from dashboard.tables.core.search import search_from_params
from dashboard.tables.models import Page, SavedQuery
from dashboard.tables.operations.saved import TEXTS, Draft, bound_pairs, parameters_of, query_names, values_of

TEXT = {Page.BROWSE: "where", Page.PARTIQL: "statement"}
"""The part of each page's address that a person edits as text; the rest is carried along."""
_SAMPLE = {"S": "x", "N": "1", "B": "AA==", "BOOL": "true"}
_PASSING = ("cursor", "token", "approved", "confirmed", "probe", "choose", "csrfmiddlewaretoken")
"""Parts of an address that belong to one visit and are not kept."""


@dataclass(frozen=True)
class Form:
    """What the fields hold. ``rest`` is the query's address without its text; ``shown`` the stored values it began with, as JSON."""

    name: str = ""
    note: str = ""
    group: str = ""
    page: str = Page.BROWSE
    text: str = ""
    rest: str = ""
    parameters: tuple[Parameter, ...] = ()
    shown: str = ""

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The address as pairs, the text first."""
        first = ((TEXT[Page(self.page)], self.text),) if self.text else ()
        return (*first, *parse_qsl(self.rest, keep_blank_values=True))

    @property
    def kept(self) -> str:
        """The rest for a person."""
        return kept_words(parse_qsl(self.rest))

    @property
    def draft(self) -> Draft:
        """What the operation takes."""
        return Draft(self.name, self.query, self.parameters, self.page, self.note, self.group)

    @property
    def is_partiql(self) -> bool:
        """Whether it opens the PartiQL page."""
        return self.page == Page.PARTIQL


def from_address(data: QueryDict) -> Form:
    """A new form for the page whose address this is; ``page`` says which."""
    page = Page.PARTIQL if data.get("page") == Page.PARTIQL else Page.BROWSE
    text = data.get(TEXT[page], "")
    rest = [
        (name, value)
        for name, values in data.lists()
        if name not in (TEXT[page], "page", *_PASSING)
        for value in values
    ]
    return Form(page=page, text=text, rest=urlencode(rest))


def from_row(row: SavedQuery) -> Form:
    """The form of a stored query."""
    name = TEXT[Page(row.page)]
    text = next((value for part, value in row.query if part == name), "")
    rest = urlencode([(part, value) for part, value in row.query if part != name])
    stored = values_of(row)
    group = row.group.name if row.group else ""
    shown = json.dumps(stored)
    return Form(row.name, row.note, group, row.page, text, rest, parameters_of(row), shown)


def posted(data: QueryDict, table: Table) -> Form:
    """What a person sent; a parameter that was not in the form before has the type of the key it is compared with."""
    page = Page.PARTIQL if data.get("page") == Page.PARTIQL else Page.BROWSE
    form = Form(
        name=data.get("name", "").strip(),
        note=data.get("note", "").strip(),
        group=data.get("group", ""),
        page=page,
        text=data.get("text", "").replace("\r\n", "\n").strip(),
        rest=data.get("rest", ""),
        shown=data.get("shown", ""),
    )
    return replace(form, parameters=_parameters(form.query, table, data))


def with_parameters(form: Form, table: Table) -> Form:
    """The same with the parameters that its text has."""
    return replace(form, parameters=_parameters(form.query, table, QueryDict()))


def _parameters(query: Sequence[tuple[str, str]], table: Table, data: QueryDict) -> tuple[Parameter, ...]:
    tags = {part.name: part.tag for part in (table.partition, table.sort) if part is not None}
    for index in table.indexes:
        tags |= {part.name: part.tag for part in (*index.partition, *index.sort)}
    guess: dict[str, str] = {}
    for part, value in query:
        guess |= guessed(value, tags) if part in TEXTS else {}
    return tuple(
        Parameter(name, data.get(f"t_{name}", guess.get(name, "S")), data.get(f"d_{name}", ""))
        for name in query_names(query)
    )


def asked(form: Form, table: Table) -> Form:
    """The same with every value that an attribute is compared with asked for, beginning with what it was."""
    text, new = asking(form.text)
    made = with_parameters(replace(form, text=text), table)
    known = {each.name: each for each in (*new, *form.parameters)}
    return replace(made, parameters=tuple(known.get(each.name, each) for each in made.parameters))


def kept_words(pairs: Sequence[tuple[str, str]]) -> str:
    """What a query's address says besides its text, for a person: ``by the index by-depot, order desc``."""
    return ", ".join(_via(value) if name == "via" else f"{name} {value}" for name, value in pairs if value)


def _via(value: str) -> str:
    kind, _, name = value.partition(":")
    if kind == "scan":
        return f"scan of the index {name}" if name else "scan of the table"
    return f"by the index {name}" if name else "by the table's key"


def check(form: Form, table: Table) -> None:
    """InputError (field ``text``, a parameter's name or a part of the address) unless the query can run.

    Values of its parameters' types stand in for them.
    """
    known = {each.name: replace(each, tag=each.tag if each.tag in TAGS else "S") for each in form.parameters}
    samples = {name: each.default or _SAMPLE[each.tag] for name, each in known.items()}
    pairs = bound_pairs(form.query, known, samples)
    if form.is_partiql:
        _check_statement(form, pairs)
        return
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    try:
        plan(table, search_from_params(table, data))
    except InputError as error:
        raise InputError("text" if error.field == "where" else error.field, error.rule) from error


def _check_statement(form: Form, pairs: Sequence[tuple[str, str]]) -> None:
    """InputError unless the statement can be read. Its ``?`` are asked for on its own page."""
    binary = next((each.name for each in form.parameters if each.tag == "B"), "")
    if binary:
        raise InputError(
            binary,
            f'{binary}: PartiQL writes no binary value into a statement. Put ? there; its page asks for {{"$b": "AAH/"}}.',
        )
    try:
        parse_all(dict(pairs).get(TEXT[Page.PARTIQL], ""))
    except InputError as error:
        raise InputError("text", error.rule) from error
