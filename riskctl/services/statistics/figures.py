"""Every figure of the reports, one row each: what it is called, what it means, what is counted (domain 7.1)."""

from riskctl.services.statistics.terms import (
    Figure,
    aged,
    among,
    at_least,
    but,
    coded,
    fact,
    in_time,
    is_set,
    late,
    until,
    within,
)
from riskctl.workflows import colours, dictionaries as words
from riskctl.workflows.issue import OVER, STATES
from riskctl.workflows.risk_point import IN_LEDGER

_NOT_ORDERED = ("draft", "verifying", "void", "transferred")
_CLOSED = ("closed", "archived")
_ACCEPTED = ("publicizing", "approving", "sustaining", *_CLOSED)
_APPLIED = ("unit_check", "inspecting", *_ACCEPTED)

# What is on the ledger of orders: 不予列账 and 移送 are not, 长期坚持 has no end that could be reached (R4).
_ORDERED = (but("state", *_NOT_ORDERED), until("ordered_on"))
_TO_CLOSE = (*_ORDERED, but("rectify_type", "long_term"))
_OPEN = (but("state", *_NOT_ORDERED, *OVER, "sustaining"), until("ordered_on"))
_IN_LEDGER = among("state", *IN_LEDGER)
_SCORED = (_IN_LEDGER, is_set("likelihood"), is_set("impact"))
_GRAVER = (_IN_LEDGER, among("level", "high", "medium"))
_CLOSED_OF_YEAR = (fact("closed_within_a_year"),)
_APPLYING = (*_ORDERED, among("state", *_APPLIED))

POINTS = (
    Figure("points", "在册风险点", "risk_point", (_IN_LEDGER,), "期末在台账中的风险点", "个", present=True),
    *(
        Figure(
            f"points_{level}", f"{word}等级", "risk_point", (_IN_LEDGER, among("level", level)),
            f"期末在册、审定等级为{word}的风险点", "个", present=True,
        )
        for level, word in words.LEVELS.items()
    ),
    Figure(
        "score", "平均风险分值", "risk_point", _SCORED, "期末在册、已评分的风险点可能性与影响程度之积的平均值", "分",
        of=_SCORED, top="可能性×影响程度之和", bottom="期末在册、已评分的风险点个数", present=True, apart=True,
    ),
    Figure(
        "points_new", "新增", "risk_point", (among("state", *IN_LEDGER, "cancelled"), within("approved_on")),
        "期内审定登记入账的风险点", "个",
    ),
    Figure("points_changed", "变更", "risk_point", (fact("changed"),), "期内经批准变更、升降级或调整责任人的风险点", "个"),
    Figure("points_cancelled", "移出", "risk_point", (fact("cancelled"),), "期内移出台账或并入其他风险点的风险点", "个"),
    Figure(
        "review_overdue", "复核逾期率", "risk_point", (late("review_due"),), "复核日期已过而尚未复核的在册风险点所占比例", "%",
        of=(among("state", "active", "warned", "rectifying"),), top="复核日期已过的个数",
        bottom="期末在册、预警中和整改中的风险点个数", present=True,
    ),
    Figure(
        "points_checked", "防控措施佐证率", "risk_point", (fact("checked"),),
        "期内有自查或检查记录佐证防控措施落实情况的风险点所占比例", "%",
        of=(_IN_LEDGER, until("approved_on")), top="期内至少有一次自查或检查记录的个数", bottom="期末在册的风险点个数", present=True,
    ),
)  # fmt: skip

