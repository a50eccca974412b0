"""合并发文: putting the verified problems of one unit into one 整改通知书, and what could be put together."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.permissions import Actor, Permission
from riskctl.services import audit, cases, drafting, notice_drafts, notice_lists, transitions
from riskctl.services.scope import visible
from riskctl.workflows.notice import NOTICE

MOST = 50
_KIND = "rectification_notice"


def offered(actor: Actor) -> list[tuple[str, list[Issue]]]:
    """Verified problems that await their signature and could share a paper, by unit; those of 立行立改 go out
    alone, since they ask for no plan."""
    units = actor.units(Permission.NOTICE_DRAFT)
    query = (
        select(Issue)
        .where(
            Issue.state == "verifying", Issue.verified_at.is_not(None), Issue.rectify_type != "immediate",
            visible(actor, "issue"),
        )
        .options(joinedload(Issue.unit))
        .order_by(Issue.unit_id, Issue.owner_level, Issue.id)
    )  # fmt: skip
    if units is not None:
        query = query.where(Issue.unit_id.in_(units))
    found: dict[tuple[int, str], list[Issue]] = {}
    for issue in db.session.scalars(query.limit(500)):
        found.setdefault((issue.unit_id, issue.owner_level), []).append(issue)
    return [(group[0].unit.name, group) for group in found.values() if len(group) > 1]


def combine(actor: Actor, issue_ids: Collection[int]) -> Notice:
    """One paper for these problems instead of one for each; it is 送核 at once, and checked by another. Commits.
    Raises InvalidInput that says which problem does not fit, NotAllowed."""
    issues = _locked(actor, issue_ids)
    issuer = notice_drafts.issuer_for(issues[0])
    if not drafting.may_draft(actor, issuer):
        raise NotAllowed("您的岗位不能拟制这份文书", code="no_permission")
    singles = [single for issue in issues if (single := notice_drafts.unsigned_of(issue))]
    for single in singles:
        if notice_lists.is_joint(single):
            raise InvalidInput("其中有问题已在另一份合并的通知书中：请先对那一份办理“不予签发”", code="joint")
        transitions.carry(actor, single, "discard", {"reason": "并入合并的整改通知书"})
    notice = notice_drafts.create(
        kind=_KIND, unit=issues[0].unit, issuer=issuer, issues=issues, drafter_id=actor.user_id,
        fields={"title": DOCUMENTS[_KIND].title},
    )  # fmt: skip
    _put_together(actor, notice, singles)
    transitions.carry(actor, notice, "submit", {})
    db.session.commit()
    return notice


def _locked(actor: Actor, issue_ids: Collection[int]) -> list[Issue]:
    wanted = set(issue_ids)
    if not 2 <= len(wanted) <= MOST:
        raise InvalidInput(f"请选择同一单位的2至{MOST}项问题", field="issue", code="number")
    query = select(Issue).where(Issue.id.in_(wanted), visible(actor, "issue")).order_by(Issue.id)
    found = list(
        db.session.scalars(query.with_for_update(of=Issue).execution_options(populate_existing=True))
    )
    if len(found) != len(wanted):
        raise InvalidInput("其中有不存在或不在您查看范围内的问题", field="issue", code="unknown_record")
    _refuse_unfit(found)
    return found


def _refuse_unfit(issues: Sequence[Issue]) -> None:
    if len({(issue.unit_id, issue.owner_level) for issue in issues}) > 1:
        raise InvalidInput("一份通知书只能发给一个单位，且台账级别相同", field="issue", code="several_units")
    for issue in issues:
        if issue.state != "verifying" or issue.verified_at is None:
            said = f"{issue.code} 不在“核定后待签发”，不能合并"
            raise InvalidInput(said, field="issue", code="not_verified")
        if issue.rectify_type == "immediate":
            raise InvalidInput(f"{issue.code} 是立行立改，单独发通知书", field="issue", code="immediate")


def _put_together(actor: Actor, notice: Notice, singles: Sequence[Notice]) -> None:
    before = audit.snapshot(notice)
    notice_lists.fill(notice)
    cases.start(notice, NOTICE.terms["draft"])
    acted = [(issue.acted or {}).get(name, []) for issue in notice.issues for name in ("submit", "verify")]
    notice.acted = {"verify": sorted({user_id for ids in acted for user_id in ids}), **notice.acted}
    db.session.flush()
    audit.append(notice, trigger="edit", actor_id=actor.user_id, before=before, from_state=notice.state)
    for single in singles:
        _succeed(actor, single, notice)


def _succeed(actor: Actor, single: Notice, notice: Notice) -> None:
    """What the single paper would have replaced, the joint one replaces."""
    old = db.session.get(Notice, single.supersedes_id) if single.supersedes_id else None
    if old is None:
        return
    before = audit.snapshot(old)
    old.superseded_by_id = notice.id
    db.session.flush()
    audit.append(old, trigger="superseded", actor_id=actor.user_id, before=before, from_state=old.state)
