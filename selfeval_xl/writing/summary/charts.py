"""Bars of a few named numbers on a sheet, from cells of that sheet."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import SCREEN

FONT = {"name": SCREEN, "size": 9}


class Bars(Struct, frozen=True):
    """`rows`: first and last; `labels`, and a column of numbers each with its name and colour. All count from 1."""

    sheet: str
    title: str
    rows: tuple[int, int]
    labels: int
    series: Sequence[tuple[str, int, str]]
    points: Sequence[str] = ()
    """A colour a bar, where there is one series."""


def draw_bars(page: Page, row: int, column: int, bars: Bars, size: tuple[int, int]) -> None:
    """Horizontal bars, so that names can be read; `size` in pixels."""
    chart = page.formats.book.add_chart({"type": "bar"})
    assert chart is not None
    first, last = bars.rows
    for name, at, colour in bars.series:
        series: Mapping[str, object] = {
            "name": name,
            "categories": [bars.sheet, first - 1, bars.labels - 1, last - 1, bars.labels - 1],
            "values": [bars.sheet, first - 1, at - 1, last - 1, at - 1],
            "fill": {"color": colour},
            "gap": 50,
            "data_labels": {"value": True, "font": FONT},
        }
        coloured = [{"fill": {"color": point}} for point in bars.points]
        chart.add_series({**series, "points": coloured} if coloured else dict(series))
    chart.set_title({"name": bars.title, "name_font": {"name": SCREEN, "size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": FONT, "interval_unit": 1})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_legend({"position": "bottom", "font": FONT} if len(bars.series) > 1 else {"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    page.sheet.insert_chart(row - 1, column - 1, chart, {"object_position": 2, "description": bars.title})
