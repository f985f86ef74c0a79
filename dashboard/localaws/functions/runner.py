"""Runs a function's code in a process of its own, with a clean environment, and stops it at its timeout."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.localaws.functions.store import Function
from dashboard.localaws.parent import die_with_parent

_WORKER = Path(__file__).with_name("worker.py")
_MOST_LOG = 256 * 1024


@dataclass(frozen=True)
class Outcome:
    """What an invocation gave: its payload (JSON), whether that is an error, what was printed, and how long it took."""

    request_id: str
    payload: bytes
    failed: bool
    log: str
    milliseconds: float

    @property
    def value(self) -> Any:
        """The payload, parsed."""
        return json.loads(self.payload)

    @property
    def error_message(self) -> str:
        """The error's text, '' when there was none."""
        value = self.value if self.failed else None
        return str(value.get("errorMessage", "")) if isinstance(value, dict) else ""


class Runner:
    """``folder`` holds unpacked code and the files of running invocations; ``endpoint`` is where functions find this AWS."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._children: set[subprocess.Popen[bytes]] = set()

    def stop(self) -> None:
        """Kill what is running, so that nobody has to wait for its timeout."""
        for child in list(self._children):
            _kill(child)

    def run(self, function: Function, event: Any) -> Outcome:
        """Invoke and wait."""
        request_id, config = str(uuid.uuid4()), function.config
        code = self._unpacked(function)
        given = {
            "event": event,
            "functionName": config["FunctionName"],
            "arn": config["FunctionArn"],
            "memory": config["MemorySize"],
            "requestId": request_id,
            "logGroup": f"/aws/lambda/{config['FunctionName']}",
            "logStream": log_stream(request_id),
            "seconds": config["Timeout"],
        }
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            files = Path(scratch) / "event", Path(scratch) / "result"
            files[0].write_text(json.dumps(given))
            began = time.perf_counter()
            status, log = self._execute(config, code, *files)
            taken = (time.perf_counter() - began) * 1000
            result = json.loads(files[1].read_text()) if files[1].exists() else None
        if result is None:
            result = {"error": _died(request_id, status, config["Timeout"])}
        failed = "error" in result
        if failed and "stackTrace" in result["error"]:
            result["error"]["requestId"] = request_id
        payload = json.dumps(result["error"] if failed else result["value"]).encode()
        return Outcome(request_id, payload, failed, log, taken)

    def _execute(
        self, config: dict[str, Any], code: Path, event: Path, result: Path
    ) -> tuple[int | None, str]:
        """Exit status (None after the timeout) and what was printed."""
        command = [
            sys.executable,
            "-I",
            "-B",
            str(_WORKER),
            str(code),
            config["Handler"],
            str(event),
            str(result),
        ]
        with tempfile.TemporaryFile(dir=self._folder) as printed:
            child = subprocess.Popen(
                command,
                env=self._environment(config, event.parent),
                cwd=code,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
            )
            self._children.add(child)
            try:
                status: int | None = child.wait(config["Timeout"])
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _kill(child)
                child.wait()
                self._children.discard(child)
            printed.seek(0)
            return status, printed.read(_MOST_LOG).decode(errors="replace")

    def _environment(self, config: dict[str, Any], home: Path) -> dict[str, str]:
        own = (config.get("Environment") or {}).get("Variables") or {}
        region = config["FunctionArn"].split(":")[3]
        return {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "HOME": str(home),
            "TMPDIR": str(home),
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            **own,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
            "_HANDLER": config["Handler"],
        }

    def _unpacked(self, function: Function) -> Path:
        """The folder of a function's code, unpacked once for each archive."""
        data = base64.b64decode(function.code)
        folder = self._folder / hashlib.sha256(data).hexdigest()
        if not folder.exists():
            fresh = Path(tempfile.mkdtemp(dir=self._folder))
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(fresh)
            with suppress(OSError):  # somebody else was faster
                fresh.rename(folder)
        return folder


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The whole group, which is left even when its first process has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def log_stream(request_id: str) -> str:
    """The stream of an invocation's lines: the day, the version, and a word that says nothing."""
    return f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{request_id.replace('-', '')}"


def _died(request_id: str, status: int | None, seconds: int) -> dict[str, Any]:
    if status is None:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        return {"errorMessage": f"{moment} {request_id} Task timed out after {seconds:.2f} seconds"}
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: exit status {status}",
    }
