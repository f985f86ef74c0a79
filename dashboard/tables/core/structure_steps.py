"""From one definition to another: the calls in their order, what each means, and its way back. Pure.

UpdateTable takes one kind of change a call (API Reference, "you can only perform one of the following operations at once").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.core import structure_words as words
from dashboard.tables.core.structure import (
    INFREQUENT,
    ON_DEMAND,
    PROVISIONED,
    Definition,
    IndexDefinition,
    completed,
    section,
)
from dashboard.tables.core.structure_json import attributes_of, encryption_request, index_request, throughput


@dataclass(frozen=True)
class Step:
    """One call. ``part`` is the section it changes (``structure.section``), ``before`` and ``after`` that section.

    ``kind`` is the action's last word (``table.alter.<kind>``), ``arguments`` lack the table's name. ``undo`` says what the way back
    does; it is empty when there is none, and ``no_undo`` says why. ``busy`` is whether the table is UPDATING for a while after it.
    """

    kind: str
    title: str
    part: str
    operation: str
    arguments: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    meaning: tuple[str, ...] = ()
    undo: str = ""
    no_undo: str = ""
    busy: bool = field(default=True)


def diff(before: Definition, after: Definition, table: Table | None = None) -> tuple[Step, ...]:
    """The calls that lead from ``before`` to ``after``, none when they are the same. InputError for what no call can change.

    ``table`` gives the figures from which the cost of filling an index is estimated.
    """
    before, after = completed(before), completed(after)
    _check_same_table(before, after)
    wanted = (_dropped, _capacity, _added, _class, _encryption, _stream, _ttl, _tags)
    steps = [step for part in wanted for step in part(before, after, table)]
    protection = list(_protection(before, after))
    return tuple([*steps, *protection] if after.protection else [*protection, *steps])


def _check_same_table(before: Definition, after: Definition) -> None:
    if before.name != after.name:
        raise InputError("name", "A table cannot be given another name. Make a new one and copy the items.")
    if (before.partition, before.sort) != (after.partition, after.sort):
        raise InputError("partition", "A table's key cannot be changed. Make a new one and copy the items.")
    if {one.shape for one in before.indexes if not one.is_global} != {
        one.shape for one in after.indexes if not one.is_global
    }:
        raise InputError("indexes", "Local indexes are made together with their table and stay with it.")


def _sections(before: Definition, after: Definition, part: str) -> dict[str, Any]:
    return {"part": part, "before": section(before, part), "after": section(after, part)}


def _dropped(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    kept = {index.shape for index in after.indexes}
    for index in before.indexes:
        if index.is_global and index.shape not in kept:
            part = f"index:{index.name}"
            yield Step(
                "index-drop",
                f"Drop the index {index.name}",
                part,
                "UpdateTable",
                {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index.name}}]},
                section(before, part),
                {"index": None},
                words.DROPPING,
                undo="Undo adds the same index again. It is filled anew from the whole table, which takes its time and costs its writes.",
            )


def _added(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    there = {index.shape for index in before.indexes}
    types = after.types
    for index in after.indexes:
        if index.is_global and index.shape not in there:
            part = f"index:{index.name}"
            keys = {
                name: types[name]
                for name in (*_own_keys(after), *(one.name for one in (*index.partition, *index.sort)))
            }
            yield Step(
                "index-add",
                f"Add the index {index.name}",
                part,
                "UpdateTable",
                {
                    "AttributeDefinitions": attributes_of(keys),
                    "GlobalSecondaryIndexUpdates": [{"Create": index_request(index)}],
                },
                {"index": None},
                section(after, part),
                (*words.backfill(table), *words.adding(after, index)),
                undo="Undo drops the index again.",
            )


def _own_keys(definition: Definition) -> tuple[str, ...]:
    sort = () if definition.sort is None else (definition.sort.name,)
    return (definition.partition.name, *sort)


def _capacity(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    held = {index.name for index in before.indexes if index.is_global} & {
        index.name for index in after.indexes
    }
    was, will = section(before, "capacity"), section(after, "capacity")
    for one in (was, will):
        one["indexes"] = {name: units for name, units in one["indexes"].items() if name in held}
    if was == will:
        return
    yield Step(
        "capacity",
        _capacity_title(before, after),
        "capacity",
        "UpdateTable",
        _capacity_arguments(before, after, held),
        was,
        will,
        tuple(words.capacity(before, after, table)),
        undo="Undo gives the table its former capacity again, as far as AWS's limits on switching and on decreases allow it then.",
    )


def _capacity_title(before: Definition, after: Definition) -> str:
    if before.billing == after.billing:
        return (
            "Change the provisioned capacity"
            if after.billing == PROVISIONED
            else "Change the on-demand limits"
        )
    return "Switch to on-demand capacity" if after.billing == ON_DEMAND else "Switch to provisioned capacity"


def _capacity_arguments(before: Definition, after: Definition, held: set[str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if before.billing != after.billing:
        arguments["BillingMode"] = after.billing
    if before.billing != after.billing or _differs(before, after):
        arguments |= _limits(before, after)
    changed = []
    for index in after.indexes:
        was = before.index(index.name)
        if (
            was is None
            or index.name not in held
            or not (before.billing != after.billing or _differs(was, index))
        ):
            continue
        limits = _limits(was, index)
        if limits:
            changed.append({"Update": {"IndexName": index.name, **limits}})
    return arguments | ({"GlobalSecondaryIndexUpdates": changed} if changed else {})


def _differs(was: Definition | IndexDefinition, will: Definition | IndexDefinition) -> bool:
    return (was.read, was.write, was.max_read, was.max_write) != (
        will.read,
        will.write,
        will.max_read,
        will.max_write,
    )


def _limits(was: Definition | IndexDefinition, will: Definition | IndexDefinition) -> dict[str, Any]:
    """What is asked for; a limit that is taken away is written as -1."""
    asked = throughput(will)
    had = was.max_read is not None or was.max_write is not None
    if had and "OnDemandThroughput" not in asked and will.read is None:
        asked["OnDemandThroughput"] = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
    return asked


def _class(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    if before.table_class == after.table_class:
        return
    yield Step(
        "class",
        f"Change the table class to {after.table_class}",
        operation="UpdateTable",
        arguments={"TableClass": after.table_class},
        **_sections(before, after, "class"),
        meaning=tuple(words.table_class(after.table_class == INFREQUENT, table)),
        undo="Undo gives the table its former class again; that counts as the second change of the 30 days.",
    )


def _encryption(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    if before.encryption == after.encryption:
        return
    yield Step(
        "encryption",
        "Change the encryption key",
        operation="UpdateTable",
        arguments={"SSESpecification": encryption_request(after.encryption)},
        **_sections(before, after, "encryption"),
        meaning=tuple(words.encryption(after)),
        undo="Undo encrypts the table with its former key again, if that key is still usable.",
    )


def _stream(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    if before.stream == after.stream:
        return
    if before.stream and after.stream:
        raise InputError(
            "stream",
            "What a stream holds cannot be changed while it is on. Switch it off first, then on again: that makes a new stream.",
        )
    on = bool(after.stream)
    yield Step(
        "stream",
        "Switch the stream on" if on else "Switch the stream off",
        operation="UpdateTable",
        arguments={
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": after.stream}
            if on
            else {"StreamEnabled": False}
        },
        **_sections(before, after, "stream"),
        meaning=tuple(words.stream(after.stream)),
        undo="Undo switches the stream off again."
        if on
        else "Undo switches a stream on again, but it is a new one with a new ARN: readers of the old one have to be pointed to it.",
    )


def _ttl(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    if before.ttl == after.ttl:
        return
    if before.ttl and after.ttl:
        raise InputError(
            "ttl",
            f"Items expire by {before.ttl}. Switch that off first; AWS takes the next change an hour later.",
        )
    on = bool(after.ttl)
    attribute = after.ttl or before.ttl
    yield Step(
        "ttl",
        f"Let items expire by {attribute}" if on else f"Let items no longer expire by {attribute}",
        operation="UpdateTimeToLive",
        arguments={"TimeToLiveSpecification": {"Enabled": on, "AttributeName": attribute}},
        **_sections(before, after, "ttl"),
        meaning=tuple(words.time_to_live(attribute, on)),
        undo="Undo sets it as it was, but AWS refuses that for an hour after this change. Items deleted meanwhile stay deleted."
        if on
        else "Undo sets it as it was, but AWS refuses that for an hour after this change.",
        busy=False,
    )


def _tags(before: Definition, after: Definition, table: Table | None) -> Iterator[Step]:
    was, will = dict(before.tags), dict(after.tags)
    gone = sorted(set(was) - set(will))
    kept = {key: value for key, value in was.items() if key in will}
    new = {key: value for key, value in will.items() if was.get(key) != value}
    if gone:
        yield Step(
            "untag",
            f"Take away {len(gone)} tag{'' if len(gone) == 1 else 's'}",
            "tags",
            "UntagResource",
            {"TagKeys": gone},
            {"tags": was},
            {"tags": kept},
            words.TAGS,
            undo="Undo sets these tags as they were; others are left alone.",
            busy=False,
        )
    if new:
        yield Step(
            "tag",
            f"Set {len(new)} tag{'' if len(new) == 1 else 's'}",
            "tags",
            "TagResource",
            {"Tags": [{"Key": key, "Value": value} for key, value in sorted(new.items())]},
            {"tags": kept},
            {"tags": will},
            words.TAGS,
            undo="Undo sets these tags as they were; others are left alone.",
            busy=False,
        )


def _protection(before: Definition, after: Definition) -> Iterator[Step]:
    if before.protection == after.protection:
        return
    yield Step(
        "protection",
        "Protect the table against deletion" if after.protection else "Allow that the table is deleted",
        operation="UpdateTable",
        arguments={"DeletionProtectionEnabled": after.protection},
        **_sections(before, after, "protection"),
        meaning=(
            "Nobody can delete the table, by whatever tool, before this is switched off again."
            if after.protection
            else "Whoever has the right to can delete the table from now on.",
        ),
        undo="Undo sets it as it was.",
        busy=False,
    )
