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

KINDS = {kind.code: kind for kind in _LETTERS}
