"""The functions of a query: scalar ones over values, and aggregates over the values of a group."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from dashboard.localaws.logs.insights.values import Moment, Value, compare, number, rounded, text

_SPAN = re.compile(r"(\d+)(ms|mo|qtr|[smhdwqy])")
_MILLIS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_MONTHS = {"mo": 1, "q": 3, "qtr": 3, "y": 12}
_MANY = 50


@dataclass(frozen=True)
class Function:
    """``arity`` is the least and the most number of arguments."""

    arity: tuple[int, int]
    call: Callable[..., Value]


def floor_to(moment: int, span: str, *, up: bool = False) -> Moment | None:
    """The moment (milliseconds) at which its span of time begins, or with ``up`` the next one begins; None for no span."""
    found = _SPAN.fullmatch(span)
    if not found or int(found[1]) == 0:
        return None
    count, unit = int(found[1]), found[2]
    if unit in _MONTHS:
        return _months(moment, count * _MONTHS[unit], up)
    size = count * _MILLIS[unit]
    floor = moment // size * size
    return Moment(floor + size if up and floor != moment else floor)


def _months(moment: int, size: int, up: bool) -> Moment | None:
    when = datetime.fromtimestamp(moment / 1000, UTC)
    index = (when.year * 12 + when.month - 1) // size * size

    def at(months: int) -> int:
        return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)

    return Moment(at(index + size) if up and at(index) != moment else at(index))


def _numeric(function: Callable[[Decimal], Decimal]) -> Callable[[Value], Value]:
    def call(value: Value) -> Value:
        found = number(value)
        try:
            return None if found is None else rounded(function(found))
        except ArithmeticError:
            return None

    return call


def _textual(function: Callable[[str], Value]) -> Callable[[Value], Value]:
    return lambda value: None if value is None else function(text(value))


def _trim(way: Callable[[str, str | None], str]) -> Callable[..., Value]:
    return lambda value, chars=None: (
        None if value is None else way(text(value), None if chars is None else text(chars))
    )


def _extreme(wanted: str) -> Callable[..., Value]:
    def call(*values: Value) -> Value:
        best: Value = None
        for value in values:
            if value is not None and (best is None or compare(wanted, value, best)):
                best = value
        return best

    return call


def _substr(value: Value, start: Value, length: Value = None) -> Value:
    first, count = number(start), number(length)
    if value is None or first is None or first < 0 or (count is not None and count < 0):
        return None
    return text(value)[int(first) : None if count is None else int(first) + int(count)]


def _moment(value: Value, span: Value, up: bool) -> Value:
    found = number(value)
    return None if found is None else floor_to(int(found), text(span), up=up)


def _ip(version: int = 0) -> Callable[[Value], Value]:
    def call(value: Value) -> Value:
        try:
            return ipaddress.ip_address(text(value)).version in ((version,) if version else (4, 6))
        except ValueError:
            return False

    return call


def _in_subnet(value: Value, subnet: Value) -> Value:
    try:
        return ipaddress.ip_address(text(value)) in ipaddress.ip_network(text(subnet), strict=False)
    except ValueError:
        return False


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function((1, 1), _numeric(abs)),
    "ceil": Function((1, 1), _numeric(lambda n: n.to_integral_value(ROUND_CEILING))),
    "floor": Function((1, 1), _numeric(lambda n: n.to_integral_value(ROUND_FLOOR))),
    "log": Function((1, 1), _numeric(lambda n: n.ln())),
    "sqrt": Function((1, 1), _numeric(lambda n: n.sqrt())),
    "greatest": Function((1, _MANY), _extreme(">")),
    "least": Function((1, _MANY), _extreme("<")),
    "ispresent": Function((1, 1), lambda value: value is not None),
    "isempty": Function((1, 1), lambda value: value is None or text(value) == ""),
    "isblank": Function((1, 1), lambda value: value is None or not text(value).strip()),
    "coalesce": Function((1, _MANY), lambda *values: next((v for v in values if v is not None), None)),
    "concat": Function((1, _MANY), lambda *values: "".join(map(text, values))),
    "trim": Function((1, 2), _trim(str.strip)),
    "ltrim": Function((1, 2), _trim(str.lstrip)),
    "rtrim": Function((1, 2), _trim(str.rstrip)),
    "strlen": Function((1, 1), _textual(lambda s: Decimal(len(s)))),
    "toupper": Function((1, 1), _textual(str.upper)),
    "tolower": Function((1, 1), _textual(str.lower)),
    "substr": Function((2, 3), _substr),
    "replace": Function(
        (3, 3), lambda s, old, new: None if s is None else text(s).replace(text(old), text(new))
    ),
    "strcontains": Function((2, 2), lambda s, part: None if s is None else text(part) in text(s)),
    "bin": Function((1, 1), lambda span: None),  # needs the row's time: the evaluator does it
    "datefloor": Function((2, 2), lambda value, span: _moment(value, span, False)),
    "dateceil": Function((2, 2), lambda value, span: _moment(value, span, True)),
    "frommillis": Function(
        (1, 1), lambda value: None if number(value) is None else Moment(int(number(value) or 0))
    ),
    "tomillis": Function((1, 1), lambda value: number(value)),
    "now": Function((0, 0), lambda: None),  # needs the query's time: the evaluator does it
    "isvalidip": Function((1, 1), _ip()),
    "isvalidipv4": Function((1, 1), _ip(4)),
    "isvalidipv6": Function((1, 1), _ip(6)),
    "isipinsubnet": Function((2, 2), _in_subnet),
    "isipv4insubnet": Function((2, 2), _in_subnet),
    "isipv6insubnet": Function((2, 2), _in_subnet),
}


Rows = Sequence[tuple[Value, ...]]
"""The values of an aggregate's arguments, one tuple for each event, the latest first."""


