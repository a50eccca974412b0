"""The documents that exist: one row each (domain 6.1, and the papers that domain 4 calls for).

Class G is a formal 公文 in GB/T 9704 layout, F a form, T the print of a ledger.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentKind:
    """One document. `about` is the record that it is drawn from: a case type, or unit.

    Of class G: `layout` is red_head or letter (信函格式); one that is not sealed is only signed by name and
    date; `replies`: the unit owes an answer; `reply_term` in working days from the receipt, None where no
    plan is asked for; `series` is the number series of its own (see Issuer.words), empty for the issuer's 代字.
    """

    code: str
    title: str
    document_class: str = "G"
    about: str = "issue"
    layout: str = "red_head"
    sealed: bool = True
    reply_term: int | None = None
    replies: bool = True
    copy_to: str = ""

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
    DocumentKind("extension_reply", "延期批复", layout="letter", replies=False, copy_to=_COPIES),
    DocumentKind("supervision_letter", "督办函", layout="letter", copy_to="分管领导"),
    DocumentKind(
        "warning_notice", "廉政风险预警通知书", about="risk_point", layout="letter", copy_to="分管领导"
    ),
)

KINDS = {kind.code: kind for kind in _LETTERS}
