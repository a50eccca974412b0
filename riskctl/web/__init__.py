"""HTML pages: parse, call one service, present."""

from flask import Flask


def register(app: Flask) -> None:
    """Put every area's pages on the application, behind the guard that denies by default."""
    from flask_bootstrap import Bootstrap5

    from riskctl.web import (
        access,
        background,
        basis,
        calendar,
        cases,
        colours,
        desk,
        document_batches,
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
        pages,
        papers,
        people,
        proof,
        rules,
        yearly,
    )

    Bootstrap5(app)
    access.guard(app)
    pages.register(app)
    for area in (
        login, home, cases, colours, desk, document_batches, edits, lookbacks, monitoring, papers, minutes, imports,
        organization, people, background, yearly, calendar, rules, inbox, outbox, basis, issuers, proof,
    ):  # fmt: skip
        app.register_blueprint(area.pages)
