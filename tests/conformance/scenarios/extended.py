"""Exports, API keys and usage plans."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run

_KEYS = "TestApigatewayApiKeysCrud::"


@scenario("extended", f"{_KEYS}test_create_usage_plan_with_throttle")
def burst_beyond_rate(run: Run) -> None:
    run.step(
        "create-usage-plan-burst-gt-rate",
        run.apigw.create_usage_plan,
        name=run.unique(),
        throttle={"burstLimit": 20, "rateLimit": 10.0},
    )
