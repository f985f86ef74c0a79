"""PartiQL as AWS does it, where the engine does not.

SELECT from a table or an index in pages: ``Limit`` and 1 MB bound what is evaluated, ``NextToken`` goes on after it, and what was
evaluated is what it costs. A cancelled transaction states its reasons in AWS's codes, with the item when that was asked for.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from dashboard.localaws.dynamodb import capacity, changes
from dashboard.localaws.dynamodb.engine import Item, Reply, Table, engine, table_named
from dashboard.localaws.dynamodb.sizes import LOCAL, Index, indexes, item_size

_TOKEN = "Invalid NextToken"


def select(table: Table, parsed: dict[str, Any]) -> Reply:
    """The engine's ``_partiql_select``: of a table, not of an index."""
    keys = [name for name in (table["pk_name"], table.get("sk_name")) if name]
    if problem := _unordered(parsed, keys):
        return _refused(problem)
    return _paged(table, parsed, _walked(table, parsed), None)


def selecting_index(refusing: Callable[..., Reply]) -> Callable[..., Reply]:
    """The engine's ``_partiql_select_index``: what it refuses stays refused, but the page is read and counted as of any index."""

    def select(table: Table, parsed: dict[str, Any], data: dict[str, Any]) -> Reply:
        asked = {name: value for name, value in data.items() if name != "NextToken"}
        refusal = refusing({**table, "items": {}}, parsed, asked)
        return refusal if refusal[0] != 200 else _select_index(table, parsed)

    return select


def _select_index(table: Table, parsed: dict[str, Any]) -> Reply:
    index = next(one for one in indexes(table) if one.name == parsed["index"])
    if problem := _unordered(parsed, list(index.keys)):
        return _refused(problem)
    entries = [
        item for held in table["items"].values() for item in held.values() if index.entry(item) is not None
    ]
    names = list(
        dict.fromkeys((*index.keys, table["pk_name"], *([table["sk_name"]] if table.get("sk_name") else [])))
    )
    kinds = {name: engine()._get_attr_type(table, name) for name in names}
    entries.sort(key=lambda item: [engine()._sort_key_value(item.get(name), kinds[name]) for name in names])
    on_key = [one for one in parsed.get("conditions") or () if one[0] in index.keys]
    walked = [item for item in entries if all(engine()._eval_partiql_pred(item, *one) for one in on_key)]
    return _paged(table, parsed, walked, index)


