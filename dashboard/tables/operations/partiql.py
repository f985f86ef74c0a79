"""PartiQL that reads: what a text asks for, checked before anything is sent; one page a call; several statements in one call.

Permission follows the tables that were read out of the text, and what is sent is written from what was read (``core.partiql``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.accounts.budget import read_budget
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws.dynamodb import partiql as door
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.partiql import Batch, Outcome, Sent
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.costs import About
from dashboard.tables.core.partiql import parse_all, statement_text
from dashboard.tables.core.partiql.cost import MOST_PAGE, Estimate, estimate, usual_limit
from dashboard.tables.core.partiql.reach import Reach, check_parameters, key_given, reach_of
from dashboard.tables.core.partiql.tree import Exists, Parsed, Select
from dashboard.tables.core.partiql.values import parse_parameters
from dashboard.tables.operations import catalogue, partiql_names
from dashboard.tables.operations.partiql_budget import (
    Cursor,
    approve,
    approved,
    binding,
    open_cursor,
    sign_cursor,
)

TOGETHER = {"batch": "one after the other", "transaction": "all or none"}


@dataclass(frozen=True)
class One:
    """A statement with its table, its parameters and what it reaches. ``estimate`` is None for a write."""

    parsed: Parsed
    table: Table
    parameters: tuple[Wire, ...]
    reach: Reach
    estimate: Estimate | None = None
    limit: int | None = None
    consistent: bool = False

    @property
    def text(self) -> str:
        """As it is sent."""
        return statement_text(self.parsed.statement)

    @property
    def sent(self) -> Sent:
        """For the door."""
        return Sent(self.text, self.table.name, self.parameters, self.consistent)


@dataclass(frozen=True)
class Page:
    """A page of a SELECT; ``units`` are of this page, ``spent`` of all so far. ``next`` is the next page's cursor, None at the end."""

    one: One
    items: tuple[Item, ...]
    units: float
    spent: float
    pages: int
    shown: int
    next: str | None
    request_id: str


@dataclass(frozen=True)
class Asking:
    """Nothing was read: it would go, or has gone, beyond the budget. ``approval`` is what lets it spend ``units``."""

    one: One
    budget: float
    units: float
    spent: float
    approval: str


def understand(
    actor: Actor,
    place: Place,
    text: str,
    parameters: Sequence[str],
    *,
    limit: int | None = None,
    consistent: bool = False,
    looking: bool = False,
) -> tuple[One, ...]:
    """What ``text`` asks for. No AWS call once its tables are known; ``looking`` asks AWS about no table that was never listed.

    ``limit`` is how many items a page evaluates (None: what suits the statement). InputError (``statement``, ``p0``…, ``limit``) with line,
    column and rule for what cannot be read or is not possible; Refused when the actor may not do it to one of the tables.
    """
    if limit is not None and not 1 <= limit <= MOST_PAGE:
        raise InputError("limit", f"A page evaluates between 1 and {MOST_PAGE:,} items.")
    parsed = parse_all(text)
    for one in parsed:
        require(actor.user, one.permission, place.resource(f"table:{one.table}"))
    if looking:
        _check_known(actor, place, parsed)
    values = check_parameters(parsed, parse_parameters(parameters))
    return tuple(
        _understood(place, one, own, limit, consistent) for one, own in zip(parsed, values, strict=True)
    )


def _check_known(actor: Actor, place: Place, parsed: Sequence[Parsed]) -> None:
    """While somebody types a name, its beginnings are not asked about."""
    names = catalogue.listing(place).names
    for one in parsed:
        if names and one.table not in names:
            meant = partiql_names.meant(one.table, partiql_names.known(actor.user, place))
            raise InputError(
                "statement", f"Line {one.line}: No table {one.table} is known here. {meant}".strip()
            )


def _understood(
    place: Place, parsed: Parsed, values: tuple[Wire, ...], limit: int | None, consistent: bool
) -> One:
    facts = catalogue.facts(place, parsed.table)
    if parsed.index and facts.table.index(parsed.index) is None:
        facts = catalogue.facts(place, parsed.table, fresh=True)  # perhaps the index is new
    table = facts.table
    reach = reach_of(table, parsed, values)
    if not isinstance(parsed.statement, Select):
        return One(parsed, table, values, reach)
    index = table.index(parsed.index) if parsed.index else None
    if consistent and index is not None and index.is_global:
        raise InputError("consistent", "A global index cannot be read strongly consistently.")
    size = usual_limit(parsed, reach) if limit is None else limit
    cost = estimate(table, parsed, reach, size, About(facts.fetched), consistent=consistent)
    return One(parsed, table, values, reach, cost, size, consistent)


