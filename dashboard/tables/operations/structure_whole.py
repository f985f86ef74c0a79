"""Making a table, and deleting one with everything in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb import tables as door
from dashboard.core.dynamodb import ReadRequest, Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core import structure_rules
from dashboard.tables.core.structure import Definition, completed, definition_of
from dashboard.tables.core.structure_json import read, to_document, to_request
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.alone import alone
from dashboard.tables.operations.structure import CHANGING, Moved, Shown, look

CREATE, DELETE = "table.create", "table.delete"
PROTECTED = (
    "The table is protected against deletion. Switch the protection off first, which is a change of its own."
)


@dataclass(frozen=True)
class Made:
    """AWS took it. The table is CREATING (or DELETING) for some seconds."""

    change_id: str


def create(actor: Actor, place: Place, definition: Definition, reason: str) -> Made:
    """Make the table; time to live is a change of its own once it is ACTIVE. InputError (``name``) when there is one of that name."""
    definition = completed(definition)
    require(actor.user, "administer", place.resource(f"table:{definition.name}"))
    problems = structure_rules.check(definition)
    if problems:
        raise problems[0]
    document = to_document(replace(definition, ttl=""))
    with recording(
        actor,
        place.resource(f"table:{definition.name}"),
        CREATE,
        label=definition.name,
        reason=reason,
        intended=document,
    ) as change:
        try:
            answer = door.create_table(place.target, to_request(definition), change=change.id)
        except AwsError as error:
            if error.kind is Kind.CONFLICT:
                change.failed(error)
                raise InputError("name", f"AWS says: {error.message} Choose another name.") from error
            if error.kind is not Kind.LOST:
                raise
            _lost_creation(place, definition, change, error)
        else:
            made = answer.body.get("TableDescription", {})
            change.done(after=_after(document, str(made.get("TableId", ""))), request_id=answer.request_id)
    catalogue.learn(place, definition.name)
    return Made(change.id)


def _after(document: dict[str, Any], table_id: str) -> dict[str, Any]:
    return document | {"TableId": table_id}


def _lost_creation(place: Place, definition: Definition, change: Recording, error: AwsError) -> None:
    """No answer came: a table of that name, made just now and as intended, is ours."""
    try:
        table = catalogue.facts(place, definition.name, fresh=True).table
    except AwsError as unread:
        if (
            unread.kind is Kind.NOT_FOUND
        ):  # it may still appear: the change stays unknown until it is reconciled
            words = "No answer came, and there is no such table yet. Look again in a minute before you send it once more."
            raise replace(error, message=words) from unread
        raise error from unread
    if not made_as(table, definition, change.row):
        raise error
    document = to_document(replace(definition, ttl=""))
    change.done(after=_after(document, table.table_id), request_id=error.request_id)


def made_as(table: Table, definition: Definition, change: Change) -> bool:
    """Whether the table is the one that ``change`` made: since then, and as intended but for the tags, which are told elsewhere."""
    if not table.created or datetime.fromisoformat(table.created) < change.time - timedelta(minutes=1):
        return False
    return comparable(definition_of(table)) == comparable(definition)


def comparable(definition: Definition) -> Definition:
    """What DescribeTable can confirm: it tells neither tags nor time to live, and names the account's KMS key by its ARN."""
    return completed(replace(definition, tags=(), ttl="", encryption="KMS" if definition.encryption else ""))


def delete(actor: Actor, place: Place, name: str, shown: str, reason: str) -> Made | Moved:
    """Delete the table with its items, indexes and stream, if it still is as its fingerprint ``shown`` says. There is no way back."""
    require(actor.user, "administer", place.resource(f"table:{name}"))
    with alone(place, name):
        now = look(place, name)
        if now.fingerprint != shown:
            return Moved(now)
        check_deletable(now.table)
        return Made(send_deletion(actor, place, now.table, whole_document(place, now), reason))


def send_deletion(
    actor: Actor,
    place: Place,
    table: Table,
    document: dict[str, Any],
    reason: str,
    undo_of: Change | None = None,
) -> str:
    """Record and send the deletion of a table that was made as ``document`` says; the change's id. Raises AwsError."""
    with recording(
        actor,
        place.resource(f"table:{table.name}"),
        DELETE,
        label=table.name,
        reason=reason,
        shown=document,
        undo_of=undo_of,
    ) as change:
        try:
            answer = door.delete_table(place.target, table.name, change=change.id)
        except AwsError as error:
            if error.kind is not Kind.LOST:
                raise
            _lost_deletion(place, table, document, change, error)
        else:
            change.done(before=document, request_id=answer.request_id)
    catalogue.forget(place, table.name)
    return change.id


def check_deletable(table: Table) -> None:
    """InputError while DynamoDB would refuse."""
    if table.deletion_protection:
        raise InputError("state", PROTECTED)
    if table.status not in ("ACTIVE", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"):
        raise InputError("state", f"The table is {table.status}. {CHANGING}")
    if table.replicas:
        raise InputError(
            "state",
            f"The table has replicas in {', '.join(table.replicas)}. Take those away first, then delete it.",
        )


def whole_document(place: Place, shown: Shown) -> dict[str, Any]:
    """The definition with tags and time to live as far as AWS tells them; what it does not is left out, not guessed."""
    name, target = shown.table.name, place.target
    ttl, tags = "", shown.definition.tags
    try:
        ttl = dynamodb.describe_time_to_live(target, name)
        tags = door.list_tags(target, name, shown.table.arn)
    except AwsError as error:
        if error.kind not in (Kind.DENIED, Kind.THROTTLED, Kind.NOT_FOUND):
            raise
    return to_document(definition_of(shown.table, ttl, tags)) | {"TableId": shown.table.table_id}


def _lost_deletion(
    place: Place, table: Table, document: dict[str, Any], change: Recording, error: AwsError
) -> None:
    """The table is on its way out, or it is not. When that cannot be read, the error leaves and the change stays unknown."""
    try:
        went = gone(place, table.name, table.table_id)
    except AwsError as unread:
        raise error from unread
    if went:
        change.done(before=document, request_id=error.request_id)
        return
    known = error.known_unchanged("No answer came, and the table is there as before: nothing was deleted.")
    change.failed(known)
    raise known from error


def gone(place: Place, name: str, table_id: str) -> bool:
    """Whether that very table is deleted or being deleted. Raises AwsError when AWS does not tell."""
    try:
        table = catalogue.facts(place, name, fresh=True).table
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return True
        raise
    return table.status == "DELETING" or bool(table_id and table.table_id and table.table_id != table_id)


def is_empty(place: Place, name: str) -> bool:
    """Whether the table has no item: a consistent Scan of one, because AWS's own count may be hours old."""
    return not dynamodb.read(place.target, ReadRequest(name, limit=1, consistent=True)).items


def intended(change: Change) -> Definition:
    """The table that a ``table.create`` was to make."""
    return read({name: value for name, value in change.intended.items() if name != "TableId"})[0]
