"""From one definition of a table to another: the calls, their order, what they mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.core import structure_json as texts
from dashboard.tables.core.structure import (
    INFREQUENT,
    ON_DEMAND,
    PROVISIONED,
    Definition,
    completed,
    section,
    with_section,
)
from dashboard.tables.core.structure_steps import Step, diff
from tests.tables.core.structure_cases import (
    AT,
    BY_AT,
    MANY,
    PK,
    PROVISION,
    SIMPLE,
    SK,
    WHOLE,
    definitions,
    orders,
)

STEPS: list[tuple[str, Definition, Definition, list[tuple[str, dict[str, Any]]]]] = [
    ("nothing", WHOLE, WHOLE, []),
    (
        "to on-demand",
        PROVISION,
        replace(SIMPLE, max_read=100),
        [
            (
                "capacity",
                {
                    "BillingMode": ON_DEMAND,
                    "OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": -1},
                },
            )
        ],
    ),
    (
        "to provisioned, the index with units of its own",
        replace(SIMPLE, indexes=(BY_AT,)),
        replace(PROVISION, indexes=(replace(BY_AT, read=2),)),
        [
            (
                "capacity",
                {
                    "BillingMode": PROVISIONED,
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
                    "GlobalSecondaryIndexUpdates": [
                        {
                            "Update": {
                                "IndexName": "by-at",
                                "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 6},
                            }
                        }
                    ],
                },
            )
        ],
    ),
    (
        "an index's units alone",
        replace(PROVISION, indexes=(BY_AT,)),
        replace(PROVISION, indexes=(replace(BY_AT, write=9),)),
        [
            (
                "capacity",
                {
                    "GlobalSecondaryIndexUpdates": [
                        {
                            "Update": {
                                "IndexName": "by-at",
                                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 9},
                            }
                        }
                    ]
                },
            )
        ],
    ),
    (
        "a limit taken away",
        replace(SIMPLE, max_write=7),
        SIMPLE,
        [("capacity", {"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}})],
    ),
    (
        "one index for another",
        replace(SIMPLE, indexes=(BY_AT,)),
        replace(SIMPLE, indexes=(MANY,)),
        [
            ("index-drop", {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-at"}}]}),
            (
                "index-add",
                {
                    "AttributeDefinitions": [
                        {"AttributeName": "pk", "AttributeType": "S"},
                        {"AttributeName": "at", "AttributeType": "S"},
                        {"AttributeName": "who", "AttributeType": "S"},
                        {"AttributeName": "total", "AttributeType": "N"},
                        {"AttributeName": "raw", "AttributeType": "B"},
                    ],
                    "GlobalSecondaryIndexUpdates": [{"Create": texts.index_request(MANY)}],
                },
            ),
        ],
    ),
    (
        "an index's projection: it is dropped and made anew",
        replace(SIMPLE, indexes=(BY_AT,)),
        replace(SIMPLE, indexes=(replace(BY_AT, projection="KEYS_ONLY"),)),
        [
            ("index-drop", {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-at"}}]}),
            (
                "index-add",
                {
                    "AttributeDefinitions": [
                        {"AttributeName": "pk", "AttributeType": "S"},
                        {"AttributeName": "at", "AttributeType": "S"},
                        {"AttributeName": "total", "AttributeType": "N"},
                    ],
                    "GlobalSecondaryIndexUpdates": [
                        {"Create": texts.index_request(replace(BY_AT, projection="KEYS_ONLY"))}
                    ],
                },
            ),
        ],
    ),
    ("class", SIMPLE, replace(SIMPLE, table_class=INFREQUENT), [("class", {"TableClass": INFREQUENT})]),
    (
        "a key of one's own",
        SIMPLE,
        replace(SIMPLE, encryption="alias/x"),
        [
            (
                "encryption",
                {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/x"}},
            )
        ],
    ),
    (
        "AWS's key",
        replace(SIMPLE, encryption="x"),
        SIMPLE,
        [("encryption", {"SSESpecification": {"Enabled": False}})],
    ),
    (
        "stream on",
        SIMPLE,
        replace(SIMPLE, stream="KEYS_ONLY"),
        [("stream", {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}})],
    ),
    (
        "stream off",
        WHOLE,
        replace(WHOLE, stream=""),
        [("stream", {"StreamSpecification": {"StreamEnabled": False}})],
    ),
    (
        "expiry off",
        WHOLE,
        replace(WHOLE, ttl=""),
        [("ttl", {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "gone"}})],
    ),
    (
        "tags",
        replace(SIMPLE, tags=(("a", "1"), ("b", "2"), ("c", "3"))),
        replace(SIMPLE, tags=(("b", "2"), ("c", "4"), ("d", "5"))),
        [
            ("untag", {"TagKeys": ["a"]}),
            ("tag", {"Tags": [{"Key": "c", "Value": "4"}, {"Key": "d", "Value": "5"}]}),
        ],
    ),
    (
        "protection comes off first",
        replace(SIMPLE, protection=True),
        replace(SIMPLE, table_class=INFREQUENT),
        [("protection", {"DeletionProtectionEnabled": False}), ("class", {"TableClass": INFREQUENT})],
    ),
    (
        "and goes on last",
        SIMPLE,
        replace(SIMPLE, table_class=INFREQUENT, protection=True),
        [("class", {"TableClass": INFREQUENT}), ("protection", {"DeletionProtectionEnabled": True})],
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "expected"), STEPS, ids=[case[0] for case in STEPS])
def test_steps(
    name: str, before: Definition, after: Definition, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    steps = diff(before, after)
    assert [(step.kind, step.arguments) for step in steps] == expected
    assert all(step.meaning and (step.undo or step.no_undo) for step in steps)


@given(definitions(), definitions())
def test_the_steps_lead_from_one_to_the_other_and_back(one: Definition, other: Definition) -> None:
    local = tuple(index for index in one.indexes if not index.is_global)
    theirs = tuple(replace(index, name=f"new-{index.name}") for index in other.indexes if index.is_global)
    keep: dict[str, Any] = {
        "stream": other.stream if not one.stream else "",
        "ttl": other.ttl if not one.ttl else "",
    }
    other = completed(
        replace(
            other, name=one.name, partition=one.partition, sort=one.sort, indexes=(*local, *theirs), **keep
        )
    )
    reached = one
    for step in diff(one, other):
        assert _held(reached, step, step.before) == step.before
        reached = with_section(reached, step.part, step.after)
    assert reached == other
    for step in reversed(diff(one, other)):
        reached = with_section(reached, step.part, step.before)
    assert reached == one


def _held(definition: Definition, step: Step, like: dict[str, Any]) -> dict[str, Any]:
    held = section(definition, step.part)
    if step.part == "capacity":
        held["indexes"] = {name: units for name, units in held["indexes"].items() if name in like["indexes"]}
    return held


@pytest.mark.parametrize(
    ("after", "field"),
    [
        (replace(SIMPLE, name="other"), "name"),
        (replace(SIMPLE, partition=AT), "partition"),
        (replace(SIMPLE, sort=SK), "partition"),
        (replace(orders(1, local=True), sort=None), "indexes"),
    ],
)
def test_what_no_call_can_change(after: Definition, field: str) -> None:
    with pytest.raises(InputError) as caught:
        diff(SIMPLE, after)
    assert caught.value.field == field


def test_a_stream_or_an_expiry_is_not_exchanged_in_one_go() -> None:
    for change, words in (({"stream": "OLD_IMAGE"}, "Switch it off first"), ({"ttl": "x"}, "an hour later")):
        with pytest.raises(InputError, match=words):
            diff(WHOLE, replace(WHOLE, **change))  # type: ignore[arg-type]


def test_the_cost_of_filling_an_index_is_said_from_the_tables_figures() -> None:
    table = Table("orders", "ACTIVE", PK, None, item_count=1000, size_bytes=1_500_000)
    (step,) = diff(SIMPLE, replace(SIMPLE, indexes=(BY_AT,)), table)
    assert "about 2,000 write units (1,000 items of 2 KB or less each" in " ".join(step.meaning)


def test_decreases_are_counted_aloud() -> None:
    table = Table("orders", "ACTIVE", PK, None, decreases_today=3)
    (step,) = diff(PROVISION, replace(PROVISION, read=1), table)
    assert "AWS has counted 3 today" in " ".join(step.meaning)
    (more,) = diff(PROVISION, replace(PROVISION, read=10), table)
    assert "counted" not in " ".join(more.meaning)
