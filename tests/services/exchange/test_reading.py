"""Sheets as offices keep them: where the header is, what the columns and words mean, which rows are data."""

from datetime import date

import pytest

from riskctl.services.exchange.columns import ISSUE_COLUMNS, RISK_POINT_COLUMNS, level_of
from riskctl.services.exchange.recognise import Table, recognise
from riskctl.services.exchange.rows import Row, read_rows
from riskctl.services.exchange.workbook import Sheet, read_workbook
from tests.services.exchange import sheets


@pytest.fixture
def database_kind() -> str:
    """Reading touches no database."""
    return "sqlite"


def _table(data: bytes, mapping: dict[str, str | None] | None = None, header: int | None = None) -> Table:
    found = recognise(read_workbook(data)[0], RISK_POINT_COLUMNS, mapping, header)
    assert found is not None
    return found


def _rows(data: bytes) -> list[Row]:
    return read_rows(_table(data), "risk-points")


def _issue_rows(*rows: list[object]) -> list[Row]:
    table = recognise(read_workbook(sheets.issues(*rows))[0], ISSUE_COLUMNS)
    assert table is not None
    return read_rows(table, "issues")


def test_title_note_and_legend_are_not_data() -> None:
    table = _table(sheets.book({"台账": sheets.LEDGER}, sheets.MERGED))
    assert (table.header_row, [number for number, _ in table.rows]) == (3, [4, 5, 6])
    assert table.unit_note == "青岭水库管理处"
    assert (8, "说明或签字行") in table.ignored


def test_merged_cells_mean_the_same_as_above_and_headers_break_lines() -> None:
    rows = _rows(sheets.book({"台账": sheets.LEDGER}, sheets.MERGED))
    assert [row.unit for row in rows] == ["青岭水库管理处"] * 3
    assert [row.fields["dept_head_post"] for row in rows] == ["处长"] * 3
    assert [row.fields["category"] for row in rows] == ["duty", "process", "duty"]
    assert [row.fields["level"] for row in rows] == ["high", "medium", "low"]
    assert rows[0].fields["measures"] == [{"text": "比选；"}, {"text": "公示结果"}]


def test_a_heading_over_several_columns_is_read_with_the_row_below() -> None:
    rows = [
        ["序号", "风险点", "责任人", "", "", "风险等级"],
        ["", "", "直接责任人", "部门责任人", "责任领导", ""],
        [1, "印章使用不登记", "印章岗", "主任", "分管负责人", "低"],
    ]
    merged = ((0, 2, 0, 4), (0, 0, 1, 0), (0, 1, 1, 1), (0, 5, 1, 5))
    (row,) = _rows(sheets.book({"台账": rows}, merged))
    assert (row.fields["resp_post"], row.fields["dept_head_post"]) == ("印章岗", "主任")
    assert (row.fields["resp_leader_post"], row.fields["level"], row.number) == ("分管负责人", "low", 3)


def test_a_risk_point_that_begins_like_a_legend_is_data() -> None:
    rows = [["风险点", "风险等级"], ["审核人员收受礼金", "高"], ["说明：按等级管理"], ["合计", "1"]]
    assert [row.fields["title"] for row in _rows(sheets.book({"台账": rows}))] == ["审核人员收受礼金"]


def test_a_line_across_the_sheet_is_a_heading_between_rows() -> None:
    rows = [
        ["风险点", "表现形式", "风险等级", "防控措施"],
        ["一、工程管理类"],
        ["验收走过场", "不到现场", "中", "双人验收"],
    ]
    table = _table(sheets.book({"台账": rows}, ((1, 0, 1, 3),)))
    assert [number for number, _ in table.rows] == [3]


@pytest.mark.parametrize(
    "word", ["高", "高风险", "一级", "1级", "Ⅰ级", "I级", "风险等级：高", "一级风险", "高等级", "重大风险"]
)
def test_words_for_the_highest_level(word: str) -> None:
    assert level_of(word) == "high"


