"""The job that keeps the lists of tables fresh, place by place."""

from __future__ import annotations

from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError
from dashboard.jobs.places import each_place
from dashboard.jobs.slices import Slice
from dashboard.tables.operations.catalogue import refresh_names

KIND = "tables.refresh"
MINUTES = 15


def run(piece: Slice) -> bool:
    """Refresh every place, or the one that the arguments name; one that fails is passed over."""
    return each_place(piece, _refresh)


def _refresh(piece: Slice, place: Place) -> None:
    name = f"{place.connection.slug}/{place.region}"
    try:
        found = refresh_names(place, target=place.background)
    except AwsError as error:
        request = f" (request {error.request_id})" if error.request_id else ""
        piece.log(f"{name}: {error.code}{request}; the names known so far stay.")
    else:
        piece.log(f"{name}: {len(found.names)} tables.")
