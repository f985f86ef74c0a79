"""Several writes at once: each step planned against what was shown, and whether DynamoDB takes them together.

A step is *put* (a new item), *replace* (an item becomes another), *update* (attributes written or removed), *delete*, or *check*
(nothing is changed, but all depends on the condition). Each write is guarded by what was shown; the person's own condition comes on top.

*Replace* is sent as an update of the attributes that differ, never as a PutItem of the whole: an attribute that somebody adds between
showing and sending would be lost by that, and no condition can ask that there is no other attribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.dynamodb import Table, TransactStep
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, Condition
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.tables.core.conditions import MAX_EXPRESSION_BYTES, MAX_OPERATORS, operators
from dashboard.tables.core.itemkeys import canonical_key, check_same_key, index_problems, readable_key
from dashboard.tables.core.parts import expression_bytes
from dashboard.tables.core.plans import Plan, check_draft, plan_create, plan_delete, update_of
from dashboard.tables.core.size import MAX_ITEM_BYTES, item_size
from dashboard.tables.core.values import FIELD, check_item, path_text

KINDS = ("put", "replace", "update", "delete", "check")
MOST_STEPS = 100
"""Actions of one transaction (Developer Guide, "Amazon DynamoDB Transactions: How it works", TransactWriteItems)."""
MOST_BYTES = 4 * 1024 * 1024
"""Of all items of one transaction together; the same page."""
WHERE = "where"
"""The input that a sentence about a step's own condition belongs to."""


@dataclass(frozen=True)
class Step:
    """What a person asked for. ``item`` belongs to put and replace, ``sets`` (attributes whole) and ``removes`` to update.

    ``where`` is the person's own condition; a check has nothing else.
    """

    kind: str
    table: Table
    key: Item
    item: Item | None = None
    sets: Item = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    where: Condition | None = None

    @property
    def key_text(self) -> str:
        """The key in URL form, the same for every spelling of a number."""
        return encode_key(canonical_key(self.key), self.table.key_names)

    @property
    def label(self) -> str:
        """The key in words."""
        return readable_key(self.key, self.table.key_names)

    @property
    def permission(self) -> str:
        """What it needs on its table; a check reads, and reveals by its answer, so it is for who may write there."""
        return "delete" if self.kind == "delete" else "write"


@dataclass(frozen=True)
class Planned:
    """A step ready to be sent. ``plan`` is its write (None for a check), ``condition`` that with the person's own."""

    step: Step
    shown: Item | None
    condition: Condition
    plan: Plan | None = None

    @property
    def changes(self) -> tuple[AttributeChange, ...]:
        """What it changes, attribute by attribute."""
        return self.plan.changes if self.plan else ()

    @property
    def sent(self) -> TransactStep:
        """As the door takes it."""
        step, plan = self.step, self.plan
        if plan is None:
            return TransactStep("check", step.table.name, step.key, condition=self.condition)
        return TransactStep(plan.kind, step.table.name, plan.key, plan.item, plan.actions, self.condition)  # type: ignore[arg-type]

    @property
    def size(self) -> int:
        """Bytes it counts towards the limit of all items: the larger of before and after."""
        before = item_size(self.shown or {})
        return (
            before
            if self.plan is None
            else max(before, item_size(self.plan.effect.after_of(self.shown) or {}))
        )


def plan_step(step: Step, shown: Item | None) -> Planned:
    """``step`` against the item that was ``shown`` under its key (None: there is none). InputError says why it cannot be."""
    if step.kind not in KINDS:
        raise InputError("kind", "Choose what the step does: put, replace, update, delete or check.")
    if step.kind == "check":
        if step.where is None:
            raise InputError(WHERE, "A check needs a condition, for example status = 'open'.")
        return checked(Planned(step, shown, step.where))
    plan = _plan(step, shown)
    condition = plan.condition if step.where is None else And((plan.condition, step.where))
    return checked(Planned(step, shown, condition, plan))