@pytest.mark.parametrize(
    ("word", "level"), [("中", "medium"), ("Ⅱ级", "medium"), ("三级", "low"), ("低风险", "low")]
)
def test_words_for_the_other_levels(word: str, level: str) -> None:
    assert level_of(word) == level


def test_the_users_meaning_goes_before_the_dictionary() -> None:
    data = sheets.book({"台账": [["风险点", "隐患", "风险等级"], ["A项", "B项", "高"]]})
    table = _table(data, {"风险点": "manifestation", "隐患": "title"})
    (row,) = read_rows(table, "risk-points")
    assert (row.fields["title"], row.fields["manifestation"]) == ("B项", "A项")
    assert [column.left_out for column in _table(data, {"隐患": None}).columns] == [False, True, False]


def test_a_header_row_given_by_hand_is_taken() -> None:
    data = sheets.book({"台账": [["隐患点", "档次"], ["印章外借", "高"]]})
    assert recognise(read_workbook(data)[0], RISK_POINT_COLUMNS) is None
    table = _table(data, {"隐患点": "title", "档次": "level"}, header=1)
    assert [row.fields for row in read_rows(table, "risk-points")] == [{"title": "印章外借", "level": "high"}]
    assert recognise(read_workbook(data)[0], RISK_POINT_COLUMNS, header_row=900) is None


def test_the_same_header_twice_is_read_once() -> None:
    (row,) = _rows(sheets.book({"台账": [["风险点", "风险等级", "风险等级"], ["印章外借", "高", "低"]]}))
    assert row.fields["level"] == "high"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv(encoding: str) -> None:
    text = '廉政风险点台账,,\r\n风险点,风险等级,防控措施\r\n印章外借,高,"1.登记\n2.审批"\r\n'
    (row,) = _rows(text.encode(encoding))
    assert (row.fields["title"], row.fields["level"]) == ("印章外借", "high")
    assert len(row.fields["measures"]) == 2


def test_xls() -> None:
    rows = _rows(sheets.xls(sheets.BARE))
    assert [row.fields["title"] for row in rows] == ["招标文件设置倾向性条件", "变更签证审核不严"]
    assert [row.fields["level"] for row in rows] == ["high", "medium"]


def test_formulas_stay_text() -> None:
    (row,) = _rows(sheets.points(sheets.point("=1+1", manifestation="@SUM(A1)")))
    assert (row.fields["title"], row.fields["manifestation"]) == ("=1+1", "@SUM(A1)")


def test_a_formula_without_a_result_is_told_and_one_with_a_result_is_read() -> None:
    data = sheets.points(sheets.point("印章外借"), sheets.point("车辆使用"))
    for place, content in {
        "C2": 't="str"><f>A1</f><v>算出的岗位</v>', "D2": 't="e"><f>1/0</f><v>#DIV/0!</v>', "E2": "><f>A1&amp;B1</f><v/>",
        "C3": 't="str"><f>A9</f><v></v>',
    }.items():  # fmt: skip
        data = sheets.replaced(data, f'<c r="{place}" t="s">', f'<c r="{place}" {content}</c><c>')
    rows = _rows(data)
    assert rows[0].fields["post"] == "算出的岗位"
    told = [(refusal.column, refusal.value) for refusal in rows[0].refusals]
    assert told == [("风险点", "#DIV/0!"), ("表现形式", "=A1&B1")]
    assert "选择性粘贴为数值" in rows[0].refusals[0].reason
    assert (rows[1].refusals, rows[1].fields.get("post")) == ([], None)


