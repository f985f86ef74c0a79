"""Several items at once: read together, planned step by step, and written in one transaction or one after another.

The record: one change an item (``item.update``, ``item.create``, ``item.delete``), as if each had been written alone, so that an item's
history, its time machine and its own undo know nothing of transactions; and one parent change (``items.transaction`` or ``items.several``)
over them, which undoes all of them in one transaction. All have the same request id. The parent holds the ids of its items' changes and no
key and no value: somebody who may read one of several tables sees of the others nothing but how many items there were.

AWS does not say what a transaction replaced. So all items are read once more just before it is sent, and the record's *before* is that
read, with the attributes that the conditions guarded. What somebody adds in those milliseconds to an item that is deleted is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from django.db import transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import Transacted
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core.cancelled import Reason, reasons_of
from dashboard.tables.core.conditions import MAX_EXPRESSION_BYTES
from dashboard.tables.core.plans import Plan
from dashboard.tables.core.transactions import MOST_STEPS, Planned, Step, checked, plan_step, together
from dashboard.tables.operations import catalogue, lost

TRANSACTION = "items.transaction"
ALL = -1
"""The place of a problem that all steps have together."""


@dataclass(frozen=True)
class Preview:
    """The steps as they would be sent, None where one cannot be, and why not: sentences by place, ``ALL`` for what they have together.

    ``fields`` are the inputs that the sentences are about.
    """

    planned: tuple[Planned | None, ...]
    problems: dict[int, str]
    fields: dict[int, str]

    @property
    def ready(self) -> tuple[Planned, ...]:
        """Those that can be sent."""
        return tuple(one for one in self.planned if one is not None)


@dataclass(frozen=True)
class Done:
    """All of it happened. ``change_id`` is the parent's; ``count`` items were written."""

    change_id: str
    count: int


@dataclass(frozen=True)
class Cancelled:
    """AWS carried out none of it; ``reasons`` has one entry a step."""

    change_id: str
    reasons: tuple[Reason, ...]
    error: AwsError


def read_together(actor: Actor, place: Place, keys: Sequence[tuple[str, Item]]) -> tuple[Item | None, ...]:
    """The items under (table, key) pairs, strongly consistent, None where there is none.

    Up to 100 in one TransactGetItems, as they stood at one moment; more in BatchGetItems. Raises Refused (``read``), AwsError.
    """
    for table in dict.fromkeys(table for table, _ in keys):
        require(actor.user, "read", place.resource(f"table:{table}"))
    if not keys:
        return ()
    if len(keys) > MOST_STEPS:
        return dynamodb.batch_get(place.target, keys).items
    return dynamodb.transact_get(place.target, keys).items


