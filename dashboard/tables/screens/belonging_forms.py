"""Changing what belongs to a table: its resource policy, its replicas, Contributor Insights."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.core.textdiff import TextLine, text_diff
from dashboard.tables.core.policies import cautions
from dashboard.tables.operations import belongings, catalogue
from dashboard.tables.operations.altering import Altered, Changed, State
from dashboard.tables.screens.confirming import Question, ask, check_typed, reason_of
from dashboard.tables.screens.drafts import Draft
from dashboard.tables.screens.kept import kept
from dashboard.tables.screens.shared import Links, failed, page_context, undo_link

POLICY_PAGE = "tables/policy.html"
CHANGED = InputError(
    "changed",
    "Nothing was changed: somebody else changed it since you opened this page. It is shown as it is now.",
)


def _structure(links: Links) -> str:
    return links.to("tables:structure")


@screen("administer", "table:{table}", post="administer")
@kept
def policy(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: one GetResourcePolicy. POST ``review``: the same; ``save``: the same and one write, conditional on the revision."""
    links, actor = Links(place, table), actor_of(request)
    found = belongings.policy(actor, place, table)
    text = _json(found["policy"]) if found["policy"] is not None else ""
    text = request.POST.get("policy", text)
    crumbs = (("Structure", _structure(links)), ("Resource policy", None))
    context = page_context(request, links, "Resource policy", *crumbs, tab="structure") | {
        "text": text,
        "found": found,
        "back": _structure(links),
        "example": _json(belongings.example(catalogue.facts(place, table).table.arn)),
        "revision": request.POST.get("revision", found["revision"]),
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
    }
    if request.method != "POST" or request.POST.get("step") == "edit":
        return render(request, POLICY_PAGE, context)
    return _policy_posted(request, links, found, context)


def _policy_posted(request: HttpRequest, links: Links, found: State, context: dict[str, Any]) -> HttpResponse:
    try:
        document = belongings.read_document(context["text"]) if context["text"].strip() else None
        context |= {
            "review": True,
            "cautions": cautions(document),
            "lines": policy_diff(found["policy"], document),
        }
        if document == found["policy"]:
            context["review"] = False
            raise InputError("policy", "Nothing would change: the policy is like that already.")
        if context["revision"] != found["revision"]:
            return render(
                request, POLICY_PAGE, context | {"wrong": CHANGED, "revision": found["revision"]}, status=409
            )
        if request.POST.get("step") != "save":
            return render(request, POLICY_PAGE, context)
        if document is None:
            check_typed(request, links.table)
        shown = {"policy": found["policy"], "revision": context["revision"]}
        result = belongings.set_policy(
            actor_of(request), links.place, links.table, shown, document, reason_of(request)
        )
    except InputError as error:
        return render(request, POLICY_PAGE, context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, POLICY_PAGE, context, error)
    if isinstance(result, Changed):
        context |= {
            "wrong": CHANGED,
            "revision": result.found["revision"],
            "lines": policy_diff(result.found["policy"], document),
        }
        return render(request, POLICY_PAGE, context, status=409)
    words = "The resource policy was taken away." if document is None else "The resource policy was set."
    _say(request, words, result)
    return redirect(_structure(links))


