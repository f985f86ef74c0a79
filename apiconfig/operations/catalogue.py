"""Which APIs there are and how each is made, from our rows where they are fresh enough."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from apiconfig.core.views import ApiView, Listing
from dashboard.accounts.models import User
from dashboard.accounts.place import Place


def apis(place: Place) -> Listing:
    """All APIs of the connection's regions: no AWS call, but for the first visit ever. Raises nothing of AWS's."""
    raise NotImplementedError


def refresh(place: Place) -> Listing:
    """Read the lists of all regions anew; failures are in ``states``."""
    raise NotImplementedError


def visible(user: User | AnonymousUser | None, place: Place, listing: Listing) -> Listing:
    """Only those that ``user`` may read."""
    raise NotImplementedError


def api(place: Place, api_id: str, *, fresh: bool = False) -> ApiView:
    """An API's page; Kind.NOT_FOUND when there is none. At most 10 calls fresh, none warm; each other part fails alone."""
    raise NotImplementedError
