"""S3 as far as exports and imports of tables need it: ministack's, called without its own application and that one's pages."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from dashboard.localaws import refusals
from dashboard.localaws.dynamodb.engine import responses, scope
from dashboard.localaws.head import Head
from dashboard.localaws.refusals import Answer

logger = logging.getLogger("gatehouse.localaws")
SERVICE = "s3"


class Objects:
    """``serve`` is a ``layer.Service``. ``on_change`` is called after every request that may have written."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] = lambda: None

    def serve(self, head: Head, raw_path: str, query: str, body: bytes) -> Answer:
        """One call."""
        path = unquote(raw_path)
        if path.startswith("/_"):  # no bucket's name begins so, and ministack's own pages do
            return refusals.aws_error(
                400, "InvalidBucketName", "The specified bucket is not valid.", service=SERVICE
            )
        responses().set_request_account_id(head.access_key)
        try:
            with scope(responses().get_account_id(), head.region):
                status, headers, data = _called(head, path, query, body)
        except (
            Exception
        ):  # whatever goes wrong is our defect; the caller still gets an answer that its SDK reads
            logger.exception("%s %s failed", head.method, path)
            return refusals.aws_error(500, "InternalError", "The embedded S3 failed.", service=SERVICE)
        if head.method not in ("GET", "HEAD"):
            self.on_change()
        content = data if isinstance(data, bytes) else str(data).encode()
        return Answer(status, tuple((name.lower(), str(value)) for name, value in headers.items()), content)


def _called(head: Head, path: str, query: str, body: bytes) -> tuple[int, dict[str, Any], Any]:
    """The answer of ministack's handler, which is a coroutine but never waits for anything when it answers whole."""
    s3 = importlib.import_module("ministack.services.s3")
    app = importlib.import_module("ministack.app")
    whole = app._decode_aws_chunked_body(body, head.headers)
    called = s3.handle_request(
        head.method, path, dict(head.headers), whole, parse_qs(query, keep_blank_values=True)
    )
    try:
        called.send(None)
    except StopIteration as stop:
        answer: tuple[int, dict[str, Any], Any] = stop.value
        if head.method == "HEAD":
            answer = s3.format_head_response(path, head.headers, answer)
        return answer
    called.close()
    raise NotImplementedError(f"{head.method} {path} waits")
