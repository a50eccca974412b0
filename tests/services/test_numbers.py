"""Gapless numbers: given in the transaction that uses them, also when many sign at once and some fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from riskctl.extensions import db
from riskctl.services import numbers


def test_a_series_counts_from_one_and_in_blocks(session: object) -> None:
    assert [numbers.next_in("锦水机纪/2026") for _ in range(3)] == [1, 2, 3]
    assert numbers.next_in("锦水机纪/2026", count=5) == 4
    assert numbers.next_in("锦水机纪/2026") == 9
    assert numbers.next_in("锦水机纪/2027") == 1


def test_a_number_that_was_rolled_back_is_given_again(session: object) -> None:
    assert numbers.next_in("x") == 1
    db.session.commit()
    assert numbers.next_in("x") == 2
    db.session.rollback()
    assert numbers.next_in("x") == 2


def test_twenty_at_once_and_some_failing_leave_no_gap_and_no_double(app: Flask) -> None:
    signers, failing = 20, {3, 7, 12, 13}
    start = Barrier(signers)

    def sign(who: int) -> int | None:
        with app.app_context():
            start.wait(30)
            given = numbers.next_in("锦水机纪/2026")
            if who in failing:
                db.session.rollback()
                return None
            db.session.commit()
            return given

    with ThreadPoolExecutor(signers) as pool:
        given = [number for number in pool.map(sign, range(signers)) if number is not None]
    assert sorted(given) == list(range(1, signers - len(failing) + 1))
