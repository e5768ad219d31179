"""How a simulated indexer fails on its way: limits, errors, pages of a proxy, responses that break off."""

from collections.abc import Callable

from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse

from orbit_sandbox.chain.toncenter_json import Json
from orbit_sandbox.dropped_response import DroppedResponse
from orbit_sandbox.faults import Faults


class BadRequest(Exception):
    """A refusal by the indexer: *status* and the message of its error body."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


def respond(faults: Faults, part: str, limited: Json, build: Callable[[], Json]) -> Response:
    """The JSON that *build* makes, or what the active fault of *part* makes of it.

    The faults are `<part>.timeout`, `.429` (with the body *limited*), `.500`, `.html` and `.cut_json`.
    """
    if faults.consume(f"{part}.timeout"):
        return DroppedResponse()
    if faults.consume(f"{part}.429"):
        return JSONResponse(limited, 429)
    if faults.consume(f"{part}.500"):
        return JSONResponse({"error": "internal server error"}, 500)
    if faults.consume(f"{part}.html"):
        return HTMLResponse("<html><body>Just a moment...</body></html>")
    try:
        answer = JSONResponse(build())
    except BadRequest as error:
        return JSONResponse({"error": str(error)}, error.status)
    if faults.consume(f"{part}.cut_json"):
        whole = bytes(answer.body)
        return Response(whole[: len(whole) // 2], media_type="application/json")
    return answer
