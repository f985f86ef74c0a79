"""The sections of the Structure page about what belongs to a table: each is loaded by itself, so what AWS denies harms nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError
from dashboard.tables.operations import belongings
from dashboard.tables.screens.shared import Links

Reading = Callable[[Actor, Place, str], Any]


@screen("read", "table:{table}")
def replicas(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """One DescribeTable."""
    return _panel(request, place, table, "replicas", belongings.replicas)


@screen("read", "table:{table}")
def policy(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """One GetResourcePolicy."""

    def read(actor: Actor, place: Place, table: str) -> dict[str, Any]:
        found = belongings.policy(actor, place, table)
        text = "" if found["policy"] is None else json.dumps(found["policy"], indent=2, ensure_ascii=False)
        return {"text": text, "revision": found["revision"]}

    return _panel(request, place, table, "policy", read)


@screen("read", "table:{table}")
def insights(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """One DescribeContributorInsights for the table and one for each global index."""

    def read(actor: Actor, place: Place, table: str) -> list[tuple[Any, str, bool]]:
        return [
            (
                row,
                "" if isinstance(row, AwsError) else belongings.MODES.get(row.mode, row.mode),
                isinstance(row, AwsError),
            )
            for row in belongings.insights(actor, place, table)
        ]

    return _panel(request, place, table, "insights", read)


@screen("read", "table:{table}")
def kinesis(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """One DescribeKinesisStreamingDestination."""
    return _panel(request, place, table, "kinesis", belongings.destinations)


def _panel(request: HttpRequest, place: Place, table: str, name: str, read: Reading) -> HttpResponse:
    """The section's inside. A refusal of AWS is its content, with 200: the page around it is fine."""
    links = Links(place, table)
    context: dict[str, Any] = {
        "links": links,
        "table_name": table,
        "region": place.region,
        "may_administer": may(request.user, "administer", place.resource(f"table:{table}")),
        "form_url": links.to(f"tables:{name}-set") if name != "kinesis" else "",
    }
    try:
        context["found"] = read(actor_of(request), place, table)
    except AwsError as error:
        context |= {"failure": error}
    return render(request, f"tables/panels/{name}.html", context)
