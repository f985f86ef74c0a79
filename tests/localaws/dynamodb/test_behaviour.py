"""The behaviour suite, run by the layer and by moto: the layer answers as AWS, and where moto does not is written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.localaws.dynamodb.behaviour import TABLE, Case, items, table
from tests.localaws.dynamodb.cases import CASES
from tests.localaws.dynamodb.disagreements import LAYER, MOTO

WITHOUT_TABLE = {"transact_write_items", "batch_write_item", "execute_statement"}


def outcome(dynamodb: Any, case: Case) -> Any:
    """What the case comes to: (code, text) of a refusal, or the part of the answer that it looks at."""
    for operation, given in case.first:
        getattr(dynamodb, operation)(TableName=TABLE, **given)
    given = case.given if case.operation in WITHOUT_TABLE else {"TableName": TABLE, **case.given}
    try:
        answer = getattr(dynamodb, case.operation)(**given)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return case.of(answer) if case.of else "accepted"


def filled(dynamodb: Any) -> Any:
    dynamodb.create_table(**table())
    for item in items():
        dynamodb.put_item(TableName=TABLE, Item=item)
    return dynamodb


@pytest.fixture(scope="module")
def layer(dynamodb: Any) -> Any:
    return filled(dynamodb)


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    with mock_aws():
        yield filled(boto3.client("dynamodb", "eu-central-1"))


def test_it_works(layer: Any, moto: Any) -> None:
    """Most cases are answered alike by both, and no case is there twice."""
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(MOTO) < len(CASES) / 2
    assert MOTO.keys() | LAYER.keys() <= {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_layer_answers_as_aws(layer: Any, case: Case) -> None:
    found = outcome(layer, case)
    if case.name in LAYER:
        assert found != case.expected, "it agrees now: strike it off"
        return
    assert found == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where_moto_disagrees_is_listed(moto: Any, case: Case) -> None:
    try:
        found = outcome(moto, case)
    except (KeyError, ModuleNotFoundError) as error:  # moto's own, in this process
        found = type(error).__name__
    listed = MOTO.get(case.name)
    if found == case.expected:
        assert listed is None, "moto agrees now: strike it off"
    else:
        assert listed is not None, f"moto answers {found!r}"
        assert listed in str(found), f"moto answers {found!r}"
