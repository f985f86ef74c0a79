"""PartiQL: a statement, what it would cost, its results page by page; and writes, which are shown before they are sent.

A SELECT is in the address, so it can be sent as a link; what writes is only ever posted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dashboard.accounts.actor import as_user
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.console.failures import is_part
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.partiql.tree import Select
from dashboard.tables.operations import partiql, partiql_names, partiql_writes, runs
from dashboard.tables.operations.partiql import One
from dashboard.tables.screens import partiql_form, partiql_found, partiql_shown
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.partiql_form import Form
from dashboard.tables.screens.shared import Links, failed, page_context

PAGE, PLAN, PREVIEW, DONE = (
    f"tables/{name}.html" for name in ("partiql", "partiql_plan", "partiql_preview", "partiql_done")
)


@screen("read", "table:{table}", post="read")
def statement(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """The editor beside a table. GET with a SELECT runs it: one call. A POST asks for the permission of what its statements do."""
    return _answer(Desk(request, place, table, _form(request)))


@screen("read", post="read")
def everywhere(request: HttpRequest, place: Place) -> HttpResponse:
    """The same for all tables of the place."""
    return _answer(Desk(request, place, "", _form(request)))


@dataclass(frozen=True)
class Desk:
    """One request: where, and what was typed. ``table`` is empty on the place's page."""

    request: HttpRequest
    place: Place
    table: str
    form: Form

    @property
    def step(self) -> str:
        """Which button was pressed: run, check, page or write; a GET runs."""
        return self.request.POST.get("step", "run") if self.request.method == "POST" else "run"

    @property
    def given(self) -> str:
        """Where the cursor and the approval come from."""
        return "POST" if self.request.method == "POST" else "GET"

    def data(self, name: str) -> str:
        """A parameter of the request."""
        return str(getattr(self.request, self.given).get(name, ""))

    def understood(self, *, looking: bool = False) -> tuple[One, ...]:
        """The statements; raises as the operation does."""
        form = self.form
        return partiql.understand(
            actor_of(self.request),
            self.place,
            form.statement,
            form.parameters,
            limit=form.items,
            consistent=form.consistent,
            looking=looking,
        )

    def context(self, table: Table | None = None, seen: Any = (), **more: Any) -> dict[str, Any]:
        """The page around the statement."""
        links, wrong = Links(self.place, self.table), more.get("wrong")
        tables = partiql_names.known(self.request.user, self.place, self.table)
        known = table or tables.get(self.table)
        if self.table:
            frame = page_context(self.request, links, self.table, ("PartiQL", None), tab="partiql")
        else:
            frame = {"title": "PartiQL", "crumbs": [("Tables", links.tables), ("PartiQL", None)]}
        return frame | {
            "form": self.form,
            "inputs": partiql_shown.inputs(self.form),
            "names": json.dumps(partiql_form.names(tables, known, seen)),
            "examples": partiql_form.examples(known),
            "saved_url": partiql_shown.saved_url(links, self.form) if self.table else "",
            "plan": partiql_shown.plan(more.get("asked", ())),
            "wrong_elsewhere": isinstance(wrong, InputError) and not _has_field(wrong),
            **more,
        }

    def page(self, template: str = PAGE, status: int = 200, **more: Any) -> HttpResponse:
        """A page, with the statement as it was typed."""
        return render(self.request, template, self.context(**more), status=status)


def _has_field(error: InputError) -> bool:
    """Whether the sentence stands at a field of the form."""
    return (
        error.field in ("statement", "parameters", "limit")
        or re.fullmatch(r"p[0-9]+", error.field) is not None
    )


def _form(request: HttpRequest) -> Form:
    return partiql_form.sent(request.POST if request.method == "POST" else request.GET)