def policy_diff(before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[TextLine, ...]:
    """A policy before and after as lines of JSON, both written the same way, so that spaces alone are no difference."""
    return text_diff("" if before is None else _json(before), "" if after is None else _json(after))


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


@screen("administer", "table:{table}", post="administer")
@kept
def replica(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: one DescribeTable. POST: the same and one UpdateTable."""
    links, actor = Links(place, table), actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    region, remove = data.get("replica", "").strip(), data.get("to") == "remove"
    there = [row.region for row in belongings.replicas(actor, place, table)]
    question = _replica_question(links, region, remove, there)
    more: dict[str, Any] = {} if remove else {"replica": region, "regions": place.connection.regions}
    if request.method != "POST":
        return ask(request, links, question, **more)
    try:
        belongings.check_region(place, region)
        check_typed(request, question.asked)
        result = belongings.set_replica(
            actor, place, table, region, wanted=not remove, reason=reason_of(request)
        )
    except InputError as error:
        return ask(request, links, question, error, **more)
    except AwsError as error:
        return ask(request, links, question, failure=error, **more)
    if isinstance(result, Changed):
        there_now = (
            "is a replica in {} already" if result.found["replica"] else "is no replica in {} any more"
        )
        wrong = InputError("region", f"There {there_now.format(region)}: nothing was changed.")
        return ask(request, links, question, wrong, status=409, **more)
    words = f"The replica in {region} is being {'removed' if remove else 'made'}."
    if remove:
        _say(request, words, result)
    else:
        messages.success(request, words)
    return redirect(_structure(links))


def _replica_question(links: Links, region: str, remove: bool, there: list[str]) -> Question:
    home = links.place.region
    adding = (
        "AWS copies the whole table there, and from then on every write to each of the copies: each is paid for in every region, "
        "as storage and as replicated writes.",
        "The stream is turned on with new and old images if it is off; a table with provisioned capacity needs auto scaling for writes.",
        "The last writer wins: two regions that write one item at the same time keep one of the two.",
    )
    removing = (
        f"The table {links.table} in {region} is deleted, with its own settings, alarms and backups window. What reads or writes there "
        "stops working.",
        f"The table here, in {home}, and other replicas stay as they are.",
    )
    return Question(
        title=f"Remove the replica in {region}" if remove else "Add a replica",
        before={"Replicas": ", ".join(there) or "none"} if remove else None,
        after={"Replicas": ", ".join(name for name in there if name != region) or "none"} if remove else None,
        notes=removing if remove else adding,
        button="Remove the replica" if remove else "Add the replica",
        cancel="Leave it as it is",
        back=_structure(links),
        hidden=(("to", "remove"), ("replica", region)) if remove else (),
        asked=region if remove else "",
        crumbs=(("Structure", _structure(links)),),
        tab="structure",
        way_back="Undo makes the replica anew, as a copy of the table here; settings that it alone had do not come back."
        if remove
        else "There is no undo: remove the replica from the Structure page, which deletes the table there.",
    )


@screen("administer", "table:{table}", post="administer")
@kept
def insights(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: one DescribeContributorInsights. POST: the same twice and one UpdateContributorInsights."""
    links, actor = Links(place, table), actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    index, off = data.get("index", ""), data.get("to") == "off"
    found = belongings.insights_state(actor, place, table, index)
    mode = data.get("mode", "" if off else found["mode"] or next(iter(belongings.MODES)))
    wanted: State = {"enabled": False, "mode": ""} if off else {"enabled": True, "mode": mode}
    question = _insights_question(links, index, found, wanted)
    more: dict[str, Any] = {} if off else {"modes": belongings.MODES.items(), "mode": mode}
    if request.method != "POST":
        return ask(request, links, question, **more)
    was = request.POST.get("was", "")
    shown = (
        {"enabled": was != "off", "mode": was.removeprefix("on ") if was != "off" else ""} if was else found
    )
    try:
        result = belongings.set_insights(actor, place, table, index, shown, wanted, reason_of(request))
    except InputError as error:
        return ask(request, links, question, error, **more)
    except AwsError as error:
        return ask(request, links, question, failure=error, **more)
    if isinstance(result, Changed):
        return ask(request, links, question, CHANGED, status=409, **more)
    _say(request, f"Contributor Insights of {index or table} is {'off' if off else 'on'}.", result)
    return redirect(_structure(links))


def _insights_question(links: Links, index: str, found: State, wanted: State) -> Question:
    off = not wanted["enabled"]
    what = f"the index {index}" if index else "the table"
    cost = (
        f"It is paid by the number of events: each read and write of {what} is one or two, about $0.03 a million in us-east-1, besides "
        "$0.50 for each of up to four rules a month in CloudWatch; other regions differ.",
        "Key values become visible to whoever may read CloudWatch's reports.",
    )
    verb = "Turn off" if off else "Turn on" if not found["enabled"] else "Change"
    return Question(
        title=f"{verb} Contributor Insights of {what}",
        before=_insight_words(found),
        after=_insight_words(wanted, found),
        notes=("The rules are deleted, and with them the reports they made so far.",) if off else cost,
        button=f"{verb} Contributor Insights",
        cancel="Leave it as it is",
        back=_structure(links),
        hidden=(
            ("to", "off" if off else "on"),
            ("index", index),
            # AWS names no mode for what was turned on before there were two.
            ("was", f"on {found['mode']}" if found["enabled"] else "off"),
        ),
        crumbs=(("Structure", _structure(links)),),
        tab="structure",
        way_back="Undo turns it on again; what was counted until then does not come back."
        if off
        else "Undo sets it as it was.",
    )


def _insight_words(state: State, found: State | None = None) -> dict[str, str]:
    """For the difference. What is wanted (``found`` is what stands there) names no mode: the form's field beside it does."""
    if not state["enabled"]:
        return {"Contributor Insights": "off"}
    shown = state if found is None else found
    if not shown["enabled"] or not shown["mode"]:
        return {"Contributor Insights": "on"}
    return {"Contributor Insights": "on", "Counts": belongings.MODES.get(shown["mode"], str(shown["mode"]))}


def _say(request: HttpRequest, words: str, result: Altered) -> None:
    messages.success(
        request, format_html('{} <a class="button" href="{}">Undo…</a>', words, undo_link(result.change_id))
    )
