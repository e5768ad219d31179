"""A desk for the page alone: a real little Telegram, an echo of a shop, and figures made up for the other cards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

import orbit_sandbox
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.chat_view import chat_view, customers_view
from orbit_sandbox.telegram.params import Params, Upload
from orbit_sandbox.telegram.refusals import NoSuchButton
from orbit_sandbox.telegram.world import BotApiWorld

PAGE = Path(orbit_sandbox.__file__).parent / "page"
KNOWN = frozenset({"telegram.429", "telegram.down", "chain.lag", "chain.hole", "panel.down", "panel.lose_answer"})


class FakeControlPanel:
    """Holds what the page may see and notes every order it gives."""

    def __init__(self) -> None:
        self.clock = SandboxClock()
        self.world = BotApiWorld(self.clock, "1:x", "orbit_demo_bot", seed=1)
        self.faults = Faults(KNOWN)
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.open_payment: dict[str, str] | None = None
        self.transfers: list[dict[str, Any]] = []
        self.accounts: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.balanced = True
        self.running = True

    def changed(self) -> None:
        self.world.work_signal.send()

    async def bot(self, method: str, files: dict[str, Upload] | None = None, **values: Any) -> Any:
        return await self.world.call(method, Params(values, files or {}))

    def state(self, customer: int | None) -> dict[str, Any]:
        if customer is not None and customer in self.world.customers:
            self.world.mark_read(customer)
        wallet = {"address": "0QAsandbox", "balance_nano": "25000000000", "open_payment": self.open_payment}
        return {
            "version": self.world.work_signal.version,
            "bot": {"name": self.world.bot_name(), "username": self.world.bot_username},
            "now": self.clock.now().isoformat(),
            "customers": customers_view(self.world),
            "chat": chat_view(self.world, customer or 0),
            "wallet": wallet,
            "chain": {"seqno": 41_230_877, "lag": self.faults.is_on("chain.lag"), "transfers": self.transfers},
            "panel": {"accounts": self.accounts},
            "faults": dict(self.faults.state()),
            "worker": {"running": self.running},
            "ledger": {"balanced": self.balanced, "entries": self.entries},
        }

    async def order(self, what: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Do what the page asks; returns the HTTP status and the answer."""
        self.orders.append((what, body))
        answer: dict[str, Any] = {"ok": True}
        match what:
            case "customers":
                answer = {"id": self.world.add_customer(body["name"], body["language"]).id}
            case "say":
                self.world.say(body["customer"], body["text"])
            case "tap":
                try:
                    self.world.tap(body["customer"], body["message_id"], body["data"])
                except NoSuchButton as error:
                    return 409, {"error": str(error)}
            case "pay" if self.open_payment is None:
                return 409, {"error": "nothing to pay"}
            case "clock" if "seconds" in body:
                self.clock.advance(timedelta(seconds=body["seconds"]))
            case "fault":
                turn = self.faults.turn_on if body["on"] else self.faults.turn_off
                turn(body["name"])
            case "heal":
                self.faults.heal()
            case "worker":
                self.running = body["running"]
        self.changed()
        return 200, answer


def control_panel_app(control_panel: FakeControlPanel) -> FastAPI:
    app = FastAPI()

    @app.get("/sandbox/state")
    async def state(customer: int | None = None, since: int | None = None) -> dict[str, Any]:
        if since is not None:
            await control_panel.world.work_signal.wait(since, 20)
        return control_panel.state(customer)

    @app.get("/sandbox/file/{file_id}")
    async def file(file_id: str) -> Response:
        stored = control_panel.world.files.get(file_id)
        return Response(stored.data, media_type=stored.mime)

    @app.post("/sandbox/{what}")
    async def order(what: str, request: Request) -> JSONResponse:
        status, answer = await control_panel.order(what, await request.json())
        return JSONResponse(answer, status)

    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app
