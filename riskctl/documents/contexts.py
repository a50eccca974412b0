"""The plain data of a notice, its official wording, and the digest that freezes it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NotRequired, TypedDict


class Problem(TypedDict):
    """One problem in the office's wording."""

    title: str
    verbatim: str


class Supervised(TypedDict):
    """How far one problem has come when it is urged; `owed` says what the unit owes since `due`."""

    title: str
    code: str
    due: str
    owed: str
    overdue: int


class Warned(TypedDict):
    """What was seen at a risk point, and the colour of the warning."""

    title: str
    code: str
    level: str
    colour: str
    facts: str


class Basis(TypedDict, total=False):
    """One clause on which the notice rests."""

    document: str
    number: str
    clause: str
    text: str


class NoticeContext(TypedDict):
    """Everything that the paper shows; JSON only, days in ISO form. `number` is empty in a draft."""

    kind: str
    head: str
    issuer: str
    number: str
    title: str
    main_to: str
    found_on: str
    source: str
    problems: list[Problem]
    supervised: NotRequired[list[Supervised]]
    warned: NotRequired[Warned]
    basis: list[Basis]
    requirement: str
    acceptance_standard: str
    reopen_reason: str
    plan_term: int
    rectify_due: str
    enclosures: list[str]
    issued_on: str
    copy_to: str
    printed_by: str
    contact: str
    phone: str
    verify_url: str
    verification_code: str


