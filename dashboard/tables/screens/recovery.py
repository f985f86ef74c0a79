"""Turning point-in-time recovery on and off, changing its period, making a backup and deleting one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.backups import LONGEST_PERIOD, Recovery
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.restores import GB, check_backup_name, check_days
from dashboard.tables.operations import backups, catalogue
from dashboard.tables.operations.altering import Changed
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.confirming import Question, ask, check_typed, reason_of
from dashboard.tables.screens.shared import Links, undo_button

DOLLARS = 0.20
"""A month of recovery for a GB in us-east-1 (the price list of DynamoDB, "Continuous backups")."""
PRICE = (
    f"Recovery costs about ${DOLLARS:.2f} per GB and month in us-east-1 (table and local indexes), whatever the period; "
    "other regions differ."
)


@screen("administer", "table:{table}", post="administer")
def recovery(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: one DescribeContinuousBackups; DescribeTable if the table is not known for the price. POST: and one UpdateContinuousBackups."""
    links, actor = Links(place, table), actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    found, _ = backups.recovery(actor, place, table)
    if data.get("to") == "off" and not found.enabled:
        messages.info(request, f"Point-in-time recovery of {table} is off already. Nothing was changed.")
        return redirect(links.to("tables:backups"))
    days = data.get("days", str(found.days if found.enabled else LONGEST_PERIOD))
    try:
        wanted = Recovery(False) if data.get("to") == "off" else Recovery(True, check_days(days))
    except InputError as error:
        return _ask(request, links, found, Recovery(True, found.days), days, error)
    if request.method != "POST":
        return _ask(request, links, found, wanted, days)
    if _gives_up(found, wanted) and request.POST.get("shorter") != str(wanted.days):
        return _ask(request, links, found, wanted, days)
    try:
        check_typed(request, table if not wanted.enabled else "")
        reason = reason_of(request)
        shown = _shown(request, found)
        result = backups.set_recovery(actor, place, table, shown, wanted, reason)
    except InputError as error:
        return _ask(request, links, found, wanted, days, error)
    except AwsError as error:
        return _ask(request, links, found, wanted, days, failure=error)
    if isinstance(result, Changed):
        changed = InputError(
            "changed",
            "Nothing was changed: somebody else changed it since you opened this page. It is shown as it is now.",
        )
        return _ask(request, links, found, wanted, days, changed, status=409)
    words = f"on, with a period of {wanted.days} days" if wanted.enabled else "off"
    messages.success(request, f"Point-in-time recovery of {table} is {words}.")
    return redirect(links.to("tables:backups"))


def _shown(request: HttpRequest, found: Recovery) -> Recovery:
    """How it stood on the page that the person saw; what the form did not bring back counts as seen now."""
    was = request.POST.get("was", "")
    if was == "off":
        return Recovery(False)
    return Recovery(True, int(was)) if was.isdecimal() and len(was) < 3 else found


def _gives_up(found: Recovery, wanted: Recovery) -> bool:
    """Whether a shorter period gives up moments for good: that is said, for these days, before it is done."""
    return found.enabled and wanted.enabled and wanted.days < found.days


def _ask(
    request: HttpRequest,
    links: Links,
    found: Recovery,
    wanted: Recovery,
    days: str,
    wrong: InputError | None = None,
    *,
    failure: AwsError | None = None,
    status: int = 200,
) -> HttpResponse:
    off = not wanted.enabled
    verb = "Turn off" if off else "Change" if found.enabled else "Turn on"
    notes = [] if off else [_price(links)]
    if off and found.earliest:
        notes.append(
            f"The table can then be brought back to no moment any more: not to {found.earliest:%Y-%m-%d %H:%M} UTC, nor to any since. "
            "Turning it on again starts a new window. Backups that were made stay."
        )
    elif not found.enabled:
        notes.append(
            "From now on the table can be brought back to any second of the period. Earlier moments it does not know."
        )
    elif _gives_up(found, wanted):
        notes.append(f"Moments more than {wanted.days} days ago are given up, for good.")
    question = Question(
        title=f"{verb} point-in-time recovery",
        before=_words(found, found),
        after=_words(wanted, found),
        notes=notes,
        button="Shorten the period"
        if _gives_up(found, wanted)
        else f"{verb} {'recovery' if verb != 'Change' else 'the period'}",
        cancel="Leave it as it is",
        back=links.to("tables:backups"),
        hidden=(
            ("to", "off" if off else "on"),
            ("was", str(found.days) if found.enabled else "off"),
            *((("shorter", str(wanted.days)),) if _gives_up(found, wanted) else ()),
        ),
        asked=links.table if off else "",
    )
    more = {} if off else {"days": days, "most_days": LONGEST_PERIOD}
    return ask(request, links, question, wrong, failure=failure, status=status, **more)