def together(planned: Sequence[Planned]) -> dict[int, str]:
    """Why the steps cannot be one transaction: a sentence for each step that is in the way, -1 for all of them; empty when they can."""
    if not planned:
        return {-1: "There is no step yet. Add one."}
    problems = {}
    if len(planned) > MOST_STEPS:
        problems[-1] = f"There are {len(planned)} steps; one transaction takes at most {MOST_STEPS}."
    elif all(one.plan is None for one in planned):
        problems[-1] = "There are only checks, so nothing would be changed. Add a step that writes."
    size = sum(one.size for one in planned)
    if size > MOST_BYTES:
        problems[-1] = (
            f"The items are {size:,} bytes together; one transaction takes at most {MOST_BYTES:,} (4 MB). Take steps out."
        )
    return problems | repeated([one.step for one in planned])


def repeated(steps: Sequence[Step]) -> dict[int, str]:
    """A sentence for every step on an item that an earlier step is on already: DynamoDB takes each item once in a transaction."""
    first: dict[tuple[str, str], int] = {}
    problems = {}
    for place, step in enumerate(steps):
        earlier = first.setdefault((step.table.name, step.key_text), place)
        if earlier != place:
            problems[place] = (
                f"Step {earlier + 1} is on the same item; a transaction takes each item once. Join the two, or take one out."
            )
    return problems


def _plan(step: Step, shown: Item | None) -> Plan:
    if step.kind == "put":
        if shown is not None:
            raise InputError(
                "kind", "There is an item under this key already. Choose Replace to write over what is shown."
            )
        return plan_create(step.table, step.item or {})
    if shown is None:
        raise InputError("key", "There is no item under this key.")
    if step.kind == "delete":
        return plan_delete(step.table, step.key, shown)
    if step.kind == "replace":
        check_draft(step.table, step.item or {})
        check_same_key(step.table, step.key, step.item or {})
    changes = diff_items(shown, step.item or {}) if step.kind == "replace" else _edited(step, shown)
    if not changes:
        raise InputError(FIELD, "Nothing would change: the item has these values already.")
    return update_of(step.table, step.key, changes)


def _edited(step: Step, shown: Item) -> tuple[AttributeChange, ...]:
    """What an update comes to; InputError for what DynamoDB would not store."""
    check_edit(step.table, step.sets, step.removes)
    kept = {name: value for name, value in shown.items() if name not in step.removes}
    after = {**kept, **step.sets}
    if item_size(after) > MAX_ITEM_BYTES:
        raise InputError(
            FIELD,
            f"The item would be {item_size(after):,} bytes; DynamoDB takes at most {MAX_ITEM_BYTES:,} (400 KB).",
        )
    return diff_items(shown, after)


def check_edit(table: Table, sets: Item, removes: Sequence[str]) -> None:
    """InputError unless these attributes can be written and removed in an item of ``table``, whichever it is."""
    if not sets and not removes:
        raise InputError(FIELD, "Name an attribute to set or to remove.")
    check_item(sets)
    for name in (*sets, *removes):
        if name in table.key_names:
            raise InputError(
                FIELD,
                f"{path_text((name,))} is part of the table's key, which an update cannot change. Put and delete instead.",
            )
    both = [name for name in removes if name in sets]
    if both:
        raise InputError(FIELD, f"{path_text((both[0],))} is both set and removed. Choose one.")
    for problem in index_problems(table, sets):
        raise InputError(FIELD, str(problem))


def checked(planned: Planned) -> Planned:
    """The same; InputError when its condition, guard included, is more than DynamoDB takes. No step is ever sent without it."""
    count, length = operators(planned.condition), expression_bytes(planned.condition)
    if count <= MAX_OPERATORS and length <= MAX_EXPRESSION_BYTES:
        return planned
    own = planned.step.where is not None
    raise InputError(
        WHERE if own else FIELD,
        f"The condition with what guards the shown values has {count} operators and {length:,} bytes; DynamoDB takes "
        f"{MAX_OPERATORS} and {MAX_EXPRESSION_BYTES:,}. {'Shorten the condition.' if own else 'Change fewer attributes at once.'}",
    )
