"""Every document on demo data: its sample data for the template editor, and a picture for docs/samples.

    .venv/bin/python scripts/samples.py [CODE ...]

Writes riskctl/templates/documents/samples/CODE.json and docs/samples/CODE.png (the first page), then the index
docs/samples/README.md. The clock stands still, so that the same program writes the same files.
"""

import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import time_machine
from flask_migrate import upgrade
from sqlalchemy import select

from riskctl import create_app
from riskctl.config import Settings
from riskctl.documents import samples
from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.documents.render import render_pdf
from riskctl.documents.wording import document_number
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Notice, RiskPoint, RiskWarning, Unit
from riskctl.services import demo, document_templates, notice_contexts, papers
from riskctl.services.papers import Subject

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "samples"
DAY = datetime(2026, 11, 24, 2, tzinfo=UTC)
CLASSES = {"G": "公文", "F": "表格", "T": "台账"}
CODE = "0123456789ABCDEF"


@contextmanager
def _department() -> Iterator[None]:
    """The demo's department in a database of its own."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(DAY, tick=False):
        key = secrets.token_hex(16)
        app = create_app(
            Settings(
                data_dir=Path(folder), database_url=f"sqlite:///{folder}/samples.db", secret_key=key, field_key=key,
                audit_key=key, testing=True, public_url="http://riskctl.example",
            )
        )  # fmt: skip
        numbers = count(1)
        # The codes of drafts are random; the samples are not.
        patched = mock.patch.object(secrets, "token_hex", lambda length=32: f"{next(numbers):0{2 * length}x}")
        with app.app_context(), patched:
            upgrade()
            for _, _, progress in demo.seed(secrets.token_hex(8), risk_points=80, issues=20):
                for _ in progress:
                    pass
            yield


def _told(kind: DocumentKind) -> dict[str, Any]:
    query = select(Notice).where(Notice.kind == kind.code).order_by(Notice.issued_on.is_(None), Notice.id)
    notice = db.session.scalars(query.limit(1)).first() or _drafted(kind)
    told = notice_contexts.told_of(notice)
    proof = {"verification_code": CODE, "verify_url": f"http://riskctl.example/verify/{CODE}"}
    word = notice.issuer.words.get(kind.series, notice.issuer.word)
    number = document_number(word, DAY.year, 12) if kind.document_class == "G" else ""
    return {**told, **proof, "number": number}


def _drafted(kind: DocumentKind) -> Notice:
    """One in 拟稿 where the demo has none, about a problem whose rectification somebody has taken through its
    steps, or about its unit."""
    taken = select(Issue).where(Issue.state == "rectifying", Issue.unit.has(Unit.code == "SK"))
    issue = db.session.scalars(taken.order_by(Issue.id.desc()).limit(1)).one()
    fields = {
        "title": f"关于{issue.title}的{kind.title}", "basis": issue.basis, "requirements": issue.requirement,
        "rectify_due": issue.due_on,
    }  # fmt: skip
    if kind.document_class != "G":
        fields = {}
    return papers.draft(kind.code, _subject(kind, issue), issue.created_by_id, fields=fields)


def _subject(kind: DocumentKind, issue: Issue) -> Subject:
    """What the demo has of the kind of record that the document is about."""
    if kind.about == "interview":
        held = select(Interview).order_by(Interview.scheduled_at.is_(None), Interview.id)
        return Subject(issue.unit, interview=db.session.scalars(held).first())
    if kind.about == "risk_point":
        warned = RiskPoint.id.in_(select(RiskWarning.risk_point_id))
        point = select(RiskPoint).where(warned).order_by(RiskPoint.id)
        return Subject(issue.unit, risk_point=db.session.scalars(point).first())
    if kind.about == "notice":
        letter = select(Notice).where(Notice.issues.any(Issue.id == issue.id), Notice.number.is_not(None))
        return Subject(issue.unit, parent=db.session.scalars(letter.order_by(Notice.id)).first())
    if kind.about == "unit":
        return Subject(issue.unit)
    return Subject(issue.unit, issues=[issue])


def _picture(kind: DocumentKind, told: dict[str, Any], folder: Path) -> None:
    """The first page at 70 dots an inch, in sixteen shades: small, and readable."""
    paper = folder / "paper.pdf"
    paper.write_bytes(render_pdf(kind.code, document_templates.filled(kind.code, told)))
    command = ["pdftoppm", "-r", "70", "-png", "-f", "1", "-l", "1", "-singlefile", str(paper)]
    subprocess.run([*command, str(folder / "page")], check=True)
    from PIL import Image

    with Image.open(folder / "page.png") as page:
        page.quantize(16).save(PICTURES / f"{kind.code}.png", optimize=True)


def _index() -> str:
    parts = [
        "# 文书样张\n\n各种文书的首页，用演示数据生成（`python scripts/samples.py`），单位、岗位和事项均为虚构。\n"
    ]
    for name, label in CLASSES.items():
        kinds = [kind for kind in KINDS.values() if kind.document_class == name]
        shown = [f"\n### {kind.title}\n\n![{kind.title}首页]({kind.code}.png)\n" for kind in kinds]
        parts += [f"\n## {label}（{len(kinds)}种）\n", *shown] if shown else []
    return "".join(parts)


def main(codes: list[str]) -> None:
    """Write the samples of these documents, or of all."""
    samples.FOLDER.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    with _department(), tempfile.TemporaryDirectory() as folder:
        for kind in [KINDS[code] for code in codes] or KINDS.values():
            told = _told(kind)
            text = json.dumps(told, ensure_ascii=False, indent=1)
            (samples.FOLDER / f"{kind.code}.json").write_text(text + "\n", encoding="utf-8")
            _picture(kind, told, Path(folder))
            db.session.rollback()  # what was drafted for one is no part of the next
            print(kind.code, kind.title)
    (PICTURES / "README.md").write_text(_index(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
