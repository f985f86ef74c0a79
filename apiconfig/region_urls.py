"""The addresses of a region's plans, keys, usage and health. An id that AWS could not have given is 404 before anything is asked."""

from __future__ import annotations

from django.urls import URLPattern, path

from apiconfig.screens import health, keys, plans, usage

_PLACE = "c/<slug:connection>/<str:region>/"


def patterns() -> list[URLPattern]:
    """The addresses; the converters of ``urls`` are registered by then."""
    return [
        path(_PLACE + "plans/", plans.plans, name="plans"),
        path(_PLACE + "plans/<api:plan>/", plans.plan, name="plan"),
        path(_PLACE + "keys/", keys.keys, name="keys"),
        path(_PLACE + "keys/<api:key>/", keys.key, name="key"),
        path(_PLACE + "health/", health.region, name="health"),
        path(_PLACE + "apis/<api:api>/health/", health.api, name="api-health"),
        path(_PLACE + "usage/", usage.usage, name="usage"),
        path(_PLACE + "usage.csv", usage.csv, name="usage-csv"),
    ]
