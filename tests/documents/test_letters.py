"""What each letter says (domain 6.1 and 6.2): its wording over plain data, without a database."""

from typing import Any

import pytest

from riskctl.documents import contexts
from riskctl.documents.kinds import KINDS
from riskctl.documents.parts import PARTS
from riskctl.documents.wording import ended, official_date, unended, we, you
from riskctl.permissions import Role
from tests.documents.conftest import notice

TALK = {
    "kind": "警示约谈", "reason": "小额项目直接委托问题突出。", "approved": "分管领导", "at": "2026年3月10日9时30分",
    "place": "谈话室", "interviewers": "机关纪委干部甲、机关纪委干部乙", "recorder": "机关纪委干部丙", "materials": "",
    "requirements": [], "postponed": False, "party": False, "whom": "你单位工程管理科科长", "who": "被约谈人",
}  # fmt: skip


def said(kind: str, **changes: Any) -> str:
    """The letter as plain text."""
    values = {"kind": kind, "requirement": "", "rectify_due": "2026-03-12", **changes}
    return contexts.frozen_text(notice(**values))


def holds(text: str, *words: str) -> None:
    for word in words:
        assert word in text, word
    for broken in ("None", "××", "。。", "。；", "，。", "，，"):
        assert broken not in text, broken


def test_a_grave_problem_is_ordered_to_be_rectified() -> None:
    said_ = said("rectification_notice", title="关于甲的责令整改通知书", requirement="逐项整改。")
    holds(said_, "现责令你单位按以下要求整改。")
    assert "现责令" not in said("rectification_notice", title="关于甲的整改通知书")


def test_an_interview_is_told_with_time_place_and_people() -> None:
    text = said("interview_notice", talk={**TALK, "materials": "近两年台账"})
    holds(
        text, "因小额项目直接委托问题突出，经分管领导批准，定于2026年3月10日9时30分在谈话室对你单位工程管理科科长进行警示约谈",
        "1.约谈人：机关纪委干部甲、机关纪委干部乙。记录人：机关纪委干部丙。", "2.请被约谈人同时准备下列材料：近两年台账。",
        "3.不得委托他人代替参加。", "4.约谈事项和谈话内容应当保密",
    )  # fmt: skip
    put_off = said("interview_notice", talk={**TALK, "postponed": True})
    holds(put_off, "原定对你单位工程管理科科长进行的警示约谈因故改期。", "现定于2026年3月10日9时30分")
    assert "材料" not in put_off


def test_a_written_inquiry_names_what_is_asked_and_no_informant() -> None:
    text = said("inquiry_notice", matter="工程招投标", talk={**TALK, "reason": "说明甲项目的经过。"})
    holds(
        text,
        "我委收到关于你在工程招投标方面的反映。",
        "说明甲项目的经过。",
        "于2026年3月12日前报送我委",
        "不得打听、追查",
    )
    holds(said("inquiry_notice", matter="", talk=TALK), "关于你有关情况的反映")


def test_an_admonition_says_who_decided_and_what_is_asked() -> None:
    asked = [{"text": "修订制度", "due_on": "2026-03-20"}]
    talk = {**TALK, "reason": "一、甲。\n二、乙。", "requirements": asked}
    text = said("admonition", talk=talk, basis=[{"document": "党内监督条例", "clause": "第二十一条"}])
    holds(
        text, "据了解，你存在以下问题。", "依据《党内监督条例》第二十一条规定，经我委研究，报党组主要负责同志批准，对你进行诫勉",
        "于2026年3月12日前向我委报送书面检查", "2.修订制度，于2026年3月20日前落实到位。", "诫勉的影响期",
    )  # fmt: skip
    party = said("admonition", talk={**TALK, "party": True}, issuer="中共锦川省水利厅党组", basis=[])
    holds(party, "经党组研究决定，对你进行诫勉", "向厅党组报送书面检查")


def test_a_reminder_speaks_to_a_person_or_to_a_unit() -> None:
    shared = {"matter": "公务用车", "situation": "派车单填写不全。", "requirement": "完善登记\n开展教育"}
    unit = said("reminder_letter", person=False, **shared)
    holds(
        unit,
        "发现你单位在公务用车方面有苗头性、倾向性情况",
        "1.完善登记。",
        "2.开展教育。",
        "3.主要负责同志亲自过问",
    )
    holds(said("reminder_letter", person=True, **shared), "收到关于你在公务用车方面的反映", "防微杜渐")


