"""Drawings as SVG that need no script, no colour and no other file: shades and words tell their parts apart."""

import base64
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

# pygal puts an importer for its maps into every import of the process, of a kind that Python gave up.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
_NO_SELECTOR = re.compile(r"(^|[}\n])\s*\{")
# From dark to light, so that they differ in grey print too.
_SHADES = ("#143a6c", "#5d86bd", "#a9c3e3", "#d5e2f2")
_PAPER = {
    "font_family": FONT, "background": "white", "plot_background": "white", "foreground": "#1f2328",
    "foreground_strong": "#1f2328", "foreground_subtle": "#9aa4af", "label_font_size": 13, "legend_font_size": 13,
    "value_font_size": 12, "title_font_size": 15,
    "guide_stroke_color": "#d9dee5", "major_guide_stroke_color": "#d9dee5", "opacity": "1", "opacity_hover": "1",
}  # fmt: skip
_PLAIN: Mapping[str, Any] = {
    "js": (), "disable_xml_declaration": True, "no_prefix": True, "legend_at_bottom": True, "truncate_legend": -1,
    "truncate_label": -1, "margin": 8, "no_data_text": "没有数据",
}  # fmt: skip


def style(*colours: str) -> Style:
    """The look of every drawing; the lines or bars have these colours."""
    return Style(**_PAPER, colors=colours or _SHADES)


def plain(**options: Any) -> dict[str, Any]:
    """The options of every drawing, with these beside them or instead."""
    return {**_PLAIN, **options}


def bars(labels: Sequence[str], series: Mapping[str, Sequence[Decimal | None]], *, unit: str) -> str:
    """Bars side by side, one group for each label, each with its number; many or long labels stand in a column."""
    lying = len(labels) > 6 or any(len(label) > 6 for label in labels)
    rows = len(labels) * (0.4 + 0.6 * len(series)) if lying else 7
    chart = (pygal.HorizontalBar if lying else pygal.Bar)(
        style=style(*_SHADES[: len(series)]),
        **plain(
            width=820, height=int(90 + 30 * rows), print_values=True, show_legend=len(series) > 1, spacing=6,
            show_y_guides=not lying, show_x_guides=False, range=(0, 100) if unit == "%" else None,
            print_values_position="top", margin_right=40,
            # pygal takes a Chinese character for half as wide as it is.
            margin_left=8 + (7 * max(map(len, labels), default=0) if lying else 0),
        ),
        formatter=lambda number: "" if number is None else f"{number:g}{unit if unit == '%' else ''}",
    )  # fmt: skip
    # A lying chart is drawn from the bottom and read from the top.
    order = range(len(labels))[:: -1 if lying else 1]
    chart.x_labels = [labels[i] for i in order]
    for name, numbers in series.items():
        chart.add(name, [None if numbers[i] is None else float(numbers[i] or 0) for i in order])
    return drawn(chart)


def lines(labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """Lines over months, each broken differently."""
    dashes = ("1,0", "8,4", "2,5")
    chart = pygal.Line(
        style=style("#143a6c", "#5d86bd", "#8a94a0"), **plain(width=820, height=280, show_y_guides=True)
    )
    chart.x_labels = list(labels)
    for (name, numbers), dash in zip(series.items(), dashes, strict=False):
        chart.add(name, list(numbers), stroke_style={"width": 2, "dasharray": dash})
    return drawn(chart)


def drawn(chart: Any) -> str:
    """The drawing as SVG, without what pygal adds for its script."""
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(chart.render(is_unicode=True))  # noqa: S314 -- drawn on this line
    for sheet in root.iter("{http://www.w3.org/2000/svg}style"):
        # Rules for an id that `no_prefix` has left out: WeasyPrint stops reading at the first of them.
        sheet.text = _NO_SELECTOR.sub(r"\1svg{", sheet.text or "")
    for parent in root.iter():
        for child in [child for child in parent if child.tag.endswith("}script")]:
            parent.remove(child)
    return ET.tostring(root, encoding="unicode")


def as_uri(svg: str) -> str:
    """A drawing as an address of its own, for a page or a document to show."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
