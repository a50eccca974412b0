"""Finding records by words of two characters and more, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, text

from riskctl.extensions import db
from riskctl.models import Issue
from riskctl.models.search import indexed, pairs
from riskctl.services import ledgers
from riskctl.services.ledgers import Query
from tests.department import Department


def found(department: Department, words: str, kind: str = "issue") -> list[str]:
    page = ledgers.page(department.actor("office"), kind, Query(q=words))
    return [record.title for record in page.items]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("比选", True),
        ("未经比选", True),
        ("比选 委托", True),
        ("选比", False),
        ("比选委托", False),  # both stand there, but not side by side
        ("审批", False),
        ("比选 审批", False),
        ("选", True),  # one character: looked for without the index
        ("〇", False),
        ("ＧＰＳ", True),  # typed full width
        ("gps定位", True),
        ("4项", True),
        ("100%", True),
        ("\"' OR 1=1", False),
        ("NEAR(", False),
        ("𠮷日", True),  # beyond the basic plane
    ],
)
def test_words_of_two_characters_and_more_are_found(department: Department, words: str, hit: bool) -> None:
    department.issue(title="小额项目未经比选直接委托", verbatim="4项未经GPS定位核验，占100%；𠮷日开工。")
    department.issue(title="会议记录缺失", verbatim="缺2次。")
    assert found(department, words) == (["小额项目未经比选直接委托"] if hit else [])


@pytest.mark.usefixtures("session")
def test_a_code_and_a_part_of_it_are_found(department: Department) -> None:
    issue = department.issue()
    assert found(department, issue.code.lower()) == [issue.title]
    assert found(department, issue.code[3:9]) == [issue.title]


@pytest.mark.usefixtures("session")
def test_no_word_reaches_from_one_text_into_the_next(department: Department) -> None:
    department.issue(title="库存不实", verbatim="盘点差异。 另有一处")
    assert found(department, "实盘") == []
    assert found(department, "异。另") == []


@pytest.mark.usefixtures("session")
def test_what_was_changed_is_found_by_its_new_words_only(department: Department) -> None:
    issue = department.issue(title="盘点差异")
    issue.title = "账实不符"
    db.session.commit()
    assert found(department, "盘点差异") == []
    assert found(department, "账实不符") == ["账实不符"]


@pytest.mark.usefixtures("session")
def test_what_a_transfer_erases_is_in_no_index(department: Department) -> None:
    issue = department.issue(title="收受礼金问题")
    department.take("office", issue, "submit", not_clue=True)
    department.take("office", issue, "transfer", reason_code="clue")
    assert found(department, "收受礼金") == []
    table = text("SELECT count(*) FROM search_issue")
    assert db.session.scalar(table) == 1


@pytest.mark.usefixtures("session")
def test_the_search_stays_within_what_one_may_see(department: Department) -> None:
    department.issue(title="盘点差异")
    other = ledgers.page(department.actor("commissioner_b"), "issue", Query(q="盘点"))
    assert other.items == []


@pytest.mark.usefixtures("session")
def test_a_search_asks_the_index_and_reads_no_table_through(department: Department) -> None:
    from riskctl.services import search

    query = select(Issue.id).where(search.matches(Issue, "比选"))
    compiled = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if db.engine.dialect.name == "sqlite":
        plan = " ".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
        assert "VIRTUAL TABLE INDEX" in plan
        assert "SCAN issue" not in plan
    else:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(row[0] for row in db.session.execute(text(f"EXPLAIN {compiled}")))
        assert "ix_search_issue_pairs" in plan


@given(st.text(min_size=2, max_size=30), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_part_of_a_word_is_a_phrase_of_its_index(word: str, data: st.DataObject) -> None:
    word = "".join(word.split())
    if len(word) < 2:
        return
    start = data.draw(st.integers(0, len(word) - 2))
    end = data.draw(st.integers(start + 2, len(word)))
    whole = f" {indexed([word])} "
    # Folding may join characters across the cut (Hangul, accents): only cuts that fold alike are asked.
    part = pairs(word[start:end])
    if part and part in pairs(word):
        assert f" {part} " in whole
