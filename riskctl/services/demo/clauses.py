"""Basis clauses of the demo: the names of documents that a department has, with invented wording."""

from datetime import date

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import BasisClause, User

_CLAUSES = (
    ("廉政风险防控管理办法", "锦水办〔2024〕6号", "第十二条", "限额以下项目应当比选，不得直接指定承接单位。", "bidding"),
    ("廉政风险防控管理办法", "锦水办〔2024〕6号", "第十八条", "重要岗位任职满五年的应当轮岗。", "personnel"),
    ("厅直单位物资管理规定", "锦水财〔2023〕15号", "第九条", "防汛物资每半年盘点一次，账实不符的应当查明原因并作出处理。", "materials"),
    ("河道采砂管理细则", "锦水河〔2022〕31号", "第七条", "年度采砂计划应当经集体研究决定，并附会议记录。", "sand"),
    ("“三重一大”事项集体决策办法", "锦水党组〔2023〕4号", "第五条", "重大事项应当在会前充分征求意见，主要负责同志末位表态。", "conduct"),
    ("党支部工作手册", "", "第二章第三节", "支部委员会会议每月召开，记录完整存档。", "party"),
    ("项目资金监督管理办法", "锦水财〔2024〕2号", "第二十一条", "工程款支付应当经监理、业务、财务三方签认。", "funds"),
    ("行政审批服务规范", "锦水审〔2023〕8号", "第十条", "受理、审查、决定由不同人员办理。", "approval"),
)  # fmt: skip


def enter() -> None:
    """Fill the library, and keep one clause that holds no longer; commits."""
    by = db.session.scalars(select(User.id).where(User.username == "office")).one()
    since = date(2024, 1, 1)
    for document, number, clause, text, domain in _CLAUSES:
        row = {"document": document, "number": number, "clause": clause, "text": text, "domain": domain}
        db.session.add(BasisClause(**row, valid_from=since, entered_by_id=by))
    db.session.add(
        BasisClause(
            document="廉政风险防控管理办法（试行）", number="锦水办〔2019〕3号", clause="第八条",
            text="限额以下项目可以直接委托，报主管领导同意。", domain="bidding", valid_from=date(2019, 5, 1),
            valid_until=date(2023, 12, 31), entered_by_id=by,
        )
    )  # fmt: skip
    db.session.commit()
