"""How a table is made, and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import URLPattern

from dashboard.tables.areas import Tab

TAB: Tab | None = None


@dataclass(frozen=True)
class Panel:
    """A section of the table's Structure page that another area brings.

    ``url_name`` (arguments: connection, region, table) answers with the section's inside, without its heading, and is loaded by itself
    when it comes into view, so that what AWS denies there harms nothing else.
    """

    title: str
    url_name: str


panels: list[Panel] = []
"""In the order of the page; other areas append theirs in their ``ready``."""


def urls() -> list[URLPattern]:
    """None yet."""
    return []


def ready() -> None:
    """Nothing to register yet."""
