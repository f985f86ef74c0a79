"""VPC links."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import patches
from tests.localaws.support import REGION

_ROOM = "TestApiGatewayVpcLink::"
_BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:123456789012:loadbalancer/net/mine/50dc6c495c0c9188"


@scenario("api", f"{_ROOM}test_vpc_link_lifecycle")
def lifecycle(run: Run) -> None:
    apigw = run.apigw
    name = run.unique("link")
    run.match("nlb-arn", _BALANCER, "CreateVpcLink")
    made = run.step("create_vpc_link", apigw.create_vpc_link, name=name, targetArns=[_BALANCER])
    one = {"vpcLinkId": made["id"]}
    run.step("get_vpc_link", apigw.get_vpc_link, **one)
    run.step("get_vpc_links", apigw.get_vpc_links)
    steps = (("update_vpc_link", "replace", "/name", f"{name}-updated"),)
    patches(run, apigw.update_vpc_link, one, steps)
    run.step("delete_vpc_link", apigw.delete_vpc_link, **one)


@scenario("api", f"{_ROOM}test_create_vpc_link_invalid_parameters")
def create_refusals(run: Run) -> None:
    create = run.apigw.create_vpc_link
    run.step("create_vpc_link_invalid_target_arn", create, name=run.unique(), targetArns=["invalid-arn"])
    run.step("create_vpc_link_empty_name", create, name="", targetArns=[_BALANCER])


@scenario("api", f"{_ROOM}test_get_vpc_link_invalid_id", verb="get")
@scenario("api", f"{_ROOM}test_delete_vpc_link_invalid_id", verb="delete")
@scenario("api", f"{_ROOM}test_update_vpc_link_invalid_id", verb="update")
def missing(run: Run, verb: str) -> None:
    call = getattr(run.apigw, f"{verb}_vpc_link")
    more: dict[str, Any] = (
        {"patchOperations": [{"op": "replace", "path": "/name", "value": "new"}]} if verb == "update" else {}
    )
    run.step(f"{verb}_vpc_link_invalid_id", call, vpcLinkId="invalid-id", **more)
