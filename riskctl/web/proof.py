"""文书核验: the public pages behind a paper's QR code and verification code."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput
from riskctl.services import genuineness
from riskctl.web.access import public
from riskctl.web.throttle import throttle

pages = Blueprint("proof", __name__)

# A minute and an address, which behind a front server all share.
_CODES, _FILES = 60, 12


@pages.get("/verify")
@public
def entry() -> str | Response:
    """Where a code is typed."""
    code = genuineness.cleaned(request.args.get("code", ""))
    if code:
        return redirect(url_for("proof.verify", code=code), 303)
    return render_template("verify/entry.html")


@pages.get("/verify/<code>")
@public
def verify(code: str) -> tuple[str, int]:
    """Genuine or not, number, date, issuer, and nothing of the content."""
    throttle("code", _CODES)
    return _page(code)


def _page(
    code: str, *, same: str | None = None, checked: bool = False, error: str = "", status: int = 200
) -> tuple[str, int]:
    found = genuineness.check(code)
    page = render_template(
        "verify/result.html", proof=found, code=genuineness.cleaned(code)[:32], same=same, checked=checked,
        error=error,
    )  # fmt: skip
    return page, status if found else 404


@pages.post("/verify/<code>")
@public
def compare(code: str) -> tuple[str, int]:
    """Whether a file is the one that we made; it is read and not kept. Nothing changes, so it answers itself."""
    throttle("file", _FILES)
    file = request.files.get("file")
    try:
        if file is None:
            raise InvalidInput("请选择要核对的 PDF 文件", field="file", code="required")
        same = genuineness.same_file(code, file.stream)
    except InvalidInput as error:
        return _page(code, error=error.message, status=error.status)
    return _page(code, same=same, checked=True)
