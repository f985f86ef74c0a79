"""A definition as text to copy, and back: CreateTable's JSON, a CloudFormation resource, CLI and boto3 calls. Pure.

What is read may be any of the first two, or what DescribeTable answered. Members that a definition does not have are named, so that
whoever pastes one knows what is not taken over.
"""

from __future__ import annotations

import json
import pprint
import re
import shlex
from collections.abc import Sequence
from typing import Any

from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import InputError
from dashboard.tables.core.structure import (
    MANAGED,
    ON_DEMAND,
    PROVISIONED,
    STANDARD,
    Definition,
    IndexDefinition,
    completed,
)
from dashboard.tables.core.structure_rules import MOST_GLOBAL, MOST_LOCAL, MOST_TAGS

FIELD = "definition"
MOST_TEXT = 200_000
CLOUDFORMATION = "AWS::DynamoDB::Table"
_SURROGATE = re.compile("[\ud800-\udfff]")
Json = dict[str, Any]
_READ = {
    *("TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"),
    *("BillingMode", "BillingModeSummary", "ProvisionedThroughput", "OnDemandThroughput"),
    *("TableClass", "TableClassSummary", "SSESpecification", "SSEDescription", "StreamSpecification"),
    *("TimeToLiveSpecification", "Tags", "DeletionProtectionEnabled"),
}
_FIGURES = {
    *("TableStatus", "CreationDateTime", "TableSizeBytes", "ItemCount", "TableArn", "TableId"),
    *("LatestStreamLabel", "LatestStreamArn", "WarmThroughput", "RestoreSummary"),
}
"""DescribeTable's figures and states: nothing is lost without them."""


def to_request(definition: Definition) -> Json:
    """CreateTable's arguments, all but time to live, which is a call of its own."""
    asked: Json = {
        "TableName": definition.name,
        "AttributeDefinitions": attributes_of(definition.types),
        "KeySchema": _schema((definition.partition,), () if definition.sort is None else (definition.sort,)),
        "BillingMode": definition.billing,
    }
    asked |= throughput(definition)
    for member, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
        found = [index_request(index) for index in definition.indexes if index.is_global is is_global]
        if found:
            asked[member] = found
    if definition.table_class != STANDARD:
        asked["TableClass"] = definition.table_class
    if definition.encryption:
        asked["SSESpecification"] = encryption_request(definition.encryption)
    if definition.stream:
        asked["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": definition.stream}
    if definition.tags:
        asked["Tags"] = [{"Key": key, "Value": value} for key, value in definition.tags]
    if definition.protection:
        asked["DeletionProtectionEnabled"] = True
    return asked


def attributes_of(types: dict[str, str]) -> list[Json]:
    """AttributeDefinitions."""
    return [{"AttributeName": name, "AttributeType": tag} for name, tag in types.items()]


def index_request(index: IndexDefinition) -> Json:
    """An index as CreateTable and UpdateTable take it."""
    projection: Json = {"ProjectionType": index.projection}
    if index.projection == "INCLUDE":
        projection["NonKeyAttributes"] = list(index.included)
    return {
        "IndexName": index.name,
        "KeySchema": _schema(index.partition, index.sort),
        "Projection": projection,
        **throughput(index),
    }


def throughput(held: Definition | IndexDefinition) -> Json:
    """ProvisionedThroughput or OnDemandThroughput, whichever the definition has."""
    asked: Json = {}
    if held.read is not None and held.write is not None:
        asked["ProvisionedThroughput"] = {"ReadCapacityUnits": held.read, "WriteCapacityUnits": held.write}
    limits = {"MaxReadRequestUnits": held.max_read, "MaxWriteRequestUnits": held.max_write}
    if any(limit is not None for limit in limits.values()):
        asked["OnDemandThroughput"] = {name: -1 if limit is None else limit for name, limit in limits.items()}
    return asked


