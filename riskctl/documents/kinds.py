"""The documents that exist: one row each (domain 6.1, and the papers that domain 4 calls for).

Class G is a formal 公文 in GB/T 9704 layout, F a form, T the print of a ledger.
"""

from dataclasses import dataclass

from riskctl.permissions import Role

_DISCIPLINE = (Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE, Role.RESIDENT)
_ALL = (*_DISCIPLINE, Role.SECRETARY)


@dataclass(frozen=True)
class DocumentKind:
    """One document. `about` is the record that it is drawn from: a case type, or unit.

    Of class G: `layout` is red_head or letter (信函格式); one that is not sealed is only signed by name and
    date; `replies`: an answer is owed; `reply_term` in working days from the receipt, None where no plan is
    asked for; `answer_term` in working days from the draft is the day that it proposes for the answer;
    `series` is its number series where it is not the issuer's own 代字 (Issuer.words). `issuers`: whose head
    signs it (the signer role of Issuer). `by_hand`: the pages on which it is offered as 拟制文书.
    """

    code: str
    title: str
    document_class: str = "G"
    about: str = "issue"
    layout: str = "red_head"
    sealed: bool = True
    reply_term: int | None = None
    replies: bool = True
    answer_term: int | None = None
    copy_to: str = ""
    series: str = ""
    issuers: tuple[Role, ...] = _ALL
    by_hand: tuple[str, ...] = ()
    # Of a form: who fills it in, and who signs it by hand.
    filled_by: str = ""
    signed_by: str = ""

    @property
    def template(self) -> str:
        """Its page: one for all official letters, one for each form."""
        return "official.html" if self.document_class == "G" else f"forms/{self.code}.html"


# Domain 6.1: the leader in charge and the resident group; a unit's own 纪委 copies to neither.
_COPIES = "分管领导，驻厅纪检监察组"

_LETTERS = (
    DocumentKind("rectification_notice", "整改通知书", reply_term=10, copy_to=_COPIES),
    DocumentKind("immediate_notice", "立行立改通知书", copy_to=_COPIES),
    DocumentKind("renewed_notice", "重新整改通知书", reply_term=10, copy_to=_COPIES),
    DocumentKind(
        "extension_reply", "延期批复", layout="letter", replies=False, copy_to=_COPIES, issuers=_DISCIPLINE[:1]
    ),
    DocumentKind(
        "supervision_letter", "督办函", layout="letter", copy_to="分管领导", series="supervision", answer_term=5,
        issuers=(Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE, Role.SECRETARY), by_hand=("issue",),
    ),
    DocumentKind(
        "warning_notice", "廉政风险预警通知书", about="risk_point", layout="letter", copy_to="分管领导",
        issuers=_DISCIPLINE, by_hand=("risk_point",), answer_term=7,
    ),
    DocumentKind(
        "inspection_suggestion", "纪律检查建议书", about="unit", series="suggestion", answer_term=20,
        issuers=_DISCIPLINE, by_hand=("issue", "risk_point", "unit"), copy_to=_COPIES,
    ),
    DocumentKind(
        "interview_notice", "约谈通知书", about="interview", layout="letter", replies=False, by_hand=("interview",)
    ),
    DocumentKind(
        "inquiry_notice", "函询通知书", about="interview", layout="letter", answer_term=15, issuers=_DISCIPLINE,
        by_hand=("interview",),
    ),
    DocumentKind(
        "admonition", "诫勉书", about="interview", layout="letter", answer_term=10, by_hand=("interview",),
    ),
    DocumentKind(
        "reminder_letter", "提醒函", about="unit", layout="letter", answer_term=10,
        by_hand=("issue", "interview", "risk_point", "unit"),
    ),
    DocumentKind("bulletin", "通报", about="unit", replies=False, by_hand=("issue", "unit")),
    DocumentKind(
        "clue_transfer", "问题线索移送函", layout="letter", replies=False, issuers=_DISCIPLINE[:1],
        by_hand=("issue",),
    ),
    DocumentKind("evaluation_report", "民主测评结果通报", about="unit", answer_term=10, by_hand=("unit",)),
    DocumentKind("revocation_notice", "撤销通知", about="notice", layout="letter", replies=False),
)  # fmt: skip


