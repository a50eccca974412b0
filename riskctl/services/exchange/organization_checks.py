"""What is wrong with the rows of an organisation's workbook, judged together with what the database holds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from riskctl.models.organization import UNIT_KINDS
from riskctl.permissions import ADMINISTRATORS, ROLE_LABELS, Role
from riskctl.services.accounts import Place, incompatible
from riskctl.services.enrolment import role_named
from riskctl.services.exchange.organization_sheet import ISSUERS, PEOPLE, UNITS, Line
from riskctl.services.exchange.rows import Refusal

_KINDS = {label: kind for kind, label in UNIT_KINDS.items()}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DEEPEST = 12  # the path of ids must fit its column


@dataclass(frozen=True)
class Known:
    """The organisation by codes: parents ("" for the root), kinds, what branches cover, who holds what."""

    parents: Mapping[str, str]
    kinds: Mapping[str, str]
    covers: Mapping[str, Sequence[str]]
    roles: Mapping[str, Sequence[tuple[Role, str]]]

    def with_units(self, lines: Sequence[Line]) -> "Known":
        """As it will be after these rows."""
        return Known(
            {**self.parents, **{line["code"]: line["parent"] for line in lines}},
            {**self.kinds, **{line["code"]: _KINDS[line["kind"]] for line in lines}},
            {**self.covers, **{line["code"]: codes_in(line["covers"]) for line in lines if line["covers"]}},
            self.roles,
        )

    def path(self, code: str) -> str:
        """ "/ROOT/…/CODE/"; raises RecursionError where units are above each other in a circle."""
        above = self.parents.get(code, "")
        return f"{self.path(above) if above else '/'}{code}/"


def codes_in(text: str) -> list[str]:
    """Codes as people list them: 、 , ; or spaces between."""
    return [code for code in re.split(r"[、,，;；\s]+", text) if code]


def refusals(lines: Mapping[str, Sequence[Line]], known: Known) -> list[Refusal]:
    """Everything that stands against the rows; the units first, since people hang on them."""
    after = known.with_units(lines[UNITS])
    found = list(_unit_refusals(lines[UNITS], known, after))
    if not found:
        found = [*_people_refusals(lines[PEOPLE], after), *_issuer_refusals(lines[ISSUERS], after)]
    return found


def _unit_refusals(lines: Sequence[Line], known: Known, after: Known) -> Iterator[Refusal]:
    yield from _doubled(lines, "code")
    roots = [code for code, parent in after.parents.items() if not parent]
    for line in lines:
        if not _CODE.fullmatch(line["code"]):
            yield line.refusal("code", "只能用字母、数字和 - _ . ，且以字母或数字开头")
        elif len(roots) > 1 and not line["parent"]:
            others = "、".join(code for code in roots if code != line["code"])
            yield line.refusal("parent", f"最高一级只能有一个（另有 {others}）：请填写上级单位的代码")
        elif (_KINDS[line["kind"]] == "organ") != (not line["parent"]):
            yield line.refusal("kind", "厅机关不填上级，其他类别须填上级代码")
        else:
            yield from _placed(line, after)
            yield from _branch(line, after)
            yield from _kept_kind(line, known)
    if not roots and lines:
        yield lines[0].refusal("parent", "没有厅机关：请先写一行类别为“厅机关”、上级留空的单位")


def _placed(line: Line, after: Known) -> Iterator[Refusal]:
    parent = line["parent"]
    if parent and parent not in after.kinds:
        yield line.refusal("parent", "没有这个代码的单位：请改正，或在本表中补上该单位")
    elif parent and after.kinds[parent] == "branch":
        yield line.refusal("parent", "党支部之下不设单位：请改填党支部所在的单位")
    elif _depth(line["code"], after) > _DEEPEST:
        yield line.refusal("parent", "上下级关系成了圈，或层级过多：请检查上级代码")


def _branch(line: Line, after: Known) -> Iterator[Refusal]:
    if line["members"] and not (line["members"].isascii() and line["members"].isdecimal()):
        yield line.refusal("members", "须为数字")
    if _KINDS[line["kind"]] != "branch":
        if line["covers"]:
            yield line.refusal("covers", "只有党支部填写覆盖单位")
        return
    covered = after.covers.get(line["code"], [])
    if not covered:
        yield line.refusal("covers", "党支部须写明所覆盖的单位代码")
    wrong = [code for code in covered if after.kinds.get(code, "branch") == "branch"]
    if wrong:
        yield line.refusal("covers", f"没有这样的单位，或本身是党支部：{'、'.join(wrong)}")


def _depth(code: str, after: Known) -> int:
    for depth in range(_DEEPEST + 1):
        if not code:
            return depth
        code = after.parents.get(code, "")
    return _DEEPEST + 1


def _kept_kind(line: Line, known: Known) -> Iterator[Refusal]:
    old, new = known.kinds.get(line["code"]), _KINDS[line["kind"]]
    if old and old != new and {"branch", "organ"} & {old, new}:
        yield line.refusal("kind", f"原为{UNIT_KINDS[old]}，不能改为{line['kind']}：请改用新的代码")


def _doubled(lines: Sequence[Line], name: str) -> Iterator[Refusal]:
    first: dict[str, int] = {}
    for line in lines:
        if line[name] in first:
            yield line.refusal(name, f"与第{first[line[name]]}行重复：请删去一行")
        first.setdefault(line[name], line.number)


def _people_refusals(lines: Sequence[Line], after: Known) -> Iterator[Refusal]:
    if not any(not parent for parent in after.parents.values()):
        if lines:
            yield lines[0].refusal("unit", "尚未建立单位：请在“单位”表中先写厅机关")
        return
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line["username"], []).append(line)
        yield from _person(line, after)
    for own in by_name.values():
        yield from _agreeing(own)
        yield from _apart(own, after)


def _person(line: Line, after: Known) -> Iterator[Refusal]:
    name = line["username"]
    if not name.isascii() or " " in name:
        yield line.refusal("username", "用户名用英文字母、数字或符号，不含空格")
    if line["unit"] and line["unit"] not in after.kinds:
        yield line.refusal("unit", "没有这个代码的单位：请改正，或在“单位”表中补上")
    role, where = role_named(line["role"]), line["role_unit"] or line["unit"]
    if role is None:
        if line["role_unit"]:
            yield line.refusal("role", "填了任职单位，未填岗位：请补上")
    elif not where and role not in ADMINISTRATORS:
        yield line.refusal("role_unit", "请填写该岗位管到哪个单位")
    elif line["role_unit"] and where not in after.kinds:
        yield line.refusal("role_unit", "没有这个代码的单位：请改正，或在“单位”表中补上")
    elif role == Role.COMMISSIONER and after.kinds.get(where) != "branch":
        yield line.refusal("role_unit", "支部纪检委员须任职于党支部：请填党支部的代码")


def _agreeing(own: Sequence[Line]) -> Iterator[Refusal]:
    for line in own[1:]:
        for name in ("name", "post", "unit", "active"):
            if line[name] != own[0][name]:
                yield line.refusal(name, f"同一用户名在第{own[0].number}行写的不一样：请统一")
    first: dict[tuple[str, str], int] = {}
    for line in own:
        held = (line["role"], line["role_unit"] or line["unit"])
        if held in first:
            yield line.refusal("role", f"与第{first[held]}行的岗位相同：请删去一行")
        first.setdefault(held, line.number)


def _apart(own: Sequence[Line], after: Known) -> Iterator[Refusal]:
    root = next(code for code, parent in after.parents.items() if not parent)
    wanted = roles_of(own, root)
    held = wanted or after.roles.get(own[0]["username"], [])
    if any(code not in after.kinds for _, code in held):
        return  # refused already
    places = [
        Place(role, after.path(code), tuple(after.path(covered) for covered in after.covers.get(code, ())))
        for role, code in held
    ]
    if reason := incompatible(places):
        yield own[-1].refusal("role", reason)


def roles_of(own: Sequence[Line], root: str) -> list[tuple[Role, str]]:
    """The roles that the rows of one person give, with the codes of their units; empty: none is named."""
    named = ((role_named(line["role"]), line) for line in own)
    return [
        (role, line["role_unit"] or (root if role in ADMINISTRATORS else line["unit"]))
        for role, line in named
        if role is not None
    ]


def _issuer_refusals(lines: Sequence[Line], after: Known) -> Iterator[Refusal]:
    yield from _doubled(lines, "code")
    for line in lines:
        if line["unit"] and line["unit"] not in after.kinds:
            yield line.refusal("unit", "没有这个代码的单位：请改正，或在“单位”表中补上")
        if role_named(line["signer_role"]) in ADMINISTRATORS:
            labels = "、".join(
                ROLE_LABELS[role] for role in (Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE, Role.RESIDENT)
            )
            yield line.refusal("signer_role", f"三员不签发文书：请填{labels}等岗位")
