"""`riskctl import-risk-points` and `import-issues`: the same plan and the same hand as the browser's import."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from riskctl.errors import InvalidInput
from riskctl.models import Unit
from riskctl.permissions import Actor, Role
from riskctl.services import accounts, enrolment, organization
from riskctl.services.exchange import importing, planning
from riskctl.services.exchange.planning import CHANGED, NEW, REFUSED, SAME, Plan

Echo = Callable[[str], Any]


def run(file: Path, ledger: str, options: Mapping[str, Any], echo: Echo) -> int:
    """Read, say what will happen, do it; 0 when every row was taken or skipping was asked for.

    Raises InvalidInput for a file that cannot be read, NotFound for an unknown unit or account.
    """
    actor = _actor(options.get("username"))
    unit = enrolment.unit_coded(options["unit_code"]) if options.get("unit_code") else None
    importing.wait_for_others()
    plan = _plan(file, ledger, unit, options)
    _say(plan, echo)
    if plan.refusals and options.get("report"):
        Path(options["report"]).write_bytes(importing.refused_workbook(plan))
        echo(f"未导入的行及原因已写入 {options['report']}")
    skip = bool(options.get("skip_bad_rows"))
    if options.get("dry_run"):
        echo("试运行：没有写入任何内容")
    elif plan.refusals and not skip:
        echo("有行不能导入，没有写入任何内容：请改正后重新导入，或用 --skip-bad-rows 只导入其余各行")
    else:
        _carry_out(actor, plan, options, skip=skip)
    return 0 if skip or not plan.refusals else 1


def _actor(username: str | None) -> Actor:
    if username:
        return accounts.actor_of(accounts.find(username))
    # Whoever sits at the console imports for 机关纪委; the history says that it was the command line.
    return Actor(accounts.console_user().id, "命令行", ((Role.OFFICE, None),))


def _plan(file: Path, ledger: str, unit: Unit | None, options: Mapping[str, Any]) -> Plan:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"文件 {file} 无法读取：请检查路径和权限", field="file") from error
    return planning.make_plan(
        data, ledger, unit=unit, root=organization.root(), create_units=bool(options.get("create_units"))
    )


def _say(plan: Plan, echo: Echo) -> None:
    for table in plan.tables:
        echo(f"工作表“{table.sheet}”：表头在第{table.header_row}行，数据 {len(table.rows)} 行")
        for column in table.columns:
            if column.field is None and not column.left_out:
                echo(f"  未识别的列“{column.header}”：没有导入")
    for name in plan.skipped:
        echo(f"工作表“{name}”：没有找到表头，已跳过")
    counts = (("新增", NEW), ("无变化", SAME), ("变更建议", CHANGED), ("拒绝", REFUSED))
    echo(f"共读取 {len(plan.rows)} 行：" + "，".join(f"{label} {plan.count(a)}" for label, a in counts))
    for refusal in plan.refusals:
        value = f"“{refusal.value}”" if refusal.value else "（空）"
        echo(f"拒绝：工作表“{refusal.sheet}”第{refusal.row}行，{refusal.column}{value}：{refusal.reason}")
    if any(refusal.column == "单位" for refusal in plan.refusals):
        echo("单位问题：可用 --unit 指定表中没有写明的单位，用 --create-units 新建表中的单位")
    for planned in plan.kept:
        echo(f"保持不变：工作表“{planned.row.sheet}”第{planned.row.number}行，{planned.kept_because}")


def _carry_out(actor: Actor, plan: Plan, options: Mapping[str, Any], *, skip: bool) -> None:
    with click.progressbar(length=plan.count(NEW), label="写入", hidden=not plan.count(NEW)) as bar:
        importing.carry_out(
            actor, plan, draft=bool(options.get("draft")), skip_bad_rows=skip, progress=bar.update
        )
