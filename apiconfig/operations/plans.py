"""Usage plans and API keys, to read; values of keys never get here."""

from __future__ import annotations

from apiconfig.core.views import Keys, Plans, PlanView
from dashboard.accounts.place import Place


def plans(place: Place, *, fresh: bool = False) -> Plans:
    """The plans of the region: no AWS call warm, one a page of 500 fresh. Raises nothing of AWS's: see ``failure``."""
    raise NotImplementedError


def plan(place: Place, plan_id: str, *, fresh: bool = False) -> PlanView:
    """One plan with its keys: two calls fresh. Kind.NOT_FOUND when there is none."""
    raise NotImplementedError


def keys(place: Place, text: str = "", *, fresh: bool = False) -> Keys:
    """The keys whose name, id, description or customer holds every word of ``text``. Raises nothing of AWS's."""
    raise NotImplementedError
