"""What changed in a table, as its stream tells it: from the oldest record kept, for one item, or live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.failures import STATUS, is_part
from dashboard.console.screen import actor_of, screen
from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key, encode_key
from dashboard.core.wire import tag_of
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, readable_key
from dashboard.tables.core.queries import parse_key_text
from dashboard.tables.core.restores import moment_words
from dashboard.tables.operations import catalogue, streams
from dashboard.tables.operations.streams import Seen, Step
from dashboard.tables.screens.cells import brief
from dashboard.tables.screens.shared import Links, page_context
from dashboard.tables.screens.streamed import before_url
from dashboard.tables.screens.values import key_label

TITLE = "Stream"
VIEWS = {
    "NEW_AND_OLD_IMAGES": "the item before and after each change",
    "NEW_IMAGE": "the item after each change",
    "OLD_IMAGE": "the item before each change",
    "KEYS_ONLY": "only the keys of changed items",
}
KINDS = {"INSERT": ("ok", "created"), "MODIFY": ("info", "changed"), "REMOVE": ("bad", "deleted")}
MOST_SHOWN = 2000
"""Changes on one page; then a reading rests until somebody asks for the next page, so that no browser drowns in a busy stream."""
MOST_GISTS = 6
"""Attributes named on the line of a change; the difference below it has them all."""
ON_A_LINE = frozenset({"S", "N", "BOOL", "NULL"})
PAUSE = 3
"""Seconds between two steps of following live; five reads a second and shard are AWS's limit, shared with other readers."""


@dataclass(frozen=True)
class Gist:
    """An attribute that changed, short: its values in few characters, None where it has none or they say nothing on a line."""

    name: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Row:
    """One record as the page shows it. ``changes`` is None where the view has no images to compare.

    ``gists`` are the first of them on a line each; ``before_url`` is the item as it was before, where it can be brought back; empty
    where it was not there yet.
    """

    seen: Seen
    label: str
    url: str
    badge: tuple[str, str]
    changes: tuple[AttributeChange, ...] | None
    gists: tuple[Gist, ...] = ()
    before_url: str = ""


