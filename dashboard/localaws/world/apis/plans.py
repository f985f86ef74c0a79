"""The usage plans gold and trial, and the keys of eight customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.history import TAG
from dashboard.localaws.world.apis.clients import ApiClient
from dashboard.localaws.world.carrier import SHOPS


@dataclass(frozen=True)
class Customer:
    """A key. ``share`` of the plan's requests; ``near`` tells the one whose quota is almost used up."""

    number: str
    name: str
    plan: str
    share: float
    enabled: bool = True
    near: bool = False


CUSTOMERS = (
    Customer("C-1007", SHOPS[0], "gold", 0.41),
    Customer("C-1012", SHOPS[1], "gold", 0.34),
    Customer("C-1031", SHOPS[6], "gold", 0.25),
    Customer("C-2004", SHOPS[2], "trial", 0.22),
    Customer("C-2009", SHOPS[3], "trial", 0.19),
    Customer("C-2015", SHOPS[4], "trial", 0.0, near=True),
    Customer("C-2016", SHOPS[5], "trial", 0.12),
    Customer("C-2020", SHOPS[7], "trial", 0.05, enabled=False),
)
QUOTAS = {"gold": 2_000_000, "trial": 25_000}
"""Requests a month for each key of the plan."""
NEARLY = 880
"""What is left to the key that is near its quota."""
_PLANS = {
    "gold": ("Customers with a contract", 25.0, 50),
    "trial": ("To try the API for a month", 2.0, 10),
}


@dataclass
class Plans:
    """Ids of the plans by name and of the keys by customer number."""

    plans: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def build(api: ApiClient, rest_api: str) -> Plans:
    """Make plans and keys for both stages of ``rest_api``."""
    built = Plans()
    for name, (text, rate, burst) in _PLANS.items():
        made = api.create_usage_plan(
            name=name,
            description=text,
            apiStages=[{"apiId": rest_api, "stage": stage} for stage in ("prod", "test")],
            throttle={"rateLimit": rate, "burstLimit": burst},
            quota={"limit": QUOTAS[name], "offset": 0, "period": "MONTH"},
            tags={TAG[0]: TAG[1]},
        )
        built.plans[name] = str(made["id"])
    for customer in CUSTOMERS:
        built.keys[customer.number] = _key(api, customer, built.plans[customer.plan])
    return built


def _key(api: ApiClient, customer: Customer, plan: str) -> str:
    words: dict[str, Any] = (
        {} if customer.enabled else {"description": "Disabled: the trial ended without a contract"}
    )
    made = api.create_api_key(
        name=f"{customer.name} ({customer.plan})",
        customerId=customer.number,
        enabled=customer.enabled,
        tags={TAG[0]: TAG[1]},
        **words,
    )
    api.create_usage_plan_key(usagePlanId=plan, keyId=made["id"], keyType="API_KEY")
    return str(made["id"])