class Paragraph(TypedDict):
    """One paragraph of the body; level 1 is 一、, level 2 （一）, level 0 plain text."""

    level: int
    text: str


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """一 to 九十九, for headings."""
    if not 0 < number < 100:
        raise ValueError("headings are numbered from 1 to 99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def official_date(day: str | date) -> str:
    """2026年3月5日: full year, no padding (GB/T 9704-2012)."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{value.year}年{value.month}月{value.day}日"


def document_number(word: str, year: int, sequence: int) -> str:
    """锦水机纪〔2026〕3号: year in full inside U+3014 and U+3015, no 第, no leading zero."""
    return f"{word}〔{year}〕{sequence}号"


def digest(context: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the context, as hex; what signing freezes."""
    text = json.dumps(context, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def paragraphs(context: NoticeContext) -> list[Paragraph]:
    """The body of the document, in the wording of an office (domain 6.2)."""
    return _BODIES.get(context["kind"], _order)(context)


def _order(context: NoticeContext) -> list[Paragraph]:
    found = [_opening(context)]
    found += _problems(context)
    found += _demands(context)
    found.append(_text("逾期未改、整改不力或者虚假整改的，将按照有关规定严肃追责问责。"))
    return found


def frozen_text(context: NoticeContext) -> str:
    """The notice as plain text: what the signer signed."""
    lines = [context["number"], context["title"], f"{context['main_to']}："]
    lines += [paragraph["text"] for paragraph in paragraphs(context)]
    return "\n".join([*lines, context["issuer"], official_date(context["issued_on"])])


def _text(text: str, level: int = 0) -> Paragraph:
    return {"level": level, "text": text}


def _opening(context: NoticeContext) -> Paragraph:
    found = official_date(context["found_on"])
    if context["kind"] == "renewed_notice":
        return _text(
            f"经复核，你单位已销号的下列问题{context['reopen_reason'] or '未整改到位'}，现通知你单位重新整改。"
        )
    return _text(f"{found}，在{context['source']}中，发现你单位存在以下问题。")


def _problems(context: NoticeContext) -> list[Paragraph]:
    problems = context["problems"]
    if len(problems) == 1:
        return [_text("一、存在的问题", 1), *_lines(problems[0]["verbatim"])]
    found = [_text("一、存在的问题", 1)]
    for number, problem in enumerate(problems, 1):
        found.append(_text(f"（{chinese_number(number)}）{problem['title']}", 2))
        found += _lines(problem["verbatim"])
    return found


def _lines(text: str) -> list[Paragraph]:
    return [_text(line.strip()) for line in text.splitlines() if line.strip()]


def _basis(context: NoticeContext) -> str:
    clauses = [
        f"《{basis['document'].strip('《》')}》{basis.get('number', '') and '（' + basis['number'] + '）'}"
        f"{basis.get('clause', '')}"
        for basis in context["basis"]
    ]
    return f"依据{'、'.join(clauses)}规定，" if clauses else ""


def _demands(context: NoticeContext) -> list[Paragraph]:
    demands = [*_lines(context["requirement"])]
    due = official_date(context["rectify_due"])
    numbered = [_organising(context)]
    if context["acceptance_standard"]:
        numbered.append(f"对照标准整改。整改结果应当达到以下标准：{_ended(context['acceptance_standard'])}")
    numbered.append(f"按期报告结果。于{due}前完成整改，书面报送整改情况并附佐证材料。")
    numbered.append("举一反三。对同类问题全面自查，建立健全长效机制。")
    steps = [_text(f"（{chinese_number(n)}）{text}", 2) for n, text in enumerate(numbered, 1)]
    heading = _text("二、整改要求", 1)
    return [heading, _text(f"{_basis(context)}现通知你单位按以下要求整改。"), *demands, *steps]


def _organising(context: NoticeContext) -> str:
    if context["plan_term"]:
        return (
            f"制定整改方案。主要负责同志亲自研究，自收到本通知书之日起{context['plan_term']}个工作日内制定整改方案，"
            "对照问题建立问题清单、任务清单、责任清单，明确责任领导、责任岗位和完成时限，报送我委审核。"
        )
    return "立行立改。主要负责同志亲自研究，明确责任岗位和措施，立即整改。"


def _ended(text: str) -> str:
    cleaned = "；".join(line.strip() for line in text.splitlines() if line.strip())
    return cleaned if cleaned.endswith(("。", "！", "？")) else cleaned + "。"


def _supervision(context: NoticeContext) -> list[Paragraph]:
    day, due = official_date(context["issued_on"]), official_date(context["rectify_due"])
    found = [_text(_state_of_play(problem, day)) for problem in context.get("supervised", [])]
    found += _lines(context["requirement"])
    found.append(
        _text(
            f"请你单位主要负责同志高度重视，亲自研究督促，于{due}前完成上述事项，"
            "并就未按期完成的原因和后续措施书面回复我委，附相关佐证材料。"
        )
    )
    found.append(_text("再次逾期的，将按照有关规定约谈你单位主要负责同志。"))
    return found


def _state_of_play(problem: Supervised, day: str) -> str:
    late = f"，已逾期{problem['overdue']}个工作日" if problem["overdue"] > 0 else ""
    return (
        f"经查，你单位承办的“{problem['title']}”问题（编号{problem['code']}），应于{official_date(problem['due'])}前办理，"
        f"截至{day}{problem['owed']}{late}。"
    )


def _reply(context: NoticeContext) -> list[Paragraph]:
    opening = "你单位延期整改的申请收悉。经研究，现批复如下。"
    return [_text(opening), *_lines(context["requirement"])]


def _warning(context: NoticeContext) -> list[Paragraph]:
    seen, due = context.get("warned"), official_date(context["rectify_due"])
    if seen is None:
        return []
    level = f"，等级{seen['level']}" if seen["level"] else ""
    found = [
        _text(f"按照廉政风险动态监测预警的规定，经监测，你单位廉政风险点“{seen['title']}”（编号{seen['code']}{level}）出现以下情形。"),
        *_lines(seen["facts"]),
        _text(f"现发出{seen['colour']}色预警，请认真核查处置。"),
    ]  # fmt: skip
    demands = [
        *context["requirement"].splitlines(),
        "对照该风险点的防控措施逐项检查落实情况，措施失效的及时修订。",
        "发现问题的立即纠正，涉嫌违纪违法的按规定移送，不得隐瞒、拖延。",
    ]
    found += [_text(f"{number}.{demand.strip()}") for number, demand in enumerate(filter(None, demands), 1)]
    found.append(_text(f"请于{due}前将核查情况、原因分析和防控措施书面反馈我{_we(context)}。"))
    return found


def _we(context: NoticeContext) -> str:
    return "组" if context["issuer"].endswith("组") else "委"


_BODIES = {"extension_reply": _reply, "supervision_letter": _supervision, "warning_notice": _warning}
