"""What changed in a table, as its stream tells it."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("streams", "tables:stream", "Stream")


def urls() -> list[URLPattern]:
    """The stream's page, and its steps."""
    from dashboard.tables.areas.paths import ITEM, TABLE
    from dashboard.tables.screens import streamed, streams

    return [
        path(TABLE + "stream/", streams.stream, name="stream"),
        path(TABLE + "stream/read/", streams.read, name="stream-read"),
        path(ITEM + "then/stream/", streamed.before, name="streamed"),
    ]


def ready() -> None:
    """Nothing to register: a stream is only read, and what it brings back is an item's ordinary write."""
