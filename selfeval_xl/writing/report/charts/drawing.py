"""A chart as a picture: lying bars that differ in black and white, in a Chinese font of the machine."""

from __future__ import annotations

import io
import logging
import os
import tempfile
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from selfeval_xl.errors import CannotDraw
from selfeval_xl.writing.report.charts.content import Chart, Group
from selfeval_xl.writing.report.texts import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONTS = (
    *("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong"),
    *(
        "SimSun",
        "NSimSun",
        "宋体",
        "STSong",
        "Songti SC",
        "Noto Serif CJK SC",
        "Noto Serif SC",
        "Source Han Serif SC",
    ),
    *("Source Han Serif CN", "Noto Serif CJK JP", "SimHei", "Microsoft YaHei", "PingFang SC", "Heiti SC"),
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei"),
    *("WenQuanYi Micro Hei", "AR PL UMing CN"),
)
"""Families with Chinese signs, those of official documents first. What the first lacks is taken from the next."""
WIDTH = 150
"""Millimetres: 6 less than the text of a page."""
FILLS = ("white", "0.75", "0.25")
_INCH = 25.4
_DOTS = 200
_BAR, _GAP, _HEAD, _FOOT = 4.6, 3.4, 8.0, 3.0
"""Millimetres: a bar, the room between two groups, the legend, the room below."""
_LINE = 3.9
_SIGNS, _LINES = 26, 3
"""A name has lines of so many halves of a sign, and so many lines; the whole name is in the chart's words."""
_NOT_FIRST = "）)」》”’、，。；：！？％…"
"""What does not begin a line hangs over the end of the one before."""
_POINTS = 9
_HALF_SIGN = 1.9
"""Millimetres of half a sign: a digit of a wide font."""
_NAMES, _MARGIN = 48, 2.0
"""Millimetres for the names, and beside the longest label."""
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
"""No line runs through a label."""


class Picture(Struct, frozen=True):
    """A PNG, and its size in millimetres."""

    content: bytes
    width: float
    height: float


class Pen(Struct, frozen=True):
    """What draws charts on this machine. `families`: its fonts with Chinese signs, the best first."""

    families: tuple[str, ...]

    @staticmethod
    def find() -> Pen:
        """Raises CannotDraw: the library is not installed, or no Chinese font is."""
        try:
            known = _known_families()
        except ImportError:
            raise CannotDraw(
                "画图要用的 matplotlib 没有安装；请运行 pip install matplotlib 后重试，或去掉 --charts。"
            ) from None
        families = tuple(name for name in FONTS if name in known)
        if not families:
            raise CannotDraw(
                "本机没有找到可用来画图的中文字体；请安装仿宋、宋体或 Noto CJK 字体后重试，或去掉 --charts。"
            )
        return Pen(families)

    def draw(self, chart: Chart) -> Picture:
        """The same bytes for the same chart, fonts and library."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        heights = [_height(group) for group in chart.groups]
        head = _HEAD if chart.series or chart.whole else _FOOT
        height = head + sum(heights) + _FOOT
        written = io.BytesIO()
        with _settings(self.families), warnings.catch_warnings():
            # A sign that no font has is drawn as a box; the library would say so in English.
            warnings.simplefilter("ignore")
            figure = Figure(figsize=(WIDTH / _INCH, height / _INCH), dpi=_DOTS)
            FigureCanvasAgg(figure)
            low = _FOOT / height
            axes = figure.add_axes((_NAMES / WIDTH, low, 1 - _NAMES / WIDTH, 1 - low - head / height))
            _draw_bars(axes, chart, heights)
            figure.savefig(written, format="png", metadata={"Software": None})
        return Picture(written.getvalue(), WIDTH, height)


def _known_families() -> set[str]:
    """The names of the machine's fonts. The library's list of them goes to a folder that does not stay."""
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            logging.getLogger("matplotlib").setLevel(logging.ERROR)
            from matplotlib import font_manager
        finally:
            del os.environ["MPLCONFIGDIR"]
            if before is not None:
                os.environ["MPLCONFIGDIR"] = before
    # It finds files in no fixed order: of two files of one font, take the same one every time.
    font_manager.fontManager.ttflist.sort(key=lambda entry: (entry.name, str(entry.fname)))
    return {entry.name for entry in font_manager.fontManager.ttflist}


@contextmanager
def _settings(families: tuple[str, ...]) -> Iterator[None]:
    """The library's own settings, whatever the user's are; a $ in a name is no formula."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": [*families, "DejaVu Sans"],
                "font.size": _POINTS,
                "axes.unicode_minus": False,
                "text.parse_math": False,
                "hatch.linewidth": 0.5,
            }
        )
        yield


def _height(group: Group) -> float:
    """Millimetres of a group with the room below it."""
    return max(len(group.bars) * _BAR, len(lines(group.name)) * _LINE) + _GAP


def lines(name: str) -> list[str]:
    """A name in lines that fit beside the bars; what is too long ends with …."""
    wrapped = [""]
    for sign in clean(name).replace("\n", ""):
        if _width(wrapped[-1] + sign) > _SIGNS and sign not in _NOT_FIRST:
            wrapped.append("")
        wrapped[-1] += sign
    if len(wrapped) > _LINES:
        wrapped = [*wrapped[: _LINES - 1], wrapped[_LINES - 1][:-1] + "…"]
    return wrapped


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _draw_bars(axes: Axes, chart: Chart, heights: list[float]) -> None:
    """From the top down; a millimetre is 1 of the vertical axis."""
    bars = [bar for group in chart.groups for bar in group.bars]
    lengths = [float(bar.length) for bar in bars] + ([float(chart.whole)] if chart.whole else [])
    longest, shortest = max([*lengths, 0.0]), min([*lengths, 0.0])
    room = WIDTH - _NAMES
    labelled = max(_width(bar.label) for bar in bars) * _HALF_SIGN + _MARGIN
    a_millimetre = ((longest - shortest) or 1.0) / max(room - labelled, room / 4)
    axes.set_xlim(shortest, shortest + room * a_millimetre)
    axes.set_ylim(sum(heights), 0)
    top, middles = 0.0, []
    for group, height in zip(chart.groups, heights, strict=True):
        middle = top + height / 2
        middles.append(middle)
        first = middle - len(group.bars) * _BAR / 2
        for at, bar in enumerate(group.bars):
            y, length = first + (at + 0.5) * _BAR, float(bar.length)
            fill = FILLS[bar.series] if chart.series else FILLS[1]
            axes.barh(y, length, height=_BAR * 0.86, facecolor=fill, edgecolor="black", linewidth=0.6)
            end = max(length, float(chart.whole or 0))  # right of the line, which crosses no number
            axes.text(end + a_millimetre, y, bar.label, va="center", ha="left", bbox=_CLEAR)
        top += height
    if chart.whole:
        axes.axvline(float(chart.whole), color="black", linewidth=0.6, linestyle=(0, (4, 3)), zorder=0)
        axes.text(float(chart.whole), -1.0, chart.whole_label, va="bottom", ha="center")
    axes.set_yticks(middles, ["\n".join(lines(group.name)) for group in chart.groups])
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    _draw_legend(axes, chart)


def _draw_legend(axes: Axes, chart: Chart) -> None:
    from matplotlib.patches import Patch

    keys = [
        Patch(facecolor=fill, edgecolor="black", linewidth=0.6, label=name)
        for fill, name in zip(FILLS, chart.series, strict=False)
    ]
    if keys:
        axes.legend(
            handles=keys,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(keys),
            frameon=False,
            borderaxespad=0.1,
        )
