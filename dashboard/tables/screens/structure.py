"""How a table is made, on one page: one DescribeTable, and panels that load by themselves, each with calls of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError
from dashboard.tables.areas import structure as area
from dashboard.tables.core import structure_json
from dashboard.tables.core.structure import definition_of
from dashboard.tables.core.structure_rows import CLASSES, PROJECTIONS, billing_words
from dashboard.tables.operations import catalogue, structure_parts
from dashboard.tables.screens.shared import Links, failed, page_context

TEMPLATE = "tables/structure.html"


def frame(request: HttpRequest, links: Links, title: str, *crumbs: tuple[str, str | None]) -> dict[str, Any]:
    """The context of every page of the tab."""
    first = (("Structure", links.to("tables:structure")), *crumbs) if crumbs else (("Structure", None),)
    return page_context(request, links, title, *first, tab="structure") | {
        "here": links.to("tables:structure")
    }


@screen("read", "table:{table}")
def structure(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """The overview: one DescribeTable. What other calls tell loads as panels."""
    links = Links(place, table)
    context = frame(request, links, table)
    try:
        facts = catalogue.facts(place, table, fresh=True)
    except AwsError as error:
        return failed(request, TEMPLATE, context | {"again": request.get_full_path()}, error)
    return render(
        request,
        TEMPLATE,
        context | _overview(facts.table, links) | {"facts": facts, "ttl_wanted": _wanted(request)},
    )


def _wanted(request: HttpRequest) -> str:
    """The attribute of time to live that is still to be switched on after the table was made."""
    return request.GET.get("ttl", "")[:255]


def _overview(table: Table, links: Links) -> dict[str, Any]:
    return {
        "table": table,
        "billing": billing_words(table.billing),
        "table_class": CLASSES.get(table.table_class, table.table_class),
        "indexes": [(index, PROJECTIONS.get(index.projection, index.projection)) for index in table.indexes],
        "limited": any(
            limit is not None for index in table.indexes for limit in (index.max_read, index.max_write)
        ),
        "unsettled": unsettled(table),
        "created": datetime.fromisoformat(table.created) if table.created else None,
        "panels": [(panel.title, links.to(panel.url_name)) for panel in area.panels],
    }


def unsettled(table: Table) -> bool:
    """Whether the table or an index of it is on its way somewhere."""
    return table.status != "ACTIVE" or any(index.status != "ACTIVE" for index in table.indexes)


@screen("read", "table:{table}")
def progress(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """What the table is busy with: one DescribeTable. When it is done, the page below its messages is loaded anew; "Undo" stays there."""
    links = Links(place, table)
    try:
        known = catalogue.facts(place, table, fresh=True).table
    except AwsError as error:
        return failed(
            request,
            "tables/structure_progress.html",
            {"links": links, "again": links.to("tables:structure")},
            error,
        )
    return render(
        request,
        "tables/structure_progress.html",
        {"links": links, "table": known, "unsettled": unsettled(known), "here": links.to("tables:structure")},
    )


@screen("read", "table:{table}")
def filled(request: HttpRequest, place: Place, table: str, index: str) -> HttpResponse:
    """How far a new index is filled: one GetMetricData."""
    links = Links(place, table)
    try:
        percent = structure_parts.filled(actor_of(request), place, table, index)
    except AwsError as error:
        return failed(request, "tables/structure_filled.html", {"links": links, "index": index}, error)
    return render(
        request, "tables/structure_filled.html", {"links": links, "index": index, "percent": percent}
    )


@screen("read", "table:{table}")
def definition(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """The definition as texts to copy: DescribeTable, and the calls for TTL and tags; what those two do not tell is said to be missing."""
    links = Links(place, table)
    known = catalogue.facts(place, table, fresh=True).table
    missing: list[str] = []
    attribute = ""
    found: tuple[tuple[str, str], ...] = ()
    try:
        status, name = structure_parts.time_to_live(actor_of(request), place, table)
        attribute = name if status in ("ENABLED", "ENABLING") else ""
    except AwsError as error:
        missing.append(f"Time to live: {error.message} ({error.code})")
    try:
        found = structure_parts.tags(actor_of(request), place, table)
    except AwsError as error:
        missing.append(f"Tags: {error.message} ({error.code})")
    made = definition_of(known, attribute, found)
    texts = (
        ("json", "As JSON, to make a table from", structure_json.to_json(made)),
        ("cloudformation", "As a CloudFormation resource", structure_json.to_cloudformation(made)),
        ("cli", "As commands of the AWS CLI", structure_json.to_cli(made, place.region)),
        ("boto3", "As a call with boto3", structure_json.to_boto3(made)),
    )
    context = frame(request, links, "Definition", ("Definition", None)) | {"texts": texts, "missing": missing}
    return render(request, "tables/structure_definition.html", context)
