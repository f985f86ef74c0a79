"""Clients and a look into the kernel's tables, for the tests of the embedded AWS and of the demo."""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import Session

REGION = "eu-central-1"


def client(endpoint: str, service: str = "dynamodb", region: str = REGION) -> Any:
    """A client with one attempt."""
    return Session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )


def http(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of a plain request."""
    request = urllib.request.Request(
        url, body, {name.replace("_", "-"): value for name, value in headers.items()}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """Address and port of every TCP socket on which one of the processes listens, by /proc/net."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            except FileNotFoundError:
                continue
            if found:
                inodes.add(found[1])
    places = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            waiting = fields[3] == ("0A" if table.startswith("tcp") else "07")
            if waiting and fields[9] in inodes:
                places.add(_address(fields[1]))
    return places


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    words = b"".join(bytes.fromhex(host[start : start + 8])[::-1] for start in range(0, len(host), 8))
    return str(ipaddress.ip_address(words)), int(port, 16)


def free_ports(count: int) -> list[int]:
    """Ports on 127.0.0.1 that nobody uses just now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def simple_table(dynamodb: Any, name: str, partition: str = "S", sort: str = "", index: bool = False) -> str:
    """A table with the keys ``pk`` and, with ``sort``, ``sk``; ``index`` adds ``by-group`` on group (S) and rank (N)."""
    types = (
        {"pk": partition} | ({"sk": sort} if sort else {}) | ({"group": "S", "rank": "N"} if index else {})
    )
    more: dict[str, Any] = {}
    if index:
        keys = [{"AttributeName": "group", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}]
        more["GlobalSecondaryIndexes"] = [
            {"IndexName": "by-group", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
        ]
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": tag} for key, tag in types.items()],
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in (("pk", "HASH"), ("sk", "RANGE"))
            if key in types
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )
    return name
