"""The address of this service as people outside it reach it."""

_public_url = ""


def configure(public_url: str) -> None:
    """Set RISKCTL_PUBLIC_URL; without it the QR code holds the path alone and the code is typed in."""
    global _public_url
    _public_url = public_url


def home() -> str:
    """The address at which people sign in; empty when it was not set."""
    return _public_url


def verify_url(code: str) -> str:
    """The address behind a document's QR code."""
    return f"{_public_url}/verify/{code}"
