"""Records and ledgers as of a past day, as their own addresses with ?as_of= show them; nothing can be done here."""

from flask import render_template, request

from riskctl.errors import InvalidInput
from riskctl.models import Case
from riskctl.permissions import Permission
from riskctl.services import ledger_filters, organization, past, past_lists, past_pages
from riskctl.services.past_lists import PastQuery
from riskctl.services.transitions import KINDS
from riskctl.web import filters
from riskctl.web.access import current_actor


def asked() -> bool:
    """Whether the address asks for a past day; an empty field of a form asks for today."""
    return bool(request.args.get("as_of", "").strip())


def record_page(area: str, title: str, found: Case) -> str:
    """A record as of the day: a banner, no steps."""
    actor, day = current_actor(), past.day_of(request.args["as_of"].strip())
    shown = past_pages.record(actor, past.of(actor, found, day))
    return render_template("past/record.html", name=area, area_title=title, record=found, shown=shown)


def ledger_page(area: str, title: str, case_type: str) -> str:
    """A ledger as of the day, filtered by what the records then were."""
    actor, query = current_actor(), _query(case_type)
    found, known = past_lists.page(actor, case_type, query), ledger_filters.words_of(case_type)
    units = organization.unit_choices(actor, actor.units(Permission.CASE_VIEW))
    return render_template(
        "past/ledger.html", name=area, area_title=title, query=query, page=found, labels_of=ledger_filters.labels_of(case_type),
        choices={name: known[name] for name in past_lists.FILTERS[case_type]}, units=organization.grouped(units),
        states=KINDS[case_type].workflow.states,
        late=past_lists.registered_late(actor, case_type, query.day) if query.after is None else (),
        next_url=filters.address(after=str(found.next)) if found.next else None,
        first_url=filters.address(after=None) if query.after is not None else None,
    )  # fmt: skip


def _query(case_type: str) -> PastQuery:
    """The list that the address asks for; raises InvalidInput on what is none of its filters' values."""
    if case_type not in past_lists.FILTERS:
        raise InvalidInput(
            "只有风险点台账和问题整改台账可以按日期查看，其他请打开单条记录查看", field="as_of", code="kind"
        )
    day, known = past.day_of(request.args["as_of"].strip()), ledger_filters.words_of(case_type)
    equal = {n: request.args[n].split(",") for n in past_lists.FILTERS[case_type] if request.args.get(n)}
    for name, values in equal.items():
        if strange := [value for value in values if value not in known[name]]:
            message = (
                f"{ledger_filters.labels_of(case_type)[name]}没有“{strange[0][:20]}”这个选项，请重新选择"
            )
            raise InvalidInput(message, field=name, code="filter")
    return PastQuery(day, equal, unit=_number("unit"), after=_number("after"))


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    if given and not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise InvalidInput("地址中的单位或翻页标记无效，请从第一页重新查询", field=name, code="cursor")
    return int(given) if given else None
