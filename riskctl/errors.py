"""The error tree: everything that riskctl refuses, with the words that the user reads."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

FULL = "服务器的存储空间不足，没有办成，也没有留下不完整的文件：请系统管理员清理后重新办理"
FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Reason:
    """One reason why a rule refuses: a stable code, the Chinese sentence, and the input it concerns."""

    code: str
    message: str
    field: str | None = None
    link: str | None = None


class RiskctlError(Exception):
    """A refusal or failure that the user is told about; anything else is a bug and answers 500."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "系统出错"

    def __init__(self, message: str, *, code: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__
        self.details = details or {}

    @property
    def reasons(self) -> list[Reason]:
        """The single reasons, for the presenters; empty where one sentence says it all."""
        return []


class NotFound(RiskctlError):
    """No such record, or none that this actor may know of."""

    status = 404
    title = "没有找到"


class NotAllowed(RiskctlError):
    """The actor lacks the right."""

    status = 403
    title = "没有权限"


class NotSignedIn(RiskctlError):
    """Nobody is signed in, or the token is unknown or expired."""

    status = 401
    title = "请先登录"


class _WithReasons(RiskctlError):
    def __init__(self, reasons: Sequence[Reason], message: str = "", *, code: str = "") -> None:
        super().__init__(message or "；".join(reason.message for reason in reasons), code=code)
        self._reasons = list(reasons)

    @property
    def reasons(self) -> list[Reason]:
        return self._reasons


class InvalidInput(_WithReasons):
    """Input of the wrong form: names field and cure."""

    status = 422
    title = "填写有误"

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid",
        field: str | None = None,
        reasons: Sequence[Reason] = (),
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(reasons or [Reason(code, message, field)], message, code=code)
        self.details = details or {}


class TooLarge(InvalidInput):
    """More bytes than are taken."""

    status = 413
    title = "内容过大"


class RuleBroken(_WithReasons):
    """Rules of the workflow refuse; carries every reason at once."""

    status = 422
    title = "暂不能办理"


class NotFromHere(RiskctlError):
    """The step does not leave the state that the record is in."""

    status = 409
    title = "当前环节不能办理此步骤"


class EditedMeanwhile(RiskctlError):
    """Somebody changed the record since the actor read it."""

    status = 412
    title = "记录已被他人更新"


class VersionMissing(RiskctlError):
    """A change without If-Match."""

    status = 428
    title = "缺少版本号"


class TooManyAttempts(RiskctlError):
    """Locked out or rate limited."""

    status = 429
    title = "操作过于频繁"


class RenderingFailed(RiskctlError):
    """A document could not be made."""

    status = 500
    title = "文书生成失败"


def system_words(error: OSError) -> str:
    """What the operating system refused, for whoever sits at the console."""
    full = error.errno in FULL_ERRORS
    return FULL if full else f"{error.filename or '文件'}：{error.strerror or error}"
