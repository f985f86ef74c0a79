"""The job that keeps the lists of APIs fresh, place by place: two calls a region."""

from __future__ import annotations

from apiconfig.operations.catalogue import refresh
from dashboard.accounts.place import Place
from dashboard.jobs.places import each_place
from dashboard.jobs.slices import Slice

KIND = "apis.refresh"
MINUTES = 15


def run(piece: Slice) -> bool:
    """Refresh every place, or the one that the arguments name; one that fails is passed over."""
    return each_place(piece, _refresh)


def _refresh(piece: Slice, place: Place) -> None:
    name = f"{place.connection.slug}/{place.region}"
    found = refresh(place, regions=[place.region], background=True)
    failed = [state for state in found.states if state.region == place.region and state.failure is not None]
    for state in failed:
        piece.log(f"{name}: {state.words}: {state.failure}; those known so far stay.")
    if len(failed) < 2:
        count = sum(1 for row in found.rows if row.api.region == place.region)
        piece.log(f"{name}: {count} APIs.")
