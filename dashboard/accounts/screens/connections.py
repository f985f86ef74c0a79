"""Connections: the list, one of them, and changing them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dashboard.accounts.forms.connection import ConnectionForm
from dashboard.accounts.models import Connection
from dashboard.accounts.operations.areas import CONNECTIONS
from dashboard.accounts.operations.connections import CONNECTION, find, grants_naming
from dashboard.accounts.operations.identity import identity
from dashboard.accounts.policy import may
from dashboard.accounts.screens.flow import Flow, Removal, change, remove
from dashboard.console.advice import state_of
from dashboard.console.failures import is_part
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError

AREA = CONNECTIONS.name


@screen("read", AREA)
def listing(request: HttpRequest) -> HttpResponse:
    """Every connection. No AWS call."""
    context = {
        "title": "Connections",
        "crumbs": [("Connections", None)],
        "rows": Connection.objects.all(),
        "may_administer": may(request.user, "administer", CONNECTIONS),
    }
    return render(request, "accounts/connections.html", context)


@screen("read", AREA)
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One connection. No AWS call: who AWS thinks we are is asked for by its own part of the page."""
    row = _get(slug)
    context = {
        "title": row.name,
        "crumbs": _crumbs(row, None),
        "row": row,
        "grants": grants_naming(row.slug),
        "may_administer": may(request.user, "administer", CONNECTIONS),
    }
    return render(request, "accounts/connection.html", context)


@screen("read", AREA)
def who(request: HttpRequest, slug: str) -> HttpResponse:
    """GetCallerIdentity or why not: 0 AWS calls while the answer is fresh, else 1. A part of the page, or a page without script."""
    row = _get(slug)
    context = {"row": row, "title": "Who AWS thinks we are", "crumbs": _crumbs(row, "Identity")}
    try:
        context["known"] = identity(row, fresh="fresh" in request.GET)
    except AwsError as error:
        context |= vars(state_of(error)) | {"failed": True, "state_title": state_of(error).title}
        context["title"] = "Who AWS thinks we are"
    template = "accounts/identity.html" if is_part(request) else "accounts/identity_page.html"
    return render(request, template, context)


@screen("administer", AREA, post="administer")
def new(request: HttpRequest) -> HttpResponse:
    """A new connection."""
    crumbs = [("Connections", reverse("accounts:connections")), ("New", None)]
    return change(request, _flow("New connection", crumbs, reverse("accounts:connections")), None)


@screen("administer", AREA, post="administer")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a connection."""
    row = _get(slug)
    return change(request, _flow(f"Change {row.name}", _crumbs(row, "Change"), _url(row)), row)


@screen("administer", AREA, post="administer")
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a connection: nothing in AWS changes, and the record keeps what was done through it."""
    row = _get(slug)
    consequences = [
        "Nothing in AWS is deleted. Everything that was done through this connection stays in the record under its short name.",
        "Undoing those changes needs the connection: undo this deletion first.",
    ]
    if grants := grants_naming(row.slug):
        named = "; ".join(str(grant) for grant in grants)
        consequences.append(
            f"These grants name it. They stay, and hold again if a connection {row.slug} is made later: {named}."
        )
    removal = Removal(
        CONNECTION, row.slug, reverse("accounts:connections"), _url(row), _crumbs(row, "Delete"), consequences
    )
    return remove(request, removal, row)


def _get(slug: str) -> Connection:
    row = find(slug, lock=False)
    if row is None:
        raise Http404(f"There is no connection {slug}.")
    return row


def _url(row: Connection) -> str:
    return reverse("accounts:connection", args=[row.slug])


def _flow(title: str, crumbs: list[tuple[str, str | None]], back: str) -> Flow[Connection]:
    return Flow(CONNECTION, ConnectionForm, done=_url, back=back, crumbs=crumbs, title=title)


def _crumbs(row: Connection, last: str | None) -> list[tuple[str, str | None]]:
    above: list[tuple[str, str | None]] = [("Connections", reverse("accounts:connections"))]
    return [*above, (row.name, _url(row)), (last, None)] if last else [*above, (row.name, None)]
