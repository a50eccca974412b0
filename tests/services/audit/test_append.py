"""Appending to the chain and reading it again."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from riskctl import request_id
from riskctl.extensions import db
from riskctl.models import Event, Interview, Issue, RiskPoint, SealedText, event_triggers
from riskctl.services import audit, sealed_texts
from riskctl.services.verification import verify
from tests.services.audit.conftest import Chained, change


def test_events_of_a_case_are_chained_and_carry_what_changed(chained: Chained) -> None:
    views = audit.history("risk_point", chained.points[0])
    assert [view.event.seq for view in views] == [1, 2, 3, 4]
    assert views[0].event.prev_hash == audit.GENESIS
    assert [view.event.prev_hash for view in views[1:]] == [view.event.hash for view in views[:-1]]
    assert views[1].fields == {"level": [None, "high"]}
    assert views[1].data == {"reason": "复核后调整"}
    assert views[2].fields == {"level": ["high", "medium"]}


def test_founding_event_holds_every_field_that_is_not_empty(chained: Chained) -> None:
    fields = audit.history("risk_point", chained.points[1])[0].fields
    assert fields["title"] == [None, "工程款审核2"]
    assert fields["measures"] == [None, [{"text": "双人复核", "kind": "control"}]]
    assert "level" not in fields


def test_history_is_bounded_and_gives_the_latest(chained: Chained) -> None:
    latest = audit.history("risk_point", chained.points[0], limit=2)
    assert [view.event.seq for view in latest] == [3, 4]
    earlier = audit.history("risk_point", chained.points[0], limit=2, before_seq=3)
    assert [view.event.seq for view in earlier] == [1, 2]


def test_sensitive_text_is_not_in_the_event_but_readable_in_the_history(chained: Chained) -> None:
    stored = db.session.execute(text("SELECT changes FROM event WHERE case_type = 'interview'")).scalars()
    everything = "".join(str(changes) for changes in stored)
    assert "谈话要点" not in everything
    assert "认识到位" not in everything
    founding, held = audit.history("interview", chained.interview_id)
    assert founding.fields["reason"] == [None, "招标文件审核把关不严"]
    assert founding.fields["requirements"][1] == [{"text": "完善会签制度", "due_on": "2026-04-01"}]
    assert held.fields["content"] == [None, "谈话要点：说明情况"]
    assert held.data == {"opinion": "认识到位", "method": "direct"}


def test_equal_texts_have_different_digests(chained: Chained) -> None:
    interview = db.session.get_one(Interview, chained.interview_id)
    change(interview, "edit", report="同样的话")
    change(interview, "edit", report=None, evaluation="同样的话")
    digests = [d for e in db.session.scalars(select(Event)) for d in sealed_texts.digests_in(e.changes)]
    assert len(digests) == len(set(digests))


def test_erasing_removes_the_texts_and_leaves_the_chain_whole(chained: Chained) -> None:
    interview = db.session.get_one(Interview, chained.interview_id)
    change(interview, "erase", reason="（已移送）", content=None, requirements=[])
    audit.erase("interview", interview.id)
    db.session.commit()
    assert db.session.scalars(select(SealedText)).all() == []
    views = audit.history("interview", chained.interview_id)
    assert views[0].fields["reason"] == [None, audit.ERASED]
    assert views[0].fields["kind"] == [None, "reminder"]
    assert verify().problems == []


def test_a_swapped_ciphertext_is_not_shown(chained: Chained, tamper: Any) -> None:
    tamper("UPDATE sealed_text SET salt = 'another'")
    assert audit.history("interview", chained.interview_id)[0].fields["reason"][1] == sealed_texts.UNREADABLE


def test_prose_is_hidden_in_whatever_form_a_step_collects_it(app: Any) -> None:
    vault = sealed_texts.Vault("interview", 1)
    hidden = vault.hide_prose(
        {"reason": "某事", "held_on": "2026-03-02", "evidence": [1, 2], "listed": [{"text": "某事"}],
         "paper": {"approved_by": 3, "approved_on": "2026-03-02", "note": "某事"}, "opinion": ""}
    )  # fmt: skip
    assert "某事" not in str(hidden)
    assert hidden["held_on"] == "2026-03-02"
    assert hidden["evidence"] == [1, 2]
    assert hidden["opinion"] == ""
    assert hidden["paper"]["approved_by"] == 3
    assert len(vault.rows) == 3


def test_moments_read_the_same_before_and_after_the_database() -> None:
    shanghai = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    assert audit.plain(shanghai) == audit.plain(shanghai.astimezone(UTC)) == "2026-03-02T01:30:00+00:00"


def test_the_request_is_named(chained: Chained) -> None:
    token = request_id.current.set("req-7")
    try:
        change(db.session.get_one(RiskPoint, chained.points[2]), "edit", level="low")
    finally:
        request_id.current.reset(token)
    assert audit.history("risk_point", chained.points[2])[-1].event.request_id == "req-7"


def test_other_subjects_have_chains_too(chained: Chained) -> None:
    for active in (True, False):
        audit.append_for(
            "user", chained.user_id, "switch", actor_id=None, changes={"fields": {"active": [None, active]}}
        )
    db.session.commit()
    assert [view.event.seq for view in audit.history("user", chained.user_id)] == [1, 2]
    assert verify().problems == []


def test_many_events_continue_the_chains_in_their_order(chained: Chained) -> None:
    points = [db.session.get_one(RiskPoint, point_id) for point_id in chained.points]
    past = datetime(2025, 5, 6, 7, tzinfo=UTC)
    entries = []
    for point in points:
        for old, new in ((point.likelihood, 4), (4, 5)):
            entries.append(
                audit.Entry(point, "edit", None, {"likelihood": [old, new]}, ("draft", "draft"), at=past)
            )
        point.likelihood = 5
    audit.append_many(entries)
    db.session.commit()
    assert verify().problems == []
    last = audit.history("risk_point", chained.points[0])[-1].event
    assert (last.seq, last.at) == (6, past)


def test_nothing_is_written_for_no_records(session: Any) -> None:
    audit.append_founding([], trigger="import", actor_id=None)
    assert session.scalars(select(Event)).all() == []


@pytest.mark.parametrize("table", event_triggers.PROTECTED)
def test_the_database_refuses_to_change_the_chain(sealed: Chained, session: Any, table: str) -> None:
    column = {"event": "trigger", "sealed_text": "salt", "seal": "root", "seal_event": "event_hash"}[table]
    with pytest.raises(DatabaseError, match="never changed"):
        session.execute(text(f"UPDATE {table} SET {column} = 'x'"))
    session.rollback()


@pytest.mark.parametrize("table", ["event", "seal", "seal_event"])
def test_the_database_refuses_to_cut_the_chain(sealed: Chained, session: Any, table: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"):
        session.execute(text(f"DELETE FROM {table}"))
    session.rollback()


def test_the_order_in_which_cases_were_linked_does_not_matter(chained: Chained) -> None:
    issues = [
        Issue(
            code=f"WT-XA-{n}", unit_id=chained.unit_id, state="draft", source="daily", title="验收资料不全",
            verbatim="验收资料不全", found_on=date(2026, 3, 2), created_by_id=chained.user_id,
        )
        for n in (1, 2)
    ]  # fmt: skip
    db.session.add_all(issues)
    db.session.flush()
    audit.append_founding(issues, trigger="create", actor_id=chained.user_id)
    change(db.session.get_one(Interview, chained.interview_id), "edit", issues=issues[::-1])
    db.session.commit()
    assert verify().problems == []
