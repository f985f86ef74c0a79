"""What the screens of plans, keys, usage and health share: a region's links, what the viewer may follow, reading anew."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apiconfig.core.plans import MethodLimit, Plan
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.core.errors import AwsError


@dataclass(frozen=True)
class Region:
    """The addresses of a place's pages."""

    place: Place

    def _url(self, name: str, *more: str) -> str:
        return reverse(f"apis:{name}", args=[self.place.connection.slug, self.place.region, *more])

    @property
    def plans(self) -> str:
        """The list of usage plans."""
        return self._url("plans")

    @property
    def keys(self) -> str:
        """The list of API keys."""
        return self._url("keys")

    @property
    def apis(self) -> str:
        """The list of APIs."""
        return self._url("list")

    def plan(self, plan: str) -> str:
        """A plan's page."""
        return self._url("plan", plan)

    def key(self, key: str) -> str:
        """A key's page."""
        return self._url("key", key)

    def api(self, api: str) -> str:
        """An API's page."""
        return self._url("api", api)

    def health(self, window: str = "", api: str = "", stage: str = "") -> str:
        """The health of the region or of one API (and its stage)."""
        page = self._url("api-health", api) if api else self._url("health")
        return _with_query(page, window=window, stage=stage)

    def usage(self, plan: str = "", *, key: str = "", start: str = "", end: str = "") -> str:
        """What a plan's keys (or one of them) used."""
        return _with_query(self._url("usage"), plan=plan, start=start, end=end, key=key)

    def usage_csv(self, plan: str, *, key: str = "", start: str = "", end: str = "") -> str:
        """The same as a file."""
        return _with_query(self._url("usage-csv"), plan=plan, start=start, end=end, key=key)


@dataclass(frozen=True)
class StageLine:
    """A stage that a plan covers, as it is shown: an API that the viewer may not read has its id alone and no link."""

    api: str
    stage: str
    url: str
    limits: tuple[MethodLimit, ...]

    @property
    def words(self) -> str:
        """API and stage in one."""
        return f"{self.api} / {self.stage}"


def stage_lines(user: User | AnonymousUser | None, place: Place, plan: Plan) -> tuple[StageLine, ...]:
    """The plan's stages for this viewer."""
    links = Region(place)
    return tuple(
        StageLine(entry.api_name.strip() or entry.api, entry.stage, links.api(entry.api), entry.limits)
        if entry.api and may(user, "read", place.resource(f"api:{entry.api}"))
        else StageLine(entry.api, entry.stage, "", entry.limits)
        for entry in plan.stages
    )


def blocks(rate: Decimal | None, burst: int | None) -> bool:
    """Whether such a limit lets nothing through."""
    return rate == 0 or burst == 0


def read_again(request: HttpRequest, failure: AwsError | None, what: str) -> HttpResponse:
    """After a POST that asked AWS anew: back to the same page, with a word on how that went."""
    if failure is None:
        messages.success(request, f"{what} read from AWS again.")
    else:
        messages.warning(request, "That could not be read again; what was known before stands.")
    return redirect(request.get_full_path())


def _with_query(page: str, **parameters: str) -> str:
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{page}?{query}" if query else page
