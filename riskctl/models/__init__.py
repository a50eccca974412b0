"""All tables; importing this package fills the metadata."""

from riskctl.models.annual_review import AnnualReview
from riskctl.models.attachment import Attachment, AttachmentLink, ColumnMapping, IdempotencyKey, ImportUpload
from riskctl.models.base import Case, Model
from riskctl.models.basis_clause import BasisClause
from riskctl.models.batch_run import BatchRun
from riskctl.models.calendar import CalendarChange, CalendarDay, CalendarYear
from riskctl.models.colour import ColourOverride, YellowSpell
from riskctl.models.desk import Assignment, Minutes, SignOff
from riskctl.models.document_template import DocumentTemplate
from riskctl.models.event import Event, Seal, SealedText, SealEvent
from riskctl.models.export_shape import ExportShape
from riskctl.models.extension import Extension
from riskctl.models.interview import Interview
from riskctl.models.interview_suggestion import InterviewSuggestion
from riskctl.models.issue import Issue
from riskctl.models.job import Job
from riskctl.models.lookback import Campaign, CampaignCandidate, Lookback
from riskctl.models.message import Message
from riskctl.models.monitoring import Indicator, Reading, ReadingCorrection, RiskCheck, RiskWarning
from riskctl.models.notice import Counter, Notice
from riskctl.models.notice_use import NoticePrint, NoticeReading
from riskctl.models.once import DoneOnce
from riskctl.models.organization import (
    ApiToken,
    BranchCover,
    Issuer,
    RoleGrant,
    Unit,
    User,
)
from riskctl.models.outbox import Outbox
from riskctl.models.record_read import RecordRead
from riskctl.models.reminder import Digest, Reminder, TickMark
from riskctl.models.risk_point import ChangeProposal, RiskPoint
from riskctl.models.risk_point_version import AnnualLedger, AnnualLedgerRow, ChangeReport, RiskPointVersion
from riskctl.models.rule import RuleVersion
from riskctl.models.saved_view import DefaultView, SavedView
from riskctl.models.self_check import SelfCheck
from riskctl.models.snapshot import Snapshot, SnapshotContent, SnapshotRow
from riskctl.models.zero_report import ZeroReport

__all__ = [
    "AnnualLedger",
    "AnnualLedgerRow",
    "AnnualReview",
    "ApiToken",
    "Assignment",
    "Attachment",
    "AttachmentLink",
    "BasisClause",
    "BatchRun",
    "BranchCover",
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "Campaign",
    "CampaignCandidate",
    "Case",
    "ChangeProposal",
    "ChangeReport",
    "ColourOverride",
    "ColumnMapping",
    "Counter",
    "DefaultView",
    "Digest",
    "DocumentTemplate",
    "DoneOnce",
    "Event",
    "ExportShape",
    "Extension",
    "IdempotencyKey",
    "ImportUpload",
    "Indicator",
    "Interview",
    "InterviewSuggestion",
    "Issue",
    "Issuer",
    "Job",
    "Lookback",
    "Message",
    "Minutes",
    "Model",
    "Notice",
    "NoticePrint",
    "NoticeReading",
    "Outbox",
    "Reading",
    "ReadingCorrection",
    "RecordRead",
    "Reminder",
    "RiskCheck",
    "RiskPoint",
    "RiskPointVersion",
    "RiskWarning",
    "RoleGrant",
    "RuleVersion",
    "SavedView",
    "Seal",
    "SealEvent",
    "SealedText",
    "SelfCheck",
    "SignOff",
    "Snapshot",
    "SnapshotContent",
    "SnapshotRow",
    "TickMark",
    "Unit",
    "User",
    "YellowSpell",
    "ZeroReport",
]  # fmt: skip
