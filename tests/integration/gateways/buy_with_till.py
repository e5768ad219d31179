"""Buys one month with the way to pay of `docs/integrating.md` in the sandbox: `python -m … FOLDER`; prints what it saw.

A process of its own, because an installed way to pay is found when a process starts.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from orbit_domain.payment.payment import Method
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox

_PATIENCE_S = 120
TILL = Method("till")


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
        audit = await AuditLedger(environment.storage)()
    return {"method": payment.method, "order": order.state, "address": payment.address, "findings": len(audit.findings)}


if __name__ == "__main__":
    start_logging("error")  # To stderr, also what a slow machine has to say: the answer alone goes to stdout.
    sys.stdout.write(json.dumps(asyncio.run(buy(Path(sys.argv[1])))))
