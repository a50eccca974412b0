"""文书核验: what anybody learns of a code and of a file, and what he does not."""

import io

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, TooLarge
from riskctl.extensions import db
from riskctl.models import Notice
from riskctl.services import genuineness, notice_contexts
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
YEAR = clock.today().year


def test_a_code_that_we_never_gave_is_not_genuine(department: Department) -> None:
    for code in ("", "ABC", "ABCDEF0123456789", "'; DROP", "é" * 16, "A" * 400, "０" * 16):
        assert genuineness.check(code) is None
        assert genuineness.same_file(code, io.BytesIO(b"%PDF-1.7")) is None


def test_a_code_tells_what_became_of_its_paper(department: Department) -> None:
    issue = department.issued()
    notice = db.session.scalars(select(Notice).where(Notice.document_class == "G")).one()
    code = notice.verification_code or ""
    found = genuineness.check(f" {code[:8].lower()}-{code[8:]} ")
    assert found is not None
    assert (found.number, found.issued_on) == (f"锦水机纪〔{YEAR}〕1号", clock.today())
    assert (found.withdrawn, found.successor) == (False, None)
    department.take("office_head", issue, "recall", reason="有误")
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    found = genuineness.check(code)
    assert found is not None
    assert (found.withdrawn, found.dispatched, found.successor) == (True, False, f"锦水机纪〔{YEAR}〕2号")


def test_a_file_is_ours_byte_for_byte_or_not_at_all(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    department.issued()
    notice = db.session.scalars(select(Notice).where(Notice.document_class == "G")).one()
    code = notice.verification_code or ""
    assert genuineness.same_file(code, io.BytesIO(b"%PDF-1.7 early")) is None  # none was made yet
    _, data = notice_contexts.pdf_of(department.actor("office"), notice.id)
    assert genuineness.same_file(code, io.BytesIO(data)) == "official"
    assert genuineness.same_file(code, io.BytesIO(data + b"\n")) == "other"
    for wrong in (b"", b"MZ no document"):
        with pytest.raises(InvalidInput):
            genuineness.same_file(code, io.BytesIO(wrong))
    monkeypatch.setattr(genuineness, "MOST_MB", 0)
    with pytest.raises(TooLarge):
        genuineness.same_file(code, io.BytesIO(data))