def read_list(actor: Actor, place: Place, table: str, keys: Sequence[Item]) -> tuple[Item | None, ...]:
    """Any number of items of one table, by BatchGetItem: half the units, any size, not one moment. Raises Refused (``read``), AwsError."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return dynamodb.batch_get(place.target, [(table, key) for key in keys]).items if keys else ()


def preview(
    actor: Actor, place: Place, steps: Sequence[Step], shown: Sequence[Item | None], *, as_one: bool = True
) -> Preview:
    """What ``steps`` would do to the items that were ``shown``; no call. ``as_one``: also whether one transaction takes them all.

    Raises Refused unless the actor may do each.
    """
    require_each(actor, place, steps)
    planned: list[Planned | None] = []
    problems: dict[int, str] = {}
    fields: dict[int, str] = {}
    for number, (step, item) in enumerate(zip(steps, shown, strict=True)):
        one: Planned | None = None
        try:
            one = plan_step(step, item)
            check_expressions(one)
        except InputError as error:
            problems[number], fields[number] = str(error), error.field
        planned.append(one)
    ready = [one for one in planned if one is not None]
    if as_one and not problems:
        problems |= together(ready)
    return Preview(tuple(planned), problems, fields)


def require_each(actor: Actor, place: Place, steps: Sequence[Step]) -> None:
    """Refused unless the actor may do what each step does to its table."""
    for permission, table in dict.fromkeys((step.permission, step.table.name) for step in steps):
        require(actor.user, permission, place.resource(f"table:{table}"))


def carry_out(
    actor: Actor,
    place: Place,
    planned: Sequence[Planned],
    reason: str,
    undo_of: Change | None = None,
    undone: Sequence[Change] = (),
    send: Callable[[str], Transacted] | None = None,
) -> Done | Cancelled:
    """Send all of it as one TransactWriteItems, after one TransactGetItems, and record it.

    ``send`` sends it in other words (PartiQL statements), given the parent's change id, which is the token.
    The parent's change id is the client token: what botocore repeats is carried out once. A lost answer is settled by reading all items.
    ``undone`` are the changes that the writes take back, one a write. Raises Refused, InputError (nothing was sent), AwsError.
    """
    require_each(actor, place, [one.step for one in planned])
    for one in planned:
        check_expressions(one)
    if problems := together(planned):
        raise InputError("basket", next(iter(problems.values())))
    writes = [one for one in planned if one.plan is not None]
    befores = dynamodb.transact_get(
        place.target, [(one.step.table.name, one.step.key) for one in writes]
    ).items
    with ExitStack() as stack:
        with transaction.atomic():  # the started rows are committed together, before the call
            rows = [
                stack.enter_context(_record(actor, place, one, reason, undone[number] if undone else None))
                for number, one in enumerate(writes)
            ]
            parent = stack.enter_context(
                parent_record(actor, place, planned, reason, TRANSACTION, [row.id for row in rows], undo_of)
            )
        try:
            sent = send(parent.id) if send else _send(place, planned, parent.id)
        except AwsError as error:
            return _failed(place, planned, parent, rows, befores, error)
        _confirmed(parent, rows, writes, befores, sent)
    return Done(parent.id, len(writes))


def _send(place: Place, planned: Sequence[Planned], change: str) -> Transacted:
    return dynamodb.transact_write(place.target, [one.sent for one in planned], token=change, change=change)


def check_expressions(one: Planned) -> None:
    """InputError when an expression is longer than DynamoDB takes."""
    checked(one)
    if (
        one.plan is not None
        and one.plan.actions
        and dynamodb.update_bytes(one.plan.actions) > MAX_EXPRESSION_BYTES
    ):
        raise InputError(
            "draft",
            f"The update's expression is longer than DynamoDB's {MAX_EXPRESSION_BYTES:,} bytes. Change fewer attributes at once.",
        )


def parent_record(
    actor: Actor,
    place: Place,
    planned: Sequence[Planned],
    reason: str,
    action: str,
    changes: Sequence[str],
    undo_of: Change | None = None,
) -> AbstractContextManager[Recording]:
    """The change over those of the items, on the first table that is written: a context that gives a Recording."""
    writes = [one for one in planned if one.plan is not None]
    tables = sorted({one.step.table.name for one in writes})
    items = "1 item" if len(writes) == 1 else f"{len(writes)} items"
    return recording(
        actor,
        place.resource(f"table:{tables[0]}"),
        action,
        label=items if len(tables) == 1 else f"{items} in {len(tables)} tables",
        reason=reason,
        intended={"items": len(writes), "changes": list(changes)},
        undo_of=undo_of,
    )


def _record(
    actor: Actor, place: Place, one: Planned, reason: str, undo_of: Change | None
) -> AbstractContextManager[Recording]:
    """The change of one item of a transaction, as ``writing.carry_out`` would begin it."""
    effect = _plan(one).effect
    return recording(
        actor,
        place.resource(f"table:{one.step.table.name}"),
        effect.action,
        label=one.step.label,
        subject=one.step.key_text,
        reason=reason,
        shown=effect.shown,
        intended=effect.intended,
        undo_of=undo_of,
    )


def _confirmed(
    parent: Recording,
    rows: Sequence[Recording],
    writes: Sequence[Planned],
    befores: Sequence[Item | None],
    sent: Transacted,
) -> None:
    with transaction.atomic():
        for row, one, read in zip(rows, writes, befores, strict=True):
            before = before_of(_plan(one), read)
            row.done(before=before, after=_plan(one).effect.after_of(before), request_id=sent.request_id)
        parent.done(
            after={"items": len(rows), "changes": [row.id for row in rows]}, request_id=sent.request_id
        )


def before_of(plan: Plan, read: Item | None) -> Item | None:
    """What the write replaced: the read just before it, with what its condition made sure of."""
    shown, intended = plan.effect.shown, plan.effect.intended
    if shown is None:
        return None
    left = {
        name: value for name, value in (read or {}).items() if name in shown or name not in (intended or {})
    }
    return {**left, **shown, **plan.key}


def _failed(
    place: Place,
    planned: Sequence[Planned],
    parent: Recording,
    rows: Sequence[Recording],
    befores: Sequence[Item | None],
    error: AwsError,
) -> Done | Cancelled:
    """What is true after a call that did not succeed: nothing of it, or all of it with the answer lost, or nobody knows."""
    writes = [one for one in planned if one.plan is not None]
    repeated = error.attempts > 1 and error.kind is Kind.CONDITION
    if error.kind is Kind.LOST or repeated:
        found = lost.settle(place, writes, error, sure=repeated)
        if found is not None:
            _confirmed(parent, rows, writes, befores, Transacted(request_id=error.request_id))
            return Done(parent.id, len(writes))
    for one in writes:
        if error.kind in (Kind.NOT_FOUND, Kind.VALIDATION):
            catalogue.forget_facts(
                place, one.step.table.name
            )  # perhaps the table was made anew with another key
    if not error.reasons:
        raise error
    reasons = reasons_of(planned, error.reasons)
    by_step = dict(zip([id(one) for one in planned], reasons, strict=True))
    with transaction.atomic():
        for row, one in zip(rows, writes, strict=True):
            why = by_step[id(one)]
            row.refused(why.code, why.sentence, error.request_id, before=why.found)
        parent.refused(error.code, error.message, error.request_id)
    return Cancelled(parent.id, reasons, error)


def _plan(one: Planned) -> Plan:
    if one.plan is None:
        raise ValueError("a check writes nothing")
    return one.plan
