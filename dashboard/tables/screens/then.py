"""The item time machine: an item as of a moment, from the record or from a restored table, and bringing it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item, compact, same_item
from dashboard.history.handlers import handler_of
from dashboard.tables.core.restores import TIME, moment_words, price, read_moment
from dashboard.tables.core.timeline import Certainty, Moment
from dashboard.tables.operations import backups, catalogue, items, lookback, timemachine
from dashboard.tables.operations.items import Saved
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.confirming import reason_of
from dashboard.tables.screens.drafts import Draft, posted
from dashboard.tables.screens.missing import no_such_key
from dashboard.tables.screens.procedures import looked_up, may_recover, show
from dashboard.tables.screens.shared import Links, failed, page_context, undo_link
from dashboard.tables.screens.values import key_label
from dashboard.tables.screens.versions import Version, digest, version

TEMPLATE = "tables/then.html"
BADGES = {
    Certainty.CERTAIN: ("ok", "Confirmed"),
    Certainty.DOUBTFUL: ("warn", "Doubtful"),
    Certainty.UNKNOWN: ("neutral", "Not known"),
}


@screen("read", "table:{table}", post="write")
def then(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: one GetItem, and one DescribeContinuousBackups when a moment is asked for. POST: the write that brings it back."""
    links = Links(place, table, key)
    try:
        decode_key(key, catalogue.facts(place, table).table.key_names)
    except InputError as error:
        return no_such_key(request, links, error)
    if request.method == "POST":
        return _bring_back(request, links)
    context = _context(request, links, request.GET.get("at", ""))
    status = 400 if context.get("wrong") else 200
    return render(request, TEMPLATE, context, status=status)


def _context(request: HttpRequest, links: Links, at: str) -> dict[str, Any]:
    actor, place = actor_of(request), links.place
    known = catalogue.facts(place, links.table).table
    label = key_label(decode_key(links.key, known.key_names), known.key_names)
    shown, failure = attempt(lambda: items.get_item(actor, place, links.table, links.key))
    story = lookback.story(actor, place, known, links.key)
    frame = page_context(request, links, f"{label} as it was", (label, links.item), ("As it was", None))
    procedures = timemachine.recent(place, links.table, links.key)
    context = frame | {
        "label": label,
        "at": at,
        "then_url": links.to("tables:then", links.key),
        "recover_url": links.to("tables:recover", links.key),
        "now": shown.item if shown else None,
        "now_text": compact(shown.item) if shown and shown.item else "",
        "now_failure": failure,
        "steps": [
            (step, handler_of(step.change.action).title, f"{step.entry.ended:%Y-%m-%d %H:%M:%S.%f}")
            for step in reversed(story.steps)
        ],
        "whole": story.whole,
        "moved": _moved(links, known.key_names, story, shown),
        "procedures": procedures,
        "stream_url": f"{links.to('tables:stream')}?{urlencode({'key': links.key})}"
        if known.stream_arn
        else "",
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
    }
    if not at:
        return context
    try:
        moment = read_moment(at, timezone.now())
    except InputError as error:
        return context | {"wrong": error}
    answer = lookback.as_of(story, moment, shown)
    window, refused = attempt(lambda: backups.recovery(actor, place, links.table))
    return context | {
        "moment": moment,
        "moment_words": moment_words(moment),
        # Written out: 14:05 means another day tomorrow, or in ten minutes, and the forms and links below carry it on.
        "at": moment_words(moment),
        "may_recover": may_recover(request, place, links.table),
        "answer": answer,
        "asked": next(
            (row for row in procedures if row.read and row.moment == moment.replace(microsecond=0)), None
        ),
        "badge": BADGES[answer.certainty],
        "versions": _versions(answer, shown.item if shown else None, known.key_names),
        "window": window[0] if window else None,
        "covered": bool(window and window[0].reaches(moment)),
        "window_failure": refused,
        "price": price(known.size_bytes),
        "time_words": TIME,
    }


