"""The figures that official documents are measured against, each with where it comes from.

`docs/official-format.md` holds this table for people; a test compares the two. Write it again with
`python -m tests.documents.figures`. No clause of the standard is cited by number, because none of the sources
at hand prints it: they are public summaries of GB/T 9704-2012 and practice.
"""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "official-format.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

TEXT = "GB/T 9704-2012 公开摘录"
SUMMARY = "GB/T 9704-2012 公开的执行要点"
LETTER = "信函格式公开说明"
SEALS = "印章用法公开说明"
PRACTICE = "公开的排版实践"
COMPUTED = "由版心和行数、字数算得"
OWN = "本系统约定"

LINE = 225 / 22  # the pitch of lines in mm
CELL = 156 / 28  # the pitch of characters


@dataclass(frozen=True)
class Figure:
    """One measure: where on the paper, what is expected (mm unless the unit says otherwise), and its source."""

    part: str
    what: str
    value: float
    source: str
    unit: str = "mm"
    within: float = 0.5


FIGURES = {
    "paper_width": Figure("纸张版心", "纸宽", 210, TEXT),
    "paper_height": Figure("纸张版心", "纸高", 297, TEXT),
    "top": Figure("纸张版心", "天头：纸上边至版心上边", 37, TEXT),
    "left": Figure("纸张版心", "订口：纸左边至版心左边（每页相同，不对称翻转）", 28, TEXT),
    "right": Figure("纸张版心", "纸左边至满行末字右边（版心宽156）", 184, TEXT),
    "bottom": Figure("纸张版心", "纸上边至版记末条线下边（版心高225）", 262, SUMMARY),
    "lines": Figure("纸张版心", "满页行数", 22, TEXT, "行", 0),
    "characters": Figure("纸张版心", "满行字数", 28, TEXT, "字", 0),
    "pitch": Figure("纸张版心", "行距", LINE, COMPUTED, within=0.05),
    "cell": Figure("纸张版心", "字距（三号字16磅，紧缩0.21磅）", CELL, COMPUTED, within=0.05),
    "size": Figure("纸张版心", "正文三号字", 16, TEXT, "磅", 0.1),
    "mark_top": Figure("版头", "纸上边至发文机关标志上边（版心上边下35）", 72, TEXT),
    "number_gap": Figure("版头", "发文机关标志下空二行至发文字号", 2 * LINE, SUMMARY),
    "rule_gap": Figure("版头", "发文字号至红色分隔线", 4, SUMMARY),
    "rule_width": Figure("版头", "红色分隔线长（与版心同宽）", 156, SUMMARY),
    "rule_thick": Figure("版头", "红色分隔线粗", 0.5, PRACTICE, within=0.15),
    "title_gap": Figure("主体", "分隔线下空二行至标题", 2 * LINE, SUMMARY),
    "title_size": Figure("主体", "标题二号小标宋", 22, SUMMARY, "磅", 0.1),
    "main_to_gap": Figure("主体", "标题下空一行至主送机关", LINE, SUMMARY),
    "indent": Figure("主体", "自然段首行左空二字", 2 * CELL, SUMMARY),
    "enclosure_gap": Figure("主体", "正文下空一行至附件说明", LINE, SUMMARY),
    "enclosure_left": Figure("主体", "附件说明左空二字", 2 * CELL, SUMMARY),
    "enclosure_hang": Figure("主体", "附件名称回行与首字对齐（错开）", 0, SUMMARY),
    "day_right": Figure("主体", "加盖印章：成文日期右空四字", 4 * CELL, SEALS),
    "name_centre": Figure("主体", "加盖印章：署名与成文日期居中对齐（错开）", 0, SEALS),
    "seal_size": Figure("主体", "印章位置（仅文稿）的直径", 42, OWN),
    "seal_drop": Figure("主体", "署名和日期的中心在印章中心之下", 2.2, SEALS),
    "unsealed_gap": Figure("主体", "不加盖印章：正文下空一行署名", LINE, SUMMARY),
    "unsealed_right": Figure("主体", "不加盖印章：署名右空二字", 2 * CELL, SUMMARY),
    "unsealed_shift": Figure("主体", "不加盖印章：日期首字比署名首字右移二字", 2 * CELL, SUMMARY),
    "imprint_thick": Figure("版记", "首条、末条分隔线粗", 0.35, PRACTICE, within=0.03),
    "imprint_thin": Figure("版记", "中间分隔线粗", 0.25, PRACTICE, within=0.03),
    "imprint_width": Figure("版记", "分隔线长（与版心同宽）", 156, SUMMARY),
    "imprint_size": Figure("版记", "抄送机关、印发机关四号字", 14, SUMMARY, "磅", 0.1),
    "imprint_indent": Figure("版记", "左右各空一字", 14 / 72 * 25.4, SUMMARY),
    "page_top": Figure("页码", "版心下边至页码上边", 7, SUMMARY),
    "page_odd": Figure("页码", "单页码右空一字", 14 / 72 * 25.4, SUMMARY),
    "page_even": Figure("页码", "双页码左空一字", 14 / 72 * 25.4, SUMMARY),
    "page_size": Figure("页码", "页码四号字", 14, SUMMARY, "磅", 0.1),
    "letter_top": Figure("信函格式", "纸上边至发文机关标志上边", 30, LETTER),
    "letter_rule_gap": Figure("信函格式", "发文机关标志至首条红色双线", 4, LETTER),
    "letter_rule_width": Figure("信函格式", "红色双线长", 170, LETTER),
    "letter_rule_centre": Figure("信函格式", "红色双线居中：纸左边至双线中点", 105, LETTER),
    "letter_rule_foot": Figure("信函格式", "末条红色双线下边至纸下边", 20, LETTER),
    "letter_number_right": Figure("信函格式", "纸左边至发文字号右边（顶版心右边）", 184, LETTER),
    "letter_number_gap": Figure("信函格式", "首条双线至发文字号（三号字高的7/8）", 16 * 7 / 8 / 72 * 25.4, LETTER),
    "letter_title_gap": Figure("信函格式", "发文字号下空二行至标题", 2 * LINE, LETTER),
}  # fmt: skip


def table() -> str:
    """The figures as a table in Markdown."""
    rows = ["| 部位 | 量什么 | 应为 | 允许误差 | 依据 |", "|---|---|---|---|---|"]
    for figure in FIGURES.values():
        value, within = (
            f"{figure.value:.2f}".rstrip("0").rstrip("."),
            f"±{figure.within:g}" if figure.within else "无",
        )
        rows.append(f"| {figure.part} | {figure.what} | {value} {figure.unit} | {within} | {figure.source} |")  # fmt: skip
    return "\n".join(rows)


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
