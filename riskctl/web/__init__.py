"""HTML pages: parse, call one service, present."""

from collections.abc import Iterable

from flask import Blueprint, Flask


def register(app: Flask) -> None:
    """Put every area's pages on the application, behind the guard that denies by default."""
    from flask_bootstrap import Bootstrap5

    from riskctl.web import access, pages

    Bootstrap5(app)
    access.guard(app)
    pages.register(app)
    for area in _areas():
        app.register_blueprint(area)


def _areas() -> Iterable[Blueprint]:
    from riskctl.web import (
        background,
        basis,
        calendar,
        cases,
        colours,
        comparing,
        desk,
        document_batches,
        document_templates,
        edits,
        home,
        imports,
        inbox,
        issuers,
        login,
        lookbacks,
        minutes,
        monitoring,
        organization,
        outbox,
        papers,
        people,
        proof,
        rules,
        snapshots,
        yearly,
    )

    areas = (
        login, home, cases, colours, desk, document_batches, edits, lookbacks, monitoring, papers, minutes, imports,
        organization, people, background, yearly, calendar, rules, inbox, outbox, basis, issuers, proof,
        document_templates, snapshots, comparing,
    )  # fmt: skip
    return [area.pages for area in areas]
