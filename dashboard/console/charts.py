"""Charts as plain geometry: figures in, coordinates of an SVG out; nothing here knows a page.

Coordinates are in the units of the viewBox (WIDTH × HEIGHT); y grows downwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

WIDTH, HEIGHT = 760, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 752, 12, 192
MOST_SERIES = 4
LEAST_SPAN = 1e-12
"""Figures closer together than this are drawn as if they were equal."""
Figure = float | None
YOf = Callable[[float], float]


@dataclass(frozen=True)
class Series:
    """A line or a row of bars; None is a gap, not a zero."""

    name: str
    values: tuple[Figure, ...]


@dataclass(frozen=True)
class Mark:
    """Something that happened: ``at`` is where, in labels from the axis' begin (2.5 is the middle of the third label's stripe)."""

    at: float
    text: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str

    @property
    def text_at(self) -> float:
        """Where the foot of its text is, so that it stands in the middle of the line."""
        return round(self.at + 4, 1)


@dataclass(frozen=True)
class Bar:
    """A bar's box."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DrawnSeries:
    """``number`` chooses colour and dash; ``points`` are the values without a neighbour, which a line would not show."""

    number: int
    name: str
    path: str = ""
    points: tuple[tuple[float, float], ...] = ()
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Slot:
    """The stripe of one label, which the pointer meets, and its values in words."""

    x: float
    width: float
    words: str


@dataclass(frozen=True)
class DrawnMark:
    """A mark's line across the plot, and the outline of its flag at the top."""

    x: float
    flag: str
    text: str


@dataclass(frozen=True)
class Drawing:
    """Everything the template places."""

    series: tuple[DrawnSeries, ...]
    slots: tuple[Slot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    zero: float
    summary: str
    marks: tuple[DrawnMark, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    left_text: int = LEFT - 8
    x_text: int = HEIGHT - 8
    bottom: int = BOTTOM
    plot_height: int = BOTTOM - TOP


@dataclass(frozen=True)
class Chart:
    """``kind`` is ``line`` or ``bar``; ``labels`` name the places on the x axis, one for each value of every series.

    ``marks`` are drawn as lines across; ``mark_title`` says in the legend what they are. One outside the axis is left out.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: str = "line"
    unit: str = ""
    label_title: str = "Time"
    marks: tuple[Mark, ...] = ()
    mark_title: str = "Event"

    def __post_init__(self) -> None:
        """ValueError for more than MOST_SERIES series or a series of another length than the labels."""
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"a chart shows at most {MOST_SERIES} series")
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("a series has another length than the labels")

    @cached_property
    def drawing(self) -> Drawing | None:
        """The geometry, None when there is no figure at all."""
        figures = [value for series in self.series for value in series.values if value is not None]
        return draw(self, figures) if figures else None

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table beside: label (with the marks in its stripe), then each series' value as text."""
        return [
            (_marked(self, index), [text_of(series.values[index]) for series in self.series])
            for index in range(len(self.labels))
        ]

    def marks_at(self, index: int) -> tuple[Mark, ...]:
        """The marks in a label's stripe."""
        return tuple(mark for mark in self.marks if index <= mark.at < index + 1)


def text_of(value: Figure) -> str:
    """A figure for reading: commas between thousands, no needless zeros, a dash for a gap."""
    if value is None:
        return "–"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def short(value: float) -> str:
    """A figure for an axis: ``1.5k``, ``20M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def scale(low: float, high: float, wanted: int = 4) -> tuple[float, ...]:
    """Round values (1, 2, 2.5 or 5 times a power of ten apart) from at or below ``low`` to at or above ``high``; zero is always in."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < LEAST_SPAN:
        low, high = 0.0, 1.0
    raw = (high - low) / wanted
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(float(f"{number * step:.12g}") for number in range(first, last + 1))


def draw(chart: Chart, figures: Sequence[float]) -> Drawing:
    """The geometry of a chart that has ``figures``."""
    marks = scale(min(figures), max(figures))
    low, high = marks[0], marks[-1]

    def y_of(value: float) -> float:
        return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)

    slot = (RIGHT - LEFT) / len(chart.labels)
    middles = [round(LEFT + slot * (index + 0.5), 1) for index in range(len(chart.labels))]
    shapes = _bars if chart.kind == "bar" else _lines
    return Drawing(
        series=tuple(
            shapes(number, series, middles, y_of, slot, len(chart.series))
            for number, series in enumerate(chart.series, 1)
        ),
        slots=tuple(
            Slot(round(LEFT + slot * index, 1), round(slot, 1), _words(chart, index))
            for index in range(len(chart.labels))
        ),
        x_ticks=_ticks(chart.labels, middles),
        y_ticks=tuple(Tick(y_of(mark), short(mark)) for mark in marks),
        zero=y_of(0),
        marks=tuple(
            _flag(round(LEFT + slot * mark.at, 1), mark.text)
            for mark in chart.marks
            if 0 <= mark.at < len(chart.labels)
        ),
        summary=f"from {text_of(min(figures))} to {text_of(max(figures))}{' ' + chart.unit if chart.unit else ''}",
    )


def spread(labels: Sequence[str]) -> list[int]:
    """Which labels are written: as many as fit beside each other (7 units a character), evenly apart, the first among them."""
    room = (max(map(len, labels)) + 2) * 7
    most = max(1, (RIGHT - LEFT) // room)
    return list(range(0, len(labels), math.ceil(len(labels) / most)))


def _ticks(labels: Sequence[str], middles: Sequence[float]) -> tuple[Tick, ...]:
    """The written labels; one that the picture's edge would cut is left out, unless it is the only one."""
    chosen = spread(labels)
    fitting = [index for index in chosen if middles[index] + len(labels[index]) * 3 <= WIDTH]
    return tuple(Tick(middles[index], labels[index]) for index in fitting or chosen)


def _lines(
    number: int, series: Series, middles: list[float], y_of: YOf, slot: float, count: int
) -> DrawnSeries:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in zip(middles, series.values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, y_of(value)))
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)
    return DrawnSeries(number, series.name, path, tuple(run[0] for run in runs if len(run) == 1))


def _bars(
    number: int, series: Series, middles: list[float], y_of: YOf, slot: float, count: int
) -> DrawnSeries:
    width = slot * 0.7 / count
    bars = []
    for middle, value in zip(middles, series.values, strict=True):
        if value is not None:
            ends = sorted((y_of(value), y_of(0)))
            x = middle - slot * 0.35 + width * (number - 1)
            bars.append(Bar(round(x, 1), ends[0], round(width, 1), round(ends[1] - ends[0], 1)))
    return DrawnSeries(number, series.name, bars=tuple(bars))


def _flag(x: float, text: str) -> DrawnMark:
    return DrawnMark(x, f"M{round(x - 5, 1)} {TOP - 8}L{round(x + 5, 1)} {TOP - 8}L{x} {TOP}Z", text)


def _marked(chart: Chart, index: int) -> str:
    return " ▼ ".join((chart.labels[index], *(mark.text for mark in chart.marks_at(index))))


def _words(chart: Chart, index: int) -> str:
    values = ", ".join(f"{series.name} {text_of(series.values[index])}" for series in chart.series)
    marks = "".join(f" ▼ {mark.text}" for mark in chart.marks_at(index))
    return f"{chart.labels[index]}: {values}{' ' + chart.unit if chart.unit else ''}{marks}"