def test_a_cell_of_a_million_characters_is_refused_with_its_place() -> None:
    data = sheets.points(sheets.point("MUCH"), sheets.point("印章外借"))
    first, second = _rows(sheets.replaced(data, "MUCH", "长" * 1_000_000))
    (refusal,) = first.refusals
    assert (refusal.row, refusal.column, len(refusal.value)) == (2, "风险点", 60)
    assert refusal.reason == "超过255字（现有1000000字）：请精简"
    assert second.refusals == []
    wide = sheets.book({"台账": [["风险点", "风险等级", "MUCH"], ["印章", "高", "MUCH"]]})
    table = _table(sheets.replaced(wide, "MUCH", "长" * 1_000_000))
    assert (len(table.columns[2].header), len(table.columns[2].samples[0])) == (100, 60)


def test_a_bad_cell_is_refused_with_place_value_and_cure() -> None:
    (row,) = _rows(sheets.points(sheets.point("印章外借", level="很高")))
    (refusal,) = row.refusals
    assert (refusal.sheet, refusal.row, refusal.column, refusal.value) == ("台账", 2, "风险等级", "很高")
    assert "高、中、低" in refusal.reason


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": "长" * 256}, "超过255字"),
        ({"manifestation": "长" * 4001}, "超过4000字"),
        ({"title": "控制\x07字符"}, "不能识别的字符"),
        ({"measures": "1.控制\x01字符"}, "不能识别的字符"),
        ({"unit": "青岭\x02水库"}, "不能识别的字符"),
        ({"measures": "长" * 1001}, "一项措施超过1000字"),
        ({"title": "", "manifestation": ""}, "不能为空"),
    ],
)
def test_what_a_risk_point_cannot_hold_is_refused(changes: dict[str, str], told: str) -> None:
    (row,) = _rows(sheets.points(sheets.point(**{"title": "印章外借", **changes})))
    assert [told in refusal.reason for refusal in row.refusals] == [True]


@pytest.mark.parametrize(("text", "day"), [
    ("2026-06-30", "2026-06-30"), ("2026年6月30日前", "2026-06-30"), ("2026.6.30", "2026-06-30"),
    ("2026/6/30", "2026-06-30"), ("20260630", "2026-06-30"), ("2026年2月底前", "2026-02-28"), (46203, "2026-06-30"),
])  # fmt: skip
def test_days_as_offices_write_them(text: object, day: str) -> None:
    (row,) = _issue_rows(sheets.issue("账实不符", due=text))
    assert row.fields["due_on"] == date.fromisoformat(day)


def test_a_time_limit_in_words_is_the_rectify_type() -> None:
    (row,) = _issue_rows(sheets.issue("账实不符", due="长期坚持"))
    assert row.fields["rectify_type"] == "long_term"
    assert "due_on" not in row.fields


@pytest.mark.parametrize(
    ("changes", "column", "told"),
    [
        ({"due": "2026-02-30"}, "整改时限", "不存在"),
        ({"due": "2026年6月"}, "整改时限", "不完整"),
        ({"due": "2025-10-01"}, "整改时限", "早于发现日期"),
        ({"outcome": "已整改", "closed": "2025-10-01"}, "完成日期", "早于发现日期"),
        ({"found": "2090-01-01", "due": ""}, "发现日期", "晚于今天"),
        ({"closed": "2025-12-01"}, "完成日期", "却不是已整改"),
        ({"source": "听说"}, "问题来源", "不能识别"),
    ],
)
def test_what_an_issue_cannot_say_is_refused(changes: dict[str, str], column: str, told: str) -> None:
    (row,) = _issue_rows(sheets.issue("账实不符", **changes))
    assert [(refusal.column, told in refusal.reason) for refusal in row.refusals] == [(column, True)]


def test_the_length_of_a_score_is_looked_at() -> None:
    rows = [["风险点", "可能性", "影响程度"], ["印章外借", "4分", "10"]]
    (row,) = _rows(sheets.book({"台账": rows}))
    assert row.fields["likelihood"] == 4
    assert [refusal.column for refusal in row.refusals] == ["影响程度"]


def test_a_sheet_without_a_header_has_no_table() -> None:
    assert recognise(Sheet("说明", [["本表由各科室填写"], ["二〇二六年"]], []), RISK_POINT_COLUMNS) is None