def encryption_request(encryption: str) -> Json:
    """SSESpecification."""
    if not encryption:
        return {"Enabled": False}
    own = {} if encryption == MANAGED else {"KMSMasterKeyId": encryption}
    return {"Enabled": True, "SSEType": "KMS", **own}


def _schema(partition: Sequence[KeyPart], sort: Sequence[KeyPart]) -> list[Json]:
    both = [(part, "HASH") for part in partition] + [(part, "RANGE") for part in sort]
    return [{"AttributeName": part.name, "KeyType": role} for part, role in both]


def to_document(definition: Definition) -> Json:
    """CreateTable's arguments with the time to live beside them: the form in which a definition is kept."""
    document = to_request(definition)
    if definition.ttl:
        document["TimeToLiveSpecification"] = {"AttributeName": definition.ttl, "Enabled": True}
    return document


def to_json(definition: Definition) -> str:
    """``to_document`` as text."""
    return json.dumps(to_document(definition), indent=2, ensure_ascii=False)


def to_cloudformation(definition: Definition) -> str:
    """A resource of the type AWS::DynamoDB::Table, by its member names."""
    properties = to_document(definition)
    if "StreamSpecification" in properties:
        properties["StreamSpecification"] = {"StreamViewType": definition.stream}
    if "SSESpecification" in properties:
        given = properties["SSESpecification"]
        properties["SSESpecification"] = {
            "SSEEnabled" if name == "Enabled" else name: value for name, value in given.items()
        }
    return json.dumps({"Type": CLOUDFORMATION, "Properties": properties}, indent=2, ensure_ascii=False)


def to_boto3(definition: Definition) -> str:
    """Python that makes the table with boto3."""
    arguments = to_request(definition)
    lines = ["import boto3", "", 'dynamodb = boto3.client("dynamodb")', "dynamodb.create_table("]
    for name, value in arguments.items():
        text = pprint.pformat(value, width=96, sort_dicts=False).replace(
            "\n", "\n    " + " " * (len(name) + 1)
        )
        lines.append(f"    {name}={text},")
    lines.append(")")
    if definition.ttl:
        lines += [
            f'dynamodb.get_waiter("table_exists").wait(TableName={definition.name!r})',
            "dynamodb.update_time_to_live(",
            f"    TableName={definition.name!r},",
            f'    TimeToLiveSpecification={{"Enabled": True, "AttributeName": {definition.ttl!r}}},',
            ")",
        ]
    return "\n".join(lines) + "\n"


def to_cli(definition: Definition, region: str) -> str:
    """Commands for a POSIX shell that make the table with the AWS CLI."""
    name, at = shlex.quote(definition.name), f"--region {shlex.quote(region)}"
    document = json.dumps(to_request(definition), indent=2, ensure_ascii=False)
    lines = [f"aws dynamodb create-table {at} --cli-input-json {shlex.quote(document)}"]
    if definition.ttl:
        asked = shlex.quote(
            json.dumps({"Enabled": True, "AttributeName": definition.ttl}, ensure_ascii=False)
        )
        lines += [
            f"aws dynamodb wait table-exists {at} --table-name {name}",
            f"aws dynamodb update-time-to-live {at} --table-name {name} --time-to-live-specification {asked}",
        ]
    return "\n".join(lines) + "\n"


def read_text(text: str) -> tuple[Definition, tuple[str, ...]]:
    """The definition that a person pasted and the members that are not taken over; InputError (field ``definition``) when it is none."""
    if len(text) > MOST_TEXT:
        raise InputError(FIELD, f"The definition is longer than {MOST_TEXT:,} characters.")
    try:
        value = json.loads(text)
        plain = json.dumps(value, ensure_ascii=False)
    except json.JSONDecodeError as error:
        raise InputError(
            FIELD,
            f"The definition is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}.",
        ) from error
    except RecursionError as error:
        raise InputError(FIELD, "The definition is nested too deeply to be one of a table.") from error
    except ValueError as error:  # an integer of thousands of digits, which Python does not read
        raise InputError(FIELD, "The definition holds a number that is far too long.") from error
    if _SURROGATE.search(plain):
        raise InputError(FIELD, "The definition holds half of a surrogate pair, which is no character.")
    return read(_table_in(value))


