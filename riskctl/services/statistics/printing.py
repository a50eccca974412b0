"""A report as plain tables of texts: what PDF and workbook print of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskctl import clock
from riskctl.documents.reports import report_pdf
from riskctl.permissions import Actor
from riskctl.services.statistics import drawings
from riskctl.services.statistics.shapes import Heat, Line, Row, Statement
from riskctl.services.statistics.values import Value, change
from riskctl.workflows import dictionaries as words

# Said with every report beside its own figures.
GENERAL = (
    ("工作日", "按国务院放假安排和管理员登记的调整计算，起算当日不计。"),
    ("不足5个，不列", "单位的比率和涉及人员的分布，分母不足5个时不列数值，以免指向具体人员和事项。"),
    ("全厅平均", "件数为全厅合计除以处室和直属单位个数，比率为全厅合计的分子除以分母；不含限知事项。"),
    ("无快照", "期末状况类指标只能取自实时数据或月末快照；该期末没有快照的，不推算。"),
    ("较上期、较上年同期", "比率的差以百分点计，件数的差以件数计；上期为紧邻的前一个同样长短的期间。"),
)


@dataclass(frozen=True)
class Section:
    """One table of texts."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()
    chart: str = ""


def title_of(found: Statement) -> str:
    """The report's title, as its file is called too."""
    return f"{found.scope.unit.name}{found.report.title}统计表（{found.asked.period.label}）"


def definitions(found: Statement) -> list[tuple[str, str]]:
    """The page of definitions (口径)."""
    return [*((figure.label, figure.definition) for figure in found.figures), *GENERAL]


def facts(actor: Actor, found: Statement) -> list[str]:
    """What the report was made of, and by whom."""
    asked = found.asked
    levels = [
        *([f"风险点等级：{words.LEVELS[asked.level]}"] if asked.level else []),
        *([f"严重程度：{words.SEVERITIES[asked.severity]}"] if asked.severity else []),
    ]
    made = f"{clock.local(clock.now()):%Y-%m-%d %H:%M} {actor.name}"
    return [
        f"单位：{found.scope.unit.name}",
        f"期间：{asked.period.label}",
        *levels,
        f"数据：{found.origin}",
        f"制表：{made}",
    ]


def sections(found: Statement, heat: Heat | None = None) -> list[Section]:
    """Every table of the report."""
    shown = [_lines(found)]
    if heat is not None:
        shown += [_grid(heat), _scores(heat)]
    for table in found.tables:
        first = "单位" if table.breakdown.by == "unit_id" else "项目"
        headings = [first, *(figure.label for figure in table.figures)]
        rows = [_row(row) for row in table.rows]
        chart = drawings.table(table)
        shown.append(Section(table.breakdown.caption, headings, rows, _row(table.foot), chart))
    return shown


def pdf(actor: Actor, found: Statement, heat: Heat | None = None) -> bytes:
    """The report as PDF/A with its definitions; raises RenderingFailed on missing fonts."""
    return report_pdf(
        {
            "title": title_of(found), "facts": facts(actor, found), "sections": sections(found, heat),
            "definitions": definitions(found),
        }
    )  # fmt: skip


def text_of(value: Value) -> str:
    """A number with its fraction."""
    return f"{value.text}（{value.fraction}）" if value.fraction else value.text


def _lines(found: Statement) -> Section:
    headings = ["指标", "本期", "上期", "较上期", "上年同期", "较上年同期"]
    if not found.scope.whole:
        headings.append("全厅平均")
    return Section("主要指标", headings, [_line(line) for line in found.lines])


def _line(line: Line) -> list[str]:
    cells = [
        f"{line.figure.label}（{line.figure.unit}）", text_of(line.now), text_of(line.before),
        change(line.now, line.before) or "—", text_of(line.year_before), change(line.now, line.year_before) or "—",
    ]  # fmt: skip
    return [*cells, text_of(line.average)] if line.average is not None else cells


def _row(row: Row) -> list[str]:
    return [row.label, *(text_of(value) for value in row.values)]


def _grid(heat: Heat) -> Section:
    rows = [
        [f"{likelihood} {word}", *(str(_count(heat, likelihood, impact)) for impact, _ in words.IMPACTS)]
        for likelihood, word in words.LIKELIHOODS[::-1]
    ]
    headings = ["可能性＼影响", *(f"{impact} {word}" for impact, word in words.IMPACTS)]
    return Section("风险热力图：在册风险点个数", headings, rows)


def _count(heat: Heat, likelihood: int, impact: int) -> int:
    value = heat.grid.get((likelihood, impact))
    return value.top if value is not None else 0


def _scores(heat: Heat) -> Section:
    return Section(
        heat.scores.caption, ["单位", *heat.scores.headings], [_row(row) for row in heat.scores.rows]
    )
