"""A table's items, page by page: what to read (the URL is the query), what was found, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.wire import TYPE_NAMES
from dashboard.tables.operations import catalogue, reading
from dashboard.tables.operations.reading import Query, Rows
from dashboard.tables.screens.columns import Order, grid_context
from dashboard.tables.screens.shared import Links, failed, page_context

TEMPLATE = "tables/browse.html"
OPERATORS = {
    "=": "equals",
    "<": "is less than",
    "<=": "is at most",
    ">": "is greater than",
    ">=": "is at least",
    "between": "is between",
    "begins_with": "begins with",
}


@dataclass(frozen=True)
class Target:
    """What is read: the table itself (``index`` is None) or one of its indexes, with the key attributes of its form."""

    partition: tuple[KeyPart, ...]
    sort: tuple[KeyPart, ...]
    index: Index | None = None

    @property
    def partial(self) -> bool:
        """Whether its items lack attributes that the table's have."""
        return self.index is not None and self.index.projection != "ALL"

    @property
    def names(self) -> tuple[str, ...]:
        """Its key attributes, partition first."""
        return tuple(part.name for part in (*self.partition, *self.sort))


@screen("read", "table:{table}")
def browse(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """One page of items: one Query or Scan. None while a query has no key yet or an index is only being chosen."""
    links = Links(place, table)
    facts = catalogue.facts(place, table)
    query = _query(request.GET)
    context = page_context(request, links, table) | _form(facts.table, query) | {"facts": facts}
    if "choose" in request.GET or (query.mode == "query" and "partition" not in request.GET):
        return render(request, TEMPLATE, context)
    try:
        rows = reading.read_page(
            actor_of(request), place, table, query, request.GET.get("cursor"), known=facts.table
        )
    except InputError as error:
        return render(request, TEMPLATE, context | {"wrong": error, "wrong_in": _place_of(error)}, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, context | {"again": request.get_full_path()}, error)
    return render(request, TEMPLATE, context | _results(request, context["target"], links, rows, query))


def _query(data: QueryDict) -> Query:
    """The query that the URL is; the operation refuses what cannot be."""
    return Query(
        index=data.get("index", ""),
        partition=data.get("partition", ""),
        sort_op=data.get("sort_op", ""),
        sort=data.get("sort", ""),
        sort_to=data.get("sort_to", ""),
        backward=data.get("order") == "desc",
        mode="query" if data.get("mode") == "query" else "scan",
    )


def _form(table: Table, query: Query) -> dict[str, Any]:
    """What the form shows: the indexes, the chosen one's keys with their types, the operators its sort key takes."""
    target = target_of(table, query.index)
    sort_tag = target.sort[0].tag if target.sort else ""
    return {
        "table": table,
        "query": query,
        "target": target,
        "indexes": [(index.name, _index_words(index)) for index in table.indexes],
        "partition_type": TYPE_NAMES[target.partition[0].tag],
        "sort_type": TYPE_NAMES.get(sort_tag, ""),
        "operators": [
            (op, words) for op, words in OPERATORS.items() if op != "begins_with" or sort_tag != "N"
        ],
        "binary_key": "B" in {part.tag for part in (*target.partition, *target.sort)},
    }


def target_of(table: Table, index: str) -> Target:
    """What a query of that index reads; the table itself for no index or one it does not have (reading refuses that)."""
    found = table.index(index) if index else None
    if found is not None:
        return Target(found.partition, found.sort, found)
    return Target((table.partition,), (table.sort,) if table.sort else ())


def _index_words(index: Index) -> str:
    keys = ", ".join(part.name for part in (*index.partition, *index.sort))
    partial = "" if index.projection == "ALL" else ", partial"
    return f"{index.name} ({'global' if index.is_global else 'local'}: {keys}{partial})"


def _place_of(error: InputError) -> str:
    """The field of the form that a sentence stands at; the top of the form for what has no field."""
    return error.field if error.field in ("index", "partition", "sort_op", "sort", "sort_to") else "form"


def _results(request: HttpRequest, target: Target, links: Links, rows: Rows, query: Query) -> dict[str, Any]:
    """The page as a grid, with the links that go on, go back, turn the order and unfold the columns."""
    data = request.GET
    all_columns = data.get("columns") == "all"
    turned = _with(data, order=None if query.backward else "desc", cursor=None)
    sorted_by = target.sort[0].name if target.sort and query.mode == "query" else ""
    return {
        "rows": rows,
        "next_url": _with(data, cursor=rows.next) if rows.next else "",
        "first_url": _with(data, cursor=None) if data.get("cursor") else "",
        "columns_url": _with(data, columns=None if all_columns else "all"),
        "all_columns": all_columns,
    } | grid_context(
        request,
        links,
        rows.items,
        rows.table.key_names,
        target.names if target.index else (),
        partial=target.partial,
        order=Order(sorted_by, query.backward, turned) if sorted_by else None,
    )


def _with(data: QueryDict, **changes: str | None) -> str:
    """This page's address with some parameters changed; None takes one away."""
    query = data.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
