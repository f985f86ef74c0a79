"""How much reading a person may cause before being asked."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from dashboard.accounts.models import ReadBudget, User


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
        groups = list(user.groups.values_list("pk", flat=True))
        own = list(ReadBudget.objects.filter(group__in=groups).values_list("units", flat=True))
        found = max([*own, *([default] if len(own) < len(groups) or not groups else [])])
        user.__dict__["_gatehouse_read_budget"] = found
    return found
