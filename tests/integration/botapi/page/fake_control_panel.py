"""A fake control panel for the page alone: the simulated Telegram, no shop, and fixed figures for the other cards."""

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
from orbit_sandbox.telegram.sim_telegram import SimTelegram

PAGE = Path(orbit_sandbox.__file__).parent / "page"
KNOWN = frozenset({"telegram.429", "telegram.down", "chain.lag", "chain.hole", "panel.down", "panel.lose_answer"})


class FakeControlPanel:
    """Holds the state that the page shows and records every action of the page."""

    def __init__(self) -> None:
        self.clock = SandboxClock()
        self.telegram = SimTelegram(self.clock, "1:x", "orbit_demo_bot", seed=1)
        self.faults = Faults(KNOWN)
        self.actions: list[tuple[str, dict[str, Any]]] = []
        self.open_payment: dict[str, str] | None = None
        self.money: dict[str, Any] = {"balance": None, "payments": [], "unmatched": []}
        self.transfers: list[dict[str, Any]] = []
        self.accounts: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.balanced = True
        self.running = True

    def changed(self) -> None:
        self.telegram.signal.send()

    def performed(self, action: str) -> bool:
        """Whether the latest action of the page is *action*."""
        return bool(self.actions) and self.actions[-1][0] == action

    async def bot(self, method: str, files: dict[str, Upload] | None = None, **values: Any) -> Any:
        return await self.telegram.call(method, Params(values, files or {}))

    def state(self, customer: int | None) -> dict[str, Any]:
        if customer is not None and customer in self.telegram.customers:
            self.telegram.mark_read(customer)
        wallet = {
            "address": "0QAsandbox",
            "balance_nano": "25000000000",
            "balance_usdt": "7500000",
            "open_payment": self.open_payment,
        }
        return {
            "version": self.telegram.signal.version,
            "bot": {"name": self.telegram.bot_name(), "username": self.telegram.bot_username},
            "now": self.clock.now().isoformat(),
            "customers": customers_view(self.telegram),
            "chat": chat_view(self.telegram, customer or 0),
            "money": self.money,
            "wallet": wallet,
            "chain": {"seqno": 41_230_877, "lag": self.faults.is_on("chain.lag"), "transfers": self.transfers},
            "panel": {"accounts": self.accounts},
            "faults": dict(self.faults.state()),
            "worker": {"running": self.running},
            "ledger": {"balanced": self.balanced, "entries": self.entries},
        }

    async def perform(self, action: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Perform an action of the page. Returns the HTTP status and the response."""
        self.actions.append((action, body))
        response: dict[str, Any] = {"ok": True}
        match action:
            case "customers":
                response = {"id": self.telegram.add_customer(body["name"], body["language"]).id}
            case "say":
                self.telegram.say(body["customer"], body["text"])
            case "tap":
                try:
                    self.telegram.tap(body["customer"], body["message_id"], body["data"])
                except NoSuchButton as error:
                    return 409, {"error": str(error)}
            case "pay" if self.open_payment is None:
                return 409, {"error": "nothing to pay"}
            case "clock" if "seconds" in body:
                self.clock.advance(timedelta(seconds=body["seconds"]))
            case "fault":
                switch = self.faults.turn_on if body["on"] else self.faults.turn_off
                switch(body["name"])
            case "clear_faults":
                self.faults.clear()
            case "worker":
                self.running = body["running"]
        self.changed()
        return 200, response


def control_panel_app(control_panel: FakeControlPanel) -> FastAPI:
    app = FastAPI()

    @app.get("/sandbox/state")
    async def state(customer: int | None = None, since: int | None = None) -> dict[str, Any]:
        if since is not None:
            await control_panel.telegram.signal.wait(since, 20)
        return control_panel.state(customer)

    @app.get("/sandbox/file/{file_id}")
    async def file(file_id: str) -> Response:
        stored = control_panel.telegram.files.get(file_id)
        return Response(stored.data, media_type=stored.mime)

    @app.post("/sandbox/{action}")
    async def perform(action: str, request: Request) -> JSONResponse:
        status, response = await control_panel.perform(action, await request.json())
        return JSONResponse(response, status)

    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app
