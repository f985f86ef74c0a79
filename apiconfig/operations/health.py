"""Requests, errors and latency from CloudWatch."""

from __future__ import annotations

from apiconfig.core.health import Health
from dashboard.accounts.place import Place


def health(place: Place, window: str, api_id: str | None = None, *, fresh: bool = False) -> Health:
    """Of every API and stage of the region, or of one API; ``window`` is a name of ``core.health.WINDOWS`` (else InputError).

    One GetMetricData for each 500 figures, remembered for a minute. Raises AwsError.
    """
    raise NotImplementedError
