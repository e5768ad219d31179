"""The opening page over HTTP, from facts that a test chooses, with its headers and a fresh nonce as in a shop."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_adapters.opening_page.facts import OpeningPageFacts
from orbit_adapters.opening_page.page import page_headers, render_opening_page
from orbit_entry.web.server import serving
from tests.unit.opening_page.page_samples import TOKEN, facts


@dataclass
class ShownFacts:
    """What the page shows next, and where it is."""

    url: str
    facts: OpeningPageFacts


@asynccontextmanager
async def serving_opening_page() -> AsyncIterator[ShownFacts]:
    """Serve the page while the block runs."""
    shown = ShownFacts("", facts())

    async def page(request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = render_opening_page(
            shown.facts,
            request.headers.get("user-agent", ""),
            request.headers.get("accept-language", ""),
            nonce,
            language=request.query_params.get("lang"),
        )
        return Response(html, headers=page_headers(nonce))

    async with serving(Starlette(routes=[Route("/s/{token}", page)]), "127.0.0.1", 0) as address:
        shown.url = f"{address}/s/{TOKEN}"
        shown.facts = facts(url=shown.url)
        yield shown
