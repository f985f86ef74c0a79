"""A writing statement planned against the item that was shown: what it changes, what guards it, how it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.core.diff import diff_items
from dashboard.core.dynamodb import Table, Written
from dashboard.core.errors import InputError
from dashboard.core.expressions import Exists as ThereIs
from dashboard.core.partiql import Sent
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.conditions import MAX_GUARDED, item_exists
from dashboard.tables.core.partiql.effects import after, guarded, nowhere, touched
from dashboard.tables.core.partiql.parser import MOST_STATEMENT
from dashboard.tables.core.partiql.reach import item_given, key_given
from dashboard.tables.core.partiql.text import path_text, statement_text
from dashboard.tables.core.partiql.tokens import FIELD
from dashboard.tables.core.partiql.tree import Delete, Exists, Insert, Parsed, Statement, Update
from dashboard.tables.core.plans import UPDATE, Effect, Plan, check_draft, create_of, plan_wide_delete
from dashboard.tables.core.transactions import Planned, Step


@dataclass(frozen=True)
class Draft:
    """``planned`` is the write as the record and the operations of several items know it; ``statement`` is what is sent, guards included.

    ``guards`` are the attributes that must still be as they were shown. ``computed`` is False for an update whose result only DynamoDB
    knows: then ``planned`` has no changes, and ``before`` holds the attributes that the update touches, as they were shown.
    """

    parsed: Parsed
    planned: Planned
    statement: Statement
    parameters: tuple[Wire, ...]
    guards: tuple[str, ...] = ()
    computed: bool = True
    before: Item | None = None

    @property
    def sent(self) -> Sent:
        """As a statement by itself."""
        return Sent(statement_text(self.statement), self.parsed.table, self.parameters)

    @property
    def sent_together(self) -> Sent:
        """As a statement of a transaction, which takes no RETURNING."""
        bare = self.statement
        if isinstance(bare, Update | Delete):
            bare = replace(bare, returning="")
        return replace(self.sent, text=statement_text(bare))

    def written(self, items: Sequence[Item]) -> Written | None:
        """What AWS's answer says was there before and after; None when a DELETE found nothing to delete."""
        shown = self.planned.shown
        statement = self.parsed.statement
        if isinstance(statement, Insert):
            return Written(None)
        if isinstance(statement, Delete):
            return Written(items[0]) if items else None
        if self.computed:
            return Written(items[0] if items else shown)
        found = items[0] if items else None
        kept = {name: value for name, value in (found or shown or {}).items() if name not in _touched(self)}
        return Written({**kept, **(self.before or {})}, after=found)

    @property
    def returning(self) -> str:
        """What the statement itself asks to be answered with: empty, or ``ALL OLD`` and its like."""
        statement = self.parsed.statement
        return statement.returning if isinstance(statement, Update | Delete) else ""

    def answer(self, items: Sequence[Item]) -> Item | None:
        """AWS's answer as the statement's own RETURNING would have it; None when it has none. What is sent returns the whole item."""
        written = self.written(items)
        if not self.returning or written is None:
            return None
        before = written.before or {}
        after = written.after
        if after is None:
            changed = {change.name: change.after for change in self.planned.changes}
            left = {**before, **changed}
            after = {name: value for name, value in left.items() if value is not None}
        whole = before if self.returning.endswith("OLD") else after
        if self.returning.startswith("ALL") or not isinstance(self.parsed.statement, Update):
            return whole
        named = {str(change.path[0]) for change in self.parsed.statement.changes}
        return {name: value for name, value in whole.items() if name in named}


def _touched(draft: Draft) -> frozenset[str]:
    """The attributes that an update touches."""
    statement = draft.parsed.statement
    return frozenset(touched(statement)) if isinstance(statement, Update) else frozenset()


