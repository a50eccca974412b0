"""打印台账 from the list with its filters."""

from collections.abc import Callable

from flask import Flask

from tests.department import Department
from tests.web.pages import PageClient


def test_a_ledger_is_printed_with_its_filters_and_a_reason(
    app: Flask, department: Department, sign_in: Callable[[str], PageClient]
) -> None:
    with app.app_context():
        department.point("SK", level="high")
        department.point("WZ", level="low")
    office = sign_in("office")
    page = office.open("/risk-points?level=high")
    link = next(href for href in page.links() if "/print" in href)
    assert "共 1 行，筛选条件：等级：高" in office.open(link).text
    refused = office.submit("/risk-points/print?level=high", paper="A3", expect=422)
    assert "须写明用途" in refused.text
    office.submit("/risk-points/print?level=high", reason="提交党组会审议")
    assert "打印廉政风险点台账 1 行" in office.page.text
    assert "/print" not in "".join(sign_in("post").open("/risk-points").links())
