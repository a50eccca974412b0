"""The documents that exist: one row each. Class G is a formal 公文 in GB/T 9704 layout (domain 6.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentKind:
    """One document. `reply_term` is in working days from the receipt; None where no plan is asked for."""

    code: str
    title: str
    template: str
    document_class: str = "G"
    layout: str = "red_head"
    reply_term: int | None = None
    copy_to: str = ""


# Domain 6.1: the leader in charge and the resident group; a unit's own 纪委 copies to neither.
_COPIES = "分管领导，驻厅纪检监察组"

KINDS = {
    kind.code: kind
    for kind in (
        DocumentKind("rectification_notice", "整改通知书", "notice.html", reply_term=10, copy_to=_COPIES),
        DocumentKind("immediate_notice", "立行立改通知书", "notice.html", copy_to=_COPIES),
        DocumentKind("renewed_notice", "重新整改通知书", "notice.html", reply_term=10, copy_to=_COPIES),
        DocumentKind("supervision_letter", "督办函", "letter.html", layout="letter", copy_to="分管领导"),
    )
}