STAGES = (
    Figure("issues", "台账问题", "issue", (but("state", "draft"),), "期末台账中的全部问题，含核定中、已移送和不予列账的，不含登记中的", present=True),
    Figure("open", "在办问题", "issue", _OPEN, "期末已交办、尚未销号也未转入长期坚持的问题", present=True),
    *(
        Figure(
            f"aged_{low}", f"{words_}个工作日", "issue", (*_OPEN, aged("ordered_on", low, high)),
            f"期末在办、自交办之日起已历{words_}个工作日的问题（导入的问题无交办日期时从发现之日起算）", present=True,
        )
        for low, high, words_ in ((0, 30, "0至30"), (31, 60, "31至60"), (61, 90, "61至90"), (91, None, "90以上"))
    ),
    Figure("ordered", "新交办", "issue", (but("state", *_NOT_ORDERED), within("ordered_on")), "期内交办的问题，重新整改的按最近一次交办"),
    Figure("closed", "销号", "issue", (within("closed_on"),), "期内销号、期末仍为已销号的问题"),
)  # fmt: skip

RATES = (
    Figure(
        "completion", "整改完成率", "issue", (until("closed_on"),), "截至期末历次交办的问题中已销号的比例", "%",
        of=_TO_CLOSE, top="截至期末已销号的件数", bottom="截至期末已交办的件数，不含不予列账、已移送和长期坚持的",
    ),
    Figure(
        "on_time", "按期整改率", "issue", (in_time("closed_on", "due_original"), until("closed_on")),
        "截至期末原定期限已到的问题中，在原定期限内销号的比例；经批准延期的仍按原定期限计", "%",
        of=(*_TO_CLOSE, until("due_original")), top="在原定期限当日或之前销号的件数",
        bottom="截至期末原定期限已到的件数，不含不予列账、已移送和长期坚持的",
    ),
    Figure(
        "evidenced", "佐证充分率", "issue", (among("evidence_lacking", 0),),
        "已申请销号的问题中，各项应附佐证的措施都有佐证的比例", "%",
        of=_APPLYING, top="没有缺少佐证的措施的件数", bottom="期末已申请销号（含已销号、长期坚持）的件数", present=True,
    ),
    Figure(
        "first_pass", "首次通过率", "issue", (among("state", *_ACCEPTED), among("return_count", 0)),
        "已申请销号的问题中，未经退回即通过验收的比例", "%",
        of=_APPLYING, top="已通过验收且从未被退回的件数", bottom="期末已申请销号（含已销号、长期坚持）的件数", present=True,
    ),
    Figure(
        "days", "平均整改天数", "issue", (within("closed_on"),), "期内销号的问题从交办次日到销号当日的工作日数的平均值", "工作日",
        of=(within("closed_on"),), top="整改工作日数合计", bottom="期内销号的件数", apart=True,
    ),
)  # fmt: skip

_RUNNING = among("state", *(state for state in STATES if colours.table_of("issue").runs(state)))
CARDS = (
    Figure(
        "overdue", "逾期率", "issue", (late("due_on"),), "期末在办问题中已过整改期限的比例；经批准延期的按延期后的期限", "%",
        of=_OPEN, top="已过整改期限的件数", bottom="期末在办的件数", present=True,
    ),
    Figure(
        "overdue_first", "原期限逾期率", "issue", (late("due_original"),), "期末在办问题中已过原定期限的比例，不计延期", "%",
        of=_OPEN, top="已过原定期限的件数", bottom="期末在办的件数", present=True,
    ),
    *(
        Figure(
            f"card_{colour}", f"{words.COLOURS[colour]}牌", "issue", (_RUNNING, among("colour", colour)),
            f"期末预警颜色为{words.COLOURS[colour]}的问题（含人工定色）", present=True,
        )
        for colour in ("red", "orange", "yellow")
    ),
    Figure("yellow_spells", "期内黄牌", "issue", (fact("turned_yellow"),), "期内曾转为黄色的问题"),
    Figure("twice_yellow", "二次黄牌", "issue", (fact("twice_yellow"),), "截至期末两次及以上转为黄色的问题，应专函督办"),
)  # fmt: skip

