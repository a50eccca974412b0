"""A ledger as an office keeps it: title, notes, broken headers, merged cells, a legend. Invented content."""

from pathlib import Path

from openpyxl import Workbook

UNITS = ("青岭水库管理处", "水利建设处")
ROWS = (
    (UNITS[0], "闸门启闭岗", "闸门调度指令执行", "擅自改变启闭时间，为特定用水户提供便利", "二级", "1.调度指令双人复核\n2.启闭记录每日核对"),
    (UNITS[0], "闸门启闭岗", "启闭设备维修验收", "验收走过场，虚报更换部件", "三级", "1.验收拍照留存\n2.旧件回收登记"),
    (UNITS[1], "监理管理岗", "监理单位考核", "考核打分随意，为关系单位抬分", "一级", "1.量化评分表\n2.三人以上联合考核"),
)  # fmt: skip


def write(path: Path) -> Path:
    """Write the workbook; 8 columns, two units, three points."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "风险点台账"
    sheet.append(["锦川省水利厅廉政风险点台账"])
    sheet.append(["填报说明：一级为最高；同一单位合并填写。"])
    sheet.append(
        [
            "序号",
            "责任单位",
            "岗位\n名称",
            "职权\n事项",
            "廉政风险主要内容及\n表现形式",
            "风险\n等级",
            "防控措施",
            "责任领导\n（职务）",
        ]
    )
    for number, row in enumerate(ROWS, 1):
        sheet.append([number, *row, "分管负责人"])
    sheet.append(["填表说明：本表由各单位纪检委员汇总。"])
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("A2:H2")
    sheet["B5"].value = None
    sheet.merge_cells("B4:B5")
    book.save(path)
    return path
