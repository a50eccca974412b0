"""The documents that exist: one row each. Class G is a formal 公文 in GB/T 9704 layout (domain 6.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentKind:
    """One document. `layout` is red_head or letter (信函格式); `reply_term` is in working days from the receipt,
    None where no plan is asked for; one that is not sealed is only signed by name and date."""

    code: str
    title: str
    template: str = "official.html"
    document_class: str = "G"
    layout: str = "red_head"
    sealed: bool = True
    reply_term: int | None = None
    # Whether the unit owes an answer to it.
    replies: bool = True
    copy_to: str = ""


# Domain 6.1: the leader in charge and the resident group; a unit's own 纪委 copies to neither.
_COPIES = "分管领导，驻厅纪检监察组"

KINDS = {
    kind.code: kind
    for kind in (
        DocumentKind("rectification_notice", "整改通知书", reply_term=10, copy_to=_COPIES),
        DocumentKind("immediate_notice", "立行立改通知书", copy_to=_COPIES),
        DocumentKind("renewed_notice", "重新整改通知书", reply_term=10, copy_to=_COPIES),
        DocumentKind("extension_reply", "延期批复", layout="letter", replies=False, copy_to=_COPIES),
        DocumentKind("supervision_letter", "督办函", layout="letter", copy_to="分管领导"),
        DocumentKind("warning_notice", "廉政风险预警通知书", layout="letter", copy_to="分管领导"),
    )
}
