"""Changing one part of a table: its form, what would change, a reason, and the change that refuses a table altered since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.monthly import PRICES_ASSUMED
from dashboard.tables.core.structure import SECTIONS, Definition, section, with_section
from dashboard.tables.core.structure_rows import Line, lines
from dashboard.tables.core.structure_rules import check
from dashboard.tables.core.structure_steps import Step
from dashboard.tables.operations import structure as operation
from dashboard.tables.operations import structure_costs, structure_parts
from dashboard.tables.operations.structure import Altered, Moved, Shown
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.kept import kept
from dashboard.tables.screens.shared import Links, failed, undo_link
from dashboard.tables.screens.structure import frame
from dashboard.tables.screens.structure_fields import (
    CLASS,
    STREAM,
    Field,
    Wrong,
    billing_field,
    capacity_fields,
    key_fields,
    read_capacity,
    read_encryption,
    read_tags,
    tag_rows,
    wrong_of,
)

FORM = "tables/structure_change.html"
PREVIEW = "tables/structure_preview.html"
TITLES = {
    "capacity": "Change the capacity",
    "class": "Change the table class",
    "encryption": "Change the encryption",
    "stream": "Change the stream",
    "ttl": "Change the time to live",
    "tags": "Change the tags",
    "protection": "Change the deletion protection",
}
OUR_FIELDS = frozenset({"csrfmiddlewaretoken", "step", "reason", "shown", "confirm"})
"""What a form sends beside the values themselves."""


@screen("administer", "table:{table}", post="administer")
@kept
def change(request: HttpRequest, place: Place, table: str, section: str) -> HttpResponse:
    """GET: DescribeTable (and one call more for ``ttl`` and ``tags``). POST ``step=preview`` the same; ``step=save`` the change as well."""
    if section not in SECTIONS:
        raise Http404("There is no such part of a table.")
    links = Links(place, table)
    now = operation.look(place, table, section)
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _form(request, links, section, now)
    try:
        value = read_part(request, section, now.definition)
    except InputError as error:
        return _form(request, links, section, now, (error,))
    return previewed_or_saved(request, links, Asked(section, value, TITLES[section]), now, _form)


@dataclass(frozen=True)
class Asked:
    """A part of the table and the value it is to have; ``name`` is what must be typed, empty when nothing."""

    part: str
    value: dict[str, Any]
    title: str
    name: str = ""
    word: str = "Change it"


def previewed_or_saved(
    request: HttpRequest, links: Links, asked: Asked, now: Shown, form: Any
) -> HttpResponse:
    """The preview of a change, or the change; ``form`` is shown again, with 400, for what cannot be."""
    after = with_section(now.definition, asked.part, asked.value)
    problems: Sequence[InputError] = check(after, new=False)
    try:
        steps = operation.plan(now, asked.part, asked.value) if not problems else ()
    except InputError as error:
        problems = (error,)
    if problems:
        return form(request, links, asked.part, now, problems)  # type: ignore[no-any-return]
    if request.POST.get("step") != "save":
        return _preview(request, links, asked, now, steps)
    return _save(request, links, asked, now, steps, form)


def _save(
    request: HttpRequest, links: Links, asked: Asked, now: Shown, steps: Sequence[Step], form: Any
) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    try:
        check_reason(Draft("", reason=reason))
        if asked.name and request.POST.get("confirm", "").strip() != asked.name:
            raise InputError("confirm", f"Type {asked.name} into this field to confirm what is dropped.")
        result = operation.alter(
            actor_of(request),
            links.place,
            links.table,
            asked.part,
            asked.value,
            request.POST.get("shown", ""),
            reason,
        )
    except InputError as error:
        return _preview(request, links, asked, now, steps, wrong=error, status=400)
    except AwsError as error:
        context = _preview_context(request, links, asked, now, steps)
        return failed(request, PREVIEW, context, error)
    if isinstance(result, Moved):
        return _moved(request, links, asked, result.now, form)
    _say(request, result)
    if result.failure is not None:
        return _partly(request, links, asked, result.failure)
    return redirect(links.to("tables:structure"))


def _partly(request: HttpRequest, links: Links, asked: Asked, failure: AwsError) -> HttpResponse:
    """What is left of a change of which AWS took the first calls: the preview of the rest, with the refusal."""
    try:
        now = operation.look(links.place, links.table, asked.part)
        steps = operation.plan(now, asked.part, asked.value)
    except (AwsError, InputError):  # the rest cannot be told, and ``kept`` would say that nothing was sent
        messages.error(
            request,
            f"AWS did not confirm the rest of the change. {failure.code}: {failure.message} Look at the table before you send it again.",
        )
        return redirect(links.to("tables:structure"))
    context = _preview_context(request, links, asked, now, steps) | {"partly": True}
    return failed(request, PREVIEW, context, failure)


def _moved(request: HttpRequest, links: Links, asked: Asked, now: Shown, form: Any) -> HttpResponse:
    """What the change would do to the table as it is by now, or why there is nothing to do any more."""
    try:
        steps = operation.plan(now, asked.part, asked.value)
    except InputError as error:
        return form(request, links, asked.part, now, (error,))  # type: ignore[no-any-return]
    return _preview(request, links, asked, now, steps, moved=True, status=409)


def _say(request: HttpRequest, result: Altered) -> None:
    for step, change_id in zip(result.steps, result.change_ids, strict=True):
        messages.success(
            request,
            format_html(
                '{}: AWS took it. <a class="button" href="{}">Undo…</a>', step.title, undo_link(change_id)
            ),
        )


def _preview(
    request: HttpRequest,
    links: Links,
    asked: Asked,
    now: Shown,
    steps: Sequence[Step],
    *,
    wrong: InputError | None = None,
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = _preview_context(request, links, asked, now, steps) | {"wrong": wrong, "moved": moved}
    return render(request, PREVIEW, context, status=status)


def _preview_context(
    request: HttpRequest, links: Links, asked: Asked, now: Shown, steps: Sequence[Step]
) -> dict[str, Any]:
    carried = [
        (name, value) for name, values in request.POST.lists() if name not in OUR_FIELDS for value in values
    ]
    return frame(request, links, asked.title, (asked.title, None)) | {
        "steps": [(step, _lines(step)) for step in steps],
        "carried": carried,
        "shown": now.fingerprint,
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
        "asked": asked,
        "typed": request.POST.get("confirm", ""),
        "costs": structure_costs.change_in_money(links.place, now, asked.part, asked.value),
        "prices": PRICES_ASSUMED,
        "sample": _sample(request, links, asked) if request.POST.get("step") == "preview" else None,
    }


def _lines(step: Step) -> tuple[Line, ...]:
    return lines(step.before, step.after)


def _sample(request: HttpRequest, links: Links, asked: Asked) -> Any:
    """What time to live would do with a sample, when it is switched on; the refusal instead where AWS does not let us read."""
    if asked.part != "ttl" or not asked.value["ttl"]:
        return None
    try:
        return structure_parts.expiring(actor_of(request), links.place, links.table, asked.value["ttl"])
    except AwsError as error:
        return {"failure": error}


def read_part(request: HttpRequest, part: str, now: Definition) -> dict[str, Any]:
    """The value of a part as it was posted; InputError for what cannot be read."""
    data = request.POST
    match part:
        case "capacity":
            value = section(now, "capacity")
            value |= {"billing": data.get("billing", now.billing), **read_capacity(data)}
            for number, index in enumerate(now.indexes):
                if index.is_global:
                    value["indexes"][index.name] = read_capacity(data, f"index-{number}-")
            return value
        case "class":
            return {"table_class": data.get("table_class", now.table_class)}
        case "encryption":
            return {"encryption": read_encryption(data)}
        case "stream":
            return {"stream": data.get("stream", "")}
        case "ttl":
            attribute = data.get("ttl", "").strip()
            if data.get("expire") == "on" and not attribute:
                raise InputError("ttl", "Name the attribute that holds the time of expiry.")
            return {"ttl": attribute if data.get("expire") == "on" else ""}
        case "tags":
            tags = read_tags(data)
            if len(dict(tags)) != len(tags):
                raise InputError("tags", "A tag's key can be given once only.")
            return {"tags": dict(tags)}
        case _:
            return {"protection": data.get("protection") == "on"}


def _form(
    request: HttpRequest, links: Links, part: str, now: Shown, problems: Sequence[InputError] = ()
) -> HttpResponse:
    wrong = wrong_of(problems)
    context = frame(request, links, TITLES[part], (TITLES[part], None)) | {
        "section": part,
        "table": now.table,
        "groups": _groups(request, part, now.definition, wrong),
        "problems": [problem.rule for problem in problems],
        "tags": _tag_rows(request, now.definition) if part == "tags" else (),
    }
    return render(request, FORM, context, status=400 if problems else 200)


def _tag_rows(request: HttpRequest, now: Definition) -> Any:
    if request.method != "POST":
        return tag_rows(now.tags)
    return tag_rows(
        tuple(zip(request.POST.getlist("tag-key"), request.POST.getlist("tag-value"), strict=False)), 1
    )


def _groups(request: HttpRequest, part: str, now: Definition, wrong: Wrong) -> list[tuple[str, list[Field]]]:
    """The form's fields in groups with headings; what was posted wins over what stands there."""
    data = request.POST if request.method == "POST" else None
    if part == "capacity":
        return _capacity_groups(data, now, wrong)
    if part == "ttl":
        return [("", _ttl_fields(data, now, wrong, request.GET.get("attribute", "")[:255]))]
    if part == "tags":
        return []
    return [("", _choice(data, part, now, wrong))]


