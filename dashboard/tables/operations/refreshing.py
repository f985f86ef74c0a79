"""The job that keeps the lists of tables fresh, place by place."""

from __future__ import annotations

from dashboard.accounts.models import Connection
from dashboard.accounts.place import find_place
from dashboard.core.errors import AwsError
from dashboard.jobs.slices import Slice
from dashboard.tables.operations.catalogue import refresh_names

KIND = "tables.refresh"
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
    try:
        found = refresh_names(place, target=place.background)
    except AwsError as error:
        request = f" (request {error.request_id})" if error.request_id else ""
        piece.log(f"{connection}/{region}: {error.code}{request}; the names known so far stay.")
    else:
        piece.log(f"{connection}/{region}: {len(found.names)} tables.")
