"""All tables; importing this package fills the metadata."""

from riskctl.models.attachment import Attachment, AttachmentLink, ColumnMapping, IdempotencyKey, ImportUpload
from riskctl.models.base import Case, Model
from riskctl.models.event import Event, Seal, SealedText, SealEvent
from riskctl.models.interview import Interview
from riskctl.models.issue import Issue
from riskctl.models.notice import Counter, Notice
from riskctl.models.organization import (
    ApiToken,
    BranchCover,
    CalendarDay,
    Issuer,
    RoleGrant,
    Unit,
    User,
)
from riskctl.models.risk_point import ChangeProposal, RiskPoint, RiskWarning

__all__ = [
    "ApiToken",
    "Attachment",
    "AttachmentLink",
    "BranchCover",
    "CalendarDay",
    "Case",
    "ChangeProposal",
    "ColumnMapping",
    "Counter",
    "Event",
    "IdempotencyKey",
    "ImportUpload",
    "Interview",
    "Issue",
    "Issuer",
    "Model",
    "Notice",
    "RiskPoint",
    "RiskWarning",
    "RoleGrant",
    "Seal",
    "SealEvent",
    "SealedText",
    "Unit",
    "User",
]  # fmt: skip
