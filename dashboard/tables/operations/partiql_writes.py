"""PartiQL that writes: previewed against the items as they stand, then sent with what was shown as part of its condition, and recorded.

A statement is recorded as what it is to its item (``item.create``, ``item.update``, ``item.delete``), so an item's history and undo know
nothing of PartiQL. Several have a parent change over them, as several items of any origin do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb import partiql as door
from dashboard.core.dynamodb import Transacted, Written
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.partiql.drafts import Draft, plan_statement
from dashboard.tables.core.partiql.reach import key_given
from dashboard.tables.core.partiql.tree import Select
from dashboard.tables.core.transactions import Planned, repeated
from dashboard.tables.operations import onebyone, several, writing
from dashboard.tables.operations.onebyone import Result
from dashboard.tables.operations.partiql import One, check_together
from dashboard.tables.operations.partiql_budget import binding, open_shown, sign_shown

MOST_SHOWN = 4 * 1024 * 1024
"""Characters of what a preview carries along, signed; a form brings back at most 10 MB."""


@dataclass(frozen=True)
class Preview:
    """What each statement would do. ``shown`` is the signed text that ``execute`` takes; ``units`` is what reading the items cost."""

    drafts: tuple[Draft, ...]
    shown: str
    units: float

    @property
    def deletes(self) -> tuple[Draft, ...]:
        """Those that delete an item."""
        return tuple(draft for draft in self.drafts if draft.planned.step.kind == "delete")


@dataclass(frozen=True)
class Executed:
    """What became of each statement, in order. ``change_id`` is of the one change, or of the parent over several.

    ``answers`` has what a statement's RETURNING asked for; a transaction answers with nothing.
    """

    results: tuple[Result, ...]
    change_id: str
    error: AwsError | None = None
    answers: Mapping[int, Item] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many were carried out."""
        return sum(result.state == "done" for result in self.results)


def preview(actor: Actor, place: Place, asked: Sequence[One], together: str = "") -> Preview:
    """Read the items that the statements name (one BatchGetItem) and say what would become of them.

    ``together`` is empty for one statement, else batch or transaction. InputError when one of them cannot be; Refused; AwsError.
    """
    _require(actor, place, asked)
    _check_writes(asked, together)
    keys = [(one.table.name, key_given(one.table, one.parsed, one.parameters)) for one in asked]
    reads = dynamodb.batch_get(place.target, keys)
    drafts = _plan(asked, reads.items, together)
    shown = sign_shown(reads.items, _bound(actor, place, asked, together))
    if len(shown) > MOST_SHOWN:
        raise InputError(
            "statement",
            "These items are too large to be shown and changed together. Take fewer statements at once.",
        )
    return Preview(drafts, shown, reads.units)


def execute(
    actor: Actor, place: Place, asked: Sequence[One], shown: str, reason: str, together: str = ""
) -> Executed:
    """Carry the statements out if the items are as ``shown`` (from ``preview``), record them, and say what became of each.

    Raises Refused and InputError before anything is sent, AwsError when nothing can be said of any statement.
    """
    _require(actor, place, asked)
    _check_writes(asked, together)
    items = open_shown(shown, _bound(actor, place, asked, together))
    drafts = _plan(asked, items, together)
    planned = [draft.planned for draft in drafts]
    of = {id(one): (number, draft) for number, (one, draft) in enumerate(zip(planned, drafts, strict=True))}
    if together == "transaction":
        return _transaction(actor, place, drafts, reason)
    answers: dict[int, Item] = {}

    def send(one: Planned, change: str) -> Written:
        number, draft = of[id(one)]
        return _send(place, draft, change, answers, number)

    if together == "batch":
        found = onebyone.one_by_one(actor, place, planned, reason, send=send)
        return Executed(_worded(drafts, found.results), found.change_id, found.error, answers)
    return replace(_alone(actor, place, drafts[0], reason, send), answers=answers)


def _alone(actor: Actor, place: Place, draft: Draft, reason: str, send: onebyone.Sender) -> Executed:
    """One statement; AwsError for every failure but a condition that did not hold."""
    one = draft.planned
    if one.plan is None:
        raise InputError(
            "statement", "EXISTS stands beside INSERT, UPDATE or DELETE in a transaction; there is none here."
        )
    done = writing.carry_out(
        actor, place, one.step.table, one.plan, reason, send=lambda change: send(one, change)
    )
    result = (
        onebyone.stopped(one, done, "Not done.")
        if isinstance(done, writing.Stopped)
        else Result("done", "Done.", done.change_id)
    )
    return Executed(_worded([draft], [result]), done.change_id)


