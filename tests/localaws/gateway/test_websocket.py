"""Real connections to stages of WebSocket APIs."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    RejectConnection,
    Request,
    TextMessage,
)

from tests.localaws.gateway.support import lines, path, total
from tests.localaws.support import client


class Client:
    """A WebSocket client; ``status`` of a handshake that was refused, 101 of one that was not."""

    def __init__(self, endpoint: str, where: str) -> None:
        parts = urlsplit(endpoint)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
        self._ws = WSConnection(ConnectionType.CLIENT)
        self._events: list[Any] = []
        self._socket.sendall(self._ws.send(Request(host=parts.netloc, target=where)))
        first = self.event()
        self.status = first.status_code if isinstance(first, RejectConnection) else 101
        assert self.status != 101 or isinstance(first, AcceptConnection)

    def event(self) -> Any:
        """The next event."""
        while not self._events:
            self._ws.receive_data(self._socket.recv(65_536) or None)
            self._events.extend(self._ws.events())
        return self._events.pop(0)

    def say(self, value: Any) -> None:
        """Send JSON."""
        self._socket.sendall(self._ws.send(TextMessage(data=json.dumps(value))))

    def say_bytes(self, value: bytes) -> None:
        """Send a binary frame."""
        self._socket.sendall(self._ws.send(BytesMessage(data=value)))

    def heard(self) -> Any:
        """The next message's JSON."""
        event = self.event()
        assert isinstance(event, TextMessage)
        return json.loads(event.data)

    def close(self) -> None:
        """Say good-bye, unless the other side did."""
        if self.status == 101 and not self._ws.state.name.endswith("CLOSED"):
            self._socket.sendall(self._ws.send(CloseConnection(code=1000)))
        self._socket.close()


@contextmanager
def connected(endpoint: str, where: str) -> Iterator[Client]:
    here = Client(endpoint, where)
    try:
        yield here
    finally:
        here.close()


def chat(http_apis: Any, routes: dict[str, str], **answering: Any) -> str:
    """A WebSocket API whose routes call addresses ('' is a mock); stage ``live``."""
    made = http_apis.create_api(
        Name=f"chat-{uuid.uuid4().hex[:6]}",
        ProtocolType="WEBSOCKET",
        RouteSelectionExpression="$request.body.action",
    )["ApiId"]
    for key, uri in routes.items():
        settings: dict[str, Any] = {
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": uri,
        }
        if not uri:
            templates = {"200": '{"statusCode": 200}'}
            settings = {
                "IntegrationType": "MOCK",
                "TemplateSelectionExpression": "200",
                "RequestTemplates": templates,
            }
        target = http_apis.create_integration(ApiId=made, **settings)["IntegrationId"]
        more = {} if key in ("$connect", "$disconnect") else {"RouteResponseSelectionExpression": "$default"}
        http_apis.create_route(ApiId=made, RouteKey=key, Target=f"integrations/{target}", **more)
    http_apis.create_stage(ApiId=made, StageName="live", AutoDeploy=True)
    return str(made)


def soon(check: Any) -> Any:
    """The first true value of ``check`` within a minute."""
    for _ in range(1200):
        if found := check():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come.")


def test_it_works(localaws: str, http_apis: Any, backend: str, cloudwatch: Any, logs: Any) -> None:
    api = chat(http_apis, {"$connect": "", "$disconnect": "", "send": f"{backend}/send", "$default": backend})
    group = f"access-{uuid.uuid4().hex[:6]}"
    text = '{"event":"$context.eventType","route":"$context.routeKey","c":"$context.connectionId","i":"$context.requestId"}'
    arn = f"arn:aws:logs:eu-central-1:000000000000:log-group:{group}"
    http_apis.update_stage(
        ApiId=api, StageName="live", AccessLogSettings={"DestinationArn": arn, "Format": text}
    )
    with connected(localaws, path(api, "live", "")) as here:
        assert here.status == 101
        here.say({"action": "send", "text": "hello"})
        asked = here.heard()
        assert (asked["path"], json.loads(asked["body"])) == ("/send", {"action": "send", "text": "hello"})
        here.say({"action": "other"})
        assert here.heard()["path"] == "/"
    written = soon(lambda: [each for each in [lines(logs, group)] if len(each) == 4])[0]
    assert [(each["event"], each["route"]) for each in written] == [
        ("CONNECT", "$connect"),
        ("MESSAGE", "send"),
        ("MESSAGE", "$default"),
        ("DISCONNECT", "$disconnect"),
    ]
    assert len({each["c"] for each in written}) == 1
    assert total(cloudwatch, "ConnectCount", ApiId=api, Stage="live") == 1
    assert total(cloudwatch, "MessageCount", ApiId=api) == 2
    assert total(cloudwatch, "IntegrationLatency", "SampleCount", ApiId=api) == 2
    assert total(cloudwatch, "ClientError", ApiId=api) == 0


def test_a_backend_answers_later(localaws: str, http_apis: Any, backend: str) -> None:
    api = chat(http_apis, {"$default": backend})
    later = client(localaws + path(api, "live", ""), "apigatewaymanagementapi")
    with connected(localaws, path(api, "live", "")) as here:
        here.say({"x": 1})
        name = here.heard()["headers"]["connectionid"]
        later.post_to_connection(ConnectionId=name, Data=b'{"later": true}')
        assert here.heard() == {"later": True}
        assert later.get_connection(ConnectionId=name)["Identity"]["SourceIp"] == "127.0.0.1"
        later.delete_connection(ConnectionId=name)
        assert isinstance(here.event(), CloseConnection)
    for gone in (name, "unknown"):
        with pytest.raises(ClientError, match="Gone"):
            soon(lambda gone=gone: later.post_to_connection(ConnectionId=gone, Data=b"x") and None)


def test_a_message_without_a_route(localaws: str, http_apis: Any, backend: str, cloudwatch: Any) -> None:
    api = chat(http_apis, {"send": backend})
    with connected(localaws, path(api, "live", "")) as here:
        here.say({"action": "other"})
        told = here.heard()
        assert (told["message"], told.keys()) == ("Forbidden", {"message", "connectionId", "requestId"})
        here.say_bytes(b"binary")
        assert here.event().code == 1003
    assert total(cloudwatch, "ClientError", ApiId=api) == 1


def test_a_throttled_route(localaws: str, http_apis: Any, backend: str) -> None:
    api = chat(http_apis, {"send": backend})
    limits = {"send": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}}
    http_apis.update_stage(ApiId=api, StageName="live", RouteSettings=limits)
    with connected(localaws, path(api, "live", "")) as here:
        here.say({"action": "send"})
        assert here.heard()["message"] == "Too Many Requests"


@pytest.mark.parametrize(("place", "status"), [("/status/401", 401), ("/break", 500), ("/status/500", 500)])
def test_connect_may_refuse(localaws: str, http_apis: Any, backend: str, place: str, status: int) -> None:
    api = chat(http_apis, {"$connect": backend + place, "$default": backend})
    with connected(localaws, path(api, "live", "")) as here:
        assert here.status == status


@pytest.mark.parametrize("where", ["/_aws/execute-api/none/live", "/elsewhere"])
def test_nothing_there(localaws: str, where: str) -> None:
    with connected(localaws, where) as here:
        assert here.status == 403


def test_a_stage_that_is_not_there(localaws: str, http_apis: Any, backend: str) -> None:
    with connected(localaws, path(chat(http_apis, {"$default": backend}), "none", "")) as here:
        assert here.status == 403
