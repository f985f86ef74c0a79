"""A connection in one of its regions: where a screen looks and an operation acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dashboard.accounts.models import Connection
from dashboard.aws.target import Credentials, Target
from dashboard.core.resources import Resource


@dataclass(frozen=True)
class Place:
    """``target`` is what the door needs; ``resource`` names a thing here for policy and record."""

    connection: Connection
    region: str

    @property
    def target(self) -> Target:
        """For calls that a person waits for."""
        row = self.connection
        return Target(
            region=self.region,
            credentials=Credentials(row.credentials, row.profile, row.role_arn, row.external_id),
            endpoint=row.endpoint,
            read_only=row.read_only,
        )

    @property
    def background(self) -> Target:
        """For calls of a job."""
        return replace(self.target, background=True)

    def resource(self, name: str) -> Resource:
        """The resource of that name in this place, for example ``table:orders``."""
        return Resource(name, self.connection.slug, self.region)


def find_place(connection: str, region: str, among: Iterable[Connection] | None = None) -> Place | None:
    """The place of these names, None when there is no such connection (``among`` those the caller has read) or it lacks the region."""
    if among is None:
        row = Connection.objects.filter(slug=connection).first()
    else:
        row = next((each for each in among if each.slug == connection), None)
    return Place(row, region) if row is not None and region in row.regions else None
