"""Runs one invocation: ``python -I worker.py <folder of the code> <module.function> <file of the event> <file of the result>``.

It imports nothing of Gatehouse. The result's file holds ``{"value": …}`` or ``{"error": {errorMessage, errorType, stackTrace}}``;
what the handler prints goes to standard output.
"""

import importlib
import json
import os
import sys
import time
import traceback
import typing


class Context:
    """What a handler gets beside its event."""

    def __init__(self, given: "dict[str, typing.Any]") -> None:
        self.function_name = given["functionName"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = given["arn"]
        self.memory_limit_in_mb = str(given["memory"])
        self.aws_request_id = given["requestId"]
        self.log_group_name = given["logGroup"]
        self.log_stream_name = given["logStream"]
        self.identity = None
        self.client_context = None
        self._end = time.monotonic() + given["seconds"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is stopped."""
        return max(0, int((self._end - time.monotonic()) * 1000))


def failure(kind: str, message: str, trace: list[str]) -> dict[str, object]:
    """An error as Lambda answers it."""
    return {"error": {"errorMessage": message, "errorType": kind, "stackTrace": trace}}


def handler_of(name: str) -> "tuple[typing.Any, dict[str, object] | None]":
    """The handler, or what is wrong with its name."""
    module, _, function = name.rpartition(".")
    try:
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        return None, failure("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}", [])
    except SyntaxError as error:
        return None, failure("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", [])
    if not hasattr(found, function):
        return None, failure(
            "Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module}'", []
        )
    return getattr(found, function), None


def invoke(name: str, given: "dict[str, typing.Any]") -> dict[str, object]:
    """The outcome of one invocation."""
    try:
        handler, wrong = handler_of(name)
        if wrong is not None:
            return wrong
        value = handler(given["event"], Context(given))
    except Exception as error:  # noqa: BLE001 - whatever the handler raises is its answer
        trace = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
        return failure(type(error).__name__, str(error), trace)
    try:
        return {"value": json.loads(json.dumps(value))}
    except (TypeError, ValueError) as error:
        return failure("Runtime.MarshalError", f"Unable to marshal response: {error}", [])


if __name__ == "__main__":
    code, handler_name, event_file, result_file = sys.argv[1:5]
    sys.path.insert(0, code)
    os.chdir(code)
    with open(event_file, encoding="utf-8") as file:  # noqa: PTH123 - without imports that the handler does not need
        outcome = invoke(handler_name, json.load(file))
    with open(result_file + ".new", "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(outcome, file)
    os.replace(result_file + ".new", result_file)  # noqa: PTH105
