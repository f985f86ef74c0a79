"""``python -m tests.bench.canned [TABLES]``: a DynamoDB that answers ready bytes at once and counts, in a process of its own.

``GET /calls`` answers what was called since it was last asked.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from zlib import crc32

from tests.bench.orders import KEYS, LAST_KEY, PAGE, TABLE

CAPACITY = {"ConsumedCapacity": {"TableName": TABLE, "CapacityUnits": 12.5}}
PAGE_ANSWER: dict[str, Any] = {
    "Items": PAGE,
    "Count": 100,
    "ScannedCount": 100,
    "LastEvaluatedKey": LAST_KEY,
    **CAPACITY,
}
DESCRIPTION: dict[str, Any] = {
    **KEYS,
    "TableStatus": "ACTIVE",
    "CreationDateTime": 1760000000.0,
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ItemCount": 100000,
    "TableSizeBytes": 50000000,
    "TableArn": f"arn:aws:dynamodb:eu-central-1:123456789012:table/{TABLE}",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "Scan": PAGE_ANSWER,
    "Query": PAGE_ANSWER,
    "GetItem": {"Item": PAGE[0], **CAPACITY},
    "UpdateItem": {"Attributes": PAGE[0], **CAPACITY},
    "DescribeTable": {"Table": DESCRIPTION},
    "DescribeTimeToLive": {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}},
}
TABLES = 41


def listings(count: int) -> dict[str, dict[str, Any]]:
    """ListTables' answers for that many tables by the name they start behind: 100 names each."""
    names = [TABLE, *(f"table-{number:04d}" for number in range(count - 1))]
    pages = {}
    for start in range(0, count, 100):
        part = names[start : start + 100]
        more = {"LastEvaluatedTableName": part[-1]} if start + 100 < count else {}
        pages[names[start - 1] if start else ""] = {"TableNames": part, **more}
    return pages


def ready(body: bytes) -> bytes:
    """A whole HTTP answer."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n"
        f"x-amz-crc32: {crc32(body)}\r\nx-amzn-RequestId: CANNED0000000000000000000000\r\n\r\n"
    )
    return head.encode() + body


class Canned(asyncio.Protocol):
    """One connection: a request is complete, it is answered."""

    answers = {
        name: ready(json.dumps(body, separators=(",", ":")).encode()) for name, body in ANSWERS.items()
    }
    listed: dict[str, bytes] = {}
    called: list[str] = []

    def __init__(self) -> None:
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has arrived whole."""
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, rest = self._waiting.partition(b"\r\n\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            length = int(headers.get(b"content-length", 0))
            if len(rest) < length:
                return
            self._waiting = rest[length:]
            self._transport.write(self._answer(head, headers.get(b"x-amz-target", b""), rest[:length]))

    def _answer(self, head: bytes, target: bytes, body: bytes = b"") -> bytes:
        if head.startswith(b"GET /calls"):
            called, Canned.called = Canned.called, []
            return ready(json.dumps(called).encode())
        operation = target.rpartition(b".")[2].decode()
        name = next((name for name in self.answers if name.lower() == operation), "")
        if operation == "listtables":
            self.called.append("ListTables")
            return self.listed[json.loads(body).get("ExclusiveStartTableName", "")]
        self.called.append(name or operation or "unknown")
        return self.answers[name] if name else ready(b"{}")


async def serve(tables: int) -> None:
    """Listen on a free port of 127.0.0.1 and say which."""
    Canned.listed = {start: ready(json.dumps(page).encode()) for start, page in listings(tables).items()}
    server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if sys.argv[1:] else TABLES))
