"""DAX, as far as it is named beside a table: which clusters a region has. AWS does not tell which tables go through one."""

from __future__ import annotations

from typing import Any

from dashboard.aws import clients
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.dax import Cluster

MOST_PAGES = 10


def describe_clusters(target: Target) -> tuple[Cluster, ...]:
    """The clusters of the region, one call for each 100."""
    found: list[Cluster] = []
    arguments: dict[str, Any] = {"MaxResults": 100}
    for _ in range(MOST_PAGES):
        body = measured(
            Sending("dax", "DescribeClusters"),
            lambda: dict(clients.dax(target).describe_clusters(**arguments)),
        ).body
        found += [_cluster(one) for one in body.get("Clusters", ())]
        if not body.get("NextToken"):
            break
        arguments["NextToken"] = body["NextToken"]
    return tuple(found)


def _cluster(raw: dict[str, Any]) -> Cluster:
    return Cluster(
        raw["ClusterName"],
        raw.get("Status", ""),
        raw.get("NodeType", ""),
        int(raw.get("ActiveNodes", raw.get("TotalNodes", 0))),
    )