def _transaction(actor: Actor, place: Place, drafts: Sequence[Draft], reason: str) -> Executed:
    """All of them or none."""
    sent = [draft.sent_together for draft in drafts]

    def send(change: str) -> Transacted:
        done = door.execute_transaction(place.target, sent, token=change, writes=True, change=change)
        return Transacted(done.units, done.request_id, done.attempts)

    result = several.carry_out(actor, place, [draft.planned for draft in drafts], reason, send=send)
    if isinstance(result, several.Done):
        return Executed(tuple(Result("done", "Done.") for _ in drafts), result.change_id)
    results = [
        Result("changed" if why.at_fault else "untried", why.sentence, "", why.found)
        for why in result.reasons
    ]
    return Executed(_worded(drafts, results), result.change_id, result.error)


def _send(place: Place, draft: Draft, change: str, answers: dict[int, Item], number: int) -> Written:
    """One ExecuteStatement, as ``writing`` wants it answered; what the statement asked to be returned goes into ``answers``."""
    try:
        done = door.execute_statement(place.target, draft.sent, writes=True, change=change)
    except AwsError as error:
        if error.code == "DuplicateItemException" and error.item is None:
            error.item = _standing(place, draft.planned)
        raise
    written = draft.written(done.items)
    if written is None:  # DynamoDB calls a DELETE of nothing a success
        raise AwsError(
            "ConditionalCheckFailedException",
            "There was no item under the key any more.",
            Kind.CONDITION,
            request_id=done.request_id,
            service="dynamodb",
            operation="ExecuteStatement",
            resource=f"table:{draft.parsed.table}",
            attempts=done.attempts,
        )
    if (answer := draft.answer(done.items)) is not None:
        answers[number] = answer
    return replace(written, units=done.units, request_id=done.request_id, attempts=done.attempts)


def _standing(place: Place, one: Planned) -> Item | None:
    """What an INSERT met, which its error does not tell; None when that cannot be read either."""
    try:
        return dynamodb.get_item(place.target, one.step.table.name, one.step.key).item
    except AwsError:
        return None  # the duplicate is what is reported


def _plan(asked: Sequence[One], items: Sequence[Item | None], together: str) -> tuple[Draft, ...]:
    drafts = tuple(
        plan_statement(one.table, one.parsed, one.parameters, item)
        for one, item in zip(asked, items, strict=True)
    )
    for place in repeated([draft.planned.step for draft in drafts]):
        line = asked[place].parsed.line
        raise InputError(
            "statement",
            f"Line {line}: An earlier statement is on the same item; each item stands there once.",
        )
    for draft in drafts:
        if together == "transaction" and not draft.computed:
            raise InputError(
                "statement",
                f"Line {draft.parsed.line}: What this leaves behind cannot be computed here, and a transaction does not answer with it. "
                "Run it alone.",
            )
    return drafts


def _worded(drafts: Sequence[Draft], results: Sequence[Result]) -> tuple[Result, ...]:
    """A condition that failed although the item is as it was shown is the statement's own."""
    return tuple(
        replace(
            result,
            sentence="Not done. The item is as it was shown, but the statement's own WHERE does not hold for it.",
        )
        if result.state == "changed"
        and result.found is not None
        and same_item(result.found, draft.planned.shown)
        else result
        for draft, result in zip(drafts, results, strict=True)
    )


def _require(actor: Actor, place: Place, asked: Sequence[One]) -> None:
    """The write, and the read that shows what it changes."""
    for one in asked:
        resource = place.resource(f"table:{one.table.name}")
        require(actor.user, "read", resource)
        require(actor.user, one.parsed.permission, resource)


def _check_writes(asked: Sequence[One], together: str) -> None:
    """InputError unless these are writes that may be sent as ``together``."""
    if len(asked) > 1 or together:
        check_together(asked, together)
    if any(isinstance(one.parsed.statement, Select) for one in asked):
        raise InputError("statement", "This reads, and nothing is written by it. Run it.")
    if not any(one.parsed.writes for one in asked):
        raise InputError(
            "statement", "EXISTS stands beside INSERT, UPDATE or DELETE in a transaction; there is none here."
        )


def _bound(actor: Actor, place: Place, asked: Sequence[One], together: str) -> str:
    parameters = [value for one in asked for value in one.parameters]
    return binding(actor, place, "write", together, *(one.text for one in asked), parameters=parameters)
