"""Seconds to import a ledger of 10,000 rows, next to bare reading and bulk insert, and their ratio.

    .venv/bin/python bench/import.py [--rows 10000]

Both read the same workbook with calamine and write the same rows into SQLite in one transaction. The bare side
inserts risk points and nothing else: no recognition, no comparison with the ledger, no event chain.
"""

import argparse
import os
import resource
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import xlsxwriter

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

HEADERS = (
    "序号",
    "单位",
    "岗位",
    "职权事项",
    "风险点",
    "表现形式",
    "风险等级",
    "防控措施",
    "直接责任人",
    "责任领导",
)
UNITS = ("青岭水库管理处", "水利建设处", "防汛物资储备中心", "河湖管理处")


def _workbook(path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["廉政风险点台账"])
    sheet.write_row(1, 0, HEADERS)
    for n in range(rows):
        cells = (
            n + 1, UNITS[n % 4], f"岗位{n % 50}", f"事项{n % 300}", f"风险点第{n}项", "审核不严，可能造成资金多支错支",
            ("高", "中", "低")[n % 3], "1.双人复核\n2.按月公示", "经办岗", "分管负责人",
        )  # fmt: skip
        sheet.write_row(n + 2, 0, cells)
    book.close()


def _application(folder: Path, name: str) -> Any:
    os.environ["RISKCTL_DATA_DIR"] = str(folder / name)
    from flask_migrate import upgrade

    from riskctl import create_app
    from riskctl.extensions import db
    from riskctl.services.demo import organization

    app = create_app()
    with app.app_context():
        upgrade()
        organization.make_organization()
        db.session.commit()
    return app


def _service(path: Path) -> None:
    from riskctl.services import accounts, organization
    from riskctl.services.exchange import importing, planning

    actor = accounts.actor_of(accounts.find("office"))
    plan = planning.make_plan(path.read_bytes(), "risk-points", unit=None, root=organization.root())
    importing.carry_out(actor, plan)


def _bare(path: Path) -> None:
    from python_calamine import CalamineWorkbook
    from sqlalchemy import insert, select

    from riskctl import clock
    from riskctl.extensions import db
    from riskctl.models import RiskPoint, Unit

    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    units = {unit.name: unit.id for unit in db.session.execute(select(Unit.name, Unit.id))}
    level = {"高": "high", "中": "medium", "低": "low"}
    values = [
        {
            "code": f"LF-BARE-{number:.0f}", "state": "active", "version": 1, "created_by_id": 1, "acted": {},
            "unit_id": units[unit], "post": post, "power_item": item, "title": title, "manifestation": text,
            "level": level[grade], "measures": [{"text": part} for part in measures.split("\n")],
            "resp_post": post_2, "resp_leader_post": leader, "state_since": clock.now(), "created_at": clock.now(),
        }
        for number, unit, post, item, title, text, grade, measures, post_2, leader in rows[2:]
    ]  # fmt: skip
    db.session.execute(insert(RiskPoint), values)
    db.session.commit()


def main() -> None:
    """Prepare, run each once, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="riskctl-bench-"))
    for key in ("SECRET", "FIELD", "AUDIT"):
        os.environ[f"RISKCTL_{key}_KEY"] = secrets.token_urlsafe(24)
    try:
        _workbook(folder / "ledger.xlsx", rows)
        seconds = {}
        for name, run in (("bare", _bare), ("service", _service)):
            with _application(folder, name).app_context():
                started = time.perf_counter()
                run(folder / "ledger.xlsx")
                seconds[name] = time.perf_counter() - started
        for name in ("service", "bare"):
            print(f"{name:8} {seconds[name]:6.2f} s for {rows} rows")
        print(f"ratio    {seconds['service'] / seconds['bare']:6.2f}")
        print(f"memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB at most")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
