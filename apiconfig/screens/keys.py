"""API keys: the list, and one with its plans. There is no value here to show: the door takes it out of every answer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apiconfig.core.plans import Key
from apiconfig.core.quotas import API_KEYS
from apiconfig.operations import keys as one
from apiconfig.operations import plans as operation
from apiconfig.screens.plans_shared import Region, read_again, stage_lines
from apiconfig.screens.shared import short
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import screen

PER_PAGE = 100
STATES = {"enabled": "enabled", "disabled": "disabled"}


@screen("read", "console:home", post="read")
def keys(request: HttpRequest, place: Place) -> HttpResponse:
    """The keys of the region. No AWS call once they are known; POST reads them again: one call for each 500.

    The first look reads the keys of up to ten usage plans too, a call each.
    """
    if request.method == "POST":
        return read_again(request, operation.keys(place, fresh=True).failure, "The API keys were")
    wanted, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    all_plans, plans_failure = one.read_members(place)
    found = operation.visible_keys(request.user, place, operation.keys(place, wanted))
    chosen = [entry for entry in found.keys if state not in STATES or entry.enabled == (state == "enabled")]
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    links, titles = Region(place), {entry.id: entry.title for entry in operation.plans(place).plans}
    context = {
        "title": "API keys",
        "crumbs": [("API keys", None)],
        "found": found,
        "wanted": wanted,
        "state": state,
        "states": STATES,
        "filtered": bool(wanted or state in STATES),
        "page": page,
        "rows": [
            (entry, links.key(entry.id), _plans(request, place, entry, titles)) for entry in page.object_list
        ],
        "all_plans": all_plans,
        "plans_failure": plans_failure,
        "limit": API_KEYS,
        "filter_query": urlencode({name: text for name, text in (("q", wanted), ("state", state)) if text}),
        "again": request.get_full_path(),
    }
    return render(request, "apis/keys.html", context)


@screen("read", "key:{key}", post="read")
def key(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """One key. No AWS call warm; the list of keys and the key's plans fresh. POST reads both again."""
    if request.method == "POST":
        again = one.key(place, key, fresh=True)
        return read_again(request, again.failure or again.plans_failure, "The API key was")
    view, links = one.key(place, key), Region(place)
    readable = [
        entry for entry in view.plans or () if may(request.user, "read", place.resource(f"plan:{entry.id}"))
    ]
    context = {
        "title": view.key.title,
        "crumbs": [("API keys", links.keys), (short(view.key.title), None)],
        "view": view,
        "key": view.key,
        "plans": [
            (
                entry,
                links.plan(entry.id),
                links.usage(entry.id, key=key),
                stage_lines(request.user, place, entry),
            )
            for entry in readable
        ],
        "again": request.get_full_path(),
    }
    return render(request, "apis/key.html", context)


def _plans(request: HttpRequest, place: Place, entry: Key, titles: dict[str, str]) -> list[tuple[str, str]]:
    """Title and address of the plans we know the key to be in, of those the viewer may read."""
    links = Region(place)
    return [
        (titles.get(plan, title), links.plan(plan))
        for plan, title in entry.plans
        if may(request.user, "read", place.resource(f"plan:{plan}"))
    ]
