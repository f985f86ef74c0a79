"""Small APIs and a way to write a refusal as one line."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError


def answer(call: Any, **arguments: Any) -> dict[str, Any]:
    """What boto3 returns, without the metadata."""
    value: dict[str, Any] = call(**arguments)
    del value["ResponseMetadata"]
    return value


def refused(call: Any, **arguments: Any) -> tuple[int, str, str]:
    """Status, code and message of the refusal of a call."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return (
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Code"],
        response["Error"]["Message"],
    )


def unique(word: str = "name") -> str:
    """A name that no other test has."""
    return f"{word}-{uuid.uuid4().hex[:8]}"


def new_api(apigw: Any, **more: Any) -> dict[str, Any]:
    """A fresh API."""
    return answer(apigw.create_rest_api, name=unique("api"), **more)


def root(apigw: Any, api: str) -> str:
    """The id of an API's root resource."""
    return str(apigw.get_rest_api(restApiId=api)["rootResourceId"])


def mock(apigw: Any, api: str, resource: str, verb: str = "GET", **method: Any) -> None:
    """A method with a mock integration that answers 200."""
    where = {"restApiId": api, "resourceId": resource, "httpMethod": verb}
    apigw.put_method(**where, **({"authorizationType": "NONE"} | method))
    apigw.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    apigw.put_method_response(**where, statusCode="200")
    apigw.put_integration_response(
        **where, statusCode="200", responseTemplates={"application/json": '{"ok": true}'}
    )


def deployed(apigw: Any, stage: str = "dev", **deployment: Any) -> tuple[str, str]:
    """The ids of an API with one mock method and of its deployment on ``stage``."""
    api = new_api(apigw)
    mock(apigw, api["id"], api["rootResourceId"])
    made = apigw.create_deployment(restApiId=api["id"], stageName=stage, **deployment)
    return api["id"], made["id"]


def patch(
    op: str, path: str | None = None, value: str | None = None, source: str | None = None
) -> dict[str, str]:
    """One patch operation."""
    given = {"op": op, "path": path, "value": value, "from": source}
    return {name: each for name, each in given.items() if each is not None}
