"""An item as code to copy: reading, putting and updating it with PynamoDB, boto3 and the AWS CLI, without losing a digit or a byte.

All of it speaks DynamoDB's own JSON, in which a number is text: boto3's Table resource refuses numbers below 1E-128 and reads binary as its
own type. In Python binary is a bytes literal, for the CLI base64 (version 2; ``--cli-binary-format`` tells version 2 so whatever the
profile says). Every text is a literal of its language, made by ``repr`` and ``shlex.quote``, so that nothing in an item is code.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from dashboard.core.wire import Item, Wire, tag_of, to_bytes

LONGEST_ARGUMENT = 100_000
"""Characters of one argument of a command; Linux takes 128 KB (execve(2), MAX_ARG_STRLEN)."""


@dataclass(frozen=True)
class Snippet:
    """One piece of code: ``title`` says what it does, ``file`` is a JSON file it reads where a command line would be too long."""

    title: str
    code: str
    file: str = ""


@dataclass(frozen=True)
class Target:
    """Where the item is. ``endpoint`` is empty but for an endpoint that is not AWS's."""

    region: str
    table: str
    endpoint: str = ""


def pynamodb(target: Target, key: Item, item: Item) -> tuple[Snippet, ...]:
    """Code for PynamoDB's low-level connection."""
    host = f", host={target.endpoint!r}" if target.endpoint else ""
    head = f"from pynamodb.connection import Connection\n\nconnection = Connection(region={target.region!r}{host})\n"
    return _python(
        target, key, item, head, lambda name, arguments: f'connection.dispatch("{name}", {arguments})'
    )


def boto3(target: Target, key: Item, item: Item) -> tuple[Snippet, ...]:
    """Code for boto3's client."""
    url = f", endpoint_url={target.endpoint!r}" if target.endpoint else ""
    head = f'import boto3\n\nclient = boto3.client("dynamodb", region_name={target.region!r}{url})\n'
    methods = {"GetItem": "get_item", "PutItem": "put_item", "UpdateItem": "update_item"}
    return _python(target, key, item, head, lambda name, arguments: f"client.{methods[name]}(**{arguments})")


def aws_cli(target: Target, key: Item, item: Item) -> tuple[Snippet, ...]:
    """Commands for a POSIX shell."""
    quoted = shlex.quote(target.endpoint)
    common = f"  --region {shlex.quote(target.region)}" + (
        f" --endpoint-url {quoted}" if target.endpoint else ""
    )
    binary = "" if "B" not in json.dumps(item) else " \\\n  --cli-binary-format base64"
    key_text = _json(key)

    def command(name: str, *options: tuple[str, str]) -> str:
        lines = [f"aws dynamodb {name} --table-name {shlex.quote(target.table)}", common]
        lines += [f"  --{option} {shlex.quote(value)}" for option, value in options]
        return " \\\n".join(lines) + binary

    read = Snippet("Read it", command("get-item", ("key", key_text)) + " \\\n  --consistent-read")
    put = ("Put it whole", "put-item", (("item", _json(item)),), "item.json")
    found = [read, _cli_write(command, *put)]
    if update := _update(key, item):
        options = (
            ("key", key_text),
            ("update-expression", update["UpdateExpression"]),
            ("expression-attribute-names", _json(update["ExpressionAttributeNames"])),
            ("expression-attribute-values", _json(update["ExpressionAttributeValues"])),
        )
        found.append(_cli_write(command, "Set its attributes", "update-item", options, "values.json"))
    return tuple(found)


def _cli_write(
    command: Any, title: str, name: str, options: tuple[tuple[str, str], ...], file: str
) -> Snippet:
    """A command; its last option moves into a file when it is longer than a command line takes."""
    option, value = options[-1]
    if len(value) <= LONGEST_ARGUMENT:
        return Snippet(title, command(name, *options))
    return Snippet(title, command(name, *options[:-1], (option, f"file://{file}")), file)


def _python(target: Target, key: Item, item: Item, head: str, call: Any) -> tuple[Snippet, ...]:
    table = {"TableName": target.table}
    asked = {"Key": _bare(key), "ConsistentRead": True}
    code = [
        ("Read it", f'{head}item = {call("GetItem", _literal(table | asked))}.get("Item")\n'),
        ("Put it whole", f"{head}{call('PutItem', _literal(table | {'Item': _bare(item)}))}\n"),
    ]
    if update := _update(key, item):
        update["ExpressionAttributeValues"] = _bare(update["ExpressionAttributeValues"])
        arguments = table | {"Key": _bare(key)} | update
        code.append(("Set its attributes", f"{head}{call('UpdateItem', _literal(arguments))}\n"))
    return tuple(Snippet(title, text) for title, text in code)


def _update(key: Item, item: Item) -> dict[str, Any]:
    """The expressions that set every attribute but the key; empty when there is none."""
    others = [name for name in item if name not in key]
    if not others:
        return {}
    parts = [f"#a{place} = :v{place}" for place in range(len(others))]
    return {
        "UpdateExpression": "SET " + ", ".join(parts),
        "ExpressionAttributeNames": {f"#a{place}": name for place, name in enumerate(others)},
        "ExpressionAttributeValues": {f":v{place}": item[name] for place, name in enumerate(others)},
    }


def _bare(item: Item) -> dict[str, Any]:
    return {name: _bare_value(value) for name, value in item.items()}


def _bare_value(value: Wire) -> Any:
    """A wire value with its binary as bytes, as the SDK wants it."""
    tag = tag_of(value)
    inner = value[tag]
    if tag == "B":
        return {"B": to_bytes(inner)}
    if tag == "BS":
        return {"BS": [to_bytes(one) for one in inner]}
    if tag == "M":
        return {"M": _bare(inner)}
    return {"L": [_bare_value(one) for one in inner]} if tag == "L" else value


def _literal(value: Any, depth: int = 0) -> str:
    """A Python literal; the first two levels of dicts have a line each, so that an item reads attribute by attribute."""
    if not isinstance(value, dict) or not value or depth > 1:
        return _text(value)
    inside, outside = "    " * (depth + 1), "    " * depth
    lines = [f"{inside}{_text(name)}: {_literal(inner, depth + 1)},\n" for name, inner in value.items()]
    return "{\n" + "".join(lines) + outside + "}"


def _text(value: Any) -> str:
    return (
        ascii(value)
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value)
        else repr(value)
    )


def _json(value: Any) -> str:
    return json.dumps(value)
