"""PartiQL's SELECT in pages: ``Limit`` and 1 MB bound what is evaluated, ``NextToken`` goes on after it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import orjson

from dashboard.localaws.dynamodb import capacity, changes
from dashboard.localaws.dynamodb.engine import Item, Reply, Table, engine

_TOKEN = "Invalid NextToken"


def select(table: Table, parsed: dict[str, Any]) -> Reply:
    """The engine's ``_partiql_select``: of a table, not of an index."""
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
        rest = _after(_walked(table, parsed), data, table)
    except ValueError:
        return _refused(_TOKEN)
    page, stopped = capacity.paginate(rest, limit, table)
    units = {("", ""): capacity.read_units(call.page_bytes, consistent)}
    capacity.note(table["TableName"], units, write=False)
    where = parsed.get("where_fn")
    answer: dict[str, Any] = {
        "Items": [_shown(item, parsed) for item in page if where is None or where(item)]
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
    given = [
        value
        for name, operator, value in parsed.get("conditions") or ()
        if name == table["pk_name"] and operator == "="
    ]
    if len(given) != 1 or not isinstance(given[0], dict):
        items = [
            table["items"][partition][sort]
            for partition in sorted(table["items"])
            for sort in sorted(table["items"][partition])
        ]
    else:
        items = list(table["items"].get(module._extract_key_val(given[0]), {}).values())
        if table.get("sk_name"):
            kind = module._get_attr_type(table, table["sk_name"])
            items.sort(key=lambda item: module._sort_key_value(item.get(table["sk_name"]), kind))
            on_key = [one for one in parsed.get("conditions") or () if one[0] == table["sk_name"]]
            items = [item for item in items if all(module._eval_partiql_pred(item, *one) for one in on_key)]
    if parsed.get("order"):
        parts, descending = parsed["order"]
        items.sort(key=lambda item: _rank(module._partiql_get_path(item, parts)), reverse=descending)
    return items


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
