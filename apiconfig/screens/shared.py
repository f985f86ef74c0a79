"""What every screen of an API needs: its links, its crumbs, what the viewer may do with it, and failures inside a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apiconfig.core.apis import Api
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.failures import STATUS
from dashboard.core.errors import AwsError, InputError

Crumb = tuple[str, str | None]

API_ID = r"[a-z0-9][a-z0-9_-]{0,63}"
"""What AWS gives as ids of APIs and deployments, and what own ids of the embedded AWS look like."""
STAGE_NAME = r"\$default|[A-Za-z0-9_-]{1,128}"
"""What a stage may be called; ``$default`` is HTTP APIs' alone."""
MOST_WORDS = 1000
"""Characters of a note or a reason."""
MOST_CRUMB = 60


@dataclass(frozen=True)
class Links:
    """The addresses of an API's pages, and of a stage's when ``stage_name`` is given."""

    place: Place
    api_id: str
    stage_name: str = ""

    def _url(self, name: str, *more: str) -> str:
        return reverse(
            f"apis:{name}", args=[self.place.connection.slug, self.place.region, self.api_id, *more]
        )

    @property
    def apis(self) -> str:
        """The list of APIs."""
        return reverse("apis:list", args=[self.place.connection.slug, self.place.region])

    @property
    def api(self) -> str:
        """The API's page."""
        return self._url("api")

    @property
    def stage(self) -> str:
        """The stage on the API's page."""
        return f"{self.api}#stage-{self.stage_name}"

    @property
    def choose(self) -> str:
        """Which stage to deploy to."""
        return self._url("deploy-choose")

    @property
    def deploy(self) -> str:
        """The preview of a deployment to the stage."""
        return self._url("deploy", self.stage_name)

    @property
    def former(self) -> str:
        """Which former deployment the stage shall return to."""
        return self._url("take-back-choose", self.stage_name)

    def take_back(self, deployment: str) -> str:
        """The preview of the stage's return to ``deployment``."""
        return self._url("take-back", self.stage_name, deployment)

    @property
    def throttle(self) -> str:
        """The stage's limits."""
        return self._url("throttle", self.stage_name)

    @property
    def health(self) -> str:
        """The API's figures of CloudWatch."""
        return self._url("api-health")

    @property
    def history(self) -> str:
        """The changes of the API."""
        query = {
            "connection": self.place.connection.slug,
            "region": self.place.region,
            "resource": f"api:{self.api_id}",
        }
        return f"{reverse('history:list')}?{urlencode(query)}"

    def at(self, stage: str) -> Links:
        """The same for another stage."""
        return Links(self.place, self.api_id, stage)


def undo_link(change_id: str) -> str:
    """The page that takes a change back."""
    return reverse("history:undo", args=[change_id])


def change_link(change_id: str) -> str:
    """The change in the record."""
    return reverse("history:change", args=[change_id])


def page_context(request: HttpRequest, links: Links, api: Api, title: str, *crumbs: Crumb) -> dict[str, Any]:
    """Title, crumbs, links, and which buttons the viewer gets (``may_deploy``, ``may_write``)."""
    resource = links.place.resource(f"api:{links.api_id}")
    return {
        "title": title,
        "crumbs": [("APIs", links.apis), (short(api.title), links.api if crumbs else None), *crumbs],
        "links": links,
        "api": api,
        "may_deploy": may(request.user, "deploy", resource),
        "may_write": may(request.user, "write", resource),
    }


def moment(text: str) -> datetime | None:
    """ISO 8601 text as a moment; None for no text or none that is one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def short(text: str) -> str:
    """A name for a crumb or a title: a line at most."""
    return text if len(text) <= MOST_CRUMB else f"{text[:MOST_CRUMB]}…"


def words_of(request: HttpRequest, field: str, label: str) -> str:
    """The note or reason that was sent; InputError (at ``field``) when there is none or the record cannot hold it."""
    text = request.POST.get(field, "").strip()
    if not text:
        raise InputError(
            field, f"Say in the field {label} why you make this change: it goes into the record."
        )
    if len(text) > MOST_WORDS:
        raise InputError(field, f"The field {label} takes at most 1,000 characters.")
    return text


def failed(request: HttpRequest, template: str, context: dict[str, Any], error: AwsError) -> HttpResponse:
    """The page with AWS's refusal as ``failure`` inside it, and the status that fits."""
    response = render(request, template, context | {"failure": error}, status=STATUS.get(error.kind, 502))
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response
