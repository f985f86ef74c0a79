"""The door on the embedded AWS: what we send is understood, and what stands there comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apiconfig.core import throttle
from apiconfig.core.patch import inverse
from apiconfig.core.throttle import Limits
from dashboard.aws import clients
from dashboard.aws.apigateway import plans, rest
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind

pytestmark = pytest.mark.localaws


@pytest.fixture
def target(localaws: str) -> Target:
    """The embedded AWS."""
    return Target("eu-central-1", endpoint=localaws)


@pytest.fixture
def api(target: Target) -> str:
    """A REST API with one mock method and nothing deployed."""
    client = clients.apigateway(target)
    made: str = client.create_rest_api(name="shop")["id"]
    root = client.get_resources(restApiId=made)["items"][0]["id"]
    client.put_method(restApiId=made, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=made, resourceId=root, httpMethod="GET", type="MOCK")
    return made


def test_it_works(target: Target, api: str) -> None:
    assert api in {one["id"] for one in rest.get_rest_apis(target)}
    (root,) = rest.get_resources(target, api)
    assert root["resourceMethods"]["GET"]["methodIntegration"]["type"] == "MOCK"
    first = rest.create_deployment(target, api, "first", change="c-1", stage="prod")
    assert datetime.fromisoformat(first["createdDate"]).tzinfo == UTC
    stage = rest.get_stage(target, api, "prod")
    assert (stage["deploymentId"], rest.get_stages(target, api)) == (first["id"], [stage])
    assert [one["id"] for one in rest.get_deployments(target, api)] == [first["id"]]


def test_a_throttle_set_and_taken_back(target: Target, api: str) -> None:
    rest.create_deployment(target, api, "", change="c-1", stage="prod")
    before = rest.get_stage(target, api, "prod")
    changes = {"*/*": Limits(Decimal("5.5"), 10), "GET /": Limits(Decimal(1), 2)}
    steps = throttle.patches(before, changes)
    after = rest.update_stage(target, api, "prod", steps, change="c-2")
    assert throttle.stage_limits(after) == changes
    back = rest.update_stage(target, api, "prod", inverse(steps, before), change="c-3")
    assert back["methodSettings"] == before["methodSettings"]


def test_a_key_comes_without_its_value(target: Target) -> None:
    client = clients.apigateway(target)
    key = client.create_api_key(name="acme", enabled=True)
    plan = client.create_usage_plan(name="gold")["id"]
    client.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    assert key["value"]
    assert key["value"] not in repr([plans.get_api_keys(target), plans.get_usage_plan_keys(target, plan)])
    assert [one["id"] for one in plans.get_usage_plan_keys(target, plan)] == [key["id"]]
    today = datetime.now(UTC).date()
    assert plans.get_usage(target, plan, today, today)["startDate"] == today.isoformat()


def test_what_is_not_there(target: Target) -> None:
    with pytest.raises(AwsError) as caught:
        rest.get_stage(target, "nothing00", "prod")
    assert caught.value.kind is Kind.NOT_FOUND
