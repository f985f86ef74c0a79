"""The rows of access: people, what they may do, and the AWS accounts they do it in."""

from dashboard.accounts.models.access import Grant, ReadBudget, User
from dashboard.accounts.models.connection import Connection

__all__ = ["Connection", "Grant", "ReadBudget", "User"]
