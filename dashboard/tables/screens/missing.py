"""The pages for an item that is not there and for an address that holds no key of the table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.core.errors import InputError
from dashboard.tables.screens.shared import Links, page_context


def missing(request: HttpRequest, links: Links, label: str) -> HttpResponse:
    """404: there is no item under the key (any more); its history may say why."""
    context = page_context(request, links, label, (label, None)) | {
        "kind": "empty",
        "heading": "There is no item with this key",
        "text": "It was deleted, or there never was one. What was done to it here is in its history.",
        "ways": [
            ("As it was", links.to("tables:then", links.key)),
            ("Its history", links.history),
            ("Items of the table", links.browse),
        ],
    }
    return render(request, "tables/missing.html", context, status=404)


def gone(request: HttpRequest, links: Links, label: str) -> HttpResponse:
    """409: somebody else deleted the item first."""
    context = page_context(request, links, label, (label, None)) | {
        "kind": "info",
        "heading": "The item is gone already",
        "text": "Somebody else deleted it since you opened it. Nothing was left to delete.",
        "ways": [
            ("As it was", links.to("tables:then", links.key)),
            ("Its history", links.history),
            ("Items of the table", links.browse),
        ],
    }
    return render(request, "tables/missing.html", context, status=409)


def no_such_key(
    request: HttpRequest,
    links: Links,
    error: InputError,
    heading: str = "This is not the address of an item",
    way: tuple[str, str] | None = None,
    status: int = 404,
) -> HttpResponse:
    """The address does not hold a key that this table could have, or what ``heading`` says; ``way`` is one more (title, url)."""
    context = page_context(request, links, "Not found", ("Not found", None)) | {
        "kind": "error",
        "heading": heading,
        "text": error.rule,
        "ways": [*([way] if way else []), ("Items of the table", links.browse)],
    }
    return render(request, "tables/missing.html", context, status=status)
