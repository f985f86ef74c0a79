"""What was entered, when the table cannot even be read before it is used: a page that holds it and sends it again."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

from django.http import HttpRequest, HttpResponse

from dashboard.accounts.place import Place
from dashboard.console.screen import View
from dashboard.core.errors import AwsError
from dashboard.tables.screens.shared import Links, failed, page_context

TEMPLATE = "tables/kept.html"


def kept(view: View) -> View:
    """``view``, whose AwsError after a POST comes from reading before anything is sent: nothing was changed, and nothing is lost.

    What AWS refuses of the change itself the view shows in its own page. After a GET there is nothing to keep, but the ways on are there.
    """

    @wraps(view)
    def keeping(request: HttpRequest, place: Place, table: str, **more: str) -> HttpResponse:
        try:
            return view(request, place, table, **more)
        except AwsError as error:
            return _held(request, Links(place, table), replace(error, unchanged=True))

    return keeping


def _held(request: HttpRequest, links: Links, error: AwsError) -> HttpResponse:
    structure = links.to("tables:structure")
    sent = request.method == "POST"
    title = "Nothing was sent" if sent else "The table cannot be read"
    crumbs = (("Structure", structure), ("Not sent" if sent else "Not read", None))
    context = page_context(request, links, title, *crumbs, tab="structure") | {
        "entered": [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ],
        "back": structure,
        "again": "" if sent else request.get_full_path(),
    }
    return failed(request, TEMPLATE, context, error)
