"""Log lines: JSON, one a line, with the request id, and without what may be private in an address."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from dashboard.aws.calls import current

ITEM = re.compile(r"(/item/).+", re.DOTALL)
HIDDEN = "…"
BY_ADDRESS = {
    "gunicorn.error",
    "gatehouse.access",
}  # loggers whose messages have an address without a request beside it


def safe_path(path: str) -> str:
    """A path fit for a log: no query string, nothing after ``/item/`` (an item's key is data)."""
    return ITEM.sub(rf"\1{HIDDEN}", path.partition("?")[0])


class RequestFilter(logging.Filter):
    """Adds ``request_id``; replaces addresses that Django's own messages carry by what may be logged of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: it changes the record and drops none."""
        calls = current()
        request = record.__dict__.pop("request", None)
        record.request_id = calls.request_id if calls else str(getattr(request, "request_id", ""))
        if (request is not None or record.name in BY_ADDRESS) and isinstance(record.args, tuple):
            record.args = tuple(_safe(value) for value in record.args)
        if record.name == "gunicorn.error" and str(record.msg).startswith("Invalid request"):
            record.msg = "A request that is not valid HTTP was refused."
        return True


class JsonLines(JsonFormatter):
    """``time`` (UTC, milliseconds), ``level``, ``logger``, ``message``, ``request_id`` and whatever the line adds."""

    def __init__(self) -> None:
        super().__init__(["message"], json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Put the fields that every line has first."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"time": time, "level": record.levelname, "logger": record.name}
        super().add_fields(log_data, record, message_dict)


def _safe(value: object) -> object:
    """An argument of a message, as it may be logged."""
    return safe_path(value) if isinstance(value, str) and value.startswith("/") else value