def _present(rows: Rows) -> list[Value]:
    return [row[0] for row in rows if row[0] is not None]


def _numbers(rows: Rows) -> list[Decimal]:
    return [found for row in rows if (found := number(row[0])) is not None]


def _average(rows: Rows) -> Value:
    numbers = _numbers(rows)
    return rounded(sum(numbers, Decimal(0)) / len(numbers)) if numbers else None


def _deviation(rows: Rows) -> Value:
    numbers = _numbers(rows)
    if not numbers:
        return None
    mean = sum(numbers, Decimal(0)) / len(numbers)
    return rounded((sum(((n - mean) ** 2 for n in numbers), Decimal(0)) / len(numbers)).sqrt())


def percentile(numbers: Sequence[Decimal], percent: Decimal) -> Decimal | None:
    """The value below which ``percent`` of the numbers lie, between two neighbours in a straight line."""
    if not numbers:
        return None
    ranked = sorted(numbers)
    place = (len(ranked) - 1) * min(max(percent, Decimal(0)), Decimal(100)) / 100
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return rounded(ranked[low] + (ranked[high] - ranked[low]) * (place - low))


def _pct(rows: Rows) -> Value:
    wanted = number(rows[0][1]) if rows else None
    return None if wanted is None else percentile(_numbers(rows), wanted)


def _edge(wanted: str) -> Callable[[Rows], Value]:
    return lambda rows: _extreme(wanted)(*_present(rows))


AGGREGATES: Mapping[str, Function] = {
    "count": Function((0, 1), lambda rows: Decimal(sum(not row or row[0] is not None for row in rows))),
    "count_distinct": Function((1, 1), lambda rows: Decimal(len(set(map(text, _present(rows)))))),
    "sum": Function((1, 1), lambda rows: sum(_numbers(rows), Decimal(0)) if _numbers(rows) else None),
    "avg": Function((1, 1), _average),
    "min": Function((1, 1), _edge("<")),
    "max": Function((1, 1), _edge(">")),
    "pct": Function((2, 2), _pct),
    "percentile": Function((2, 2), _pct),
    "median": Function((1, 1), lambda rows: percentile(_numbers(rows), Decimal(50))),
    "stddev": Function((1, 1), _deviation),
    "earliest": Function((1, 1), lambda rows: (_present(rows) or [None])[-1]),
    "latest": Function((1, 1), lambda rows: (_present(rows) or [None])[0]),
    "sortsfirst": Function((1, 1), _edge("<")),
    "sortslast": Function((1, 1), _edge(">")),
}
