"""The title of an official document, broken into lines of a balanced shape."""


def balanced(title: str, body: str = "", width: int = 20) -> list[str]:
    """The title broken into lines of like length, none over `width` characters (2号 type holds 20).

    GB/T 9704 wants no word split. Two characters that stand side by side in the body as well are taken for
    a word: a break between them is the last choice.
    """
    lines: list[str] = []
    rest = title
    for count in range(-(-len(title) // width), 1, -1):
        cut = _boundary(rest, count, body, width)
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


_AFTER = "的和与及、，；》”）〕"
_NEVER_FIRST = _AFTER + "。："
_NEVER_LAST = "《“（〔关未不经"
# Words of the field that titles are made of; a break inside one reads badly.
_WORDS = frozenset(
    [
        "比选",
        "招标",
        "投标",
        "采购",
        "委托",
        "审批",
        "拨付",
        "验收",
        "变更",
        "管理",
        "制度",
        "执行",
        "测评",
        "整改",
        "通知",
        "问题",
        "资金",
        "项目",
        "建设",
        "直接",
        "盘点",
        "差异",
        "记录",
        "会议",
        "集体",
        "研究",
        "轮换",
        "超期",
        "岗位",
        "工程",
        "合同",
        "结算",
        "监督",
        "检查",
        "责任",
        "落实",
        "规范",
        "程序",
        "报销",
        "公务",
        "接待",
        "物资",
        "设备",
        "委员",
        "纪律",
        "纪检",
        "水利",
        "述责",
        "责述",
        "述廉",
        "民主",
        "年度",
        "情况",
        "监察",
        "建议",
        "线索",
    ]
)


def _boundary(text: str, count: int, body: str, width: int) -> int:
    # What remains must fit on the lines that remain; among such places the nearest good one wins.
    fitting = range(max(1, len(text) - width * (count - 1)), min(width, len(text) - 1) + 1)
    wanted = len(text) / count
    return min(fitting, key=lambda at: (_badness(text, at, body) + 1.2 * abs(at - wanted), at))


def _badness(text: str, at: int, body: str) -> int:
    before, after = text[at - 1], text[at]
    if after in _NEVER_FIRST or before in _NEVER_LAST or (before.isascii() and after.isascii()):
        return 9
    if before in _AFTER:
        return 0
    return 7 if before + after in _WORDS else 5 if before + after in body else 1
