"""How a wording becomes paragraphs."""

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from riskctl.documents import texts, wording


def test_marks_number_themselves_and_start_anew_below_a_heading() -> None:
    source = "#、甲\n（#）其一\n（#）其二\n#.子项\n\n#、乙\n（#）又一\n"
    assert texts.body(source, {}) == [
        {"level": 1, "text": "一、甲"}, {"level": 2, "text": "（一）其一"}, {"level": 2, "text": "（二）其二"},
        {"level": 0, "text": "1.子项"}, {"level": 1, "text": "二、乙"}, {"level": 2, "text": "（一）又一"},
    ]  # fmt: skip


def test_what_comes_from_the_data_is_never_a_heading() -> None:
    said = texts.body("{{ words }}", {"words": "#、不是标题\n（#）也不是\n\n　#.仍不是"})
    assert [paragraph["level"] for paragraph in said] == [0, 0, 0]
    assert said[0]["text"] == "#、不是标题"


def test_a_name_that_is_not_there_and_a_way_out_of_the_sandbox_are_refused() -> None:
    with pytest.raises(UndefinedError, match="unit_nam"):
        texts.body("{{ unit_nam }}", {"unit_name": "甲"})
    with pytest.raises(SecurityError):
        texts.body("{{ ''.__class__.__mro__ }}", {})


@pytest.mark.parametrize(
    ("issuer", "word"),
    [("机关纪律检查委员会", "我委"), ("驻厅纪检监察组", "我组"), ("领导小组办公室", "我办"), ("中共锦川省水利厅党组", "厅党组"), ("机关纪委", "我委")],
)  # fmt: skip
def test_how_an_issuer_speaks_of_itself(issuer: str, word: str) -> None:
    assert wording.we(issuer) == word