def _form(code: str, title: str, about: str, filled_by: str, signed_by: str) -> DocumentKind:
    by_hand = () if about == "notice" or code in _WITH_OTHERS else (about,)
    return DocumentKind(
        code, title, "F", about, sealed=False, replies=False, filled_by=filled_by, signed_by=signed_by, by_hand=by_hand
    )  # fmt: skip


# Made with a letter, never by themselves.
_WITH_OTHERS = ("problem_list", "transfer_list", "warning_feedback")


_HEAD = "单位主要负责人"
_FORMS = (
    _form("verification_form", "问题核定单", "issue", "机关纪委", "核定人、机关纪委书记"),
    _form("problem_list", "问题清单", "issue", "机关纪委", ""),
    _form("objection_opinion", "异议复核意见", "issue", "机关纪委", "复核人、机关纪委书记"),
    _form("rectification_plan", "整改方案与三清单", "issue", "责任单位", f"{_HEAD}、单位纪委、审定人"),
    _form("commitment", "整改承诺书", "issue", "责任单位", _HEAD),
    _form("inspection_record", "整改验收记录", "issue", "验收组", "2名以上验收人"),
    _form(
        "closure_approval",
        "整改销号审批表",
        "issue",
        "责任单位",
        f"{_HEAD}、单位纪委、验收组、分管领导、机关纪委、党组",
    ),
    _form("extension_application", "延期整改申请表", "issue", "责任单位", f"{_HEAD}、单位纪委、审批人"),
    _form("lookback_record", "回头看记录", "issue", "复查组", "2名复查人"),
    _form("volume_catalogue", "卷内目录", "issue", "机关纪委", "立卷人、检查人"),
    _form("transfer_list", "问题线索移送清单", "issue", "机关纪委", "2名移送人、接收人"),
    _form("interview_approval", "约谈审批表", "interview", "提出人", "审批人"),
    _form("interview_record", "约谈记录", "interview", "记录人", "被约谈人、约谈人、记录人（每页）"),
    _form("admonition_record", "诫勉谈话记录", "interview", "记录人", "被谈话人、谈话人、记录人（每页）"),
    _form("risk_point_form", "廉政风险点登记表", "risk_point", "岗位经办人", "填报人、单位审核人、审定人"),
    _form("change_approval", "廉政风险点变更审批表", "risk_point", "提出人", "提出人、审批人"),
    _form("warning_feedback", "廉政风险预警反馈单", "risk_point", "责任单位", f"反馈人、{_HEAD}"),
    _form("annual_review_form", "年度复核表", "unit", "部门负责人", "部门负责人、纪检委员"),
    _form("evaluation_form", "民主测评表", "unit", "参加测评人员（不记名）", ""),
    _form("recusal_form", "回避申请表", "issue", "申请人", "申请人、审核人、决定人"),
    _form("destruction_list", "文书销毁清单", "unit", "机关纪委", "清点人、2名监销人、批准人"),
    _form("service_receipt", "送达回证", "notice", "送达人", "收件人、2名送达人"),
    _form("dispatch_draft", "发文稿纸", "notice", "拟稿人", "拟稿人、核稿人、签发人"),
    _form("dispatch_register", "发文登记簿", "unit", "机关纪委", ""),
    _form("seal_register", "用印登记簿", "unit", "印章保管人", "用印人"),
)
_PRINTS = (
    DocumentKind(
        "risk_ledger", "廉政风险点台账", "T", "unit", sealed=False, replies=False, by_hand=("unit",)
    ),
    DocumentKind("issue_ledger", "问题整改台账", "T", "unit", sealed=False, replies=False, by_hand=("unit",)),
)

KINDS = {kind.code: kind for kind in (*_LETTERS, *_FORMS, *_PRINTS)}
