"""发文机关: who issues documents, in what name and number, who signs and who keeps the seal (domain 1.2, 6.1)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl.errors import InvalidInput, NotAllowed, NotFound, Reason
from riskctl.extensions import db
from riskctl.models import Issuer, RoleGrant, Unit, User
from riskctl.permissions import ROLE_LABELS, Actor, Permission, Role, allowed
from riskctl.schemas import inputs as schemas
from riskctl.services import organization
from riskctl.workflows.engine import Input

# Those for whom workflows/notice.py knows who signs.
SIGNERS = (Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE, Role.SECRETARY, Role.RESIDENT)
_KEEPERS = (Role.UNIT_DISCIPLINE, Role.OFFICE, Role.OFFICE_HEAD, Role.RESIDENT)
# Number series beside the issuer's own (documents/kinds.py), as the form names them.
_SERIES = {"suggestion_word": ("suggestion", "建议书代字"), "supervision_word": ("supervision", "督办函代字")}
_TEXTS = ("name", "head", "word", "signer_title", "contact", "phone")


def inputs(found: Issuer | None = None) -> list[Input]:
    """What is entered of an issuer, with what stands there already."""
    known = {n: getattr(found, n) for n in (*_TEXTS, "unit_id", "signer_role", "keeper_id")} if found else {}
    asked = [
        Input("name", "名称", max_length=128, default=known.get("name"), hint="落款用的发文机关署名，用全称"),
        Input("head", "发文机关标志", required=False, max_length=128, default=known.get("head"), hint="红头文字，不填即名称加“文件”"),
        Input("word", "代字", max_length=32, default=known.get("word"), hint="文号中年份之前的部分，例：锦水机纪；改代字的，新代字从1号起编"),
        *_series(found),
        Input("unit_id", "所属单位", "choice", choices=_units(), default=known.get("unit_id"), hint="单位纪委选该单位，其余选厅机关"),
        Input("signer_role", "签发岗位", "choice", choices=tuple((r.value, ROLE_LABELS[r]) for r in SIGNERS), default=known.get("signer_role")),
        Input("signer_title", "签发人职务", max_length=64, default=known.get("signer_title"), hint="例：机关纪委书记"),
        Input("keeper_id", "用印人", "choice", required=False, choices=tuple(_keepers()), default=known.get("keeper_id"), hint="不选则由办文人员用印"),
        Input("contact", "联系人", required=False, max_length=64, default=known.get("contact"), hint="填职务，不填姓名"),
        Input("phone", "电话", required=False, max_length=32, default=known.get("phone")),
    ]  # fmt: skip
    code = Input("code", "代码", max_length=32, hint="英文字母和数字，例：JGJW")
    return asked if found else [code, *asked]


def _series(found: Issuer | None) -> list[Input]:
    known = found.words if found else {}
    return [
        Input(
            name, label, required=False, max_length=32, default=known.get(series), hint="不填则与代字一并编号"
        )
        for name, (series, label) in _SERIES.items()
    ]


def _units() -> tuple[tuple[int, str], ...]:
    query = select(Unit.id, Unit.name).where(Unit.kind.in_(("organ", "affiliated"))).order_by(Unit.id)
    return tuple((row.id, row.name) for row in db.session.execute(query))


def _keepers() -> list[tuple[int, str]]:
    query = (
        select(User.id, User.name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.active.is_(True), RoleGrant.role.in_(_KEEPERS))
        .order_by(User.id)
        .distinct()
    )
    return [(row.id, row.name) for row in db.session.execute(query)]


def listing() -> list[Issuer]:
    """Every issuer in the order in which they were set up: a department has some dozens."""
    query = select(Issuer).options(joinedload(Issuer.unit), joinedload(Issuer.keeper))
    return list(db.session.scalars(query.order_by(Issuer.id)))


def get(issuer_id: int) -> Issuer:
    """One issuer; raises NotFound."""
    found = db.session.get(Issuer, issuer_id)
    if found is None:
        raise NotFound("没有这个发文机关")
    return found


def save(actor: Actor, found: Issuer | None, raw: Mapping[str, Any]) -> None:
    """Set up an issuer, or change one; signed papers keep their words. Commits. Raises NotAllowed, or
    InvalidInput with every reason."""
    if not allowed(actor, Permission.ISSUER_MANAGE):
        raise NotAllowed("发文机关由系统管理员或机关纪委维护", code="no_permission")
    clean, reasons = schemas.load(inputs(found), raw)
    if not reasons:
        clean = {**clean, **{name: (clean.get(name) or "").strip() for name in (*_TEXTS, *_SERIES)}}
        clean["head"] = clean["head"] or f"{clean['name']}文件"
        reasons = _objections(clean, found)
    if reasons:
        raise InvalidInput("；".join(reason.message for reason in reasons), reasons=reasons)
    code = found.code if found else clean["code"]
    fields = {name: clean.get(name) for name in (*_TEXTS, "signer_role", "keeper_id")}
    fields["words"] = {series: clean[name] for name, (series, _) in _SERIES.items() if clean[name]}
    unit = db.session.get_one(Unit, clean["unit_id"])
    organization.set_issuer(code, unit, actor_id=actor.user_id, **fields)
    db.session.commit()


def _objections(clean: Mapping[str, Any], found: Issuer | None) -> list[Reason]:
    reasons = []
    if found is None:
        if not (clean["code"].isascii() and clean["code"].replace("-", "").isalnum()):
            reasons.append(Reason("code", "代码只用英文字母、数字和短横", "code"))
        elif _taken(Issuer.code == clean["code"], 0):
            reasons.append(Reason("taken", f"代码 {clean['code']} 已被使用", "code"))
    reasons += _words_against(clean, found)
    if clean.get("keeper_id") and not _reaches(clean["keeper_id"], clean["unit_id"]):
        reasons.append(Reason("keeper", "用印人在所属单位没有办文岗位，请另选", "keeper_id"))
    return reasons


def _words_against(clean: Mapping[str, Any], found: Issuer | None) -> list[Reason]:
    # Two issuers of one word would give each other's numbers.
    others = [issuer for issuer in listing() if found is None or issuer.id != found.id]
    taken = {word for issuer in others for word in (issuer.word, *issuer.words.values())}
    reasons = []
    for name in ("word", *_SERIES):
        if clean[name] in taken:
            reasons.append(Reason("taken", f"代字“{clean[name]}”已由其他发文机关使用", name))
        if any(c in clean[name] for c in "〔〕/ "):
            reasons.append(Reason("word", "代字不含年份、括号和空格", name))
    return reasons


def _taken(condition: Any, but: int) -> bool:
    return db.session.scalar(select(Issuer.id).where(condition, Issuer.id != but).limit(1)) is not None


def _reaches(user_id: int, unit_id: int) -> bool:
    above = db.session.get_one(Unit, unit_id).ancestor_ids
    query = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id, RoleGrant.role.in_(_KEEPERS), RoleGrant.unit_id.in_(above)
    )
    return db.session.scalar(query.limit(1)) is not None
