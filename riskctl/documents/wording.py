"""How an office writes days, numbers and clauses; the filters of every template of a document."""

from collections.abc import Sequence
from datetime import date
from typing import Any

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """一 to 九十九, for headings."""
    if not 0 < number < 100:
        raise ValueError("headings are numbered from 1 to 99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def official_date(day: str | date) -> str:
    """2026年3月5日: full year, no padding (GB/T 9704-2012); the day that a draft still lacks shows as such."""
    if not day:
        return "×年×月×日"
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{value.year}年{value.month}月{value.day}日"


def document_number(word: str, year: int, sequence: int) -> str:
    """锦水机纪〔2026〕3号: year in full inside U+3014 and U+3015, no 第, no leading zero."""
    return f"{word}〔{year}〕{sequence}号"


def ended(text: str) -> str:
    """One sentence of several lines, closed with a full stop."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    cleaned = "；".join([*(line.rstrip("。；") for line in lines[:-1]), *lines[-1:]])
    return cleaned if cleaned.endswith(("。", "！", "？")) else cleaned + "。"


def unended(text: str) -> str:
    """The same sentence without its full stop, for the middle of a longer one."""
    return ended(text).rstrip("。")


def clauses(basis: Sequence[dict[str, Any]], before: str = "", after: str = "") -> str:
    """《…》（…）第十二条、…, between two words; empty where there is no clause."""
    found = [
        f"《{clause['document'].strip('《》')}》{clause.get('number', '') and '（' + clause['number'] + '）'}"
        f"{clause.get('clause', '')}"
        for clause in basis
    ]
    return f"{before}{'、'.join(found)}{after}" if found else ""


def we(issuer: str) -> str:
    """How an issuer speaks of itself: 我委, 我组, 我办, 厅党组."""
    for end, word in (("党组", "厅党组"), ("组", "我组"), ("办公室", "我办")):
        if issuer.endswith(end):
            return word
    return "我委"


def you(addressee: str) -> str:
    """How the addressee is spoken to: 你组, 你委 …"""
    for end, word in (("组", "你组"), ("委员会", "你委"), ("委", "你委"), ("机关", "你们")):
        if addressee.endswith(end):
            return word
    return "你单位"


FILTERS = {
    "official_date": official_date, "chinese_number": chinese_number, "ended": ended, "unended": unended,
    "clauses": clauses, "we": we, "you": you,
}  # fmt: skip
