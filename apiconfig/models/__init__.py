"""What we remember of a place's APIs, and what we kept of each deployment."""

from apiconfig.models.remembered import Remembered
from apiconfig.models.snapshot import Snapshot

__all__ = ["Remembered", "Snapshot"]
