"""The sections of the Structure page that load by themselves, each with calls of its own: one shape for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.console.failures import is_part
from dashboard.console.screen import View, actor_of, screen
from dashboard.core.errors import AwsError
from dashboard.tables.operations import belongings, structure_costs, structure_parts
from dashboard.tables.screens.shared import Links, failed
from dashboard.tables.screens.structure import frame

WHOLE = "tables/structure_panel.html"
Reading = Callable[[Actor, Place, str], Any]


def panel(name: str, title: str, read: Reading, form: str = "") -> View:
    """The screen of one section, which shows in ``panels/<name>.html`` what ``read`` found.

    A part for htmx, a page of its own without script. What AWS refuses stands inside it, with the status that fits, and harms nothing
    else. ``form`` is the name of the URL at which it is changed.
    """
    inside = f"tables/panels/{name}.html"

    @screen("read", "table:{table}")
    def view(request: HttpRequest, place: Place, table: str) -> HttpResponse:
        links, part = Links(place, table), is_part(request)
        context = frame(request, links, title, (title, None)) | {
            "panel": inside,
            "again": request.get_full_path(),
            "form_url": links.to(form) if form else "",
        }
        try:
            context["found"] = read(actor_of(request), place, table)
        except AwsError as error:
            return failed(request, "tables/failure.html" if part else WHOLE, context, error)
        return render(request, inside if part else WHOLE, context)

    return view


def _policy(actor: Actor, place: Place, table: str) -> dict[str, Any]:
    found = belongings.policy(actor, place, table)
    text = "" if found["policy"] is None else json.dumps(found["policy"], indent=2, ensure_ascii=False)
    return {"text": text, "revision": found["revision"]}


def _insights(actor: Actor, place: Place, table: str) -> list[tuple[Any, str, bool]]:
    """Each row with its mode in words, and whether it is a refusal instead."""
    return [
        (row, "", True)
        if isinstance(row, AwsError)
        else (row, belongings.MODES.get(row.mode, row.mode), False)
        for row in belongings.insights(actor, place, table)
    ]


# By what items expire: one DescribeTimeToLive.
ttl = panel("ttl", "Time to live", structure_parts.time_to_live)
# One ListTagsOfResource, and one DescribeTable where the ARN is not known.
tags = panel("tags", "Tags", structure_parts.tags)
# One DescribeScalableTargets, and one DescribeScalingPolicies for each capacity that is scaled.
scaling = panel("scaling", "Auto scaling", structure_parts.scaling)
# A month in money: one GetMetricData, remembered for an hour.
costs = panel("costs", "What it costs a month", structure_costs.costs)
# What the account may provision: one DescribeLimits, on demand.
limits = panel("limits", "Limits of the account", structure_parts.limits)
# One DescribeTable.
replicas = panel("replicas", "Replicas", belongings.replicas, "tables:replicas-set")
# One GetResourcePolicy.
policy = panel("policy", "Resource policy", _policy, "tables:policy-set")
# One DescribeContributorInsights for the table and one for each global index.
insights = panel("insights", "Contributor Insights", _insights, "tables:insights-set")
# One DescribeKinesisStreamingDestination.
kinesis = panel("kinesis", "Kinesis data streams", belongings.destinations)
