"""How much reading a person may cause before being asked."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from dashboard.accounts.models import User


def read_budget(user: User | AnonymousUser | None) -> int:
    """Read capacity units that one search of ``user`` may spend before it asks: the highest of their groups'.

    A group without a number of its own counts as ``READ_BUDGET_UNITS``, and so does somebody in no group. Read once for each user
    object, that is once a request.
    """
    default = int(settings.READ_BUDGET_UNITS)
    if not isinstance(user, User):
        return default
    found: int | None = user.__dict__.get("_gatehouse_read_budget")
    if found is None:
        own = list(user.groups.values_list("read_budget__units", flat=True))
        found = max((default if units is None else units for units in own), default=default)
        user.__dict__["_gatehouse_read_budget"] = found
    return found
