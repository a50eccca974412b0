"""The organisation from a workbook: units, what branches cover, people, roles, issuers of documents.

The sheet says how things should be: run again it changes only what differs. Either every row is right and all
is written, or nothing is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import RoleGrant, Unit, User
from riskctl.models.organization import UNIT_KINDS
from riskctl.permissions import Role
from riskctl.services import accounts, links, organization, passwords
from riskctl.services.enrolment import role_named
from riskctl.services.exchange import organization_checks, organization_sheet, slips
from riskctl.services.exchange.organization_checks import Known, codes_in
from riskctl.services.exchange.organization_sheet import ISSUERS, PEOPLE, UNITS, Line
from riskctl.services.exchange.rows import Refusal
from riskctl.services.exchange.slips import Slip
from riskctl.services.passwords import OneTime

template = organization_sheet.template
_KINDS = {label: kind for kind, label in UNIT_KINDS.items()}


@dataclass
class Result:
    """What an import did; nothing where there are refusals."""

    refusals: list[Refusal] = field(default_factory=list)
    units: int = 0
    people: int = 0
    roles: int = 0
    changed: int = 0
    slips: list[Slip] = field(default_factory=list)


def import_file(data: bytes, *, actor_id: int | None = None) -> Result:
    """Bring the organisation into the state of the workbook; raises InvalidInput when it is none. Commits."""
    lines, refusals = organization_sheet.read(data)
    refusals += organization_checks.refusals(lines, _known()) if not refusals else []
    result = Result(sorted(refusals, key=lambda refusal: (list(lines).index(refusal.sheet), refusal.row)))
    if not result.refusals:
        writer = _Writer(result, actor_id)
        writer.units(lines[UNITS])
        writer.people(lines[PEOPLE])
        writer.issuers(lines[ISSUERS])
        db.session.commit()
    return result


def run(file: Path, slips_file: Path | None, echo: Callable[[str], None]) -> int:
    """The command: say what is wrong or what was done, and hand the new accounts over; its exit code."""
    data = file.read_bytes()
    if slips_file:
        slips.reserve(slips_file)
    made: list[Slip] = []
    try:
        result = import_file(data)
        made = result.slips
    finally:
        if slips_file:
            slips.write(slips_file, made, links.home())
    for refusal in result.refusals:
        place = f"{refusal.sheet} 第{refusal.row}行 {refusal.column}"
        echo(f"{place}“{refusal.value}”：{refusal.reason}")
    if result.refusals:
        echo(f"有{len(result.refusals)}处错误，未写入任何内容")
        return 1
    echo(
        f"单位新增 {result.units}，人员新增 {result.people}，岗位变动 {result.roles}，资料变更 {result.changed}"
    )
    if slips_file and made:
        echo(f"{len(made)}张账号条已写入 {slips_file}：请裁开密封发放，发完删除该文件")
    elif made:
        for slip in made:
            echo(f"{slip.name}\t用户名 {slip.username}\t一次性密码 {slip.password}")
    return 0


def _known() -> Known:
    units = list(db.session.scalars(select(Unit)))
    codes = {unit.id: unit.code for unit in units}
    return Known(
        parents={unit.code: codes.get(unit.parent_id or 0, "") for unit in units},
        kinds={unit.code: unit.kind for unit in units},
        covers={unit.code: [covered.code for covered in unit.covers] for unit in units if unit.kind == "branch"},
        roles=_roles_by_name(codes),
    )  # fmt: skip


def _roles_by_name(codes: dict[int, str]) -> dict[str, list[tuple[Role, str]]]:
    found: dict[str, list[tuple[Role, str]]] = {}
    query = select(User.username, RoleGrant.role, RoleGrant.unit_id).join(User, User.id == RoleGrant.user_id)
    for username, role, unit_id in db.session.execute(query):
        found.setdefault(username, []).append((Role(role), codes[unit_id]))
    return found


class _Writer:
    """Writes checked lines; counts what it did into the result."""

    def __init__(self, result: Result, actor_id: int | None) -> None:
        self._result, self._actor_id = result, actor_id
        self._units = {unit.code: unit for unit in db.session.scalars(select(Unit))}

    def units(self, lines: Sequence[Line]) -> None:
        """Parents before what is below them, branches' covers when every unit is there."""
        known = set(self._units)
        for line in _downward(lines):
            self._unit(line)
        for line in lines:
            if line["members"]:
                unit, members = self._units[line["code"]], int(line["members"])
                differed = organization.count_members(unit, members, actor_id=self._actor_id)
                self._result.changed += differed and line["code"] in known
            if line["covers"]:
                covered = [self._units[code] for code in codes_in(line["covers"])]
                differed = organization.cover(self._units[line["code"]], covered, actor_id=self._actor_id)
                self._result.changed += differed and line["code"] in known

    def _unit(self, line: Line) -> None:
        code, name, kind = line["code"], line["name"], _KINDS[line["kind"]]
        parent, unit = self._units.get(line["parent"]), self._units.get(code)
        if unit is None:
            self._units[code] = organization.add_unit(code, name, kind, parent, actor_id=self._actor_id)
            self._result.units += 1
        else:
            differed = organization.change_unit(unit, name, kind, parent, actor_id=self._actor_id)
            self._result.changed += differed

    def people(self, lines: Sequence[Line]) -> None:
        """Accounts, then the roles of each."""
        known = {user.username: user for user in db.session.scalars(select(User))}
        by_name: dict[str, list[Line]] = {}
        for line in lines:
            by_name.setdefault(line["username"], []).append(line)
        fresh = iter(passwords.one_time(len(by_name.keys() - known.keys())))
        for username, own in by_name.items():
            user = known.get(username) or self._new_user(own[0], next(fresh))
            self._person(user, own, new=username not in known)

    def _new_user(self, line: Line, first: OneTime) -> User:
        unit = self._units.get(line["unit"])
        user, password = accounts.create_user(
            username=line["username"], name=line["name"], unit=unit, post=line["post"], first=first,
            actor_id=self._actor_id,
        )  # fmt: skip
        self._result.people += 1
        self._hand_over(user, password)
        return user

    def _hand_over(self, user: User, password: str) -> None:
        unit = user.unit.name if user.unit else ""
        self._result.slips.append(Slip(user.name, unit, user.username, password))

    def _person(self, user: User, lines: Sequence[Line], *, new: bool) -> None:
        first, unit = lines[0], self._units.get(lines[0]["unit"])
        differed = accounts.change(
            user, actor_id=self._actor_id, name=first["name"], post=first["post"],
            unit_id=unit.id if unit else None, active=first["active"] != "是",
        )  # fmt: skip
        self._result.changed += differed and not new
        if not user.password_hash:  # made in bulk, never handed over
            self._hand_over(user, accounts.reset_password(user, actor_id=self._actor_id))
        wanted = organization_checks.roles_of(lines, self._root().code)
        if wanted:
            self._roles(user, wanted)

    def _root(self) -> Unit:
        return next(unit for unit in self._units.values() if unit.parent_id is None)

    def _roles(self, user: User, wanted: Sequence[tuple[Role, str]]) -> None:
        held = [(Role(grant.role), grant.unit) for grant in user.grants]
        for role, unit in held:
            if (role, unit.code) not in wanted:
                accounts.revoke(user, role, unit, actor_id=self._actor_id)
                self._result.roles += 1
        for role, code in wanted:
            if (role, code) not in {(r, unit.code) for r, unit in held}:
                accounts.grant(user, role, self._units[code], actor_id=self._actor_id)
                self._result.roles += 1

    def issuers(self, lines: Iterable[Line]) -> None:
        """Who issues documents."""
        for line in lines:
            signer = role_named(line["signer_role"])
            assert signer is not None
            differed = organization.set_issuer(
                line["code"], self._units.get(line["unit"]) or self._root(), actor_id=self._actor_id,
                name=line["name"], head=line["head"] or f"{line['name']}文件", word=line["word"],
                signer_title=line["signer_title"], signer_role=signer.value, contact=line["contact"],
                phone=line["phone"],
            )  # fmt: skip
            self._result.changed += differed


def _downward(lines: Sequence[Line]) -> list[Line]:
    waiting = {line["code"]: line for line in lines}
    ordered: list[Line] = []

    def take(line: Line) -> None:
        above = waiting.get(line["parent"])
        if above is not None and above["code"] not in done:
            take(above)
        if line["code"] not in done:
            done.add(line["code"])
            ordered.append(line)

    done: set[str] = set()
    for line in lines:
        take(line)
    return ordered
