"""Pages of jobs and seals."""

import io
from collections.abc import Callable

from flask import Flask
from time_machine import travel

from riskctl.jobs import working
from riskctl.services import seals
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def test_a_check_from_the_button_to_its_result(app: Flask, department: Department, sign_in: SignIn) -> None:
    with app.app_context():
        department.issue()
        seals.seal_now()
    auditor = sign_in("auditor")
    auditor.open("/seals")
    waiting = auditor.submit("/seals/check")
    assert "排队中" in waiting.text
    assert waiting.all("meta", http_equiv="refresh"), "without scripts the page opens itself anew"
    assert auditor.client.get(f"{auditor.path}/progress").json == {"state": "queued", "done": 0, "total": 0}
    with app.app_context():
        assert working.work_once()
    done = auditor.open(auditor.path)
    assert "核验通过" in done.text
    assert not done.all("meta", http_equiv="refresh")
    assert "核验全部事件" in auditor.open("/jobs").text


def test_a_job_that_waits_is_stopped_on_its_page(app: Flask, department: Department, sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    auditor.open("/seals")
    auditor.submit("/seals/check")
    assert "已取消" in auditor.submit("/cancel").text


def test_a_file_that_is_no_seal_is_named_at_the_form(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    auditor = sign_in("auditor")
    auditor.open("/seals")
    page = auditor.submit("/seals/check", expect=422, seal=(io.BytesIO(b"x"), "x.json"))
    assert "封签文件“x.json”无法读取" in page.text


def test_a_seal_is_taken_away_and_the_months_sheet_printed(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context(), travel("2026-10-20T02:00:00+00:00"):
        department.issue()
        seal = seals.seal_now()
        assert seal is not None
        root, number = seal.root, seal.id
    with travel("2026-11-02T02:00:00+00:00"):
        auditor = sign_in("auditor")
        page = auditor.open("/seals")
        assert "2026年10月" in page.text
        taken = auditor.client.get(f"/seals/{number}.json")
        assert taken.json["root"] == root
        assert "attachment" in taken.headers["Content-Disposition"]
        sheet = auditor.open("/seals/month/2026-10")
        assert root in sheet.text
        assert "驻厅纪检监察组收存" in sheet.text
        for month in ("2026-11", "2026-13", "x"):
            assert auditor.client.get(f"/seals/month/{month}").status_code == 404
