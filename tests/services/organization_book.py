"""Workbooks of an organisation, as an office fills in the template."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from riskctl.services.exchange.organization_sheet import ISSUERS, PEOPLE, SHEETS, UNITS

Rows = Sequence[Sequence[object]]
SMALL: Mapping[str, Rows] = {
    UNITS: [
        ["SLT", "锦川省水利厅", "厅机关"],
        ["SK", "青岭水库管理处", "直属单位", "SLT"],
        ["SK-01", "工程管理科", "科室", "SK"],
        ["SK-Z1", "青岭水库管理处党支部", "党支部", "SK", "SK、SK-01"],
    ],
    PEOPLE: [
        ["xitong", "系统管理员", "", "", "系统管理员"],
        ["anquan", "安全管理员", "", "", "安全管理员"],
        ["shenji", "审计管理员", "", "", "审计管理员"],
        ["jgjw", "机关纪委干部", "干事", "SLT", "机关纪委"],
        ["skjb", "水库处经办人", "科员", "SK", "经办人"],
        ["skjw", "水库处支部纪检委员", "纪检委员", "SK", "支部纪检委员", "SK-Z1"],
    ],
    ISSUERS: [["JGJW", "机关纪律检查委员会", "", "锦水机纪", "机关纪委书记", "机关纪委书记"]],
}


def book(sheets: Mapping[str, Rows]) -> bytes:
    """The workbook with a title line above each header, as offices leave it."""
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        sheet.write(0, 0, f"{name}一览表")
        sheet.write_row(1, 0, [field.header for field in SHEETS[name]])
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 0, row)
    workbook.close()
    return output.getvalue()


def changed(name: str, at: int, row: Sequence[object] | None) -> Mapping[str, Rows]:
    """SMALL with one row replaced (None: left out; beyond the end: added)."""
    rows = list(SMALL[name])
    rows[at : at + 1] = [row] if row is not None else []
    return {**SMALL, name: rows}


def large(branches: int) -> Mapping[str, Rows]:
    """So many branches, five to a unit, each with its 纪检委员."""
    units: list[list[object]] = [["SLT", "锦川省水利厅", "厅机关"]]
    people: list[list[object]] = []
    for n in range(branches):
        unit = f"D{n // 5:03d}"
        if n % 5 == 0:
            units.append([unit, f"第{n // 5}直属单位", "直属单位", "SLT"])
        units.append([f"{unit}-K{n % 5}", f"第{n % 5}科", "科室", unit])
        units.append([f"{unit}-Z{n % 5}", f"第{n}党支部", "党支部", unit, f"{unit}-K{n % 5}"])
        people.append(
            [f"jw{n:03d}", f"第{n}党支部纪检委员", "纪检委员", unit, "支部纪检委员", f"{unit}-Z{n % 5}"]
        )
    return {UNITS: units, PEOPLE: people}
