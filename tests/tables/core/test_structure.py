"""A table's definition: its texts and back, its rules, the calls from one to another."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.errors import InputError
from dashboard.tables.core import structure_json as texts
from dashboard.tables.core.structure import (
    INFREQUENT,
    ON_DEMAND,
    PROVISIONED,
    SECTIONS,
    Definition,
    IndexDefinition,
    completed,
    definition_of,
    fingerprint,
    index_from,
    index_json,
    section,
    with_section,
)
from dashboard.tables.core.structure_rows import lines
from dashboard.tables.core.structure_rules import check
from dashboard.tables.core.structure_steps import diff
from tests.tables.core.structure_cases import (
    AT,
    BY_AT,
    LOCAL,
    MANY,
    PK,
    PROVISION,
    SIMPLE,
    TOTAL,
    WHOLE,
    definitions,
    orders,
)


def test_it_works() -> None:
    assert check(WHOLE) == ()
    assert texts.read_text(texts.to_json(WHOLE)) == (WHOLE, ())
    (step,) = diff(WHOLE, replace(WHOLE, protection=False))
    assert (step.kind, step.operation, step.arguments) == (
        "protection",
        "UpdateTable",
        {"DeletionProtectionEnabled": False},
    )


@given(definitions())
def test_what_dynamodb_takes_breaks_no_rule_and_survives_its_texts(definition: Definition) -> None:
    assert check(definition) == ()
    assert texts.read_text(texts.to_json(definition)) == (definition, ())
    assert texts.read_text(texts.to_cloudformation(definition)) == (definition, ())
    compile(texts.to_boto3(definition), "boto3", "exec")
    for name in (*SECTIONS, *(f"index:{index.name}" for index in definition.indexes)):
        held = json.loads(json.dumps(section(definition, name)))
        assert with_section(definition, name, held) == definition
    for index in definition.indexes:
        assert index_from(json.loads(json.dumps(index_json(index)))) == index


def test_the_boto3_text_makes_the_table_when_it_is_run() -> None:
    made: dict[str, Any] = {}

    class Client:
        def create_table(self, **arguments: Any) -> None:
            made["create"] = arguments

        def get_waiter(self, name: str) -> Any:
            return self

        def wait(self, **arguments: Any) -> None:
            made["waited"] = arguments

        def update_time_to_live(self, **arguments: Any) -> None:
            made["ttl"] = arguments

    class Boto3:
        @staticmethod
        def client(name: str) -> Client:
            return Client()

    exec(texts.to_boto3(WHOLE).replace("import boto3", ""), {"boto3": Boto3})
    assert made["create"] == texts.to_request(WHOLE)
    assert made["ttl"]["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "gone"}


@given(definition=definitions())
def test_the_commands_of_the_cli_hold_every_argument_through_the_shell(definition: Definition) -> None:
    words = shlex.split(texts.to_cli(definition, "eu-central-1"))
    assert words[:4] == ["aws", "dynamodb", "create-table", "--region"]
    assert json.loads(words[words.index("--cli-input-json") + 1]) == texts.to_request(definition)
    asked = [json.loads(words[-1])] if "update-time-to-live" in words else []
    assert asked == ([{"Enabled": True, "AttributeName": definition.ttl}] if definition.ttl else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON: line 1"),
        ("[" * 5000, "nested too deeply|not valid JSON"),
        ("[]", "not a JSON object"),
        ("{}", "no HASH key"),
        ('{"KeySchema": 1}', "KeySchema must be a list"),
        ('{"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}', "pk has no type"),
        (
            '{"KeySchema": [{"AttributeName": {"Ref": "x"}, "KeyType": "HASH"}]}',
            "must be a text, not a reference",
        ),
        ('{"Resources": {}}', "0 tables"),
        ('{"x": ' + "1" * 200_001 + "}", "longer than 200,000"),
        ('{"x": ' + "1" * 5_000 + "}", "number that is far too long"),
        ('{"TableName": "\\ud800"}', "half of a surrogate pair"),
    ],
)
def test_a_text_that_is_no_definition(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        texts.read_text(text)
    assert caught.value.field == "definition"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"BillingMode": "FREE"}, "BillingMode is"),
        ({"ProvisionedThroughput": {"ReadCapacityUnits": 1.5}}, "whole number"),
        ({"ProvisionedThroughput": 5}, "must be an object"),
        ({"GlobalSecondaryIndexes": [{"KeySchema": []}]}, "IndexName in an index must be a text"),
        ({"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": []}]}, "no HASH key"),
        ({"Tags": [{"Key": 1}]}, "Key in Tags"),
        ({"Tags": [{"Key": "a", "Value": "b"}] * 51}, "Tags has 51 entries; a table has at most 50"),
        ({"GlobalSecondaryIndexes": [{}] * 21}, "has 21 entries; a table has at most 20"),
        ({"LocalSecondaryIndexes": [{}] * 6}, "has 6 entries; a table has at most 5"),
        (
            {"Tags": [{"Key": "team", "Value": {"Ref": "Team"}}]},
            "Value in Tags must be a text, not a reference",
        ),
        ({"BillingMode": None, "BillingModeSummary": "PROVISIONED"}, "BillingModeSummary must be an object"),
        ({"TableClass": ["STANDARD"]}, "TableClass must be a text"),
        ({"TableClassSummary": [1]}, "TableClassSummary must be an object"),
        ({"StreamSpecification": {"StreamViewType": {"Ref": "View"}}}, "StreamViewType must be a text"),
        ({"StreamSpecification": {"Fn::If": []}}, "StreamSpecification is a reference \\(Fn::If\\)"),
        ({"TimeToLiveSpecification": {"AttributeName": ["x"]}}, "AttributeName must be a text"),
        ({"TimeToLiveSpecification": {"AttributeName": "x", "Enabled": {}}}, "Enabled must be true or false"),
        ({"SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": {"Fn::GetAtt": []}}}, "KMSMasterKeyId"),
        ({"SSESpecification": ["x"]}, "SSESpecification must be an object"),
        ({"DeletionProtectionEnabled": {"Ref": "Keep"}}, "DeletionProtectionEnabled must be true or false"),
    ],
)
def test_a_member_that_is_not_what_it_should_be(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        texts.read(texts.to_document(SIMPLE) | change)


@pytest.mark.parametrize(("text", "on"), [("true", True), ("True", True), ("false", False)])
def test_a_template_may_write_true_and_false_as_texts(text: str, on: bool) -> None:
    read, _ = texts.read(
        texts.to_document(SIMPLE)
        | {"DeletionProtectionEnabled": text, "SSESpecification": {"SSEEnabled": text}}
        | {"TimeToLiveSpecification": {"AttributeName": "gone", "Enabled": text}}
    )
    assert (read.protection, bool(read.encryption), bool(read.ttl)) == (on, on, on)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _places(value[name], (*at, name))


@pytest.mark.parametrize(
    "hostile", [None, {}, [], "", -5, 1.5, True, {"Ref": "P"}, [[]], [{}], ["x"], 10**30], ids=repr
)
def test_whatever_stands_in_the_place_of_a_member_is_read_or_refused_in_a_sentence(hostile: Any) -> None:
    whole = texts.to_document(SIMPLE) | {
        "BillingModeSummary": {"BillingMode": "PROVISIONED"},
        "TableClassSummary": {"TableClass": "STANDARD"},
        "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": "arn"},
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True},
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    for at in _places(whole):
        document: Any = copy.deepcopy({"": whole})
        inside = document
        for name in ("", *at)[:-1]:
            inside = inside[name]
        inside[("", *at)[-1]] = hostile
        try:
            made, _ = texts.read_text(json.dumps(document[""]))
        except InputError as error:
            assert error.field == "definition"
        else:
            check(made)
            for part in SECTIONS:
                lines({}, section(made, part) | ({"indexes": {}} if part == "capacity" else {}))
            assert "Ref" not in texts.to_json(made)


def test_what_is_not_taken_over_is_named_and_figures_are_not() -> None:
    document = texts.to_document(SIMPLE) | {"ItemCount": 5, "ResourcePolicy": {}, "Replicas": []}
    assert texts.read({**document}) == (SIMPLE, ("Replicas", "ResourcePolicy"))
    assert texts.read_text(json.dumps({"Table": document}))[0] == SIMPLE
    template = {
        "Resources": {"A": {"Type": texts.CLOUDFORMATION, "Properties": document}, "B": {"Type": "x"}}
    }
    assert texts.read_text(json.dumps(template))[0] == SIMPLE


RULES: list[tuple[Definition, str, str]] = [
    (replace(SIMPLE, name="ab"), "name", "3 to 255"),
    (replace(SIMPLE, name="a b c"), "name", "3 to 255"),
    (replace(SIMPLE, name="é" * 5), "name", "3 to 255"),
    (replace(SIMPLE, partition=KeyPart("", "S")), "partition", "needs the name"),
    (replace(SIMPLE, partition=KeyPart("é" * 128, "S")), "partition", "longer than 255 bytes"),
    (replace(SIMPLE, partition=KeyPart("pk", "SS")), "partition", r"string \(S\)"),
    (replace(SIMPLE, sort=PK), "sort", "another attribute"),
    (orders(21), "indexes", "at most 20 global indexes; these are 21"),
    (orders(6, local=True), "indexes", "at most 5 local indexes"),
    (replace(SIMPLE, indexes=(LOCAL,)), "index-0-kind", "table with a sort key"),
    (
        replace(orders(0), indexes=(replace(LOCAL, partition=(AT,)),)),
        "index-0-partition",
        "table's own partition key",
    ),
    (replace(orders(0), indexes=(replace(LOCAL, sort=()),)), "index-0-sort", "exactly one"),
    (replace(orders(0), indexes=(replace(LOCAL, sort=(TOTAL, AT)),)), "index-0-sort", "exactly one"),
    (replace(SIMPLE, indexes=(BY_AT, BY_AT)), "index-0-name", "2 indexes of the name"),
    (replace(SIMPLE, indexes=(replace(BY_AT, name="x"),)), "index-0-name", "3 to 255"),
    (replace(SIMPLE, indexes=(replace(BY_AT, partition=()),)), "index-0-partition", "needs a partition key"),
    (
        replace(SIMPLE, indexes=(replace(BY_AT, partition=tuple(KeyPart(f"k{n}", "S") for n in range(5))),)),
        "index-0-partition",
        "at most 4 attributes; these are 5",
    ),
    (
        replace(SIMPLE, indexes=(replace(BY_AT, sort=tuple(KeyPart(f"k{n}", "S") for n in range(5))),)),
        "index-0-sort",
        "at most 4 attributes; these are 5",
    ),
    (replace(SIMPLE, indexes=(replace(BY_AT, sort=(AT,)),)), "index-0-sort", "at stands 2 times"),
    (
        replace(SIMPLE, indexes=(replace(BY_AT, partition=(KeyPart("pk", "N"),)),)),
        "index-0-partition",
        "one type in the whole table",
    ),
    (
        replace(SIMPLE, indexes=(replace(BY_AT, projection="SOME"),)),
        "index-0-projection",
        "ALL, KEYS_ONLY or INCLUDE",
    ),
    (replace(SIMPLE, indexes=(replace(BY_AT, projection="INCLUDE"),)), "index-0-included", "at least one"),
    (
        replace(
            SIMPLE,
            indexes=(replace(BY_AT, projection="INCLUDE", included=tuple(f"i{n}" for n in range(21))),),
        ),
        "index-0-included",
        "at most 20 attributes",
    ),
    (
        replace(
            SIMPLE,
            indexes=tuple(
                replace(
                    BY_AT, name=f"i-{m}", projection="INCLUDE", included=tuple(f"i{n}" for n in range(17))
                )
                for m in range(6)
            ),
        ),
        "indexes",
        "100 attributes to include; these name 102",
    ),
    (
        replace(SIMPLE, indexes=(replace(BY_AT, projection="INCLUDE", included=("a", "a")),)),
        "index-0-included",
        "named 2 times",
    ),
    (replace(SIMPLE, billing="FREE"), "billing", "on demand or provisioned"),
    (replace(SIMPLE, billing=PROVISIONED, write=1), "read", "1 or more"),
    (replace(SIMPLE, billing=PROVISIONED, read=0, write=1), "read", "1 or more"),
    (replace(SIMPLE, max_write=0), "max_write", "1 or more"),
    (
        replace(SIMPLE, billing=PROVISIONED, read=1, write=1, indexes=(replace(BY_AT, read=0),)),
        "index-0-read",
        "1 or more",
    ),
    (replace(SIMPLE, table_class="COLD"), "table_class", "STANDARD_INFREQUENT_ACCESS"),
    (replace(SIMPLE, stream="ALL"), "stream", "NEW_AND_OLD_IMAGES"),
    (replace(SIMPLE, ttl="x" * 256), "ttl", "255 bytes"),
    (replace(SIMPLE, encryption="my key"), "encryption", "alias"),
    (replace(SIMPLE, tags=tuple((f"t{n}", "") for n in range(51))), "tags", "at most 50"),
    (replace(SIMPLE, tags=(("", "x"),)), "tags", "1 to 128"),
    (replace(SIMPLE, tags=(("k", "x" * 257),)), "tags", "longer than 256"),
    (replace(SIMPLE, tags=(("AWS:x", ""),)), "tags", "kept for AWS"),
    (replace(SIMPLE, tags=(("k", "<b>"),)), "tags", "character"),
    (replace(SIMPLE, tags=(("k", ""), ("k", "2"))), "tags", "given 2 times"),
]


@pytest.mark.parametrize(("definition", "field", "words"), RULES)
def test_a_rule_that_is_broken(definition: Definition, field: str, words: str) -> None:
    problems = check(definition)
    assert problems[0].field == field
    import re

    assert re.search(words, problems[0].rule)


@pytest.mark.parametrize("count", [20])
def test_as_many_indexes_as_dynamodb_takes(count: int) -> None:
    assert check(orders(count)) == ()
    assert check(orders(5, local=True)) == ()


def test_lines_say_what_differs_in_words() -> None:
    said = {
        line.label: (line.before, line.after)
        for line in lines(section(PROVISION, "capacity"), section(SIMPLE, "capacity"))
    }
    assert said == {
        "Capacity": ("Provisioned", "On demand"),
        "Read units": ("5", ""),
        "Write units": ("6", ""),
    }
    added = lines({"index": None}, {"index": index_json(MANY)})
    assert ("Partition key", "", "at (S), who (S)") in [(one.label, one.before, one.after) for one in added]


def test_a_fingerprint_changes_with_whatever_was_shown() -> None:
    table = Table("orders", "ACTIVE", PK, None, table_id="1")
    seen = {fingerprint(table, definition_of(table))}
    others = [
        replace(table, table_id="2"),
        replace(table, billing=ON_DEMAND),
        replace(table, read_units=7),
        replace(table, table_class=INFREQUENT),
        replace(table, deletion_protection=True),
        replace(table, stream_view="KEYS_ONLY"),
    ]
    for other in others:
        seen.add(fingerprint(other, definition_of(other)))
    assert len(seen) == len(others) + 1
    figures = replace(table, item_count=5, size_bytes=6, status="UPDATING")
    assert fingerprint(figures, definition_of(figures)) in seen


def test_an_index_that_is_on_its_way_out_is_no_part_of_the_definition() -> None:
    from dashboard.core.dynamodb import Index

    table = Table(
        "t", "UPDATING", PK, None, indexes=(Index("old", (AT,), (), True, "ALL", status="DELETING"),)
    )
    assert definition_of(table).indexes == ()


def test_completed_takes_the_tables_units_for_an_index_without_any() -> None:
    (index,) = completed(replace(PROVISION, indexes=(IndexDefinition("abc", (AT,)),))).indexes
    assert (index.read, index.write) == (5, 6)


def test_a_table_that_has_more_global_indexes_than_usual_can_still_be_changed() -> None:
    assert check(orders(25)) and not check(orders(25), new=False)
