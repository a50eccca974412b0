"""JSON under /api/v1: the same services as the pages, self-describing."""

from flask import Flask
from flask_smorest import Api


def register(app: Flask) -> None:
    """Put every collection on the application, and the OpenAPI document at /api/v1/openapi.json."""
    from riskctl.api import auth, cases, inbox, monitoring, others, risk_points, statistics

    app.config.update(
        API_TITLE="riskctl",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api()
    # Every route names its own problems (answers.py); a default would hide one that is forgotten.
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    api.init_app(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"token": []}]
    auth.guard(app)
    for blueprint in [
        *cases.blueprints, *others.blueprints, *risk_points.blueprints, *inbox.blueprints, *monitoring.blueprints,
        statistics.blueprint,
    ]:  # fmt: skip
        api.register_blueprint(blueprint)
