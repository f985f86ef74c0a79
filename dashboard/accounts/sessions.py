"""Django's sessions in the database, read by one prepared query; Django calls ``SessionStore`` (SESSION_ENGINE)."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from dashboard.accounts.prepared import Prepared

_by_key = Prepared(lambda key: Session.objects.filter(session_key=key))


class SessionStore(db.SessionStore):
    """Every page begins by reading its session."""

    def _get_session_from_db(self) -> Session | None:
        """The row of this key while it has not expired; an unknown key is forgotten, as Django does it."""
        key = self.session_key or ""
        rows = (
            _by_key(key) if key.isascii() and key.isalnum() else []
        )  # PostgreSQL takes no NUL, which a forged cookie may hold
        if rows and rows[0].expire_date > timezone.now():
            return rows[0]
        self._session_key = None
        return None
