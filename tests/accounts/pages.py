"""What the tests of these screens share: posting a form as a browser does, and reading a page as text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from dashboard.history.models import Change

if TYPE_CHECKING:
    from django.test import Client


def text_of(response: Any) -> str:
    """The page without markup."""
    body = response.content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", body)))


def inputs_of(response: Any) -> dict[str, list[str]]:
    """The hidden inputs of the page, by name, and the text of textareas."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", response.content.decode()):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            found.setdefault(attributes["name"], []).append(html.unescape(attributes.get("value", "")))
    return found


def review(client: Client, url: str, **fields: Any) -> Any:
    """Open the form, fill it in, ask for the review."""
    hidden = inputs_of(client.get(url))
    return client.post(url, {**hidden, **fields, "step": "review"})


def save(client: Client, url: str, reason: str = "because", **fields: Any) -> Any:
    """The whole way: form, review, save with what the review page carries."""
    reviewed = review(client, url, **fields)
    assert reviewed.status_code == 200, text_of(reviewed)
    return client.post(url, {**inputs_of(reviewed), "reason": reason, "step": "save"})


def last_change() -> Change:
    """The newest row of the record."""
    return Change.objects.select_related("outcome").order_by("-time")[0]
