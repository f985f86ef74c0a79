"""What the embedded API Gateway knows: plain dictionaries a region, in memory, JSON-ready.

``Store.region(name)`` gives a ``Region``. Everything in it is in AWS's own wire form (camelCase members, times as epoch
seconds), so that an answer is a copy of what is kept. One lock guards all; ``changed()`` tells the hooks (saving) of a write.

A REST API (``region.rest[api_id]``) is ``new_rest(info)``:

- ``info``: the RestApi as answered (id, name, description, createdDate, apiKeySource, binaryMediaTypes, policy, tags …)
- ``resources``: id → {id, parentId?, pathPart?, path, resourceMethods: {VERB or ANY: {httpMethod, authorizationType, apiKeyRequired,
  authorizerId?, requestValidatorId?, requestParameters?, requestModels?, methodResponses: {status: …},
  methodIntegration: {type, uri, …, integrationResponses: {status: …}}}}}
- ``models`` (by name), ``validators``, ``authorizers`` (by id), ``gatewayResponses`` (by type; only those that were put),
  ``documentationParts`` (by id), ``documentationVersions`` (by version)
- ``deployments``: id → {id, description?, createdDate, snapshot}; ``snapshot`` is a deep copy of the members named in
  ``SNAPSHOT`` at the time, and it is what a stage serves
- ``stages``: name → the Stage as answered (stageName, deploymentId, variables, methodSettings, canarySettings …)
"""

from __future__ import annotations

import copy
import secrets
import string
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SNAPSHOT = ("info", "resources", "models", "validators", "authorizers", "gatewayResponses")
"""What a deployment freezes of a REST API."""
_ALPHABET = string.ascii_lowercase + string.digits


def new_id(length: int = 10) -> str:
    """An id of AWS's form: lower-case letters and digits (10 for APIs and keys, 6 for parts of an API)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_value(length: int = 40) -> str:
    """An API key's value: letters and digits."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(length))


def now() -> int:
    """The time, as answers give it: whole seconds since 1970."""
    return int(time.time())


def new_rest(info: Json) -> Json:
    """An empty REST API around what it answers about itself; the root resource and default models are the caller's."""
    parts: Json = {name: {} for name in SNAPSHOT if name != "info"}
    return {
        "info": info,
        **parts,
        "documentationParts": {},
        "documentationVersions": {},
        "deployments": {},
        "stages": {},
    }


def snapshot(api: Json) -> Json:
    """A deep copy of what a deployment freezes."""
    return copy.deepcopy({name: api[name] for name in SNAPSHOT})


@dataclass
class Region:
    """One region of the one account.

    ``keys``: id → {id, name, value, enabled, description?, customerId?, createdDate, lastUpdatedDate, stageKeys, tags?}
    ``plans``: id → {id, name, apiStages: [{apiId, stage, throttle?}], throttle?, quota?, productCode?, tags?}
    ``plan_keys``: plan id → key ids, newest last. ``usage``: (plan, key, day as YYYY-MM-DD in UTC) → requests used.
    ``grants``: the same key → requests that UpdateUsage gave (or took, negative) on that day. ``v2``: HTTP and WebSocket
    APIs, laid out by the v2 room. ``more``: whatever else a control plane keeps, by its own name.
    """

    name: str
    rest: dict[str, Json] = field(default_factory=dict)
    v2: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, Json] = field(default_factory=dict)
    plans: dict[str, Json] = field(default_factory=dict)
    plan_keys: dict[str, list[str]] = field(default_factory=dict)
    usage: dict[tuple[str, str, str], int] = field(default_factory=dict)
    grants: dict[tuple[str, str, str], int] = field(default_factory=dict)
    account: Json = field(default_factory=dict)
    domains: dict[str, Json] = field(default_factory=dict)
    vpc_links: dict[str, Json] = field(default_factory=dict)
    certificates: dict[str, Json] = field(default_factory=dict)
    more: Json = field(default_factory=dict)

    def key_of_value(self, value: str) -> Json | None:
        """The API key that has this value."""
        return next((key for key in self.keys.values() if key["value"] == value), None)

    def plan_of(self, key_id: str, api_id: str, stage: str) -> Json | None:
        """The usage plan through which a key may use a stage; AWS allows one only."""
        for plan_id, members in self.plan_keys.items():
            plan = self.plans.get(plan_id)
            if plan and key_id in members:
                for entry in plan.get("apiStages", ()):
                    if entry["apiId"] == api_id and entry["stage"] == stage:
                        return plan
        return None

    def count(self, plan_id: str, key_id: str, day: str, requests: int = 1) -> None:
        """Add ``requests`` to what a key used of a plan on ``day`` (YYYY-MM-DD, UTC). Call ``Store.changed`` after it."""
        place = (plan_id, key_id, day)
        self.usage[place] = self.usage.get(place, 0) + requests


_TUPLES = ("usage", "grants")
_PLAIN = (
    "rest",
    "v2",
    "keys",
    "plans",
    "plan_keys",
    "account",
    "domains",
    "vpc_links",
    "certificates",
    "more",
)


class Store:
    """All regions. Hold ``lock`` while reading or writing outside a handler."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._regions: dict[str, Region] = {}
        self._hooks: list[Callable[[], None]] = []
        self._flushers: list[Callable[[str, str], None]] = []

    def region(self, name: str) -> Region:
        """The region's state, made when it is first asked for."""
        with self.lock:
            return self._regions.setdefault(name, Region(name))

    def regions(self) -> list[Region]:
        """Every region that was asked for."""
        with self.lock:
            return list(self._regions.values())

    def find_api(self, api_id: str) -> tuple[Region, str] | None:
        """The region of an API and 'rest' or 'v2', for the data plane, whose address names no region."""
        with self.lock:
            for region in self._regions.values():
                if api_id in region.rest:
                    return region, "rest"
                if api_id in region.v2:
                    return region, "v2"
        return None

    def on_change(self, hook: Callable[[], None]) -> None:
        """Call ``hook`` after every write; it must be quick."""
        self._hooks.append(hook)

    def changed(self) -> None:
        """There is something to save."""
        for hook in self._hooks:
            hook()

    def on_flush(self, flusher: Callable[[str, str], None]) -> None:
        """Call ``flusher(API id, stage name)`` when a stage's authorizer cache is to be emptied; it must be quick."""
        self._flushers.append(flusher)

    def flush(self, api_id: str, stage: str) -> None:
        """Empty a stage's authorizer cache, wherever it is."""
        for flusher in self._flushers:
            flusher(api_id, stage)

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._regions.clear()
        self.changed()

    def dump(self) -> Json:
        """Everything as one JSON-ready value that shares the parts: write it out under ``lock``."""
        return {
            name: {part: getattr(region, part) for part in _PLAIN}
            | {part: [[*place, n] for place, n in getattr(region, part).items()] for part in _TUPLES}
            for name, region in self._regions.items()
        }

    def load(self, saved: Json) -> None:
        """Take what ``dump`` gave; KeyError, TypeError or ValueError for anything else, and then nothing is taken."""
        regions = {}
        for name, parts in saved.items():
            region = Region(name, **{part: parts[part] for part in _PLAIN})
            for part in _TUPLES:
                setattr(region, part, {(plan, key, day): int(n) for plan, key, day, n in parts.get(part, ())})
            regions[name] = region
        with self.lock:
            self._regions = regions
