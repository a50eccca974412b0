"""Account slips: what goes into the sealed envelope of a new account."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from riskctl.errors import InvalidInput

_CUT = "✂ " + "- " * 36
_SLIP = """{cut}
廉政风险防控系统账号条（密封，仅限本人拆阅）

    岗位或姓名：{name}
    所在单位：{unit}
    用户名：{username}
    一次性密码：{password}
    登录地址：{address}

首次登录须修改密码。请勿转告他人；本条阅后销毁。
"""


@dataclass(frozen=True)
class Slip:
    """The account and its one-time password."""

    name: str
    unit: str
    username: str
    password: str


def reserve(path: Path) -> None:
    """Make the file for the slips before any account is made, readable by its owner only; raises InvalidInput
    when there is one already: the passwords in it are shown nowhere else."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise InvalidInput(f"{path} 已存在：请换一个文件名，以免覆盖未发放的账号条", code="exists") from error


def write(path: Path, slips: Sequence[Slip], address: str) -> None:
    """Fill the reserved file, or take it away when there is nothing to hand over."""
    if not slips:
        path.unlink()
        return
    texts = (
        _SLIP.format(cut=_CUT, address=address or "（由系统管理员告知）", **vars(slip)) for slip in slips
    )
    path.write_text("\n".join(texts), encoding="utf-8")
