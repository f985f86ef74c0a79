"""What must hold between usage plans and keys."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import conflict
from dashboard.localaws.apigateway.store import Json, Region


def _stages(plan: Json) -> set[str]:
    return {f"{each['apiId']}:{each['stage']}" for each in plan["apiStages"]}


def one_plan_a_stage(region: Region, key_id: str, plan: Json) -> None:
    """A key may reach a stage through one plan only; 409 when ``plan`` would be a second one."""
    for other_id, members in region.plan_keys.items():
        other = region.plans.get(other_id)
        if other is None or other_id == plan["id"] or key_id not in members:
            continue
        both = sorted(_stages(plan) & _stages(other))
        if both:
            raise conflict(
                f"Usage Plan {plan['id']} cannot be added because API Key cannot reference multiple Usage Plans "
                f"with the same API stage: {both[0]}"
            )