def _paged(table: Table, parsed: dict[str, Any], walked: list[Item], index: Index | None) -> Reply:
    """One page of what the statement evaluates."""
    call = changes.current()
    data = call.data if call.operation == "ExecuteStatement" else {}
    consistent = bool(data.get("ConsistentRead"))
    limit = data.get("Limit")
    if limit is not None and limit < 1:
        return _refused(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    try:
        rest = _after(walked, data, table)
    except ValueError:
        return _refused(_TOKEN)
    page, stopped = capacity.paginate(rest, limit, table, index.name if index else None)
    reaches = index is not None and _reaches(index, parsed)
    units = {
        (index.kind, index.name) if index else ("", ""): capacity.read_units(call.page_bytes, consistent)
    }
    if reaches:
        units["", ""] = sum(capacity.read_units(item_size(item), consistent) for item in page)
    capacity.note(table["TableName"], units, write=False)
    where = parsed.get("where_fn")
    shown = [item if index is None or reaches else index.entry(item) or {} for item in page]
    answer: dict[str, Any] = {
        "Items": [_shown(item, parsed) for item in shown if where is None or where(item)]
    }
    if stopped and page:
        key = engine()._extract_key_from_item(table, page[-1])
        answer["LastEvaluatedKey"] = key
        answer["NextToken"] = base64.b64encode(orjson.dumps([_mark(data), key])).decode()
    if capacity.level_of(data) != "NONE":
        answer["ConsumedCapacity"] = capacity.shown(table["TableName"], units, capacity.level_of(data))
    return engine().json_response(answer)  # type: ignore[no-any-return]


def _walked(table: Table, parsed: dict[str, Any]) -> list[Item]:
    """What the statement evaluates, in order: a partition when the partition key is given, else the whole table."""
    module = engine()
    given = _partitions(parsed.get("where"), table["pk_name"])
    if not given or not all(isinstance(one, dict) for one in given):
        items = [
            table["items"][partition][sort]
            for partition in sorted(table["items"])
            for sort in sorted(table["items"][partition])
        ]
    else:
        keys = dict.fromkeys(module._extract_key_val(one) for one in given)
        items = [item for key in keys for item in table["items"].get(key, {}).values()]
        if table.get("sk_name"):
            kind = module._get_attr_type(table, table["sk_name"])
            if len(keys) == 1:
                items.sort(key=lambda item: module._sort_key_value(item.get(table["sk_name"]), kind))
            on_key = [one for one in parsed.get("conditions") or () if one[0] == table["sk_name"]]
            items = [item for item in items if all(module._eval_partiql_pred(item, *one) for one in on_key)]
    if parsed.get("order"):
        parts, descending = parsed["order"]
        items.sort(key=lambda item: _rank(module._partiql_get_path(item, parts)), reverse=descending)
    return items


def _unordered(parsed: dict[str, Any], keys: list[str]) -> str:
    """AWS's message when ORDER BY asks for what no key sorts; empty when it does not."""
    if not parsed.get("order"):
        return ""
    path = parsed["order"][0]
    if parsed.get("where") is None:
        return "Must have WHERE clause in the statement when using ORDER BY clause."
    if len(path) != 1 or path[0] not in keys:
        name = ".".join(str(part) for part in path)
        return f"Variable reference {name} in ORDER BY clause must be part of the primary key"
    given = len(_partitions(parsed["where"], keys[0]))
    if not given:
        return "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
    if given > 1 and path[0] != keys[0]:
        return "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."
    return ""


def _partitions(where: Any, name: str) -> list[Any]:
    """The values of the partition key that the condition lets through, none when it does not bound them (then everything is read)."""
    if where is None:
        return []
    kind = where[0]
    if kind == "cmp" and where[1] == "=":
        for path, value in ((where[2], where[3]), (where[3], where[2])):
            if path[0] == "path" and path[1] == [name] and value[0] == "lit":
                return [value[1]]
    if kind == "in" and where[1][0] == "path" and where[1][1] == [name] and where[2][0] == "options":
        return [one[1] for one in where[2][1]] if all(one[0] == "lit" for one in where[2][1]) else []
    if kind == "and":
        return _partitions(where[1], name) or _partitions(where[2], name)
    if kind == "or":
        left, right = _partitions(where[1], name), _partitions(where[2], name)
        return [*left, *right] if left and right else []
    return []


def _reaches(index: Index, parsed: dict[str, Any]) -> bool:
    """Whether a local index fetches attributes from its table that it does not hold."""
    wanted = parsed.get("projections") or ()
    return (
        index.kind == LOCAL
        and index.projected is not None
        and any(name.split(".")[0].split("[")[0] not in index.projected for name in wanted)
    )


def _rank(value: Any) -> tuple[bool, Any]:
    return (True, engine()._ddb_comparable(value)[1]) if value else (False, "")


def _mark(data: dict[str, Any]) -> str:
    """A token belongs to its statement and parameters."""
    return hashlib.sha256(orjson.dumps([data.get("Statement"), data.get("Parameters")])).hexdigest()[:16]


def _after(items: list[Item], data: dict[str, Any], table: Table) -> list[Item]:
    """What follows the token's key; ValueError for a token that this statement never gave."""
    token = data.get("NextToken")
    if not token:
        return items
    mark, key = orjson.loads(base64.b64decode(token, validate=True))
    if mark != _mark(data):
        raise ValueError(_TOKEN)
    for number, item in enumerate(items):
        if all(item.get(name) == value for name, value in key.items()):
            return items[number + 1 :]
    raise ValueError(_TOKEN)


def _shown(item: Item, parsed: dict[str, Any]) -> Item:
    """The attributes and paths that the statement selects; a path's column has the name of its last part."""
    if not parsed.get("projections"):
        return item
    module, row = engine(), {}
    for name in parsed["projections"]:
        if name in item:
            row[name] = item[name]
        elif "." in name or "[" in name:
            parts = module._partiql_parse_path(name)
            found = module._partiql_get_path(item, parts)
            if found is not None:
                row[next((part for part in reversed(parts) if isinstance(part, str)), name)] = found
    return row


def _refused(message: str) -> Reply:
    return engine().error_response_json("ValidationException", message, 400)  # type: ignore[no-any-return]


def calling(original: Callable[..., Any]) -> Callable[..., Any]:
    """The engine's ``_pq_call``, which lacks ``list_append``."""

    def call(name: str, arguments: list[Any], nodes: Any) -> Any:
        if name != "list_append":
            return original(name, arguments, nodes)
        if len(arguments) != 2 or not all(one is not None and "L" in one for one in arguments):
            raise ValueError(
                "Incorrect operand type for operator or function; operator or function: list_append"
            )
        return {"L": [*arguments[0]["L"], *arguments[1]["L"]]}

    return call


def transaction(original: Callable[[dict[str, Any]], Reply]) -> Callable[[dict[str, Any]], Reply]:
    """The engine's ``_execute_transaction`` with its reasons in AWS's codes, and the item that failed a condition."""

    def execute(data: dict[str, Any]) -> Reply:
        status, headers, body = original(data)
        if status == 200 or b"CancellationReasons" not in body:
            return status, headers, body
        answer = orjson.loads(body)
        for statement, reason in zip(data["TransactStatements"], answer["CancellationReasons"], strict=True):
            code = reason["Code"].removesuffix("Exception")
            reason["Code"] = "ValidationError" if code == "Validation" else code
            if code == "ConditionalCheckFailed" and (found := _met(statement)):
                reason["Item"] = found
        codes = ", ".join(reason["Code"] for reason in answer["CancellationReasons"])
        answer["message"] = (
            f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        )
        return status, headers, orjson.dumps(answer)

    return execute


def _met(statement: dict[str, Any]) -> Item | None:
    """The item that a statement's condition failed on, when it asked to be told."""
    if statement.get("ReturnValuesOnConditionCheckFailure") != "ALL_OLD":
        return None
    parsed = engine()._parse_partiql(statement["Statement"], statement.get("Parameters", []))
    table = table_named(parsed["table"])
    if table is None:
        return None
    partition, sort, _, refused = engine()._partiql_key_target(table, parsed.get("select") or parsed)
    found: Item | None = None if refused else table["items"].get(partition, {}).get(sort)
    return found
