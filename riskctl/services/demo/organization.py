"""The fictional 锦川省水利厅: 16 处室, 37 直属单位, 275 branches with their 纪检委员, accounts, issuers."""

import secrets

from sqlalchemy import insert, select

from riskctl.extensions import db
from riskctl.models import RoleGrant, Unit, User
from riskctl.permissions import Role
from riskctl.services import accounts, audit, organization

DEPARTMENTS = {
    "BG": "办公室", "GH": "规划计划处", "ST": "水资源处", "JS": "水利建设处", "HH": "河湖管理处",
    "CW": "财务审计处", "SP": "行政审批处", "YM": "移民工作处", "RS": "人事处", "JW": "机关党委（机关纪委）",
    "ZT": "驻厅纪检监察组", "FG": "政策法规处", "NS": "农村水利处", "JD": "监督处", "FX": "水旱灾害防御处",
    "LT": "离退休人员工作处",
}  # fmt: skip
_NAMED = {"SK": "青岭水库管理处", "WZ": "防汛物资储备中心", "ZF": "水政执法总队", "ZJ": "水利工程质量监督站"}
_PLACES = (
    "云溪", "白岩", "长湾", "石门", "平川", "南屏", "东塬", "竹溪", "清江", "碧潭", "龙坪", "松岭", "银滩", "古渡",
    "北川", "远山", "沙河", "金坝", "红岩", "秋浦", "雁塘", "桐岗", "凤坪", "泉口", "芦洲", "临江", "岭南", "溪口",
    "青石", "天池", "桥头", "月湖", "安澜",
)  # fmt: skip
_BODIES = ("灌区管理局", "水文勘测中心", "水库管理处")
_SECTIONS = ("综合科", "工程管理科", "财务科", "纪检监察室", "运行调度科", "水政水资源科", "安全监督科")

# username -> (post, home, role, unit of the role); contract section 2
ACCOUNTS: dict[str, tuple[str, str | None, Role, str]] = {
    "post": ("青岭水库管理处经办人", "SK", Role.POST, "SK"),
    "dept_head": ("青岭水库管理处部门负责人", "SK", Role.DEPT_HEAD, "SK"),
    "commissioner": ("青岭水库管理处支部纪检委员", "SK", Role.COMMISSIONER, "SK-Z1"),
    "unit_discipline": ("青岭水库管理处纪委干部甲", "SK-04", Role.UNIT_DISCIPLINE, "SK"),
    "unit_discipline2": ("青岭水库管理处纪委干部乙", "SK-04", Role.UNIT_DISCIPLINE, "SK"),
    "post_b": ("防汛物资储备中心经办人", "WZ", Role.POST, "WZ"),
    "dept_head_b": ("防汛物资储备中心部门负责人", "WZ", Role.DEPT_HEAD, "WZ"),
    "commissioner_b": ("防汛物资储备中心支部纪检委员", "WZ", Role.COMMISSIONER, "WZ-Z1"),
    "unit_discipline_b": ("防汛物资储备中心纪委干部", "WZ-04", Role.UNIT_DISCIPLINE, "WZ"),
    "post_d": ("水利建设处经办人", "JS", Role.POST, "JS"),
    "dept_head_d": ("水利建设处处长", "JS", Role.DEPT_HEAD, "JS"),
    "commissioner_d": ("水利建设处支部纪检委员", "JS", Role.COMMISSIONER, "JS-Z1"),
    "leader": ("分管副厅长", "SLT", Role.LEADER, "SLT"),
    "secretary": ("党组书记", "SLT", Role.SECRETARY, "SLT"),
    "office": ("机关纪委干部甲", "JW", Role.OFFICE, "SLT"),
    "office2": ("机关纪委干部乙", "JW", Role.OFFICE, "SLT"),
    "office_head": ("机关纪委书记", "JW", Role.OFFICE_HEAD, "SLT"),
    "resident": ("驻厅纪检监察组干部", "ZT", Role.RESIDENT, "SLT"),
    "auditor": ("巡察审计人员", None, Role.AUDITOR, "SLT"),
    "sysadmin": ("系统管理员", None, Role.SYSADMIN, "SLT"),
    "secadmin": ("安全管理员", None, Role.SECADMIN, "SLT"),
    "auditadmin": ("审计管理员", None, Role.AUDITADMIN, "SLT"),
}


MEMBERS = 2164  # 党员人数 of the whole department


def make_organization() -> None:
    """Units, branches, accounts without passwords, issuers; no commit."""
    root = organization.add_unit("SLT", "锦川省水利厅", "organ")
    units = {"SLT": root}
    for code, name in DEPARTMENTS.items():
        units[code] = organization.add_unit(code, name, "department", root)
        _branch(units, f"{code}-Z1", f"{name}党支部", units[code], units[code])
    for code, name in _affiliated().items():
        units[code] = organization.add_unit(code, name, "affiliated", root)
        _sections(units, code, name)
    _count_members([unit for unit in units.values() if unit.kind == "branch"])
    _accounts(units)
    _issuers(units)