def _answer(desk: Desk) -> HttpResponse:
    """The step that was asked for. Whatever goes wrong, the page that follows holds the statement as it was typed."""
    if desk.request.method == "GET" and "statement" not in desk.request.GET:
        begin = f'SELECT * FROM "{desk.table}"' if desk.table else ""
        return replace(desk, form=Form(begin)).page()
    try:
        if desk.step == "check":
            return _check(desk)
        return _write(desk) if desk.step == "write" else _run(desk)
    except InputError as error:
        return desk.page(status=400, wrong=error)
    except Refused as error:
        return desk.page(status=403 if error.seen else 404, refused=partiql_shown.refusal(error))
    except AwsError as error:
        known = partiql_names.known(desk.request.user, desk.place, desk.table)
        return failed(desk.request, PAGE, desk.context(hint=partiql_found.meant(error, known)), error)


def _check(desk: Desk) -> HttpResponse:
    """What the statement would do and cost, said while it is written; a sentence where it is not finished yet. No call of its own."""
    more: dict[str, Any] = {}
    try:
        more["asked"] = desk.understood(looking=True)
    except InputError as error:
        more["hint"] = error
    except Refused as error:
        more["refused"] = partiql_shown.refusal(error)
    except AwsError as error:
        more["hint"] = f"{error.code}: {error.message}"
    if is_part(desk.request):
        return render(desk.request, PLAN, {"plan": partiql_shown.plan(more.get("asked", ())), **more})
    return desk.page(**more)


def _run(desk: Desk) -> HttpResponse:
    """Run a SELECT, several SELECT together, or show what a write would change."""
    asked = desk.understood()
    posted = desk.request.method == "POST"
    if len(asked) == 1 and isinstance(asked[0].parsed.statement, Select):
        address = desk.form.address(desk.request.path)
        if posted and desk.step == "run" and not desk.data("approved") and address:
            return redirect(address)
        return _read(desk, asked[0])
    if not posted:
        return desk.page(asked=asked, unsent=True)
    if len(asked) > 1 and desk.form.together not in partiql.TOGETHER:
        reads = not any(one.parsed.writes for one in asked)
        return desk.page(asked=asked, choose=partiql.ways_together(asked), reads=reads)
    if not any(one.parsed.writes for one in asked) and len(asked) > 1:
        batch = partiql.run_reads(actor_of(desk.request), desk.place, asked, desk.form.together)
        return desk.page(**partiql_found.together(desk.place, asked, batch))
    return _preview(desk, asked)


def _read(desk: Desk, one: One) -> HttpResponse:
    """One page of a SELECT, or the question whether it may cost that much."""
    actor = actor_of(desk.request)
    found = partiql.run_page(actor, desk.place, one, desk.data("cursor"), desk.data("approved"))
    if isinstance(found, partiql.Asking):
        return desk.page(table=one.table, **partiql_shown.question(desk.request, found))
    if found.pages == 1 and (user := as_user(desk.request.user)) is not None:
        runs.note(user, desk.place, one.table.name, "partiql", desk.form.pairs)
    seen = [name for item in found.items for name in item]
    shown = partiql_found.results(desk.request, desk.place, desk.form, found, desk.data("approved"))
    return desk.page(table=one.table, seen=seen, **shown)


def _preview(desk: Desk, asked: tuple[One, ...], status: int = 200, **more: Any) -> HttpResponse:
    """What the writes would change: one BatchGetItem."""
    preview = partiql_writes.preview(actor_of(desk.request), desk.place, asked, desk.form.together)
    return desk.page(PREVIEW, status, **partiql_shown.preview(desk.form, preview), **more)


def _write(desk: Desk) -> HttpResponse:
    """The confirmed write: conditional on what was shown."""
    asked = desk.understood()
    try:
        check_reason(Draft("", reason=desk.form.reason))
        partiql_shown.check_name(asked, desk.form.name)
    except InputError as error:
        return _preview(desk, asked, 400, wrong=error)
    done = partiql_writes.execute(
        actor_of(desk.request), desk.place, asked, desk.data("shown"), desk.form.reason, desk.form.together
    )
    status = 200 if done.done else 409
    return desk.page(DONE, status, **partiql_shown.done(desk.place, asked, done))


def place_url(place: Place) -> str:
    """The page for all tables of a place."""
    return reverse("tables:partiql-place", args=[place.connection.slug, place.region])
