"""The geometry of charts, as tables."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboard.console.charts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Bar,
    Chart,
    Mark,
    Series,
    scale,
    short,
    spread,
    text_of,
)

FIGURES = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


def chart(*values, kind="line", **more):
    return Chart("t", tuple(str(n) for n in range(len(values))), (Series("a", values),), kind=kind, **more)


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 100, (0, 25, 50, 75, 100)),
        (3, 90, (0, 25, 50, 75, 100)),
        (0, 1, (0, 0.25, 0.5, 0.75, 1)),
        (0, 0, (0, 0.25, 0.5, 0.75, 1)),
        (-50, 50, (-50, -25, 0, 25, 50)),
        (-8, -2, (-8, -6, -4, -2, 0)),
        (0, 7, (0, 2, 4, 6, 8)),
        (0, 0.003, (0, 0.001, 0.002, 0.003)),
        (0, 2600, (0, 1000, 2000, 3000)),
    ],
)
def test_scale(low, high, marks):
    assert scale(low, high) == pytest.approx(marks)


@given(st.lists(FIGURES, min_size=1, max_size=50))
def test_a_scale_holds_every_figure_and_zero(figures):
    marks = scale(min(figures), max(figures))
    room = 1e-6 * max(1, *map(abs, figures))
    assert marks[0] <= min(*figures, 0) + room
    assert marks[-1] >= max(*figures, 0) - room
    assert any(abs(mark) < room for mark in marks)
    assert 2 <= len(marks) <= 8


@given(st.lists(st.none() | FIGURES, min_size=1, max_size=40), st.sampled_from(["line", "bar"]))
def test_everything_is_drawn_inside_the_frame(values, kind):
    drawing = chart(*values, kind=kind).drawing
    if drawing is None:
        assert all(value is None for value in values)
        return
    ys = [tick.at for tick in drawing.y_ticks]
    for series in drawing.series:
        ys += [y for _, y in series.points]
        ys += [end for bar in series.bars for end in (bar.y, bar.y + bar.height)]
        assert all(bar.x >= LEFT and bar.x + bar.width <= RIGHT + 0.2 for bar in series.bars)
    assert all(TOP - 0.2 <= y <= BOTTOM + 0.2 for y in ys)
    assert len(drawing.slots) == len(values)


def test_a_line():
    drawing = chart(0.0, 50.0, 100.0).drawing
    assert drawing is not None
    assert drawing.series[0].path == "M172.0 192.0L404.0 102.0L636.0 12.0"
    assert drawing.series[0].points == ()
    assert drawing.zero == BOTTOM


def test_a_gap_is_a_gap_and_a_lonely_value_a_point():
    drawing = chart(0.0, 100.0, None, 100.0, None).drawing
    assert drawing is not None
    assert drawing.series[0].path.count("M") == 1
    assert len(drawing.series[0].points) == 1


def test_bars_stand_on_zero_and_hang_from_it():
    drawing = chart(50.0, -50.0, None, kind="bar").drawing
    assert drawing is not None
    assert drawing.zero == 102.0
    assert drawing.series[0].bars == (
        Bar(LEFT + 34.8, 12.0, 162.4, 90.0),
        Bar(LEFT + 266.8, 102.0, 162.4, 90.0),
    )


def test_bars_of_several_series_stand_side_by_side():
    drawing = Chart("t", ("a",), (Series("x", (1.0,)), Series("y", (1.0,))), kind="bar").drawing
    assert drawing is not None
    first, second = (series.bars[0] for series in drawing.series)
    assert first.x + first.width == pytest.approx(second.x, abs=0.2)


@pytest.mark.parametrize("values", [(), (None, None)])
def test_without_figures_there_is_no_drawing(values):
    assert chart(*values).drawing is None


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="at most 4"):
        Chart("t", ("a",), tuple(Series(str(n), (1.0,)) for n in range(5)))
    with pytest.raises(ValueError, match="another length"):
        Chart("t", ("a", "b"), (Series("x", (1.0,)),))


def test_the_table_beside_has_every_figure():
    assert chart(1234.5, None).rows == [("0", ["1,234.5"]), ("1", ["–"])]


def test_the_words_of_a_stripe():
    drawing = chart(2.0, None, unit="units").drawing
    assert drawing is not None
    assert [slot.words for slot in drawing.slots] == ["0: a 2 units", "1: a – units"]


def test_marks_stand_where_they_happened_and_are_words_too():
    marked = chart(
        1.0, 2.0, marks=(Mark(0.5, "first"), Mark(1.25, "second"), Mark(2.0, "after"), Mark(-1, "before"))
    )
    assert marked.drawing is not None
    width = (RIGHT - LEFT) / 2
    assert [mark.x for mark in marked.drawing.marks] == [LEFT + width * 0.5, LEFT + width * 1.25]
    assert [mark.text for mark in marked.drawing.marks] == ["first", "second"]
    assert [slot.words for slot in marked.drawing.slots] == ["0: a 1 ▼ first", "1: a 2 ▼ second"]
    assert [label for label, _ in marked.rows] == ["0 ▼ first", "1 ▼ second"]


def test_marks_are_in_the_picture_and_the_legend():
    page = render_to_string(
        "console/components/chart.html",
        {"chart": chart(1.0, 2.0, marks=(Mark(0.5, "<b>v2</b>"),), mark_title="Deployment")},
    )
    assert page.count('class="chart-mark"') == 2
    assert "Deployment</li>" in page
    assert "<b>v2</b>" not in page
    assert "&lt;b&gt;v2&lt;/b&gt;" in page
    assert "chart-mark" not in render_to_string("console/components/chart.html", {"chart": chart(1.0, 2.0)})


@pytest.mark.parametrize(
    ("count", "length", "written"),
    [(24, 5, 12), (4, 3, 4), (1, 5, 1), (200, 10, 8), (3, 200, 1)],
)
def test_labels_that_fit(count, length, written):
    chosen = spread(["x" * length] * count)
    assert len(chosen) == written
    assert chosen[0] == 0


def test_no_label_is_cut_by_the_edge():
    days = tuple(f"2026-11-{day:02}" for day in range(1, 30))
    drawing = Chart("t", days, (Series("a", (1.0,) * 29),)).drawing
    assert drawing is not None
    assert len(drawing.x_ticks) >= 6
    assert all(tick.at + 30 <= drawing.width for tick in drawing.x_ticks)
    long = Chart("t", ("x" * 300,), (Series("a", (1.0,)),)).drawing
    assert long is not None
    assert len(long.x_ticks) == 1


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1500, "1.5k"), (20_000_000, "20M"), (-3e9, "-3G"), (0.25, "0.25")]
)
def test_short(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (1.0, "1"), (0.125, "0.125"), (1234567.0, "1,234,567"), (100.0, "100")],
)
def test_text(value, text):
    assert text_of(value) == text


def test_lone_points_differ_in_shape_as_well_as_in_colour():
    """They have no dash; the legend shows the same shape."""
    series = tuple(Series(f"s{number}", (None, float(number), None)) for number in range(4))
    drawn = render_to_string("console/components/chart.html", {"chart": Chart("T", ("a", "b", "c"), series)})
    figure, legend = drawn.split('class="chart-legend"')
    for part in (figure, legend):
        shapes = re.findall(r'<(circle|path) class="chart-point"[^>]*?(?:m([^"]*))?"?/>', part)
        assert len(shapes) == len(set(shapes)) == 4, part