def _table_in(value: Any) -> Json:
    """The object that describes a table, out of what may surround it."""
    for member in ("Table", "TableDescription", "Properties"):
        if isinstance(value, dict) and isinstance(value.get(member), dict):
            value = value[member]
            break
    if isinstance(value, dict) and isinstance(value.get("Resources"), dict):
        found = [
            one.get("Properties")
            for one in value["Resources"].values()
            if isinstance(one, dict) and one.get("Type") == CLOUDFORMATION
        ]
        if len(found) != 1:
            raise InputError(
                FIELD,
                f"The template has {len(found)} tables (resources of the type {CLOUDFORMATION}); paste one.",
            )
        value = found[0]
    if not isinstance(value, dict):
        raise InputError(FIELD, "The definition is not a JSON object.")
    return value


def read(value: Json) -> tuple[Definition, tuple[str, ...]]:
    """The same of a JSON value."""
    types = {
        _text(one, "AttributeName", "AttributeDefinitions"): _text(
            one, "AttributeType", "AttributeDefinitions"
        )
        for one in _objects(value, "AttributeDefinitions")
    }
    partition, sort = _keys(value, types, "KeySchema")
    if len(partition) != 1 or len(sort) > 1:
        raise InputError(FIELD, "A table's KeySchema has one HASH key and at most one RANGE key.")
    billing = (
        _member(value, "BillingMode")
        or _member(_object(value, "BillingModeSummary"), "BillingMode")
        or PROVISIONED
    )
    indexes = [
        _index(one, types, is_global)
        for member, is_global, most in (
            ("GlobalSecondaryIndexes", True, MOST_GLOBAL),
            ("LocalSecondaryIndexes", False, MOST_LOCAL),
        )
        for one in _objects(value, member, most)
    ]
    definition = Definition(
        name=_text(value, "TableName", "") if "TableName" in value else "",
        partition=partition[0],
        sort=sort[0] if sort else None,
        indexes=tuple(indexes),
        billing=billing if billing in (ON_DEMAND, PROVISIONED) else _unknown("BillingMode", billing),
        **_throughput(value, ""),
        table_class=_member(value, "TableClass")
        or _member(_object(value, "TableClassSummary"), "TableClass")
        or STANDARD,
        encryption=_encryption(value),
        stream=_stream(value),
        ttl=_ttl(value),
        tags=tuple(
            sorted(
                (_text(tag, "Key", "Tags"), _member(tag, "Value", " in Tags"))
                for tag in _objects(value, "Tags", MOST_TAGS)
            )
        ),
        protection=_flag(value, "DeletionProtectionEnabled"),
    )
    return completed(definition), tuple(sorted(set(value) - _READ - _FIGURES))


def _unknown(member: str, value: Any) -> Any:
    raise InputError(FIELD, f"{member} is {json.dumps(value)[:60]}, which DynamoDB does not know.")


def _objects(value: Json, member: str, most: int = 0) -> list[Json]:
    given = value.get(member) or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise InputError(FIELD, f"{member} must be a list of objects.")
    if most and len(given) > most:
        raise InputError(FIELD, f"{member} has {len(given)} entries; a table has at most {most}.")
    return given


def _text(value: Json, member: str, of: str) -> str:
    given = value.get(member)
    if not isinstance(given, str):
        where = f" in {of}" if of else ""
        raise InputError(FIELD, f"{member}{where} must be a text, not a reference or another value.")
    return given


def _member(value: Json, member: str, of: str = "") -> str:
    """A text that may be missing, then empty; never something made a text that was none, such as a reference of CloudFormation's."""
    given = value.get(member)
    return "" if given is None else _text(value, member, of.removeprefix(" in "))