def test_a_suggestion_has_the_four_parts_and_a_day_for_the_answer() -> None:
    parts = {"origin": "", "situation": "", "cause": "制度不健全。", "suggestion": "纪律检查建议"}
    text = said("inspection_suggestion", requirement="修订制度\n全面自查", **parts)
    holds(
        text, "2026年3月5日，在专项检查中，发现你单位存在需要整改和规范的问题。根据《廉政风险防控管理办法》第十二条规定，现提出纪律检查建议。",
        "一、存在的问题", "二、原因分析", "制度不健全。", "三、建议措施", "2.全面自查。", "于2026年3月12日前将采纳和落实情况书面回复我委",
    )  # fmt: skip
    given = {
        **parts,
        "origin": "在资金专项监督中发现问题",
        "situation": "结余未上缴。",
        "suggestion": "监察建议",
    }
    ours = said("inspection_suggestion", issuer="驻锦川省水利厅纪检监察组", problems=[], basis=[], **given)
    holds(ours, "在资金专项监督中发现问题。现提出监察建议。", "结余未上缴。", "书面回复我组")


@pytest.mark.parametrize(
    ("sort", "heading"), [("case", "处理情况"), ("progress", "排名情况"), ("lookback", "存在的问题")]
)
def test_a_bulletin_has_the_headings_of_its_kind_and_no_empty_ones(sort: str, heading: str) -> None:
    parts = {
        "sort": sort,
        "origin": "近期查处1起问题",
        "situation": "甲单位违规发包。",
        "cause": "",
        "handling": "乙。",
    }
    text = said("bulletin", requirement="引以为戒", **parts)
    holds(text, "近期查处1起问题。现将有关情况通报如下。", f"二、{heading}", "三、工作要求", "1.引以为戒。")
    assert "原因分析" not in text
    assert heading not in said("bulletin", requirement="引以为戒", **{**parts, "handling": ""})


def test_a_clue_goes_over_with_number_and_pages_and_no_content() -> None:
    text = said(
        "clue_transfer",
        clue={"code": "WT-2026-SK-004"},
        pages=12,
        main_to="驻厅纪检监察组",
        title="函",
        problems=[],
    )
    holds(
        text,
        "现将问题线索1件移送你组",
        "线索编号：WT-2026-SK-004。",
        "共12页",
        "已密封",
        "移送人（2人签名）：",
        "接收人（签名）：",
    )
    assert "比选" not in text


def test_the_result_of_a_vote_is_told_with_its_figures() -> None:
    parts = {
        "event": "述责述廉民主测评", "held_on": "2026-03-01", "expected": 60, "issued": 52, "returned": 50, "valid": 49,
        "rate": "96.2%", "results": "好30票。", "situation": "", "answer_asked": True,
    }  # fmt: skip
    text = said("evaluation_report", requirement="制定措施", **parts)
    holds(
        text, "2026年3月1日，你单位开展了述责述廉民主测评。",
        "应到60人，发放测评表52份，收回50份，收回率96.2%，其中有效票49份，测评有效。", "于2026年3月12日前将整改措施书面报送我委",
    )  # fmt: skip
    assert "反映的主要问题" not in text
    assert "报送" not in said("evaluation_report", requirement="制定措施", **{**parts, "answer_asked": False})


def test_a_revocation_names_what_ends_and_what_follows() -> None:
    old = {"title": "关于甲的整改通知书", "number": "锦水机纪〔2026〕1号", "issued_on": "2026-03-01"}
    text = said("revocation_notice", revoked=old, successor=None, requirement="责任单位有误。")
    holds(
        text,
        "2026年3月1日印发的《关于甲的整改通知书》（锦水机纪〔2026〕1号），因责任单位有误，经研究决定予以撤销",
        "不再执行",
    )
    new = {**old, "number": "锦水机纪〔2026〕2号"}
    holds(
        said("revocation_notice", revoked=old, successor=new),
        "按照《关于甲的整改通知书》（锦水机纪〔2026〕2号）执行。",
    )


def test_the_words_of_an_office() -> None:
    assert (we("中共甲党组"), we("驻甲纪检监察组"), we("甲纪律检查委员会")) == ("厅党组", "我组", "我委")
    assert (you("驻厅纪检监察组"), you("甲单位"), you("乙纪律检查委员会")) == ("你组", "你单位", "你委")
    assert (ended("甲。\n乙"), unended("甲。")) == ("甲；乙。", "甲")
    assert official_date("") == "×年×月×日"


def test_the_table_says_who_may_issue_what() -> None:
    letters = {code: kind for code, kind in KINDS.items() if kind.document_class == "G"}
    assert letters.keys() == PARTS.keys()
    assert Role.SECRETARY not in letters["inspection_suggestion"].issuers  # only 纪委 and 驻厅组 (domain 6.1)
    assert letters["clue_transfer"].issuers == (Role.OFFICE_HEAD,)
    assert (letters["inspection_suggestion"].series, letters["supervision_letter"].series) == (
        "suggestion",
        "supervision",
    )
    assert letters["clue_transfer"].copy_to == letters["bulletin"].copy_to == ""
