"""What the door answers about DAX."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """A DAX cluster: its name, state (``available``), kind of node and how many of them work."""

    name: str
    status: str
    node_type: str
    nodes: int
