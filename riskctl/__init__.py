"""riskctl: integrity risk control, from a ledger of risks to a closed issue and its printed notice."""

from flask import Flask

from riskctl.config import Settings, load_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application; reads the environment unless settings are given."""
    from riskctl import api, app_setup, web

    settings = settings or load_settings()
    app = Flask(__name__)
    app_setup.configure(app, settings)
    app_setup.bind_extensions(app, settings)
    app_setup.follow_requests(app)
    app_setup.add_health(app)
    # flask-smorest registers its JSON error handler for the whole application, so the pages come after it.
    api.register(app)
    web.register(app)
    return app
