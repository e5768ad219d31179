"""The route of an endpoint that is called with every update."""

from starlette.routing import Route


class DirectRoute(Route):
    """A route to an ASGI application. A POST to exactly its path reaches it without Starlette's layers in between."""
