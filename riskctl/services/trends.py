"""The trend of an indicator against its thresholds, as an SVG that needs no script, no colour and no other file."""

import sys
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

from riskctl import clock
from riskctl.models import Indicator, Reading
from riskctl.workflows import dictionaries as words, indicator as law

# pygal puts an importer for its maps into every import of the process, of a kind that Python gave up.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

SHOWN = 200
_FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
# Darker the graver, and each broken differently: told apart in grey print, and named in the legend.
_WAYS = {"blue": "点线", "yellow": "虚线", "orange": "点划线", "red": "实线"}
_LINES = {
    "blue": ("#8aa4c8", "2,6"), "yellow": ("#8a6100", "8,4"), "orange": ("#7a3c08", "14,4,2,4"), "red": ("#5c0f0a", "1,0"),
}  # fmt: skip


def svg(found: Indicator, readings: Sequence[Reading]) -> str:
    """The last readings, oldest first, as a line over the lines of the thresholds."""
    limits = [(colour, value) for colour, value in found.thresholds.items() if value is not None]
    chart = pygal.Line(
        style=Style(
            font_family=_FONT, background="white", plot_background="white", foreground="#1f2328",
            foreground_strong="#1f2328", foreground_subtle="#9aa4af", label_font_size=13, legend_font_size=13,
            colors=("#1b4b8a", *(_LINES[colour][0] for colour, _ in limits)),
        ),
        width=820, height=300, js=(), disable_xml_declaration=True, no_prefix=True, show_dots=len(readings) <= 60,
        legend_at_bottom=True, truncate_legend=-1, truncate_label=-1, show_minor_x_labels=False,
        show_y_guides=False, x_labels_major_every=max(1, -(-len(readings) // 7)), margin=8, margin_right=36, spacing=12, no_data_text="尚无监测数据",
    )  # fmt: skip
    chart.x_labels = [clock.local(reading.at).strftime("%Y-%m-%d") for reading in readings]
    chart.add(found.name, [float(reading.in_force) for reading in readings])
    for colour, value in limits:
        style = {"width": 3, "dasharray": _LINES[colour][1]}
        title = f"{words.COLOURS[colour]}色阈值 {law.number(value)}（{_WAYS[colour]}）"
        chart.add(title, [float(value)] * max(len(readings), 1), show_dots=False, stroke_style=style)
    return _without_scripts(chart.render(is_unicode=True))


def _without_scripts(text: str) -> str:
    # pygal writes its settings for a script that is not there.
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(text)  # noqa: S314 -- drawn two lines above
    for parent in root.iter():
        for child in [child for child in parent if child.tag.endswith("}script")]:
            parent.remove(child)
    return ET.tostring(root, encoding="unicode")