def _moved(
    links: Links, names: tuple[str, ...], story: lookback.Story, shown: items.Shown | None
) -> tuple[str, str] | None:
    """(key in words, address) of the item's new place, when it left this key and nothing stands here now."""
    key = story.moved_to
    if not key or shown is None or shown.item is not None:
        return None
    try:
        return key_label(decode_key(key, names), names), links.to("tables:item", key)
    except InputError:
        return None  # the table has another key by now


def _versions(answer: Moment, now: Item | None, keys: tuple[str, ...]) -> tuple[Version, ...]:
    if not answer.guess:
        return ()
    title = {
        Certainty.CERTAIN: "As it was",
        Certainty.DOUBTFUL: "As the change before the moment left it",
        Certainty.UNKNOWN: "As the first change made here found it",
    }[answer.certainty]
    sure = answer.certainty is Certainty.CERTAIN
    versions = [version(title, answer.item, now, "record", keys, sure=sure)]
    if answer.has_other and not same_item(answer.other, now):
        versions.append(version("As the next change found it", answer.other, now, "other", keys, sure=False))
    return tuple(versions)


def _bring_back(request: HttpRequest, links: Links) -> HttpResponse:
    """Work out the state anew, see that it is the one that was shown, and write it over what was shown as now."""
    actor, place = actor_of(request), links.place
    at = request.POST.get("at", "")
    try:
        reason = reason_of(request)
        wanted = _wanted(request, links, at)
        now = posted(request.POST).shown() if request.POST.get("original") else None
        result = lookback.bring_back(actor, place, links.table, links.key, wanted, now, reason)
    except InputError as error:
        return _again(request, links, at, wrong=error)
    except AwsError as error:
        return _again(request, links, at, failure=error)
    if not isinstance(result, Saved):
        conflict = InputError(
            "conflict",
            "Nothing was changed: the item was changed since you looked. Below it is compared with how it is now.",
        )
        return _again(request, links, at, wrong=conflict, status=409)
    messages.success(
        request,
        format_html(
            'The item is as it was. <a class="button" href="{}">Undo…</a>', undo_link(result.change_id)
        ),
    )
    return redirect(links.item)


def _again(
    request: HttpRequest,
    links: Links,
    at: str,
    *,
    wrong: InputError | None = None,
    failure: AwsError | None = None,
    status: int = 400,
) -> HttpResponse:
    """The page that was posted from, with what is wrong: the procedure's, whose state is not in the record, or this one."""
    row = looked_up(request, links, request.POST.get("source", ""))
    if row is not None:
        return show(request, links, row, wrong=wrong, failure=failure, status=status)
    context = _context(request, links, at) | ({"wrong": wrong} if wrong else {})
    if failure is not None:
        return failed(request, TEMPLATE, context, failure)
    return render(request, TEMPLATE, context, status=status)


def _wanted(request: HttpRequest, links: Links, at: str) -> Item:
    """The state to bring back, from the procedure or the record that the form names."""
    source = request.POST.get("source", "")
    item = _from_procedure(request, links, source) if "-" in source else _from_record(request, links, at)
    if item is None:
        raise InputError("at", "There was no item at that moment, so there is nothing to bring back.")
    if digest(item) != request.POST.get("digest"):
        raise InputError(
            "at",
            "The record tells more of this moment than when you opened the page. Look again, then decide.",
        )
    return item


def _from_procedure(request: HttpRequest, links: Links, source: str) -> Item | None:
    row = looked_up(request, links, source)
    if row is None or row.read is None:
        raise InputError(
            "at",
            "The form does not say which state it means, or what was restored for it is not kept any more. Look again.",
        )
    found: Item | None = row.item
    return found


def _from_record(request: HttpRequest, links: Links, at: str) -> Item | None:
    actor, place = actor_of(request), links.place
    moment: datetime = read_moment(at, timezone.now())
    known = catalogue.facts(place, links.table).table
    shown = items.get_item(actor, place, links.table, links.key)
    answer = lookback.as_of(lookback.story(actor, place, known, links.key), moment, shown)
    if not answer.guess:
        raise InputError("at", "The record does not know how the item was at that moment.")
    return answer.other if request.POST.get("source") == "other" and answer.has_other else answer.item
