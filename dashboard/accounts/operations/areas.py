"""The console's own resources that this room changes."""

from __future__ import annotations

from dashboard.core.resources import Resource

USERS = Resource("console:users")
"""Users, groups and grants."""

CONNECTIONS = Resource("console:connections")
