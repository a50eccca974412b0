"""The periods of reports, and what each is compared with."""

from datetime import date

import pytest

from riskctl.errors import InvalidInput
from riskctl.services.statistics import figures, likeness, periods, reports


@pytest.mark.parametrize(
    ("text", "label", "before", "year_before"),
    [
        ("2026-01", "2026年1月", "2025-12", "2025-01"),
        ("2026Q1", "2026年第1季度", "2025Q4", "2025Q1"),
        ("2026", "2026年全年", "2025", "2025"),
        ("2026-03-01~2026-03-10", "2026年3月1日至2026年3月10日", "2026-02-19~2026-02-28", "2025-03-01~2025-03-10"),
        ("2024-02-29~2024-02-29", "2024年2月29日至2024年2月29日", "2024-02-28~2024-02-28", "2023-02-28~2023-02-28"),
    ],
)  # fmt: skip
def test_what_a_period_is_compared_with(text: str, label: str, before: str, year_before: str) -> None:
    found = periods.parse(text)
    assert (found.key, found.label) == (text, label)
    assert (found.before().key, found.year_before().key) == (before, year_before)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026Q5",
        "26",
        "2026-02-30~2026-03-01",
        "2026-03-02~2026-03-01",
        "9999",
        "2026-1",
        "十月",
    ],
)
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        periods.parse(text)
    assert refused.value.reasons[0].field == "period"


def test_what_a_page_offers() -> None:
    found = periods.offered(date(2026, 1, 31))
    assert [each.key for each in found["月"]][:2] == ["2026-01", "2025-12"]
    assert [each.key for each in found["季度"]][:2] == ["2026Q1", "2025Q4"]
    assert (found["月"][-1].key, len(found["年"])) == ("2025-01", 3)


def test_every_figure_is_declared_once_and_says_what_it_counts() -> None:
    used = {code for each in reports.REPORTS.values() for code in each.figures}
    used |= {code for each in reports.REPORTS.values() for table in each.tables for code in table.figures}
    assert used | {"score"} == set(figures.FIGURES)
    for figure in figures.FIGURES.values():
        assert bool(figure.of is not None) == bool(figure.top and figure.bottom), figure.code
        assert not figure.means.endswith("。")
    for each in reports.REPORTS.values():
        for table in each.tables:
            kinds = {figures.FIGURES[code].kind for code in table.figures}
            assert table.by == "unit_id" or len(kinds) == 1, table.caption


def test_texts_that_were_copied() -> None:
    texts = [
        (1, "直接指定供应商，未经比选和集体研究"), (2, "直接指定供应商 未经比选和集体研究（2）"),
        (3, "直接指定供货商，未经比选、集体研究"), (4, "短句"), (5, "短句"), (6, "采购验收走过场，未核对数量和质量，代签验收单据"),
        (7, "采购验收走过场，未核对数量和质量，代签验收单"),
    ]  # fmt: skip
    assert likeness.groups(texts) == [[1, 2], [6, 7]]
    # Each of a long row differs from the next by one character of forty: not each from each.
    base = [chr(0x4E00 + n) for n in range(60)]
    row = ["".join([*base[:n], "甲", *base[n + 1 :]]) for n in range(0, 60, 20)]
    assert likeness.groups(enumerate(["".join(base), *row])) == [[0, 1, 2, 3]]