REBOUNDS = (
    Figure("reopened", "重新整改", "issue", (fact("reopened"),), "期内销号后又重新整改的问题"),
    Figure(
        "rebound", "反弹率", "issue", (fact("reopened_within_a_year"),), "十二个月内曾销号的问题中又重新整改的比例", "%",
        of=_CLOSED_OF_YEAR, top="截至期末十二个月内重新整改的件数",
        bottom="截至期末十二个月内曾销号的件数，含其后又重新整改的",
    ),
    Figure(
        "repeated", "同类复发率", "issue", (fact("repeats"),), "期内发现的问题中，同一风险点、同一领域十二个月内已有问题的比例", "%",
        of=(but("state", *_NOT_ORDERED), within("found_on")), top="同一风险点、同一领域前十二个月内发现过问题的件数",
        bottom="期内发现并已交办的件数",
    ),
    *(
        Figure(
            f"lookback_{result}", f"回头看：{word}", "lookback", (among("result", result), within("checked_on")),
            f"期内回头看复查、结果为{word}的问题",
        )
        for result, word in words.LOOKBACK_RESULTS.items()
    ),
)  # fmt: skip

_TALKED = (fact("talked"),)
TALKS = (
    Figure("talks", "约谈", "interview", _TALKED, "期内已谈话的约谈，函询按书面答复之日", "次"),
    Figure(
        "talks_done", "整改报告完成率", "interview", (among("state", "followed_up", "evaluated", "archived"),),
        "期内约谈中提出整改要求的，已报告整改情况的比例", "%",
        of=(*_TALKED, is_set("report_due")), top="已报告整改情况的次数", bottom="期内约谈、提出整改要求的次数",
    ),
    Figure("talks_again", "重复约谈", "interview", (*_TALKED, fact("talked_again")), "期内约谈中，同一单位同一岗位前十二个月内已被约谈过的", "次"),
)  # fmt: skip

_FOUND = (but("state", "draft", "void"), within("found_on"))
SOURCES = (
    Figure("found", "新发现", "issue", _FOUND, "期内发现并列入台账的问题，含核定中和已移送的"),
    Figure(
        "involved", "涉及金额", "issue", (*_FOUND, at_least("amount_involved", 1)), "期内新发现问题登记的涉及金额合计", "万元",
        sums="amount_involved",
    ),
    Figure(
        "recovered", "挽回金额", "issue", (within("closed_on"), at_least("amount_recovered", 1)),
        "期内销号问题累计挽回的金额合计", "万元", sums="amount_recovered",
    ),
)  # fmt: skip

QUALITY = (
    Figure(
        "no_indicator", "无监测指标率", "risk_point", (fact("no_indicator"),), "在册的高、中等级风险点中没有监测指标的比例", "%",
        of=_GRAVER, top="没有使用中的监测指标的个数", bottom="期末在册的高、中等级风险点个数", present=True, unfrozen=True,
    ),
    Figure(
        "no_measure", "无防控措施", "risk_point", (_IN_LEDGER, fact("no_measure")), "期末在册而没有防控措施的风险点", "个", present=True, unfrozen=True,
    ),
    Figure(
        "unscored", "未评分", "risk_point", (_IN_LEDGER, fact("unscored")), "期末在册而没有可能性或影响程度评分的风险点", "个", present=True,
    ),
    Figure(
        "stale", "长期未更新率", "issue", (fact("stale"),), "在办问题中超过30个工作日没有任何办理记录的比例", "%",
        of=_OPEN, top="最近30个工作日没有办理记录的件数", bottom="期末在办的件数", present=True,
    ),
    Figure(
        "evidence_lacking", "缺少佐证", "issue", (*_APPLYING, at_least("evidence_lacking", 1)),
        "已申请销号而有措施缺少应附佐证的问题", present=True,
    ),
)  # fmt: skip

FIGURES = coded((*POINTS, *STAGES, *RATES, *CARDS, *REBOUNDS, *TALKS, *SOURCES, *QUALITY))
