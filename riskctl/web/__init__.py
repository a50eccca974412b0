"""HTML pages: parse, call one service, present."""

from importlib import import_module

from flask import Flask

# The modules of this package that bring pages; each calls its blueprint `pages`.
_AREAS = (
    "login", "home", "statistics", "cases", "colours", "desk", "document_batches", "drafting", "edits",
    "lookbacks", "monitoring", "papers", "minutes", "imports", "organization", "people", "background",
    "yearly", "calendar", "rules", "inbox", "outbox", "basis", "issuers", "ledger_prints", "proof",
    "sittings", "document_templates", "snapshots", "comparing", "lives", "view_acts", "three_lists",
    "selections", "exports",
)  # fmt: skip


def register(app: Flask) -> None:
    """Put every area's pages on the application, behind the guard that denies by default."""
    from flask_bootstrap import Bootstrap5

    from riskctl.web import access, pages

    Bootstrap5(app)
    access.guard(app)
    pages.register(app)
    for area in _AREAS:
        app.register_blueprint(import_module(f"{__name__}.{area}").pages)
