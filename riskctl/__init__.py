"""riskctl: integrity risk control, from a ledger of risks to a closed issue and its printed notice."""

from typing import TYPE_CHECKING

from riskctl.config import Settings, load_settings

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Settings | None = None) -> "Flask":
    """The application; reads the environment unless settings are given."""
    # Here and not above: `riskctl --help` imports this package and needs none of it.
    from flask import Flask

    from riskctl import api, app_setup, web
    from riskctl.api.problems import problem
    from riskctl.web.pages import error_page

    settings = settings or load_settings()
    app = Flask(__name__)
    app_setup.configure(app, settings)
    app_setup.bind_extensions(app, settings)
    app_setup.follow_requests(app)
    app_setup.add_health(app)
    api.register(app)
    web.register(app)
    # After the API: flask-smorest registers a JSON error handler for the whole application.
    app_setup.handle_errors(app, problem, error_page)
    return app
