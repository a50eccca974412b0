"""Saved views: a ledger's filters, columns and order under a name, for oneself or for all."""

from collections.abc import Mapping

from sqlalchemy import delete, func, or_, select

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import DefaultView, SavedView
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import ledger_filters, ledgers

MOST = 50
_LONGEST_NAME = 40
# What of an address is the question, beside the filters of its kind.
_KEPT = ("unit", "q", "due_before", "overdue", "sort", "columns")


def question(case_type: str, address: Mapping[str, str]) -> dict[str, str]:
    """What of an address a view keeps: its place in the list and the like are left out."""
    own = [name for each in ledger_filters.filters(case_type) for name in each.names]
    names = (*own, *ledger_filters.LINKS.get(case_type, ()), *_KEPT)
    return {name: address[name] for name in names if address.get(name)}


def listed(actor: Actor, case_type: str) -> list[SavedView]:
    """The actor's own views, then those that others share, by name. Who may not know of petitions is shown no
    view that asks for them."""
    query = select(SavedView).where(
        SavedView.case_type == case_type, or_(SavedView.owner_id == actor.user_id, SavedView.shared.is_(True))
    )
    found = sorted(db.session.scalars(query), key=lambda view: (view.owner_id != actor.user_id, view.name))
    if ledgers.knows_petitions(actor):
        return found
    return [view for view in found if "petition" not in view.params.get("source", "").split(",")]


def may_share(actor: Actor) -> bool:
    """Whether the actor's views may be there for all."""
    return allowed(actor, Permission.VIEW_SHARE)


def save(
    actor: Actor, case_type: str, name: str, address: Mapping[str, str], *, shared: bool = False
) -> SavedView:
    """Keep what the address asks under a name, in the place of the actor's own view of that name. Raises
    InvalidInput, NotAllowed. Commits."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput(f"请填写视图名称，最多{_LONGEST_NAME}个字", field="name", code="name")
    if shared and not may_share(actor):
        raise NotAllowed("您的岗位不能把视图共享给他人，请取消共享后保存", code="no_permission")
    params = question(case_type, address)
    # A view that nobody could open is not kept: filters and order are judged as a list judges them.
    ledgers.statements(actor, case_type, ledger_filters.read(case_type, params))
    own = SavedView.owner_id == actor.user_id, SavedView.case_type == case_type
    view = db.session.scalars(select(SavedView).where(*own, SavedView.name == name)).one_or_none()
    if view is None:
        if (db.session.scalar(select(func.count(SavedView.id)).where(*own)) or 0) >= MOST:
            raise InvalidInput(f"每个台账最多保存{MOST}个视图，请先删除不用的", field="name", code="too_many")
        view = SavedView(owner_id=actor.user_id, case_type=case_type, name=name)
        db.session.add(view)
    view.params, view.shared = params, shared
    if not shared and view.id:
        _unset(view, DefaultView.user_id != actor.user_id)
    db.session.commit()
    return view


def remove(actor: Actor, case_type: str, view_id: int) -> None:
    """Delete one's own view; raises NotFound, NotAllowed. Commits."""
    view = _one(actor, case_type, view_id)
    if view.owner_id != actor.user_id:
        raise NotAllowed("视图只能由保存它的人修改或删除", code="not_owner")
    _unset(view)
    db.session.delete(view)
    db.session.commit()


def open_with(actor: Actor, case_type: str, view_id: int | None) -> None:
    """Say with which view the actor's ledger opens, or with none; raises NotFound. Commits."""
    view = _one(actor, case_type, view_id) if view_id is not None else None
    held = db.session.get(DefaultView, (actor.user_id, case_type))
    if view is None:
        if held is not None:
            db.session.delete(held)
    elif held is None:
        db.session.add(DefaultView(user_id=actor.user_id, case_type=case_type, view_id=view.id))
    else:
        held.view_id = view.id
    db.session.commit()


def default(actor: Actor, case_type: str) -> SavedView | None:
    """The view with which the actor's ledger opens."""
    held = db.session.get(DefaultView, (actor.user_id, case_type))
    return held.view if held else None


def _one(actor: Actor, case_type: str, view_id: int) -> SavedView:
    found = next((view for view in listed(actor, case_type) if view.id == view_id), None)
    if found is None:
        raise NotFound("没有这个视图，可能已被删除或取消共享")
    return found


def _unset(view: SavedView, *whose: bool | object) -> None:
    db.session.execute(delete(DefaultView).where(DefaultView.view_id == view.id, *whose))  # type: ignore[arg-type]
