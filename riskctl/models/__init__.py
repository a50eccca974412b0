"""All tables; importing this package fills the metadata."""

from riskctl.models.attachment import Attachment, AttachmentLink, ColumnMapping, IdempotencyKey, ImportUpload
from riskctl.models.base import Case, Model
from riskctl.models.calendar import CalendarChange, CalendarDay, CalendarYear
from riskctl.models.colour import ColourOverride, YellowSpell
from riskctl.models.desk import Assignment, Minutes, SignOff
from riskctl.models.event import Event, Seal, SealedText, SealEvent
from riskctl.models.interview import Interview
from riskctl.models.issue import Issue
from riskctl.models.job import Job
from riskctl.models.message import Message
from riskctl.models.notice import Counter, Notice
from riskctl.models.once import DoneOnce
from riskctl.models.organization import (
    ApiToken,
    BranchCover,
    Issuer,
    RoleGrant,
    Unit,
    User,
)
from riskctl.models.risk_point import ChangeProposal, RiskPoint, RiskWarning
from riskctl.models.risk_point_version import AnnualLedger, AnnualLedgerRow, ChangeReport, RiskPointVersion
from riskctl.models.rule import RuleVersion

__all__ = [
    "AnnualLedger",
    "AnnualLedgerRow",
    "ApiToken",
    "Assignment",
    "Attachment",
    "AttachmentLink",
    "BranchCover",
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "ChangeProposal",
    "ChangeReport",
    "ColourOverride",
    "ColumnMapping",
    "Counter",
    "DoneOnce",
    "Event",
    "IdempotencyKey",
    "ImportUpload",
    "Interview",
    "Issue",
    "Issuer",
    "Job",
    "Message",
    "Minutes",
    "Model",
    "Notice",
    "RiskPoint",
    "RiskPointVersion",
    "RiskWarning",
    "RoleGrant",
    "RuleVersion",
    "Seal",
    "SealEvent",
    "SealedText",
    "SignOff",
    "Unit",
    "User",
    "YellowSpell",
]  # fmt: skip
