"""ImportApiKeys: a CSV file of keys; same value overwrites."""

from __future__ import annotations

import csv
import io

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.rest import keys
from dashboard.localaws.apigateway.rest.checks import truth
from dashboard.localaws.apigateway.rest.plan_keys import attach
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Region, Store, now

router = Router()
_COLUMNS = {"name", "key", "description", "enabled", "usageplanids"}


@router.on("POST", "/apikeys")
def create(request: Request, store: Store) -> Reply:
    """ImportApiKeys with ``mode=import``, else CreateApiKey."""
    return _import(request, store) if request.query.get("mode") == "import" else keys.create(request, store)


def _import(request: Request, store: Store) -> Reply:
    """All rows, or with ``failonwarnings`` none when there is a warning."""
    if request.query.get("format", "csv") != "csv":
        raise bad_request("Invalid format specified. Valid options are csv")
    rows = _rows(request.raw)
    region = request.of(store)
    warnings = [warning for number, row in enumerate(rows, 1) if (warning := _warning(region, number, row))]
    if warnings and truth(request.query.get("failonwarnings")):
        raise bad_request("; ".join(warnings))
    ids = []
    for number, row in enumerate(rows, 1):
        try:
            ids.append(_take(region, row))
        except ApiError as error:
            warnings.append(f"Row {number}: {error.message}")
    return 201, {"ids": ids} | ({"warnings": warnings} if warnings else {})


def _rows(raw: bytes) -> list[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), strict=True)
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        rows = [
            {name: (value or "").strip() for name, value in zip(names, row.values(), strict=False)}
            for row in reader
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise bad_request(f"Invalid CSV file specified: {error}") from None
    if not {"name", "key"} <= set(names):
        raise bad_request("Invalid CSV file specified: the columns Name and Key are required")
    return [{name: row.get(name, "") for name in _COLUMNS} for row in rows]


def _plans(row: dict[str, str]) -> list[str]:
    return [each.strip() for each in row["usageplanids"].split(",") if each.strip()]


def _warning(region: Region, number: int, row: dict[str, str]) -> str:
    missing = [each for each in _plans(row) if each not in region.plans]
    if missing:
        return f"Row {number}: Usage Plan {', '.join(missing)} does not exist"
    try:
        keys.check_value(row["key"])
    except ApiError as error:
        return f"Row {number}: {error.message}"
    return "" if row["key"] else f"Row {number}: Key is empty"


def _take(region: Region, row: dict[str, str]) -> str:
    if not row["key"]:
        raise bad_request("Key is empty")
    given = {"name": row["name"], "value": row["key"], "description": row["description"]}
    enabled = truth(row["enabled"] or "true")
    key = region.key_of_value(row["key"])
    if key is None:
        key = keys.make(region, given | {"enabled": enabled})
    else:
        key |= {name: given[name] for name in ("name", "description") if given[name]}
        key |= {"enabled": enabled, "lastUpdatedDate": now()}
    for plan in _plans(row):
        if plan in region.plans and key["id"] not in region.plan_keys.get(plan, ()):
            attach(region, plan, key["id"])
    return str(key["id"])
