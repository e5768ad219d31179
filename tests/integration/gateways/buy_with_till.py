"""Sells with the way to pay and on the panel of `docs/integrating.md` in the sandbox: `python -m … FOLDER`; prints all.

A process of its own, because an installed way to pay is found when a process starts.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from orbit_adapters.panel_plugin.sealed_settings import document_of
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import kept_keys
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.access.panel_changes import PanelEdit
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.payment.payment import Method
from orbit_domain.use_cases.add_panel import AddPanel
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_entry.config.panel_plugins import installed_families
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import DemoEnvironment, open_environment
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox

_PATIENCE_S = 120
TILL = Method("till")
SHELF = PanelId("shelf")


def write(line: dict[str, object]) -> None:
    """What the person at the counter does."""
    with Path(os.environ["TILL_FILE"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


async def buy(folder: Path) -> dict[str, object]:
    """Order, ask for the code, let the counter write half and half, and wait for the key."""
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Anna", "en")
    async with open_environment(sandbox, folder, 0, None) as environment:
        customer = Customer(sandbox, environment.storage, anna.id, _PATIENCE_S)
        sandbox.telegram.press_start(anna.id)
        await customer.until_scanned()

        async def is_read() -> bool:
            async with environment.storage.transaction() as tx:
                cursor = await tx.cursors.get(TILL)
            return cursor is not None and cursor.watermark is not None

        await customer.until("the till read to its end", is_read)
        await customer.tap("plans")
        await customer.tap("buy:sub_1m")
        _, data = await customer.button("pay:")
        await customer.tap(f"{data.rpartition(':')[0]}:{TILL}")

        async def is_opened() -> bool:
            return any(payment.address for payment in await customer.payments())

        await customer.until("the way to the counter", is_opened)
        (payment,) = await customer.payments()
        half, odd = divmod(payment.quote.due.units, 2)
        for units in (half, half + odd):
            write({"units": units, "note": payment.comment, "at": int(sandbox.clock.now().timestamp())})
        order = await customer.until_delivered()
        boris = sandbox.telegram.add_customer("Boris", "en")
        elsewhere = await sell_on_a_folder(environment, Customer(sandbox, environment.storage, boris.id, _PATIENCE_S))
        audit = await AuditLedger(environment.storage)()
    sold = {"method": payment.method, "order": order.state, "address": payment.address, "findings": len(audit.findings)}
    return sold | elsewhere


async def sell_on_a_folder(environment: DemoEnvironment, customer: Customer) -> dict[str, object]:
    """Add the panel to the shop that runs, drain Marzban, and let *customer* start a trial."""
    storage, box = environment.storage, SecretBox(kept_keys(Path(sys.argv[1]) / "secret_keys"))
    admin = (storage, SystemClock(), SystemIds())
    folder = Path(sys.argv[1]) / "accounts"
    folder.mkdir()
    given = {"folder": folder, "host": "vpn.example.org", "token": "canary-token"}
    connection = installed_families()["folder"].settings.model_validate(given)
    await AddPanel(*admin)(PanelRecord(SHELF, "folder", "Shelf"), document_of(connection, SHELF, box), "cli:test")
    await ChangePanel(*admin)(PanelId("main"), PanelEdit(draining=True), "cli:test")
    customer.sandbox.telegram.press_start(customer.id)
    await customer.tap("trial")

    async def has_a_link() -> bool:
        return bool(await customer.subscription_url())

    await customer.until("a key", has_a_link, timedelta(seconds=0.2))
    async with storage.transaction() as tx:
        keys = await tx.keys.page(None, 10)
        (key,) = await tx.keys.of_user(customer.tg_id)
    return {
        "panels": sorted(str(one.panel_id) for one in keys),
        "username": key.username,
        "accounts": [file.stem for file in folder.glob("*.json")],
        "link": key.subscription_url,
    }


if __name__ == "__main__":
    start_logging("error")  # To stderr, also what a slow machine has to say: the answer alone goes to stdout.
    sys.stdout.write(json.dumps(asyncio.run(buy(Path(sys.argv[1])))))