def _held(data: QueryDict | None, name: str, stands: str) -> str:
    return data.get(name, "") if data is not None else stands


def _capacity_groups(data: QueryDict | None, now: Definition, wrong: Wrong) -> list[tuple[str, list[Field]]]:
    own = [billing_field(_held(data, "billing", now.billing), wrong), *capacity_fields(now, wrong, "", data)]
    indexes = [
        (f"Index {index.name}", list(capacity_fields(index, wrong, f"index-{number}-", data)))
        for number, index in enumerate(now.indexes)
        if index.is_global
    ]
    return [("", own), *indexes]


def _ttl_fields(data: QueryDict | None, now: Definition, wrong: Wrong, suggested: str) -> list[Field]:
    on = data is None or data.get("expire") == "on"
    attribute = Field(
        "ttl",
        "Attribute that holds the time",
        _held(data, "ttl", now.ttl or suggested),
        help="A number: seconds since 1970, UTC. Items without it stay for ever.",
        error=wrong.get("ttl", ""),
        mono=True,
    )
    return [
        Field("expire", "Delete items when their time has come", "on" if on else "", "checkbox"),
        attribute,
    ]


def _choice(data: QueryDict | None, part: str, now: Definition, wrong: Wrong) -> list[Field]:
    """The fields of a part that is one choice."""
    if part == "encryption":
        own = _held(data, "key", "") == "own"
        return list(key_fields(_held(data, "own_key" if own else "key", now.encryption), wrong, own=own))
    if part == "protection":
        on = data.get("protection") == "on" if data is not None else now.protection
        return [Field("protection", "Protect the table against deletion", "on" if on else "", "checkbox")]
    name, label, stands, options = {
        "class": ("table_class", "Table class", now.table_class, CLASS),
        "stream": ("stream", "Stream", now.stream, STREAM),
    }[part]
    return [Field(name, label, _held(data, name, stands), "select", options, error=wrong.get(name, ""))]