@screen("read", "table:{table}")
def stream(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """The stream's state and shards, and where to begin. One DescribeStream for each 100 shards; none without a stream."""
    links = Links(place, table)
    known = catalogue.facts(place, table).table
    context = _frame(request, links, known)
    try:
        context["stream"] = streams.stream_of(actor_of(request), place, known)
    except AwsError as error:
        return render(
            request, "tables/stream.html", context | {"failure": error}, status=STATUS.get(error.kind, 502)
        )
    return render(request, "tables/stream.html", context)


@screen("read", "table:{table}", post="read")
def read(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """POST: begin a reading (``how`` is ``oldest`` or ``live``, ``key`` one item's) or go on with one (``cursor``).

    A step makes a call for each of four shards, four more where its place is lost, and one when a shard ended; beginning one more.
    ``longer`` follows on, from where a reading is whose time was over.
    """
    links = Links(place, table)
    known = catalogue.facts(place, table).table
    data = request.POST
    try:
        key = _key(known, data)
        if data.get("stop") and data.get("cursor"):
            return _held(request, links, known)
        cursor = data.get("cursor") or streams.begin(
            actor_of(request), place, known, live=data.get("how") == "live", key=key
        )
        step = streams.step(actor_of(request), place, known, cursor, longer=bool(data.get("longer")))
    except (InputError, AwsError) as error:
        return _stopped(request, links, known, error)
    context = _frame(request, links, known) | _found(links, known, step)
    return render(request, _template(request), context)


def _stopped(request: HttpRequest, links: Links, known: Table, error: InputError | AwsError) -> HttpResponse:
    """What was found so far stays on the page; the part says why it ended and offers to go on from there."""
    data = request.POST
    context = _frame(request, links, known) | {
        "again": {name: data.get(name, "") for name in ("cursor", "how", "key")},
        "rows": [],
        "wrong" if isinstance(error, InputError) else "failure": error,
    }
    status = 400 if isinstance(error, InputError) else STATUS.get(error.kind, 502)
    return render(request, _template(request), context, status=status)


def _frame(request: HttpRequest, links: Links, known: Table) -> dict[str, Any]:
    return page_context(request, links, known.name, (TITLE, None), tab="streams") | {
        "table": known,
        "view": VIEWS.get(known.stream_view, ""),
        "read_url": links.to("tables:stream-read"),
        "page_url": links.to("tables:stream"),
        "asked_label": _label(known, (request.POST or request.GET).get("key", "")),
        "switch_url": links.to("tables:structure-change", "stream"),
        "structure_url": links.to("tables:structure"),
        "asked": request.POST or request.GET,
    }


def _found(links: Links, known: Table, step: Step) -> dict[str, Any]:
    rows = [_row(links, known, seen) for seen in step.seen]
    return {
        "rows": rows[::-1] if step.reading.live else rows,
        "step": step,
        "reading": step.reading,
        "full": step.reading.found // MOST_SHOWN > (step.reading.found - len(rows)) // MOST_SHOWN,
        "pause": PAUSE if step.reading.live else 0,
        "minutes": int(streams.FOLLOWED_FOR.total_seconds() // 60),
    }


def _row(links: Links, known: Table, seen: Seen) -> Row:
    record = seen.record
    compared = {
        "INSERT": record.new is not None,
        "REMOVE": record.old is not None,
        "MODIFY": record.old is not None and record.new is not None,
    }[record.kind]
    changes = diff_items(record.old, record.new) if compared else None
    return Row(
        seen,
        readable_key(record.keys, known.key_names),
        links.to("tables:item", seen.key),
        ("neutral", "expired") if record.expired else KINDS[record.kind],
        changes,
        tuple(_gist(change, record.kind) for change in (changes or ())[:MOST_GISTS]),
        "" if record.kind == "INSERT" else _before(links, seen),
    )


def _gist(change: AttributeChange, kind: str) -> Gist:
    """With its values where an item changed and they fit a line; of a new or deleted item the names are enough."""
    sides = [value for value in (change.before, change.after) if value is not None]
    if kind != "MODIFY" or any(tag_of(value) not in ON_A_LINE for value in sides):
        return Gist(change.name)
    before, after = (
        brief(value, 32) if value is not None else None for value in (change.before, change.after)
    )
    return Gist(change.name, before, after) if before != after else Gist(change.name)


def _before(links: Links, seen: Seen) -> str:
    """The old image itself; without one, how the item was is asked of the second before, as AWS dates a record to the second."""
    if seen.record.old is not None:
        return before_url(links, seen.key, seen.shard, seen.record.sequence)
    moment = datetime.fromisoformat(seen.record.time) - timedelta(seconds=1)
    return f"{links.to('tables:then', seen.key)}?{urlencode({'at': moment_words(moment.replace(microsecond=0))})}"


def _key(known: Table, data: QueryDict) -> str:
    """The URL text of one item's key, given as such or as the values of its attributes; InputError for one the table cannot have."""
    text = data.get("key", "").strip()
    if not text and data.get("how") == "key":
        parts = [(known.partition, "partition", MAX_PARTITION_BYTES)]
        parts += [(known.sort, "sort", MAX_SORT_BYTES)] if known.sort else []
        key = {
            part.name: parse_key_text(part, data.get(field, ""), field, most) for part, field, most in parts
        }
        return encode_key(key, known.key_names)
    if text:
        try:
            decode_key(text, known.key_names)
        except InputError as error:
            raise InputError("partition", f"Key: {error.rule}") from error
    return text


def _label(known: Table, text: str) -> str:
    """The key of an address in words, empty when it is none of this table's."""
    try:
        return key_label(decode_key(text, known.key_names), known.key_names) if text else ""
    except InputError:
        return ""


def _held(request: HttpRequest, links: Links, known: Table) -> HttpResponse:
    """Somebody pressed Stop: nothing is read, and the reading can go on from where it is."""
    context = _frame(request, links, known) | {
        "again": {name: request.POST.get(name, "") for name in ("cursor", "how", "key")},
        "rows": [],
        "held": streams.standing(actor_of(request), links.place, known, request.POST["cursor"]),
    }
    return render(request, _template(request), context)


def _template(request: HttpRequest) -> str:
    return "tables/stream_part.html" if is_part(request) else "tables/stream_read.html"
