"""Who acts: the person and the request, as every operation takes them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from dashboard.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """``user`` is None for the console itself (a schedule). ``request_id`` groups the changes of one request."""

    user: User | None
    request_id: str

    @property
    def name(self) -> str:
        """The user's name as it is copied into the record."""
        return self.user.get_username() if self.user is not None else "gatehouse"


def as_user(user: User | AnonymousUser) -> User | None:
    """The signed-in user, or None."""
    return user if isinstance(user, User) else None
