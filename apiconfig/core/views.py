"""What the pages show: whole answers of operations, each with its age and with what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from apiconfig.core.apis import Api, Authorizer, Deployment, Stage
from apiconfig.core.definition import Definition
from apiconfig.core.diff import RouteDiff
from apiconfig.core.limits import Limits
from apiconfig.core.plans import Key, Plan
from apiconfig.core.quotas import Fact
from apiconfig.core.throttle import Effective
from apiconfig.core.tree import Node
from dashboard.core.errors import AwsError


@dataclass(frozen=True)
class ServiceState:
    """How one service's list of one region stands: ``service`` is ``rest`` or ``v2`` (HTTP and WebSocket).

    ``refreshed`` is None while it was never read; ``error`` is why the last try failed, ``failure`` that error when it was met just now.
    """

    region: str
    service: str
    refreshed: datetime | None
    error: str = ""
    failure: AwsError | None = None

    @property
    def words(self) -> str:
        """Which APIs these are."""
        return "REST APIs" if self.service == "rest" else "HTTP and WebSocket APIs"


@dataclass(frozen=True)
class ApiRow:
    """A line of the list, with what we know without asking (None: not known).

    ``deployed`` is when its newest deployment was made (ISO 8601, empty: none), ``undeployed`` whether a stage lacks a change.
    """

    api: Api
    stages: tuple[str, ...] | None = None
    deployed: str | None = None
    undeployed: bool | None = None


@dataclass(frozen=True)
class Listing:
    """All APIs of a connection's regions, by name; ``states`` two a region. ``facts`` are the account's limits, by region.

    ``twins`` are the names that several REST APIs of one region share: CloudWatch mixes their figures.
    """

    rows: tuple[ApiRow, ...]
    states: tuple[ServiceState, ...]
    facts: tuple[Fact, ...] = ()
    twins: tuple[str, ...] = ()

    @property
    def oldest(self) -> datetime | None:
        """The age of the oldest part that was read."""
        return min((state.refreshed for state in self.states if state.refreshed), default=None)


@dataclass(frozen=True)
class AccountLimits:
    """The account's throttle in a region: requests a second and burst; ``assumed`` when AWS would not say and the default stands."""

    rate: Decimal
    burst: int
    assumed: bool = False


@dataclass(frozen=True)
class ApiView:
    """An API's page. What could not be read is missing here and has its error in ``failures`` by part.

    Parts: ``api``, ``resources`` or ``routes`` and ``integrations``, ``stages``, ``deployments``, ``authorizers``, ``models``,
    ``validators``, ``responses``, ``account``, ``plans``. ``ages`` says when each was read.
    """

    api: Api
    definition: Definition | None = None
    tree: tuple[Node, ...] = ()
    stages: tuple[Stage, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()
    account: AccountLimits | None = None
    plans: tuple[Plan, ...] = ()
    facts: tuple[Fact, ...] = ()
    failures: Mapping[str, AwsError] = field(default_factory=dict)
    ages: Mapping[str, datetime] = field(default_factory=dict)

    def stage(self, name: str) -> Stage | None:
        """The stage of that name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    @property
    def oldest(self) -> datetime | None:
        """The age of the oldest part."""
        return min(self.ages.values(), default=None)


@dataclass(frozen=True)
class DeployPreview:
    """What deploying (or taking back) would do to a stage.

    ``diff`` leads from what the stage serves to what it would serve; ``served_words`` says where the served side comes from.
    ``fingerprint`` is what the write is conditional on. ``refusals`` are sentences that say why it cannot be done (empty: it can).
    ``warnings`` are sentences worth reading before. ``deployment`` is the one that is taken back to, None for a new one.
    """

    api: Api
    stage: Stage
    diff: RouteDiff
    fingerprint: str
    served_words: str
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    deployment: Deployment | None = None


@dataclass(frozen=True)
class Deployed:
    """It was done. ``verified`` is True when the stage was read back and serves what was meant, None when that cannot be told;
    ``words`` says which, ``differences`` what differs.
    """

    change_id: str
    deployment: str
    verified: bool | None
    words: str
    differences: RouteDiff | None = None


@dataclass(frozen=True)
class Moved:
    """Nothing was changed: the stage or the API is not what the preview showed; ``preview`` is what stands there now."""

    words: str
    preview: DeployPreview


@dataclass(frozen=True)
class ThrottleChange:
    """One route's limit as it is and as it would be (empty: none of its own). ``route`` is ``*/*`` for the stage's default.

    ``words`` say what that means, most important first; ``notes`` what comes with it (a frozen copy, settings that are lost).
    """

    route: str
    before: Limits
    after: Limits
    words: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ThrottlePreview:
    """What a change of limits would do. Without ``changes`` it is how the stage stands.

    ``limits`` are the stage's own by route, ``effective`` what holds for each route that is known (``*/*`` first), without usage plans.
    ``steps`` and ``way_back`` are what is sent and what an undo would send, a line each. ``fingerprint`` is what the write is conditional
    on; ``refusals`` say why it cannot be done (empty: it can).
    """

    api: Api
    stage: Stage
    account: AccountLimits
    limits: Mapping[str, Limits]
    routes: tuple[str, ...]
    fingerprint: str
    effective: Mapping[str, Effective] = field(default_factory=dict)
    frozen: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[ThrottleChange, ...] = ()
    steps: tuple[str, ...] = ()
    way_back: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Throttled:
    """It was done; ``verified`` whether the stage was read back and holds the limits (None: it could not be read), ``words`` say so."""

    change_id: str
    verified: bool | None
    words: str


@dataclass(frozen=True)
class ThrottleMoved:
    """Nothing was changed: the stage's limits are not what was shown; ``preview`` is how they stand now."""

    words: str
    preview: ThrottlePreview


@dataclass(frozen=True)
class Plans:
    """The usage plans of a region, read at ``refreshed``; ``failure`` is why the last reading failed, beside what is remembered."""

    plans: tuple[Plan, ...]
    refreshed: datetime | None
    failure: AwsError | None = None


@dataclass(frozen=True)
class PlanView:
    """A usage plan with its keys (None: they could not be read, see ``failure``)."""

    plan: Plan
    keys: tuple[Key, ...] | None
    refreshed: datetime
    keys_refreshed: datetime | None = None
    failure: AwsError | None = None


@dataclass(frozen=True)
class Keys:
    """The API keys of a region. ``limit`` is AWS's (10,000 keys, not adjustable)."""

    keys: tuple[Key, ...]
    refreshed: datetime | None
    failure: AwsError | None = None
    total: int = 0
