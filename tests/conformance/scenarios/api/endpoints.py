"""The endpoint configuration of a RestApi."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import new_api, patch, patches

_ROOM = "TestApiGatewayApiRestApi::"
_TYPE, _IP = "/endpointConfiguration/types/EDGE", "/endpointConfiguration/ipAddressType"


def _create(run: Run, steps: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """One creation a step: its endpoint configuration, and more members."""
    for step, (endpoint, more) in steps.items():
        run.step(step, run.apigw.create_rest_api, name=run.unique(), endpointConfiguration=endpoint, **more)


@scenario("api", f"{_ROOM}test_create_rest_api_with_endpoint_configuration")
def create(run: Run) -> None:
    wrong = {"types": ["wrong"], "ipAddressType": "wrong"}
    empty = {"description": ""}
    steps: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "create-with-empty-types": ({"types": []}, {}),
        "create-with-invalid-ip-address-type": ({"ipAddressType": "wrong"}, {}),
        "create-with-invalid-types": ({"types": ["wrong"]}, {}),
        "create-with-invalid-ip-address-type-and-types": (wrong, {}),
        "create-with-invalid-types-and-ip-address-type": (wrong, {}),
        "create-with-multiple-errors-1": (wrong, empty),
        "create-with-multiple-errors-2": ({"types": []}, empty),
        "create-with-two-types": ({"types": ["EDGE", "REGIONAL"]}, {}),
        "create-with-endpoint-config-dualstack": ({"types": ["EDGE"], "ipAddressType": "dualstack"}, {}),
        "create-with-endpoint-config-regional": ({"types": ["REGIONAL"]}, {}),
    }
    _create(run, steps)


@scenario("api", f"{_ROOM}test_create_rest_api_private_type")
def create_private(run: Run) -> None:
    ipv4 = {"types": ["PRIVATE"], "ipAddressType": "ipv4"}
    start = "create-with-private-type-and"
    steps: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        f"{start}-ipv4-ip-address-type": (ipv4, {}),
        f"{start}-wrong-ip-address-type": (ipv4 | {"ipAddressType": "wrong"}, {}),
        f"{start}-ipv4-ip-address-type-and-empty-description": (ipv4, {"description": ""}),
    }
    _create(run, steps)


@scenario("api", f"{_ROOM}test_create_rest_api_verify_defaults")
def defaults(run: Run) -> None:
    steps: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "create-with-edge-default": ({"types": ["EDGE"]}, {}),
        "create-with-regional-default": ({"types": ["REGIONAL"]}, {}),
        "create-with-private-default": ({"types": ["PRIVATE"]}, {}),
        "create-with-empty-default": ({}, {}),
        "create-with-empty-ip-address-type-and-wrong-type": (
            {"types": ["wrong"], "ipAddressType": ""},
            {},
        ),
    }
    _create(run, steps)


@scenario("api", f"{_ROOM}test_update_rest_api_ip_address_type")
def update(run: Run) -> None:
    api, _ = new_api(run)
    start = "update-rest-api-"
    steps = (
        (f"{start}replace-type", "replace", _TYPE, "PRIVATE"),
        (f"{start}replace-to-ipv4-within-private-type", "replace", _IP, "ipv4"),
        (f"{start}wrong-ipAddressType", "replace", _IP, "wrong"),
        (f"{start}wrong-type", "replace", "/endpointConfiguration/types/PRIVATE", "wrong"),
        (f"{start}invalid-operation-on-ipAddressType", "add", _IP, "ipv4"),
        (f"{start}invalid-operation-on-type", "copy", "/endpointConfiguration/types/PRIVATE", "EDGE"),
        (f"{start}replace-ip-address-type", "replace", _IP, "dualstack"),
    )
    patches(run, run.apigw.update_rest_api, {"restApiId": api}, steps)


@scenario("api", f"{_ROOM}test_update_rest_api_concatenation_of_errors")
def update_refusals(run: Run) -> None:
    api, _ = new_api(run)
    kind, ip = patch("wrong", _TYPE, "PRIVATE"), patch("wrong", _IP, "ipv4")
    start = "update-rest-api-wrong-operations-on-"
    steps = (
        (f"{start}ipAddressType", [ip, ip]),
        (f"{start}type", [kind, kind]),
        (f"{start}type-and-on-ip-address-type", [kind, ip, ip]),
    )
    patches(run, run.apigw.update_rest_api, {"restApiId": api}, steps)
