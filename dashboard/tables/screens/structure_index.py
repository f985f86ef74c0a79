"""Adding and dropping a global index: what it means and costs, a reason, the index's name typed before it is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.screen import screen
from dashboard.core.errors import InputError
from dashboard.tables.core.structure import PROVISIONED, IndexDefinition, index_json
from dashboard.tables.core.structure_rules import MOST_GLOBAL, check
from dashboard.tables.operations import structure as operation
from dashboard.tables.operations.structure import Shown
from dashboard.tables.screens.kept import kept
from dashboard.tables.screens.shared import Links
from dashboard.tables.screens.structure import frame
from dashboard.tables.screens.structure_change import Asked, previewed_or_saved
from dashboard.tables.screens.structure_fields import index_fields, read_index, said, wrong_of

FORM = "tables/structure_index.html"
PREFIX = "new-"


@screen("administer", "table:{table}", post="administer")
@kept
def add(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET and ``step=preview``: one DescribeTable; ``step=save``: two, and one UpdateTable."""
    links = Links(place, table)
    now = operation.look(place, table)
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _form(request, links, "", now)
    wrong: list[InputError] = []
    index = read_index(request.POST, PREFIX, wrong)
    if index.name and now.definition.index(index.name) is not None:
        wrong.append(InputError(f"{PREFIX}name", f"The table has an index of the name {index.name} already."))
    problems = (*wrong, *_problems(now, index))
    if problems:
        return _form(request, links, "", now, problems)
    asked = Asked(f"index:{index.name}", {"index": index_json(index)}, "Add an index", word="Add the index")
    return previewed_or_saved(request, links, asked, now, _form)


@screen("administer", "table:{table}", post="administer")
@kept
def drop(request: HttpRequest, place: Place, table: str, index: str) -> HttpResponse:
    """The same for dropping one; there is no form, only the preview."""
    links = Links(place, table)
    now = operation.look(place, table)
    found = now.definition.index(index)
    if found is None or not found.is_global:
        return _not_there(request, links, index, local=found is not None)
    asked = Asked(f"index:{index}", {"index": None}, f"Drop the index {index}", index, "Drop the index")
    return previewed_or_saved(request, links, asked, now, _cannot)


def _not_there(request: HttpRequest, links: Links, name: str, *, local: bool) -> HttpResponse:
    """404 for the index of an old link, with the ways on."""
    context = frame(request, links, f"Drop the index {name}", ("Drop an index", None))
    more = {
        "kind": "empty",
        "heading": f"The index {name} cannot be dropped by itself"
        if local
        else f"There is no index {name} on this table",
        "text": "It is a local index, which stays as long as its table."
        if local
        else "It was dropped, or it is being dropped at this moment, or the link is wrong. What was done here is among the changes.",
        "ways": [("The table's structure", context["here"]), ("Changes of the table", links.history)],
    }
    return render(request, "tables/missing.html", context | more, status=404)


def _cannot(
    request: HttpRequest, links: Links, part: str, now: Shown, problems: Sequence[InputError]
) -> HttpResponse:
    """Why it cannot be dropped now, and when to come back."""
    name = part.removeprefix("index:")
    context = frame(request, links, f"Drop the index {name}", ("Drop an index", None))
    more = {
        "kind": "info",
        "heading": "Not now",
        "text": problems[0].rule,
        "ways": [("The table's structure", context["here"])],
    }
    return render(
        request, "tables/missing.html", context | more, status=400 if request.method == "POST" else 200
    )


def _form(
    request: HttpRequest, links: Links, part: str, now: Shown, problems: Sequence[InputError] = ()
) -> HttpResponse:
    index = IndexDefinition("", ())
    data = request.POST if request.method == "POST" else None
    if data is not None:
        index = read_index(data, PREFIX, [])
    wrong = wrong_of(problems)
    provisioned = now.definition.billing == PROVISIONED
    context = frame(request, links, "Add an index", ("Add an index", None)) | {
        "table": now.table,
        "index": index_fields(index, 0, wrong, PREFIX, local=False, provisioned=provisioned, data=data),
        "problems": said(problems),
        "standing": () if problems else _standing(now),
        "provisioned": provisioned,
    }
    return render(request, FORM, context, status=400 if problems else 200)


def _standing(now: Shown) -> tuple[str, ...]:
    """What stands in the way of any new index, to be known before the form is filled in."""
    busy = [f"{index.name} is {index.status}" for index in now.table.indexes if index.status != "ACTIVE"]
    found = []
    if busy:
        found.append(
            f"One index at a time can be added or dropped, and {' and '.join(busy)}. Wait until that is done."
        )
    elif now.table.status != "ACTIVE":
        found.append(
            f"The table is {now.table.status}: DynamoDB takes no new index until it is ACTIVE again."
        )
    if (many := sum(index.is_global for index in now.definition.indexes)) >= MOST_GLOBAL:
        found.append(
            f"The table has {many} global indexes. AWS allows {MOST_GLOBAL}, unless the quota of your account was raised."
        )
    return tuple(found)


def _problems(now: Shown, index: IndexDefinition) -> tuple[InputError, ...]:
    """What stands against the index, at the fields of the form: the rules number all indexes of the table, this one as the last."""
    whole = replace(now.definition, indexes=(*now.definition.indexes, index))
    at = f"index-{len(now.definition.indexes)}-"
    return tuple(
        InputError(f"{PREFIX}{problem.field.removeprefix(at)}", problem.rule)
        if problem.field.startswith(at)
        else problem
        for problem in check(whole, new=False)
    )
