"""The demo's world: a parcel carrier. ``fill`` puts it into an embedded AWS."""

from dashboard.localaws.world.fill import Filled, fill

__all__ = ["Filled", "fill"]
