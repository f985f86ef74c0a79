"""An item as code to copy: PynamoDB, boto3 and the AWS CLI."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError
from dashboard.tables.core import snippets
from dashboard.tables.operations import items
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links, page_context
from dashboard.tables.screens.values import key_label

_TOOLS = {"pynamodb": "PynamoDB", "boto3": "boto3", "cli": "AWS CLI"}
_MAKE = {"pynamodb": snippets.pynamodb, "boto3": snippets.boto3, "cli": snippets.aws_cli}


@screen("read", "table:{table}")
def code(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """``tool`` is one of pynamodb, boto3, cli: reading, putting and updating the item. One GetItem."""
    links = Links(place, table, key)
    tool = request.GET.get("tool", "pynamodb")
    tool = tool if tool in _TOOLS else "pynamodb"
    try:
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return no_such_key(request, links, error)
    label = key_label(shown.key, shown.table.key_names)
    if shown.item is None:
        return missing(request, links, label)
    target = snippets.Target(place.region, table, place.connection.endpoint)
    made = _MAKE[tool](target, shown.key, shown.item)
    title = f"{label} as code"
    context = page_context(request, links, title, (label, links.item), ("Copy as", None)) | {
        "snippets": made,
        "tools": [(words, f"{links.code}?tool={name}", name == tool) for name, words in _TOOLS.items()],
        "tool_name": _TOOLS[tool],
    }
    return render(request, "tables/code.html", context)
