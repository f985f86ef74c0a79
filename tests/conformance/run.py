"""What a scenario holds in its hand: clients of the embedded AWS, and the recording that its steps are held against."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from tests.conformance.compare import Bindings, differences
from tests.conformance.normal import normal
from tests.localaws.support import REGION

UNWRITTEN = "no scenario makes this call"


@dataclass(frozen=True)
class Step:
    """What came of one recorded step; it passed when nothing differs."""

    scenario: str
    name: str
    operation: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the answer equals the recording."""
        return not self.differences

    @property
    def unwritten(self) -> bool:
        """Whether nobody has written the calls that lead to it."""
        return self.differences == (UNWRITTEN,)


@dataclass(frozen=True)
class Invoked:
    """The answer of a stage: header names as they were sent, a repeated one by its last value."""

    status: int
    headers: dict[str, str]
    text: str

    def header(self, name: str) -> str | None:
        """A header by its name in any letters."""
        return next((value for each, value in self.headers.items() if each.lower() == name.lower()), None)


def client(endpoint: str, service: str) -> Any:
    """A client that sends what it is given, however wrong: AWS is to refuse it, not botocore."""
    return Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, parameter_validation=False),
    )


class Run:
    """One play of one scenario."""

    def __init__(
        self, name: str, recorded: Mapping[str, Any], endpoint: str, clients: dict[str, Any], samples: Path
    ) -> None:
        self.name = name
        self.endpoint = endpoint
        self.steps: dict[str, Step] = {}
        self._recorded = recorded
        self._clients = clients
        self._samples = samples
        self._bindings: Bindings = {}

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded AWS."""
        if service not in self._clients:
            self._clients[service] = client(self.endpoint, service)
        return self._clients[service]

    @property
    def apigw(self) -> Any:
        """The client of API Gateway's REST control plane."""
        return self.client("apigateway")

    @staticmethod
    def host(api: str) -> str:
        """An API's own name."""
        return f"{api}.execute-api.{REGION}.localhost"

    @staticmethod
    def unique(word: str = "api") -> str:
        """A name that nothing else has."""
        return f"{word}-{uuid.uuid4().hex[:8]}"

    def sample(self, name: str) -> bytes:
        """A file of the samples' ``openapi/localstack``."""
        return (self._samples / "openapi" / "localstack" / name).read_bytes()

    def bind(self, placeholder: str, value: str) -> None:
        """Say what a placeholder of the recording stands for."""
        self._bindings[placeholder] = value

    def step(self, name: str, call: Any, /, *, unordered: Collection[str] = (), **arguments: Any) -> Any:
        """Make a call, hold its answer or refusal against the recorded step, and return it."""
        try:
            answer = call(**arguments)
        except ClientError as error:
            answer = error.response
        self.match(name, answer, _operation(call), unordered=unordered)
        return answer

    def match(self, name: str, value: Any, operation: str, *, unordered: Collection[str] = ()) -> None:
        """Hold a value against the recorded step; ``operation`` is the line of the table it is counted in."""
        assert name not in self.steps, f"{self.name} makes {name} twice"
        if name not in self._recorded:
            found = ["no step of this name was recorded"]
        else:
            draft = dict(self._bindings)
            found = differences(self._recorded[name], normal(value), draft, unordered)
            if not found:
                self._bindings = draft
        self.steps[name] = Step(self.name, name, operation, tuple(found))

    def invoke(
        self,
        api: str,
        stage: str,
        path: str = "/",
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        host: str = "",
    ) -> Invoked:
        """One request to a stage, by the address of the embedded AWS's own name, or by the API's own ``host``."""
        data = body.encode() if isinstance(body, str) else body
        sent = dict(headers or {}) | ({"Host": host} if host else {})
        connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=30)
        try:
            target = f"/{stage}{path}" if host else f"/_aws/execute-api/{api}/{stage}{path}"
            connection.request(method, target, data, sent, encode_chunked="Transfer-Encoding" in sent)
            answer = connection.getresponse()
            return Invoked(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()


def _operation(call: Any) -> str:
    """``create_rest_api`` is CreateRestApi."""
    return "".join(part.capitalize() for part in call.__name__.split("_"))
