"""The operations on functions. Each takes the store, the region, the path's values, the query and the JSON body."""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dashboard.localaws.environment import ACCOUNT
from dashboard.localaws.functions.errors import conflict, invalid, not_found
from dashboard.localaws.functions.store import Function, FunctionStore, arn, reference

Json = dict[str, Any]
Reply = tuple[int, Any]
MOST_UNZIPPED = 262_144_000
_HANDLER = re.compile(r"[A-Za-z0-9_./-]+\.[A-Za-z0-9_]+")
_RUNTIME = re.compile(r"python3\.\d+")
_CHANGEABLE = ("Description", "Environment", "Handler", "MemorySize", "Role", "Runtime", "Timeout")


def create(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """CreateFunction: Python code in a zip archive. It is Active at once."""
    place = reference(str(body.get("FunctionName") or ""), region)
    if place is None or place[0] != region:
        raise invalid(
            f"1 validation error detected: Value '{body.get('FunctionName')}' at 'functionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+"
        )
    name = place[1]
    if name in store.region(region):
        raise conflict(f"Function already exist: {name}")
    code = _archive(body.get("Code") or {})
    config: Json = {
        "FunctionName": name,
        "FunctionArn": arn(region, name),
        "Runtime": body.get("Runtime"),
        "Role": body.get("Role"),
        "Handler": body.get("Handler"),
        "Description": body.get("Description") or "",
        "Timeout": body.get("Timeout") or 3,
        "MemorySize": body.get("MemorySize") or 128,
        "Environment": {"Variables": (body.get("Environment") or {}).get("Variables") or {}},
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": body.get("Architectures") or ["x86_64"],
        "TracingConfig": {"Mode": "PassThrough"},
        "EphemeralStorage": {"Size": 512},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
    }
    _check(config)
    function = Function(config, "", dict(body.get("Tags") or {}))
    _put_code(function, code)
    store.region(region)[name] = function
    return 201, _shown(function)


def find(store: FunctionStore, region: str, params: Json) -> Function:
    """The function that the path names; FunctionError 404 when there is none."""
    function = store.find(params["name"], region)
    if function is None:
        place = reference(params["name"], region)
        raise not_found(f"Function not found: {arn(*place) if place else params['name']}")
    return function


def get(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """GetFunction."""
    function = find(store, region, params)
    answer: Json = {"Configuration": _shown(function), "Code": {"RepositoryType": "S3", "Location": ""}}
    return 200, answer | ({"Tags": function.tags} if function.tags else {})


def get_configuration(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """GetFunctionConfiguration."""
    return 200, _shown(find(store, region, params))


def get_all(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """ListFunctions, 50 a page; the marker is the last name of the page before."""
    names = sorted(name for name in store.region(region) if name > query.get("Marker", ""))
    most = min(int(query.get("MaxItems", 50)), 50)
    shown = [_shown(store.region(region)[name]) for name in names[:most]]
    return 200, {"Functions": shown, "NextMarker": names[most - 1] if len(names) > most else None}


def update_code(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """UpdateFunctionCode."""
    function = find(store, region, params)
    _put_code(function, _archive(body))
    return 200, _shown(function)


def update_configuration(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """UpdateFunctionConfiguration."""
    function = find(store, region, params)
    config = function.config | {name: body[name] for name in _CHANGEABLE if body.get(name) is not None}
    _check(config)
    function.config = config
    _touch(function)
    return 200, _shown(function)


def delete(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """DeleteFunction."""
    name = find(store, region, params).config["FunctionName"]
    del store.region(region)[name]
    return 204, None


def add_permission(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """AddPermission: who may invoke the function, and for what."""
    function = find(store, region, params)
    sid = str(body.get("StatementId") or "")
    if any(statement["Sid"] == sid for statement in function.statements):
        raise conflict(
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove "
            "the existing statement."
        )
    principal = str(body.get("Principal") or "")
    named: Any = {"Service": principal} if principal.endswith(".amazonaws.com") else {"AWS": principal}
    statement: Json = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else named,
        "Action": body.get("Action"),
        "Resource": function.config["FunctionArn"],
    }
    if body.get("SourceArn"):
        statement["Condition"] = {"ArnLike": {"AWS:SourceArn": body["SourceArn"]}}
    function.statements.append(statement)
    return 201, {"Statement": json.dumps(statement)}


def get_policy(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """GetPolicy."""
    function = find(store, region, params)
    if not function.statements:
        raise not_found("The resource you requested does not exist.")
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": function.statements}
    return 200, {"Policy": json.dumps(policy), "RevisionId": function.config["RevisionId"]}


def remove_permission(store: FunctionStore, region: str, params: Json, query: Json, body: Json) -> Reply:
    """RemovePermission."""
    function = find(store, region, params)
    kept = [statement for statement in function.statements if statement["Sid"] != params["sid"]]
    if len(kept) == len(function.statements):
        raise not_found(f"Statement {params['sid']} is not found in resource policy.")
    function.statements = kept
    return 204, None


def _check(config: Mapping[str, Any]) -> None:
    if not _RUNTIME.fullmatch(config["Runtime"] or ""):
        raise invalid(f"The embedded Lambda runs Python (python3.x) only, not {config['Runtime']}.")
    if not _HANDLER.fullmatch(config["Handler"] or ""):
        raise invalid(f"The handler {config['Handler']} is not of the form module.function.")
    if not re.fullmatch(rf"arn:aws[a-z-]*:iam::(?:\d{{12}}|{ACCOUNT}):role/.+", config["Role"] or ""):
        raise invalid(
            f"1 validation error detected: Value '{config['Role']}' at 'role' failed to satisfy constraint: Member must "
            r"satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
        )
    for name, least, most in (("Timeout", 1, 900), ("MemorySize", 128, 10_240)):
        value = config[name]
        if not isinstance(value, int) or not least <= value <= most:
            raise invalid(
                f"1 validation error detected: Value '{value}' at '{name[0].lower()}{name[1:]}' failed to satisfy "
                f"constraint: Member must have value between {least} and {most}"
            )


def _archive(code: Mapping[str, Any]) -> bytes:
    """The bytes of a zip archive; FunctionError for anything else."""
    if "ZipFile" not in code:
        raise invalid("The embedded Lambda takes code as ZipFile only.")
    try:
        data = base64.b64decode(code["ZipFile"], validate=True)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(each.file_size for each in archive.infolist())
            if size >= MOST_UNZIPPED:
                raise invalid(f"Unzipped size must be smaller than {MOST_UNZIPPED} bytes")
    except (binascii.Error, zipfile.BadZipFile, ValueError, TypeError):
        raise invalid(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    return data


def _put_code(function: Function, data: bytes) -> None:
    function.code = base64.b64encode(data).decode()
    function.config["CodeSize"] = len(data)
    function.config["CodeSha256"] = base64.b64encode(hashlib.sha256(data).digest()).decode()
    _touch(function)


def _touch(function: Function) -> None:
    function.config["LastModified"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    function.config["RevisionId"] = str(uuid.uuid4())


def _shown(function: Function) -> Json:
    shown = copy.deepcopy(function.config)
    if not shown["Environment"]["Variables"]:
        del shown["Environment"]
    return shown
