"""The limits of the account that matter to a page, beside what uses them.

Figures: Amazon API Gateway Developer Guide, "Quotas" (REST, HTTP, WebSocket) and the AWS General Reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apiconfig.core.apis import Api

REST_APIS = {"REGIONAL": 600, "EDGE": 120, "PRIVATE": 600}
RESOURCES, V2_ROUTES, STAGES, DEFAULT_TIMEOUT_MS, V2_TIMEOUT_MS, PAYLOAD_MB = 300, 300, 10, 29_000, 30_000, 10
API_KEYS, USAGE_PLANS = 10_000, 300
SMALL_REGIONS = frozenset(
    [
        "af-south-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "mx-central-1",
    ]
)
NEAR = 0.8


@dataclass(frozen=True)
class Fact:
    """A limit and what is used of it (None: not counted here). ``words`` says what it is, ``note`` whether it can be raised."""

    words: str
    limit: str
    used: int | None = None
    share: float | None = None
    note: str = ""
    region: str = ""

    @property
    def near(self) -> bool:
        """Whether four fifths are used."""
        return self.share is not None and self.share >= NEAR


def account_default(region: str) -> tuple[int, int]:
    """Requests a second and burst of an account that never asked for more."""
    return (2_500, 1_250) if region in SMALL_REGIONS else (10_000, 5_000)


def list_facts(apis: Iterable[Api], region: str) -> tuple[Fact, ...]:
    """How many REST APIs of each endpoint type there are in a region, against the limit."""
    rest = [api for api in apis if api.kind == "REST" and api.region == region]
    found = []
    for kind, limit in REST_APIS.items():
        used = sum(1 for api in rest if kind in (api.endpoint_types or ("REGIONAL",)))
        if used or kind == "REGIONAL":
            found.append(_counted(f"{kind.capitalize()} REST APIs", limit, used, "not adjustable", region))
    return tuple(found)


def api_facts(api: Api, *, resources: int | None, stages: int | None) -> tuple[Fact, ...]:
    """The limits beside one API's page; None: not known."""
    counted = "Resources" if api.kind == "REST" else "Routes"
    facts = [
        _counted(counted, RESOURCES if api.kind == "REST" else V2_ROUTES, resources, "adjustable"),
        _counted("Stages", STAGES, stages, "adjustable"),
    ]
    if api.kind == "REST":
        facts.append(Fact("Integration timeout", "29 s", note="can be raised for regional and private APIs"))
        facts.append(Fact("Request and response body", f"{PAYLOAD_MB} MB", note="not adjustable"))
    elif api.kind == "HTTP":
        facts.append(Fact("Integration timeout", "30 s", note="not adjustable"))
        facts.append(Fact("Request and response body", f"{PAYLOAD_MB} MB", note="not adjustable"))
    else:
        facts.append(Fact("Integration timeout", "29 s", note="not adjustable"))
        facts.append(Fact("Message", "128 KB, in frames of 32 KB", note="not adjustable"))
        facts.append(
            Fact("Connection", "2 hours, closed after 10 minutes without a message", note="not adjustable")
        )
    return tuple(facts)


def twins(apis: Sequence[Api]) -> tuple[str, ...]:
    """Names that several REST APIs of one region share."""
    seen: dict[tuple[str, str], int] = {}
    for api in apis:
        if api.kind == "REST":
            seen[api.region, api.name] = seen.get((api.region, api.name), 0) + 1
    return tuple(sorted({name for (_, name), count in seen.items() if count > 1}))


def _counted(words: str, limit: int, used: int | None, note: str, region: str = "") -> Fact:
    share = None if used is None else used / limit
    return Fact(words, f"{limit:,}", used, share, note, region)
