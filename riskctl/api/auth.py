"""Who calls the API: the bearer token's user, once a request."""

from flask import g, request

from riskctl.errors import NotSignedIn
from riskctl.permissions import Actor
from riskctl.services import accounts


def current_actor() -> Actor:
    """The actor behind the bearer token; raises NotSignedIn."""
    if "api_actor" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("请在 Authorization 头中提供 Bearer 令牌", code="no_token")
        g.api_actor = accounts.actor_of(accounts.user_of_token(token.strip()))
    actor: Actor = g.api_actor
    return actor
