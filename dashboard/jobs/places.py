"""A round over every place: what the jobs that keep lists fresh have in common."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.accounts.models import Connection
from dashboard.accounts.place import Place, find_place
from dashboard.jobs.slices import Slice


def each_place(piece: Slice, visit: Callable[[Slice, Place], None]) -> bool:
    """Visit every place, or the one that ``connection`` and ``region`` in the arguments name; for a kind's ``run``.

    ``visit`` logs its own failures, so that one place keeps no other from its turn. The checkpoint is the list of places and
    how many are done: a new worker repeats none.
    """
    places: list[list[str]] = piece.state.get("places") or _places(piece)
    done: int = piece.state.get("done", 0)
    while done < len(places):
        if piece.time_is_up():
            return False
        connection, region = places[done]
        place = find_place(connection, region)
        if place is None:
            piece.log(f"{connection}/{region} is no connection any more.")
        else:
            visit(piece, place)
        done += 1
        piece.checkpoint({"places": places, "done": done}, done, len(places))
    return True


def _places(piece: Slice) -> list[list[str]]:
    one = piece.arguments
    if one.get("connection"):
        return [[str(one["connection"]), str(one.get("region", ""))]]
    return [[row.slug, region] for row in Connection.objects.order_by("slug") for region in row.regions]
