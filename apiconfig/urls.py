"""The module's addresses. An id or name that AWS could not have given is 404 before anything is asked."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from apiconfig import region_urls
from apiconfig.screens import api, deploy, listing, takeback, throttle
from apiconfig.screens.shared import API_ID, STAGE_NAME


class ApiId:
    """The id of an API or of a deployment."""

    regex = API_ID

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class StageName(ApiId):
    """A stage's name."""

    regex = STAGE_NAME


register_converter(ApiId, "api")
register_converter(StageName, "stage")

_PLACE = "c/<slug:connection>/<str:region>/"
_API = _PLACE + "apis/<api:api>/"
_STAGE = _API + "stages/<stage:stage>/"

app_name = "apis"
urlpatterns: list[URLPattern] = [
    path(_PLACE + "apis/", listing.apis, name="list"),
    path(_API, api.api, name="api"),
    path(_API + "deploy/", deploy.choose, name="deploy-choose"),
    path(_STAGE + "deploy/", deploy.deploy, name="deploy"),
    path(_STAGE + "take-back/", takeback.choose, name="take-back-choose"),
    path(_STAGE + "take-back/<api:deployment>/", takeback.take_back, name="take-back"),
    path(_STAGE + "throttle/", throttle.throttle, name="throttle"),
    *region_urls.patterns(),
]
