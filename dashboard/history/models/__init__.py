"""The two rows of a change."""

from dashboard.history.models.change import Change, Outcome

__all__ = ["Change", "Outcome"]
