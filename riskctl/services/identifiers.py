"""What in a text may tell who a person is: numbers by their form, names by their surname and what follows.

It cannot know every name; the signer answers for the rest (domain 6.1: 通报 without personal identifiers).
"""

import re

from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.models import Notice, User
from riskctl.services import notice_contexts

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
# 张某 and 李某某 tell nobody.
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=同志|（男|（女|，男|，女)")
_LONGEST_NAME = 3


def found_in(notice: Notice) -> list[str]:
    """The names and numbers in a letter's text that may be a person's, each once."""
    paragraphs = notice_contexts.context_of(notice)["paragraphs"]
    return found(notice.title + "".join(paragraph["text"] for paragraph in paragraphs))


def found(text: str) -> list[str]:
    """The same for any text."""
    named = [name for name in _PERSON.findall(text) if "某" not in name]
    known = select(User.name).where(func.length(User.name).between(2, _LONGEST_NAME))
    staff = [name for name in db.session.scalars(known) if name[0] in _SURNAMES and name in text]
    return list(dict.fromkeys([*_NUMBER.findall(text), *named, *staff]))
