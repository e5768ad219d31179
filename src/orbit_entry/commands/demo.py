"""`orbit demo`: the sandbox page, or one purchase played without it."""

import asyncio
import json
import signal
import tempfile
from pathlib import Path

from rich.console import Console

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer, NotSeen
from orbit_entry.demo.environment import open_environment
from orbit_entry.demo.scenario import Scenario
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox


def serve_page(port: int) -> int:
    """Serve the sandbox page until Ctrl-C."""
    start_logging("error")
    return asyncio.run(_serve(port))


def play_headless(*, as_json: bool, broken: str | None) -> int:
    """Play one purchase; 0 only if every step and the books hold."""
    start_logging("error")
    return asyncio.run(_play(as_json=as_json, broken=broken))


async def _serve(port: int) -> int:
    console = Console()
    sandbox = Sandbox()
    sandbox.telegram.add_customer("Анна", "ru", "anna")
    sandbox.telegram.add_customer("Ben", "en")
    owner = sandbox.telegram.add_customer("Хозяйка", "ru", "owner")
    sandbox.telegram.press_start(owner.id)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="orbit-demo-") as folder:
        try:
            async with open_environment(sandbox, Path(folder), port, owner.id) as stage:
                console.print(f"The shop is open: {stage.address}", "Ctrl-C closes it.", sep="\n", highlight=False)
                await stop.wait()
        except OSError as error:
            if port == 0:
                raise
            message = f"Port {port} can't be used ({error.strerror}). Next: orbit demo --port 0"
            Console(stderr=True).print(message, highlight=False)
            return 1
    return 0


async def _play(*, as_json: bool, broken: str | None) -> int:
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    with tempfile.TemporaryDirectory(prefix="orbit-demo-") as folder:
        async with open_environment(sandbox, Path(folder), 0, None) as stage:
            customer = Customer(sandbox, stage.storage, anna.id)
            player = Scenario(customer, broken)
            failed = ""
            try:
                await player.play()
            except NotSeen as error:
                failed = str(error)
            report = await AuditLedger(stage.storage)()
            orders = await customer.orders()
            url = await customer.subscription_url()
    ok = not failed and report.balanced
    facts = {
        "ok": ok,
        "steps": [{"name": step.name, "seen": step.seen} for step in player.steps],
        "order": {"state": orders[0].state if orders else None},
        "key": {"subscription_url": url},
        "ledger": {"balanced": report.balanced, "entries": report.check.entries},
        **({"failed": failed} if failed else {}),
    }
    _print(facts, as_json=as_json)
    return 0 if ok else 1


def _print(facts: dict[str, object], *, as_json: bool) -> None:
    console = Console()
    if as_json:
        console.print(json.dumps(facts, ensure_ascii=False, indent=2), markup=False, highlight=False, soft_wrap=True)
        return
    steps = facts["steps"]
    for step in steps if isinstance(steps, list) else ():
        console.print(f"  {step['name']:<18} {step['seen']}", markup=False, highlight=False, soft_wrap=True)
    words = "Everything held." if facts["ok"] else f"It failed at: {facts.get('failed', 'the books')}"
    console.print(
        words,
        f"ledger: {facts['ledger']}",
        f"key: {facts['key']}",
        sep="\n",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
