"""The carrier's APIs in the demo's world: REST, HTTP and WebSocket, plans and keys, and 30 generated days of their past."""

from dashboard.localaws.world.apis.fill import FilledApis, fill_apis

__all__ = ["FilledApis", "fill_apis"]
