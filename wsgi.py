"""The WSGI entry point: `gunicorn wsgi:app`."""

from riskctl import create_app

app = create_app()
