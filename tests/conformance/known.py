"""Where the embedded AWS is known to answer otherwise than the recording, and why.

A reason says what the recording had that no layer can have, or why the recording itself cannot be right today. ``not done`` is no
reason. A step that is listed here and passes fails the run until its line is struck off.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """Steps of one recorded scenario (``file::scenario``) that are known to differ."""

    scenario: str
    steps: tuple[str, ...]
    reason: str
    only: tuple[str, ...] = ()
    """The places that may differ (how a difference begins); every other place must not. Empty: all may."""


_REMAPPING = "integrations::TestApiGatewayHeaderRemapping::test_apigateway_header_remapping"
DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "api::TestApiGatewayApiRestApi::test_get_api_case_insensitive",
        ("create-rest-api",),
        "Recorded in April 2024, before AWS answered ipAddressType; every recording since spring 2025 has it.",
    ),
    Difference(
        "integrations::test_create_execute_api_vpc_endpoint",
        ("endpoint-details",),
        "It is DescribeVpcEndpoints of EC2, which is no part of API Gateway and not in the embedded AWS.",
    ),
    *(
        Difference(
            f"{_REMAPPING}_http[{kind}]",
            ("no-param-integration", "full-integration"),
            "The length is of the JSON that the recorded echo server wrote, with its own name and the caller's address.",
            ("response-headers.Content-Length", "response-headers.x-amzn-Remapped-Content-Length"),
        )
        for kind in ("HTTP", "HTTP_PROXY")
    ),
    Difference(
        f"{_REMAPPING}_aws[AWS_PROXY]",
        ("no-param-integration", "full-integration"),
        "The length is of the recorded event, with the caller's address and the headers that the recorded client added.",
        ("response-headers.Content-Length",),
    ),
    Difference(
        "basic::TestAPIGateway::test_apigw_test_invoke_method_api",
        ("test_invoke_method_response", "test_invoke_method_response_with_body"),
        "The recorded function ran on Node.js, whose JSON has no spaces; functions run on Python here, whose JSON has.",
        ("log.line12", "log.line13", "log.line14"),
    ),
)


def reasons() -> dict[tuple[str, str], str]:
    """(``file::scenario``, step) → the reason."""
    return {(each.scenario, step): each.reason for each in DIFFERENCES for step in each.steps}


def places() -> dict[tuple[str, str], tuple[str, ...]]:
    """(``file::scenario``, step) → the only places that may differ."""
    return {(each.scenario, step): each.only for each in DIFFERENCES for step in each.steps}
