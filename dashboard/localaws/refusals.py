"""Answers of the layer itself, in the form that the caller's SDK reads as an AWS error."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

_XML_SERVICES = frozenset({"s3", "route53", "cloudfront"})


@dataclass(frozen=True)
class Answer:
    """A whole response: status, headers (lower case), body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def as_json(status: int, value: object) -> Answer:
    """A plain JSON answer of the layer's own pages."""
    return Answer(status, (("content-type", "application/json"),), json.dumps(value).encode())


def aws_error(
    status: int,
    code: str,
    message: str,
    *,
    service: str = "",
    content_type: str = "",
    more: Mapping[str, object] | None = None,
) -> Answer:
    """An AWS error in the protocol that the request used: XML for query and REST-XML services, else JSON (with ``more`` members)."""
    request_id = str(uuid.uuid4())
    headers = [("x-amzn-requestid", request_id)]
    if content_type.startswith("application/x-www-form-urlencoded") or service in _XML_SERVICES:
        inner = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        text = f"<ErrorResponse>{inner}<RequestId>{request_id}</RequestId></ErrorResponse>"
        if service in _XML_SERVICES:
            text = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        headers.append(("content-type", "text/xml"))
        return Answer(status, tuple(headers), text.encode())
    headers += [("content-type", "application/x-amz-json-1.0"), ("x-amzn-errortype", code)]
    return Answer(
        status, tuple(headers), json.dumps({"__type": code, "message": message, **(more or {})}).encode()
    )
