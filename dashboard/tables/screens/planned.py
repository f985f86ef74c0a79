"""A plan in words: one line with its bounds, and what unfolds below it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from dashboard.console.templatetags.console import number
from dashboard.tables.core import wording
from dashboard.tables.core.costs import Cost, Range
from dashboard.tables.core.planner import Option, SearchPlan
from dashboard.tables.core.search import Search, params_of
from dashboard.tables.operations.reading import Prepared
from dashboard.tables.screens.shared import Links


@dataclass(frozen=True)
class Choice:
    """Another way to read: its title, why it was not taken, what it would cost, and its address ("" when it cannot be gone).

    The address reads at once; above the budget it asks first, like any other.
    """

    title: str
    reason: str
    units: str
    url: str


def plan_context(links: Links, search: Search, prepared: Prepared) -> dict[str, Any]:
    """What ``tables/plan.html`` shows."""
    plan = prepared.plan
    return {
        "plan": plan,
        "plan_title": plan.options[0].title,
        "plan_cost": line_of(plan.cost),
        "plan_figures": figures_of(plan.cost),
        "plan_choices": [_choice(links, search, option) for option in plan.options if not option.chosen],
        "plan_cheaper": _cheaper(links, search, plan),
        "plan_cheaper_than": _counted(plan.cost.units, "unit"),
        "probe": prepared.probe,
        "probe_url": address(links, search, step="probe"),
        "asks": prepared.asks,
    }


def address(links: Links, search: Search, **more: str) -> str:
    """The page of a search."""
    return f"{links.browse}?{urlencode([*params_of(search), *more.items()])}"


def line_of(cost: Cost) -> str:
    """``1 call, 0.5 to 128 units``."""
    return f"{_counted(cost.calls, 'call')}, {_counted(cost.units, 'unit')}"


def figures_of(cost: Cost) -> tuple[tuple[str, str], ...]:
    """The bounds as names and values."""
    return (
        ("Calls", _bounds(cost.calls)),
        ("Read units", _bounds(cost.units)),
        ("Time", _bounds(cost.seconds, _seconds)),
        ("Money", _bounds(cost.dollars, _dollars)),
    )


def units_text(units: float) -> str:
    """Units to a tenth, with commas between thousands."""
    return str(number(f"{units:.1f}".removesuffix(".0")))


def _counted(bounds: Range, name: str) -> str:
    plural = "" if bounds.high == 1 or (bounds.high is not None and bounds.high < 1) else "s"
    return f"{_bounds(bounds)} {name}{plural}"


def _bounds(bounds: Range, words: Any = units_text) -> str:
    low = words(bounds.low)
    if bounds.high is None:
        return f"{low} or more"
    high = words(bounds.high)
    return str(low) if low == high else f"{low} to {high}"


def _seconds(value: float) -> str:
    if value < 0.95:
        return f"{max(1, round(value * 1000))} ms"
    return f"{value:.0f} s" if value < 90 else f"{value / 60:.0f} min"


def _dollars(value: float) -> str:
    if value == 0:
        return "nothing"
    return "under $0.01" if value < 0.01 else f"${value:,.2f}"


def _cheaper(links: Links, search: Search, plan: SearchPlan) -> Choice | None:
    """A way that costs a tenth at most but misses items without a key of the index: too good to stay folded, not to be taken unasked.

    It runs at once: what it costs and misses stands beside it, and above the budget it asks like any other.
    """
    dear = plan.cost.units.high
    for option in plan.options:
        units = option.cost.units.low if option.cost is not None else None
        if option.possible and option.absent and units is not None and (dear is None or units <= dear / 10):
            return replace(_choice(links, search, option), reason=wording.if_all_have(option.absent))
    return None


def _choice(links: Links, search: Search, option: Option) -> Choice:
    units = _counted(option.cost.units, "unit") if option.cost is not None else ""
    url = address(links, replace(search, via=option.name)) if option.possible else ""
    return Choice(option.title, option.reason, units, url)
