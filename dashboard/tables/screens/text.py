"""An item, or one of its values, as text to copy: what a cell of a grid shows only in part."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from dashboard.accounts.place import Place
from dashboard.console.failures import STATUS
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.core.wire import Wire, compact, tag_of
from dashboard.tables.core.drafts import FORMS, to_text, value_text
from dashboard.tables.operations import items


@screen("read", "table:{table}")
def text(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """The item as ``form`` (dynamodb or plain), or its attribute ``name`` (a JSON string) alone: one GetItem. Refusals are one sentence."""
    form = request.GET.get("form", "dynamodb")
    try:
        if form not in FORMS:
            raise InputError("form", f"The form is one of: {', '.join(FORMS)}.")
        wanted = _wanted(request)
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return _text(str(error), 400)
    except AwsError as error:
        request_id = f" (request {error.request_id})" if error.request_id else ""
        return _text(f"{error.code}: {error.message}{request_id}", STATUS.get(error.kind, 502))
    if shown.item is None:
        return _text("The item is gone: there is none under this key any more.", 404)
    if wanted is None:
        return _text(to_text(shown.item, form))
    if wanted not in shown.item:
        return _text("The item does not have this attribute any more.", 404)
    return _text(alone(shown.item[wanted], form))


def alone(value: Wire, form: str) -> str:
    """One value: in DynamoDB's JSON, or as itself (a text without quotes, a number as written, base64, JSON for what is nested)."""
    if form == "dynamodb":
        return compact(value)
    tag = tag_of(value)
    return str(value[tag]) if tag in ("S", "N", "B") else value_text(value)


def _wanted(request: HttpRequest) -> str | None:
    if "name" not in request.GET:
        return None
    try:
        name = json.loads(request.GET["name"])
    except ValueError:
        name = None
    if not isinstance(name, str):
        raise InputError("name", "The attribute's name is a JSON string, in quotes.")
    return name


def _text(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
