"""What the forms print that are filled in by hand: 民主测评表, 回避申请表, 文书销毁清单."""

from typing import Any

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Notice

# Scale A of domain 7.2, and what is asked of a unit unless the draft names other items, one a line.
_SCALE = ("好", "较好", "一般", "差")
_ITEMS = (
    "履行全面从严治党主体责任、一岗双责", "执行“三重一大”集体决策制度", "执行廉政风险防控措施",
    "落实问题整改要求", "遵守中央八项规定精神、廉洁从政", "作风建设和服务基层",
)  # fmt: skip
_VOTERS = ("班子成员", "直属单位负责人", "处室干部", "服务对象和基层代表")
# Domain 1.4.
_GROUNDS = (
    "是监督检查对象、当事人的近亲属", "担任过本事项的证人", "本人或者近亲属与本事项有利害关系",
    "有可能影响公正处理的其他情形",
)  # fmt: skip


def _evaluation(notice: Notice) -> dict[str, Any]:
    items = [line.strip() for line in (notice.requirements or "").splitlines() if line.strip()]
    form = {
        "target": notice.main_to,
        "scale": list(_SCALE),
        "entries": items or list(_ITEMS),
        "voters": _VOTERS,
    }
    return {"form": form}


def _recusal(notice: Notice) -> dict[str, Any]:
    case = notice.issues[0] if notice.issues else None
    matter = f"“{case.title}”问题的核定、整改审核和验收" if case else notice.requirements or ""
    form = {
        "unit": notice.unit.name, "code": case.code if case else "", "matter": matter, "grounds": list(_GROUNDS),
    }  # fmt: skip
    return {"form": form}


def _destruction(notice: Notice) -> dict[str, Any]:
    query = select(Notice).where(
        Notice.issuer_id == notice.issuer_id, Notice.state == "withdrawn", Notice.number.is_not(None)
    )
    found = db.session.scalars(query.order_by(Notice.issued_on, Notice.id))
    items = [
        [
            n,
            paper.number,
            paper.title,
            paper.issued_on.isoformat() if paper.issued_on else "",
            "",
            "",
            "已撤销，收回副本",
        ]
        for n, paper in enumerate(found, 1)
    ]
    return {"form": {"unit": notice.issuer.name, "code": "", "on": "", "entries": items, "blanks": 8}}


FACTS = {
    "evaluation_form": _evaluation,
    "recusal_form": _recusal,
    "destruction_list": _destruction,
}
