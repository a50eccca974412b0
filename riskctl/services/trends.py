"""The trend of an indicator against its thresholds, as an SVG that needs no script, no colour and no other file."""

from collections.abc import Sequence

import pygal

from riskctl import clock
from riskctl.models import Indicator, Reading
from riskctl.services import charts
from riskctl.workflows import dictionaries as words, indicator as law

SHOWN = 200
# Darker the graver, and each broken differently: told apart in grey print, and named in the legend.
_WAYS = {"blue": "点线", "yellow": "虚线", "orange": "点划线", "red": "实线"}
_LINES = {
    "blue": ("#8aa4c8", "2,6"), "yellow": ("#8a6100", "8,4"), "orange": ("#7a3c08", "14,4,2,4"), "red": ("#5c0f0a", "1,0"),
}  # fmt: skip


def svg(found: Indicator, readings: Sequence[Reading]) -> str:
    """The last readings, oldest first, as a line over the lines of the thresholds."""
    limits = [(colour, value) for colour, value in found.thresholds.items() if value is not None]
    chart = pygal.Line(
        style=charts.style("#1b4b8a", *(_LINES[colour][0] for colour, _ in limits)),
        **charts.plain(
            width=820, height=300, show_dots=len(readings) <= 60, show_minor_x_labels=False, show_y_guides=False,
            x_labels_major_every=max(1, -(-len(readings) // 7)), margin_right=36, spacing=12, no_data_text="尚无监测数据",
        ),
    )  # fmt: skip
    chart.x_labels = [clock.local(reading.at).strftime("%Y-%m-%d") for reading in readings]
    chart.add(found.name, [float(reading.in_force) for reading in readings])
    for colour, value in limits:
        style = {"width": 3, "dasharray": _LINES[colour][1]}
        title = f"{words.COLOURS[colour]}色阈值 {law.number(value)}（{_WAYS[colour]}）"
        chart.add(title, [float(value)] * max(len(readings), 1), show_dots=False, stroke_style=style)
    return charts.drawn(chart)
