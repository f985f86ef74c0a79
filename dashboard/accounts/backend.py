"""How a signed-in person is found again: django-allauth's backend, with one prepared query instead of one the ORM writes anew."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from dashboard.accounts.models import User
from dashboard.accounts.prepared import Prepared

_by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))


class Backend(AuthenticationBackend):
    """Signs in as django-allauth does."""

    def get_user(self, user_id: int) -> User | None:
        """The person of that number, None when there is none or they are deactivated. One query."""
        user = next(iter(_by_pk(user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None
