"""The account on which the system itself acts: what the tick drafts or warns of has an author too.

Nobody signs in with it: it has no password, is not active and holds no role.
"""

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import User
from riskctl.permissions import Actor
from riskctl.services.once import insert_new

USERNAME = "system"
NAME = "系统"


def user_id() -> int:
    """The account's id; made at its first use. No commit."""
    query = select(User.id).where(User.username == USERNAME)
    found = db.session.scalar(query)
    if found is None:
        insert_new(
            User,
            {
                "username": USERNAME, "name": NAME, "post": "", "password_hash": "", "active": False,
                "must_change_password": False, "failed_logins": 0, "session_key": "", "created_at": clock.now(),
            },
        )  # fmt: skip
        found = db.session.scalars(query).one()
    return found


def actor() -> Actor:
    """The system as an actor without any role, for steps that time takes."""
    return Actor(user_id(), NAME)
