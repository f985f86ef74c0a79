"""DAX: there is none, which is an answer too."""

from __future__ import annotations

import json
import uuid

from dashboard.localaws import refusals
from dashboard.localaws.head import Head
from dashboard.localaws.refusals import Answer

_TARGET = "AmazonDAXV3."


def serve(head: Head, raw_path: str, query: str, body: bytes) -> Answer:
    """A ``layer.Service``: DescribeClusters finds nothing, and nothing can be made."""
    target = head.headers.get("x-amz-target", "")
    if target != f"{_TARGET}DescribeClusters":
        return refusals.aws_error(
            400,
            "UnknownOperationException",
            f"The embedded AWS has no DAX beyond DescribeClusters: {target}.",
        )
    headers = (("content-type", "application/x-amz-json-1.1"), ("x-amzn-requestid", str(uuid.uuid4())))
    return Answer(200, headers, json.dumps({"Clusters": []}).encode())