def plan_statement(table: Table, parsed: Parsed, parameters: Sequence[Wire], shown: Item | None) -> Draft:
    """The statement against what was ``shown`` under its key (None: nothing). InputError (``statement``) says why it cannot be."""
    key = key_given(table, parsed, parameters)
    statement = parsed.statement
    match statement:
        case Insert():
            draft = _insert(table, parsed, key, item_given(table, statement, parameters), parameters, shown)
        case Update():
            draft = _update(table, parsed, statement, key, parameters, _there(parsed, shown, "change"))
        case Delete():
            draft = _delete(table, parsed, statement, key, parameters, _there(parsed, shown, "delete"))
        case Exists():
            check = Planned(Step("check", table, key), shown, ThereIs((table.partition.name,)))
            draft = Draft(parsed, check, statement, tuple(parameters))
        case _:
            raise ValueError("a SELECT writes nothing")
    length = len(draft.sent.text)
    if length > MOST_STATEMENT or len(draft.guards) > MAX_GUARDED:
        raise _refuse(
            parsed,
            f"With what makes it safe the statement has {length:,} characters and {len(draft.guards)} comparisons; DynamoDB takes "
            f"{MOST_STATEMENT:,} and {MAX_GUARDED}. Change or delete this item on its own page.",
        )
    return draft


def _insert(
    table: Table, parsed: Parsed, key: Item, item: Item, parameters: Sequence[Wire], shown: Item | None
) -> Draft:
    if shown is not None:
        raise _refuse(
            parsed, "There is an item with this key already; INSERT never replaces one. Use UPDATE."
        )
    try:
        check_draft(table, item)
    except InputError as error:
        raise _refuse(parsed, error.rule) from error
    plan = create_of(table, item)
    planned = Planned(Step("put", table, key, item), None, plan.condition, plan)
    return Draft(parsed, planned, parsed.statement, tuple(parameters))


def _update(
    table: Table, parsed: Parsed, statement: Update, key: Item, parameters: Sequence[Wire], shown: Item
) -> Draft:
    names = touched(statement)
    _check_paths(table, parsed, statement, shown)
    left = after(statement, shown, parameters)
    guard = guarded(statement, table, shown, parameters)
    if left is None:
        before = {name: shown[name] for name in names if name in shown}
        plan = Plan("update", key, item_exists(table), Effect(UPDATE, shown, None), ())
        sent = replace(guard.statement, returning="ALL NEW")
        planned = Planned(Step("update", table, key), shown, plan.condition, plan)
        return Draft(parsed, planned, sent, guard.parameters, guard.names, False, before)
    try:
        check_draft(table, left)
    except InputError as error:
        raise _refuse(parsed, error.rule) from error
    changes = diff_items(shown, left)
    if not changes:
        raise _refuse(parsed, "This would change nothing: the item is like that already.")
    effect = Effect(
        UPDATE,
        {change.name: change.before for change in changes if change.before is not None},
        {change.name: change.after for change in changes if change.after is not None},
    )
    plan = Plan("update", key, item_exists(table), effect, changes)
    planned = Planned(Step("update", table, key), shown, plan.condition, plan)
    return Draft(parsed, planned, guard.statement, guard.parameters, guard.names)


def _check_paths(table: Table, parsed: Parsed, statement: Update, shown: Item) -> None:
    """InputError for a path that no update of this item can change."""
    for change in statement.changes:
        if change.path[0] in table.key_names:
            raise _refuse(
                parsed,
                f"{change.path[0]} is part of the item's key, which UPDATE cannot change. Edit the item to move it.",
            )
    lost = nowhere(statement, shown)
    if lost is None:
        return
    path, place = (path_text(one) for one in lost)
    kind = "list" if isinstance(lost[0][len(lost[1])], int) else "map"
    raise _refuse(
        parsed,
        f"{path} cannot be set: {place} is no {kind} in this item, and DynamoDB makes none by itself. "
        f"Set {place} to a {kind} that has it.",
    )


def _delete(
    table: Table, parsed: Parsed, statement: Delete, key: Item, parameters: Sequence[Wire], shown: Item
) -> Draft:
    guard = guarded(statement, table, shown, parameters)
    plan = plan_wide_delete(table, key, shown, lambda _: True)
    planned = Planned(Step("delete", table, key), shown, item_exists(table), plan)
    return Draft(parsed, planned, guard.statement, guard.parameters, guard.names)


def _there(parsed: Parsed, shown: Item | None, what: str) -> Item:
    if shown is None:
        raise _refuse(parsed, f"There is no item with this key, so there is nothing to {what}.")
    return shown


def _refuse(parsed: Parsed, rule: str) -> InputError:
    return InputError(FIELD, f"Line {parsed.line}: {rule}")
