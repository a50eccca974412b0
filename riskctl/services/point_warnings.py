"""What the point's own steps of 预警 do to the warnings beside it; warnings.py has the reverse."""

from riskctl.services import risk_point_effects, warnings
from riskctl.services.kinds import Move


def warned(move: Move) -> None:
    """发出预警: a record of its own beside the point, unless it is there already and brings the point along."""
    data = move.data
    if "warning" not in data:
        opening = warnings.Opening(
            data["colour"], data["facts"], data["requirement"], reply_due=data["reply_due"]
        )
        data["warning"] = warnings.begin(move.actor, move.record, opening).id


def warnings_lifted(move: Move) -> None:
    """解除预警 of the point lifts the warning that is still open."""
    for warning in move.record.open_warnings:
        move.inner(warning, "lift", {"result": move.data["result"]})


def confirmed(move: Move) -> None:
    """A confirmed problem becomes an issue, unless the warning that brought the point along made it."""
    if "issue" not in move.data:
        move.data["issue"] = risk_point_effects.problem_issue(move, move.record, move.record.code).id


def warnings_confirmed(move: Move) -> None:
    """What was confirmed at the point is what its open warnings told of; one that was confirmed by itself
    leaves the others open."""
    if "warning" not in move.data:
        for warning in move.record.open_warnings:
            move.inner(warning, "confirm", {"issue": move.data["issue"]})


def warned_still(move: Move) -> None:
    """A point that comes back under watch with a warning open is under warning."""
    point = move.record
    if point.state == "active" and point.open_warnings:
        move.inner(point, "warn", warnings.told_of(point.open_warnings[-1]))