def _price(links: Links) -> str:
    """What recovery costs, and what that comes to for this table, its local indexes not counted, when its size is known."""
    known, _ = attempt(lambda: catalogue.facts(links.place, links.table))
    if known is None or known.table.size_bytes is None:
        return PRICE
    dollars = known.table.size_bytes / GB * DOLLARS
    words = f"about ${dollars:,.2f}" if dollars >= 0.01 else "less than $0.01"
    return f"{PRICE} For this table that is {words} a month."


def _words(state: Recovery, found: Recovery) -> dict[str, str]:
    """For the difference; when it is turned on the period stands in the form's field alone, where it can still be changed."""
    if not state.enabled:
        return {"Point-in-time recovery": "off"}
    period = {"Recovery period": f"{state.days} days"} if found.enabled else {}
    return {"Point-in-time recovery": "on", **period}


@screen("write", "table:{table}", post="write")
def new_backup(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: no call. POST: one ListBackups for each 100, one CreateBackup."""
    links = Links(place, table)
    name = request.POST.get("backup", f"{table[:240]}-{timezone.now():%Y%m%d-%H%M}").strip()
    question = Question(
        title="Make a backup",
        before=None,
        after=None,
        notes=(
            "It holds the whole table as it is at this moment, takes nothing of its capacity, and stays until somebody deletes it, "
            "also when the table is deleted.",
            "It costs about $0.10 per GB and month in us-east-1; other regions differ.",
        ),
        button="Make the backup",
        cancel="Leave it",
        back=links.to("tables:backups"),
    )
    if request.method != "POST":
        return ask(request, links, question, backup_name=name)
    try:
        check_backup_name(name)
        made, change_id = backups.create_backup(actor_of(request), place, table, name, reason_of(request))
    except InputError as error:
        return ask(request, links, question, error, backup_name=name)
    except AwsError as error:
        return ask(request, links, question, failure=error, backup_name=name)
    messages.success(
        request,
        format_html(
            "The backup {} is being made.{}",
            made.name,
            undo_button(request, links, backups.CREATE, change_id),
        ),
    )
    return redirect(links.to("tables:backups"))


@screen("administer", "table:{table}", post="administer")
def delete_backup(request: HttpRequest, place: Place, table: str, backup: str) -> HttpResponse:
    """GET: ListBackups. POST: the same and one DeleteBackup."""
    links, actor = Links(place, table), actor_of(request)
    found = backups.backup(actor, place, table, backup)
    question = Question(
        title=f"Delete the backup {found.name}",
        before={
            "Backup": found.name,
            "Made": f"{found.created:%Y-%m-%d %H:%M:%S} UTC",
            "ARN": found.arn,
        },
        after=None,
        notes=("A deleted backup does not come back. Nothing else is changed: the table stays as it is.",),
        button="Delete the backup",
        cancel="Keep it",
        back=links.to("tables:backups"),
        asked=found.name,
    )
    if request.method != "POST":
        return ask(request, links, question)
    try:
        check_typed(request, found.name)
        backups.delete_backup(actor, place, table, found, reason_of(request))
    except InputError as error:
        return ask(request, links, question, error)
    except AwsError as error:
        return ask(request, links, question, failure=error)
    messages.success(request, f"The backup {found.name} was deleted.")
    return redirect(links.to("tables:backups"))
