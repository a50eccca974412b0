"""信函格式 (domain 6.3) measured, and what a 督办函 says (domain 6.2)."""

from typing import Any

import pytest

from riskctl.documents import contexts
from riskctl.documents.render import render_pdf
from tests.documents.conftest import Paper, notice

near = lambda value: pytest.approx(value, abs=0.6)  # noqa: E731
LATE = {
    "title": "小额项目未经比选直接委托", "code": "WT-SK-2026-0001", "due": "2026-02-26", "owed": "措施完成50%，尚未办结",
    "overdue": 5,
}  # fmt: skip


def letter(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "supervision_letter", "title": "关于小额项目未经比选直接委托整改情况的督办函", "requirement": "",
        "copy_to": "分管领导", "supervised": [LATE], "rectify_due": "2026-03-12", **changes,
    }  # fmt: skip
    return notice(**values)


def test_the_letter_head_and_its_red_rules() -> None:
    paper = Paper(render_pdf("supervision_letter", letter()))
    mark, number = paper.line("机关纪律检查委员会"), paper.line("锦水机纪〔2026〕3号")
    assert mark["top"] == near(30)
    assert "文件" not in mark["text"]
    upper = [rule for rule in paper.rules(0) if rule["top"] < 100]
    lower = [rule for rule in paper.rules(0) if rule["top"] > 200]
    assert {(round(rule["left"]), round(rule["width"])) for rule in [*upper, *lower]} == {(20, 170)}
    assert min(rule["top"] for rule in upper) - mark["bottom"] == near(4)
    assert max(rule["top"] + rule["thick"] for rule in lower) == near(277)
    assert number["right"] == near(184)
    assert number["top"] > max(rule["top"] for rule in upper)
    assert len(paper.pages) == 1
    assert "—" not in paper.text  # the first page of a letter carries no number


def test_the_letter_says_how_far_it_is_and_what_follows() -> None:
    said = contexts.frozen_text(letter(requirement="逐笔核对。"))  # type: ignore[arg-type]
    for words in (
        "“小额项目未经比选直接委托”问题（编号WT-SK-2026-0001），应于2026年2月26日前办理",
        "截至2026年3月5日措施完成50%，尚未办结，已逾期5个工作日。",
        "逐笔核对。", "于2026年3月12日前完成上述事项", "再次逾期的，将按照有关规定约谈你单位主要负责同志。",
    ):  # fmt: skip
        assert words in said, words
    in_time = {**LATE, "overdue": 0}
    assert "已逾期" not in contexts.frozen_text(letter(supervised=[in_time]))  # type: ignore[arg-type]
