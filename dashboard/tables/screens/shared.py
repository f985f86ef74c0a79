"""What every screen of a table needs: its links, its crumbs, what the viewer may do with it, and failures inside a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.addresses import address
from dashboard.console.failures import STATUS, told
from dashboard.core.errors import AwsError
from dashboard.core.wire import compact
from dashboard.history.handlers import handler_of
from dashboard.tables.areas import tabs

Crumb = tuple[str, str | None]

TABLE_NAME = r"[A-Za-z0-9_.-]{3,255}"
"""What a table may be called (DynamoDB Developer Guide, "Naming rules")."""
KEY_TEXT = r"[snbSNB][A-Za-z0-9_.~-]*"
"""What ``dashboard.core.keys`` writes; it never begins with a dot."""


def is_table_name(text: str) -> bool:
    """Whether a table can have that name."""
    return re.fullmatch(TABLE_NAME, text) is not None


@dataclass(frozen=True)
class Links:
    """The addresses of a table's pages, and of an item's when ``key`` (its URL text) is given."""

    place: Place
    table: str
    key: str = ""

    def _url(self, name: str, *more: str) -> str:
        return self.to(f"tables:{name}", *more)

    def to(self, url_name: str, *more: str) -> str:
        """The address of that name under this table, ``tables:browse`` for one."""
        return address(url_name, self.place.connection.slug, self.place.region, self.table, *more)

    @property
    def tables(self) -> str:
        """The list of tables."""
        return address("tables:list", self.place.connection.slug, self.place.region)

    @property
    def browse(self) -> str:
        """The table's items."""
        return self._url("browse")

    @property
    def new(self) -> str:
        """The form of a new item."""
        return self._url("new")

    @property
    def item(self) -> str:
        """The item's page."""
        return self._url("item", self.key)

    @property
    def edit(self) -> str:
        """The item's form."""
        return self._url("edit", self.key)

    @property
    def duplicate(self) -> str:
        """The form of a new item that begins as this one."""
        return self._url("duplicate", self.key)

    @property
    def code(self) -> str:
        """The item as code to copy."""
        return self._url("code", self.key)

    def value(self, *path: str | int) -> str:
        """The download of the value at ``path``, which begins with the attribute's name."""
        return f"{self._url('value', self.key)}?{urlencode({'path': compact(list(path))})}"

    @property
    def delete(self) -> str:
        """The form that deletes the item."""
        return self._url("delete", self.key)

    @property
    def transaction(self) -> str:
        """The page that builds a transaction, with a step for this item."""
        place = self.place
        url = address("tables:transaction", place.connection.slug, place.region)
        return f"{url}?{urlencode({'table': self.table, 'key': self.key})}"

    @property
    def history(self) -> str:
        """The changes of the item, or of the whole table."""
        query = {
            "connection": self.place.connection.slug,
            "region": self.place.region,
            "resource": f"table:{self.table}",
        }
        return f"{address('history:list')}?{urlencode(query | {'subject': self.key} if self.key else query)}"


def undo_link(change_id: str) -> str:
    """The page that takes a change back."""
    return address("history:undo", change_id)


def undo_button(request: HttpRequest, links: Links, action: str, change_id: str) -> str:
    """The button that leads there, with a space before it, for who may undo that ``action``; nothing for others."""
    if not may(request.user, handler_of(action).permission, links.place.resource(f"table:{links.table}")):
        return ""
    return format_html(' <a class="button" href="{}">Undo…</a>', undo_link(change_id))


def page_context(
    request: HttpRequest, links: Links, title: str, *crumbs: Crumb, tab: str = "items"
) -> dict[str, Any]:
    """Title, crumbs, links, tabs (``tab`` names the area that is open) and which buttons the viewer gets (``may_…``)."""
    resource = links.place.resource(f"table:{links.table}")
    return {
        "title": title,
        "crumbs": [("Tables", links.tables), (links.table, links.browse if crumbs else None), *crumbs],
        "links": links,
        "table_name": links.table,
        "may_write": may(request.user, "write", resource),
        "may_delete": may(request.user, "delete", resource),
        "may_administer": may(request.user, "administer", resource),
        "tabs": [(one.title, links.to(one.url_name), one.name == tab) for one in tabs()],
    }


def failed(request: HttpRequest, template: str, context: dict[str, Any], error: AwsError) -> HttpResponse:
    """The page with AWS's refusal as ``failure`` inside it, and the status that fits."""
    response = render(
        request, template, context | {"failure": told(request, error)}, status=STATUS.get(error.kind, 502)
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response
