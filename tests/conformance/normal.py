"""An answer of boto3 in the form in which recordings keep it: times as a word, no headers, streams read."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from botocore.response import StreamingBody

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
"""A moment inside a longer text, such as a file's name; what is one as a whole is compared as one."""


def normal(value: Any) -> Any:
    """A JSON-ready copy: times are the word ``datetime``, bodies their text, the metadata is the status alone."""
    match value:
        case {**members}:
            return {
                str(name): _metadata(each) if name == "ResponseMetadata" else normal(each)
                for name, each in members.items()
            }
        case list() | tuple():
            return [normal(each) for each in value]
        case datetime() | date():
            return "datetime"
        case StreamingBody():
            return value.read().decode()
        case bytes():
            return value.decode()
        case str() if not _MOMENT.fullmatch(value):
            return _MOMENT.sub("date", value)
    return value


def _metadata(value: Any) -> Any:
    """Request ids, headers and retries differ from call to call; the status does not."""
    return {"HTTPHeaders": {}, "HTTPStatusCode": value.get("HTTPStatusCode")}


_LOG_TIME = re.compile(r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}\b")
_HTTP_DATE = re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b")


def log_lines(answer: Any) -> Any:
    """An answer of TestInvokeMethod whose log is kept line by line, its times as words."""
    if "log" not in answer:
        return answer
    text = _LOG_TIME.sub("DDD MMM dd hh:mm:ss UTC yyyy", answer["log"])
    text = _HTTP_DATE.sub("Day, dd MMM yyyy hh:mm:ss GMT", text)
    return answer | {"log": {f"line{number:02}": line for number, line in enumerate(text.split("\n"))}}
