"""An item as code: what is copied is what the item holds, and nothing in it is ever code."""

from __future__ import annotations

import ast
import json
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from pynamodb.connection import Connection

from dashboard.core.wire import Item
from dashboard.tables.core.snippets import LONGEST_ARGUMENT, Snippet, Target, aws_cli, boto3, pynamodb
from tests.tables.operations.live import bare_value
from tests.values import ITEMS

KEY: Item = {"pk": {"S": 'it\'s "x"\n$HOME `ls` \\ 👩‍🚀'}, "sk": {"B": "AP8="}}
HERE = Target("eu-central-1", "parcels")
THERE = Target("eu-central-1", "parcels", "http://127.0.0.1:1/'")


class Caught:
    """Stands in for a client: keeps what it is called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def dispatch(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        return {}

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: self.dispatch("".join(part.title() for part in name.split("_")), arguments)


def run(snippet: Snippet, name: str) -> tuple[str, dict[str, Any]]:
    """Execute the code with its client replaced; the one call it makes."""
    tree = ast.parse(snippet.code)
    made = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)][1:]
    caught = Caught()
    exec(compile(ast.Module(made, []), "snippet", "exec"), {name: caught})
    (call,) = caught.calls
    return call


def bare(item: Item) -> dict[str, Any]:
    return {name: bare_value(value) for name, value in item.items()}


@settings(max_examples=100)
@given(ITEMS)
@pytest.mark.parametrize(("make", "name"), [(pynamodb, "connection"), (boto3, "client")])
def test_python_calls_with_exactly_the_item(make: Any, name: str, item: Item) -> None:
    item = {**item, **KEY}
    read, put, *update = make(THERE, KEY, item)
    assert run(read, name) == (
        "GetItem",
        {"TableName": "parcels", "Key": bare(KEY), "ConsistentRead": True},
    )
    assert run(put, name) == ("PutItem", {"TableName": "parcels", "Item": bare(item)})
    assert bool(update) is (len(item) > 2)
    for each in update:
        operation, arguments = run(each, name)
        names, values = arguments["ExpressionAttributeNames"], arguments["ExpressionAttributeValues"]
        pairs = [part.split(" = ") for part in arguments["UpdateExpression"].removeprefix("SET ").split(", ")]
        assert operation == "UpdateItem" and arguments["Key"] == bare(KEY)
        assert {names[left]: values[right] for left, right in pairs} | bare(KEY) == bare(item)


@settings(max_examples=100)
@given(ITEMS)
def test_the_shell_gets_exactly_the_item(item: Item) -> None:
    item = {**item, **KEY}
    for snippet in aws_cli(THERE, KEY, item):
        words = shlex.split(snippet.code.replace("\\\n", ""))
        assert words[:2] == ["aws", "dynamodb"]
        options = {
            word[2:]: words[place + 1]
            for place, word in enumerate(words)
            if word.startswith("--") and place + 1 < len(words)
        }
        assert options["endpoint-url"] == THERE.endpoint
        if words[2] == "put-item":
            assert json.loads(options["item"]) == item
        else:
            assert json.loads(options["key"]) == KEY
        if words[2] == "update-item":
            names = json.loads(options["expression-attribute-names"])
            values = json.loads(options["expression-attribute-values"])
            assert dict(zip(names.values(), values.values(), strict=True)) | KEY == item


def test_an_item_too_long_for_a_command_line_is_read_from_a_file() -> None:
    item = {**KEY, "big": {"S": "x" * LONGEST_ARGUMENT}}
    read, put, update = aws_cli(HERE, KEY, item)
    assert (read.file, put.file, update.file) == ("", "item.json", "values.json")
    assert "--item file://item.json" in put.code and len(put.code) < 1000
    assert "--endpoint-url" not in put.code


def test_pynamodb_has_what_the_code_uses() -> None:
    connection = Connection(region="eu-central-1", host="http://127.0.0.1:1")
    assert callable(connection.dispatch)
