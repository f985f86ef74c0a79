"""What Application Auto Scaling does with a table, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScalableTarget:
    """One capacity that is scaled, between ``least`` and ``most`` units. ``aim`` is the utilisation in per cent, None without a policy.

    ``resource`` is ``table/orders`` or ``table/orders/index/by-customer``, ``dimension`` ``dynamodb:table:ReadCapacityUnits``.
    """

    resource: str
    dimension: str
    least: int
    most: int
    suspended: bool = False
    policy: str = ""
    aim: float | None = None

    @property
    def index(self) -> str:
        """The index's name, empty for the table itself."""
        return self.resource.partition("/index/")[2]

    @property
    def kind(self) -> str:
        """``read`` or ``write``."""
        return "read" if "ReadCapacity" in self.dimension else "write"
