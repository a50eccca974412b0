"""延期批复: what it says, and that it prints as a paper of one page."""

from riskctl.documents import contexts
from riskctl.documents.render import render_pdf
from tests.documents.conftest import Paper, notice

REPLY = notice(
    kind="extension_reply",
    title="关于小额项目未经比选直接委托延期整改申请的批复",
    requirement=(
        "同意将“小额项目未经比选直接委托”问题（编号WT-2026-SK-001）的整改期限由2026年10月23日延至2026年11月6日，"
        "延长10个工作日。该问题原定整改期限为2026年10月23日。\n请你单位主要负责同志加强督促，按月报告整改进展。"
    ),
)


def test_it_says_what_was_decided_and_nothing_of_an_order() -> None:
    said = contexts.frozen_text(REPLY)  # type: ignore[arg-type]
    assert "你单位延期整改的申请收悉。经研究，现批复如下。" in said
    assert "由2026年10月23日延至2026年11月6日" in said
    assert "原定整改期限为2026年10月23日" in said
    assert "存在的问题" not in said
    assert "严肃追责问责" not in said


def test_it_prints_on_one_page_as_a_letter() -> None:
    paper = Paper(render_pdf("extension_reply", REPLY))
    assert len(paper.pages) == 1
    for words in ("延期整改申请的批复", "现批复如下", "11月6日", "抄送"):
        assert words in paper.text.replace("\n", ""), words