def _object(value: Json, member: str) -> Json:
    """An object that may be missing, then empty. One with a function of CloudFormation's in its place says so."""
    given = value.get(member)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InputError(FIELD, f"{member} must be an object.")
    for name in given:
        if name in ("Ref", "Condition") or name.startswith("Fn::"):
            raise InputError(
                FIELD,
                f"{member} is a reference ({name}) of a template. Write what it stands for in its place.",
            )
    return given


def _flag(value: Json, member: str, missing: bool = False) -> bool:
    """True or false, which templates write as a text too."""
    given = value.get(member)
    if given is None:
        return missing
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false"):
        return given.lower() == "true"
    raise InputError(FIELD, f"{member} must be true or false.")


def _keys(value: Json, types: dict[str, str], of: str) -> tuple[tuple[KeyPart, ...], tuple[KeyPart, ...]]:
    found: dict[str, list[KeyPart]] = {"HASH": [], "RANGE": []}
    for one in _objects(value, "KeySchema"):
        name, role = _text(one, "AttributeName", of), _text(one, "KeyType", of)
        if role not in found:
            _unknown("KeyType", role)
        if name not in types:
            raise InputError(FIELD, f"The key attribute {name} has no type in AttributeDefinitions.")
        found[role].append(KeyPart(name, types[name]))
    if not found["HASH"]:
        raise InputError(FIELD, f"{of} has no HASH key: the partition key is missing.")
    return tuple(found["HASH"]), tuple(found["RANGE"])


def _index(value: Json, types: dict[str, str], is_global: bool) -> IndexDefinition:
    name = _text(value, "IndexName", "an index")
    partition, sort = _keys(value, types, f"the index {name}")
    projection = _object(value, "Projection")
    included = projection.get("NonKeyAttributes") or []
    if not isinstance(included, list) or not all(isinstance(one, str) for one in included):
        raise InputError(FIELD, f"NonKeyAttributes of the index {name} must be a list of names.")
    return IndexDefinition(
        name,
        partition,
        sort,
        is_global,
        _member(projection, "ProjectionType") or "ALL",
        tuple(sorted(included)),
        **_throughput(value, f" of the index {name}"),
    )


def _throughput(value: Json, of: str) -> dict[str, int | None]:
    given, limits = _object(value, "ProvisionedThroughput"), _object(value, "OnDemandThroughput")
    return {
        "read": _units(given, "ReadCapacityUnits", of),
        "write": _units(given, "WriteCapacityUnits", of),
        "max_read": _units(limits, "MaxReadRequestUnits", of),
        "max_write": _units(limits, "MaxWriteRequestUnits", of),
    }


def _units(value: Json, member: str, of: str) -> int | None:
    """A number of units; DescribeTable writes 0 for a capacity and -1 for a limit that is not there."""
    given = value.get(member)
    if given is None or given in (0, -1):
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given[:20])
    if not isinstance(given, int) or isinstance(given, bool):
        raise InputError(FIELD, f"{member}{of} must be a whole number.")
    return given


def _encryption(value: Json) -> str:
    described = _object(value, "SSEDescription")
    if _member(described, "Status") not in ("", "DISABLED"):
        return _member(described, "KMSMasterKeyArn") or MANAGED
    given = _object(value, "SSESpecification")
    if not (_flag(given, "Enabled") or _flag(given, "SSEEnabled")):
        return ""
    return _member(given, "KMSMasterKeyId") or MANAGED


def _stream(value: Json) -> str:
    given = _object(value, "StreamSpecification")
    return _member(given, "StreamViewType") if _flag(given, "StreamEnabled", missing=True) else ""


def _ttl(value: Json) -> str:
    given = _object(value, "TimeToLiveSpecification")
    return _member(given, "AttributeName") if _flag(given, "Enabled", missing=True) else ""