def run_page(actor: Actor, place: Place, one: One, cursor: str = "", approval: str = "") -> Page | Asking:
    """One ExecuteStatement of a SELECT, or the question whether it may cost so much, before a call is made.

    A full scan is asked about when all of it would cost more than the reader's budget; anything else when it has spent that.
    InputError for a cursor or approval of something else. Raises Refused, AwsError.
    """
    require(actor.user, "read", place.resource(f"table:{one.table.name}"))
    bound = _bound(actor, place, one)
    at = open_cursor(cursor, bound) if cursor else Cursor("", 0.0, 0, 0)
    budget = float(read_budget(actor.user))
    allowed = max(budget, approved(approval, bound, begins=not at.token) if approval else 0.0)
    expected = _expected(one)
    if at.units >= allowed or (one.reach.way == "scan" and not at.token and expected > allowed):
        units = max(expected, at.units + budget)
        return Asking(one, budget, units, at.units, approve(units, bound))
    try:
        found = door.execute_statement(place.target, one.sent, limit=one.limit, next_token=at.token)
    except AwsError as error:
        doubt(place, one.table.name, error)
        raise
    spent, shown = at.units + found.units, at.items + len(found.items)
    following = Cursor(found.next_token, spent, at.pages + 1, shown)
    following_text = sign_cursor(following, bound) if found.next_token else None
    return Page(one, found.items, found.units, spent, at.pages + 1, shown, following_text, found.request_id)


def check_together(asked: Sequence[One], together: str) -> None:
    """InputError unless the statements may be sent as ``together``: batch or transaction. API reference of the two operations."""
    if together not in TOGETHER:
        raise InputError("together", "Choose whether they run one after the other or all or none.")
    most = door.MOST_BATCH if together == "batch" else door.MOST_TRANSACTION
    if len(asked) > most:
        raise InputError(
            "statement", f"There are {len(asked)} statements; {TOGETHER[together]} takes at most {most}."
        )
    if together == "batch" and any(isinstance(one.parsed.statement, Exists) for one in asked):
        raise InputError("together", "EXISTS checks something for a transaction; choose all or none.")
    kinds = {one.parsed.writes for one in asked if not isinstance(one.parsed.statement, Exists)}
    if kinds == {True, False}:
        raise InputError(
            "statement", "DynamoDB takes either only SELECT or only writes together. Run them apart."
        )
    if True not in kinds and any(isinstance(one.parsed.statement, Exists) for one in asked):
        raise InputError(
            "statement", "EXISTS stands beside INSERT, UPDATE or DELETE in a transaction; there is none here."
        )
    for one in asked:
        if isinstance(one.parsed.statement, Select) and one.parsed.index:
            raise InputError(
                "statement",
                f"Line {one.parsed.line}: together with others a SELECT reads a table, not an index.",
            )
        key_given(one.table, one.parsed, one.parameters)


def ways_together(asked: Sequence[One]) -> dict[str, str]:
    """How the statements may be sent together: empty text for a way that is open, else why it is not. InputError when none is."""
    ways: dict[str, str] = {}
    refusals: list[InputError] = []
    for way in TOGETHER:
        try:
            check_together(asked, way)
            ways[way] = ""
        except InputError as error:
            ways[way] = error.rule
            refusals.append(error)
    if len(refusals) == len(TOGETHER):
        raise refusals[-1]
    return ways


def run_reads(actor: Actor, place: Place, asked: Sequence[One], together: str) -> Batch:
    """Several SELECT of one item each in one call. In a transaction they are of one moment. Raises Refused, InputError, AwsError."""
    check_together(asked, together)
    for one in asked:
        require(actor.user, "read", place.resource(f"table:{one.table.name}"))
    sent = [one.sent for one in asked]
    if together == "batch":
        return door.batch_execute(place.target, sent)
    try:
        return door.execute_transaction(place.target, sent, token="")
    except AwsError as error:
        if not error.reasons:
            raise
        return Batch(
            tuple(cancelled(error, number, one) for number, one in enumerate(asked)), 0.0, error.request_id
        )


def cancelled(error: AwsError, number: int, one: One) -> Outcome:
    """The part of a cancelled transaction that one statement has in it: its own reason, or that others stopped it."""
    reason = error.reasons[number] if number < len(error.reasons) else {}
    code = str(reason.get("Code", "None"))
    message = str(reason.get("Message") or "")
    if code == "None":
        message = "Not run, because another statement of the transaction was refused."
    kind = Kind.CONDITION if code in ("ConditionalCheckFailed", "DuplicateItem") else error.kind
    resource = f"table:{one.table.name}"
    found = reason.get("Item") or None
    return Outcome(
        None,
        AwsError(
            code,
            message,
            kind,
            True,
            None,
            error.request_id,
            "dynamodb",
            error.operation,
            resource,
            error.attempts,
            found,
        ),
    )


def doubt(place: Place, table: str, error: AwsError) -> None:
    """What we know of the table is asked for again after AWS found it gone or other than we thought."""
    if error.kind is Kind.NOT_FOUND:
        catalogue.forget(place, table)
    elif error.kind is Kind.VALIDATION:
        catalogue.forget_facts(place, table)


def _expected(one: One) -> float:
    """Units of reading everything; nothing where AWS states no size yet, and then the run stops when the budget is spent."""
    return (one.estimate.whole.units.high or 0.0) if one.estimate is not None else 0.0


def _bound(actor: Actor, place: Place, one: One) -> str:
    how = f"{one.limit} {one.consistent}"
    return binding(actor, place, one.text, how, parameters=one.parameters)