def _count_members(branches: list[Unit]) -> None:
    each, rest = divmod(MEMBERS, len(branches))
    for number, branch in enumerate(branches):
        branch.members = each + (number < rest)


def _affiliated() -> dict[str, str]:
    generated = {f"Z{n:02d}": f"{place}{_BODIES[n % 3]}" for n, place in enumerate(_PLACES, 1)}
    return {**_NAMED, **generated}


def _sections(units: dict[str, Unit], code: str, name: str) -> None:
    parent = units[code]
    for number, section in enumerate(_SECTIONS, 1):
        own = organization.add_unit(f"{code}-{number:02d}", section, "section", parent)
        units[own.code] = own
        # The first branch is the one of the unit's own staff and covers the whole unit.
        label = f"{name}第{number}党支部"
        _branch(units, f"{code}-Z{number}", label, parent, parent if number == 1 else own)


def _branch(units: dict[str, Unit], code: str, name: str, parent: Unit, covered: Unit) -> None:
    units[code] = organization.add_unit(code, name, "branch", parent)
    organization.cover(units[code], [covered])


def _accounts(units: dict[str, Unit]) -> None:
    for username, (post, home, role, unit) in ACCOUNTS.items():
        user, _ = accounts.create_user(
            username=username, name=post, unit=units[home] if home else None, post=post
        )
        user.must_change_password = False
        accounts.grant(user, role, units[unit])
    taken = {unit for _, _, _, unit in ACCOUNTS.values()}
    _commissioners([unit for unit in units.values() if unit.kind == "branch" and unit.code not in taken])


def _commissioners(branches: list[Unit]) -> None:
    # No password: they get one with their account slip. In bulk, argon2 would take seconds for nothing.
    rows = [
        {
            "username": f"jw_{branch.code.lower().replace('-', '_')}", "name": f"{branch.name}纪检委员",
            "post": "纪检委员", "unit_id": branch.parent_id, "session_key": secrets.token_hex(8),
        }
        for branch in branches
    ]  # fmt: skip
    db.session.execute(insert(User), rows)
    ids = {row.username: row.id for row in db.session.execute(select(User.username, User.id))}
    db.session.execute(
        insert(RoleGrant),
        [
            {"user_id": ids[row["username"]], "role": Role.COMMISSIONER, "unit_id": branch.id}
            for row, branch in zip(rows, branches, strict=True)
        ],
    )
    for row, branch in zip(rows, branches, strict=True):
        founded = {"username": row["username"], "role": Role.COMMISSIONER.value, "unit": branch.code}
        audit.append_for(
            "user", ids[row["username"]], "create", actor_id=None, changes={"fields": {}, "data": founded}
        )


# 建议书 and 督办函 have series of their own (domain 6.1).
_SERIES = {
    "JGJW": {"suggestion": "锦水纪建", "supervision": "锦水督"},
    "ZTZ": {"suggestion": "锦水驻纪建"},
}


def _issuers(units: dict[str, Unit]) -> None:
    root = units["SLT"]
    party = "中共锦川省水利厅"
    for code, name, word, title, role in (
        ("JGJW", f"{party}机关纪律检查委员会", "锦水机纪", "机关纪委书记", Role.OFFICE_HEAD),
        ("DZ", f"{party}党组", "锦水党组", "党组书记", Role.SECRETARY),
        ("LDXZ", "锦川省水利厅廉政风险防控工作领导小组办公室", "锦水廉办", "主任", Role.SECRETARY),
        ("ZTZ", "驻锦川省水利厅纪检监察组", "锦水驻纪", "组长", Role.RESIDENT),
    ):
        organization.set_issuer(
            code, root, name=name, head=f"{name}文件", word=word, words=_SERIES.get(code, {}),
            signer_title=title, signer_role=role,
        )  # fmt: skip
    for unit in units.values():
        if unit.kind == "affiliated":
            name = f"中共{unit.name}纪律检查委员会"
            organization.set_issuer(
                f"JW-{unit.code}", unit, name=name, head=f"{name}文件", word=f"锦水{unit.code}纪",
                signer_title="纪委书记", signer_role=Role.UNIT_DISCIPLINE,
            )  # fmt: skip


def set_demo_passwords(password: str) -> None:
    """Give every demo account this password; commits."""
    for username in ACCOUNTS:
        user = accounts.find(username)
        accounts.set_password(user, password, must_change=False)
        user.failed_logins, user.locked_until = 0, None
    db.session.commit()
