"""The job that keeps the lists of APIs fresh, place by place: two calls a region."""

from __future__ import annotations

from apiconfig.operations.catalogue import refresh
from dashboard.accounts.models import Connection
from dashboard.accounts.place import find_place
from dashboard.jobs.slices import Slice

KIND = "apis.refresh"
MINUTES = 15


def run(piece: Slice) -> bool:
    """Refresh every place, or the one that ``connection`` and ``region`` in the arguments name; one that fails is passed over.

    The checkpoint is the list of places and how many are done, so a new worker repeats none.
    """
    places: list[list[str]] = piece.state.get("places") or _places(piece)
    done: int = piece.state.get("done", 0)
    while done < len(places):
        if piece.time_is_up():
            return False
        _refresh(piece, *places[done])
        done += 1
        piece.checkpoint({"places": places, "done": done}, done, len(places))
    return True


def _places(piece: Slice) -> list[list[str]]:
    one = piece.arguments
    if one.get("connection"):
        return [[str(one["connection"]), str(one.get("region", ""))]]
    return [[row.slug, region] for row in Connection.objects.order_by("slug") for region in row.regions]


def _refresh(piece: Slice, connection: str, region: str) -> None:
    place = find_place(connection, region)
    if place is None:
        piece.log(f"{connection}/{region} is no connection any more.")
        return
    found = refresh(place, regions=[region], background=True)
    failed = [state for state in found.states if state.region == region and state.failure is not None]
    for state in failed:
        piece.log(f"{connection}/{region}: {state.words}: {state.failure}; those known so far stay.")
    if len(failed) < 2:
        count = sum(1 for row in found.rows if row.api.region == region)
        piece.log(f"{connection}/{region}: {count} APIs.")
