"""An answer of boto3 in the form in which recordings keep it: times as a word, no headers, streams read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from botocore.response import StreamingBody


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
    return value


def _metadata(value: Any) -> Any:
    """Request ids, headers and retries differ from call to call; the status does not."""
    return {"HTTPHeaders": {}, "HTTPStatusCode": value.get("HTTPStatusCode")}
