"""检查记录: its words, and how often a level asks for one (domain 2.2)."""

from riskctl.workflows.dictionaries import LEVELS

KINDS = {"self_check": "自查", "inspection": "检查"}
RESULTS = {"normal": "正常", "problem": "发现问题", "measures_weak": "防控措施落实不到位"}
# Months between two checks of a kind, by level: 高 monthly and quarterly, 中 quarterly and half-yearly,
# 低 half-yearly and yearly.
CYCLES = {
    "high_self_check": 1, "high_inspection": 3, "medium_self_check": 3, "medium_inspection": 6,
    "low_self_check": 6, "low_inspection": 12,
}  # fmt: skip
CYCLE_LABELS = {
    f"{level}_{kind}": f"{word}等级{name}" for level, word in LEVELS.items() for kind, name in KINDS.items()
}
# After a warning is lifted the point is looked at again (domain 4.1).
AFTER_WARNING = 3
