"""`orbit demo`: the sandbox page, or one purchase without it."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.commands.still_at_work import still_at_work
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.demo.customer import Customer, NotSeenError
from orbit_entry.demo.environment import open_environment
from orbit_entry.demo.scenario import Scenario
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.signals import stop_on_signals
from orbit_sandbox.sandbox import Sandbox

_REASON_CHARS = 300


def serve_page(port: int) -> int:
    """Serve the sandbox page until Ctrl-C."""
    start_logging("error")
    return asyncio.run(_serve(port))


def run_headless(*, as_json: bool, broken: str | None) -> int:
    """Run one purchase. Returns 0 only if every step passes and the ledger audit finds nothing."""
    start_logging("error")
    return asyncio.run(_run(as_json=as_json, broken=broken))


async def _serve(port: int) -> int:
    sandbox = Sandbox()
    sandbox.telegram.add_customer("Анна", "ru", "anna")
    sandbox.telegram.add_customer("Ben", "en")
    owner = sandbox.telegram.add_customer("Хозяйка", "ru", "owner")
    sandbox.telegram.press_start(owner.id)
    stop = asyncio.Event()
    stop_on_signals(stop)
    with tempfile.TemporaryDirectory(prefix="orbit-demo-") as folder:
        try:
            async with AsyncExitStack() as stack:
                show("Making a database, starting the shop …", error=True)
                with still_at_work("starting the shop"):
                    opening = open_environment(sandbox, Path(folder), port, owner.id)
                    environment = await stack.enter_async_context(opening)
                show(f"The shop is open: {environment.address}", "Press Ctrl-C to stop it.")
                await stop.wait()
        except OSError as error:
            if port == 0:
                raise
            show(f"Port {port} can't be used ({error.strerror}).", "Next: orbit demo --port 0", error=True)
            return 1
    return 0


async def _run(*, as_json: bool, broken: str | None) -> int:
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    with tempfile.TemporaryDirectory(prefix="orbit-demo-") as folder:
        async with open_environment(sandbox, Path(folder), 0, None) as environment:
            customer = Customer(sandbox, environment.storage, anna.id)
            scenario = Scenario(customer, broken)
            failed = ""
            try:
                await scenario.run()
            except NotSeenError as error:
                failed = str(error)
            except Exception as error:  # A purchase that breaks halfway says why in one line.
                failed = one_line(f"{type(error).__name__}: {error}")[:_REASON_CHARS]
            report = await AuditLedger(environment.storage)()
            orders = await customer.orders()
            url = await customer.subscription_url()
    ok = not failed and report.balanced
    facts = {
        "ok": ok,
        "steps": [{"name": step.name, "seen": step.seen} for step in scenario.steps],
        "order": {"state": orders[0].state if orders else None},
        "key": {"subscription_url": url},
        "ledger": {"balanced": report.balanced, "entries": report.check.entries},
        **({"failed": failed} if failed else {}),
    }
    _print(facts, as_json=as_json)
    return 0 if ok else 1


def _print(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        show_json(facts)
        return
    steps = facts["steps"]
    for step in steps if isinstance(steps, list) else ():
        show(f"  {step['name']:<18} {step['seen']}")
    summary = "All steps passed." if facts["ok"] else f"Failed: {facts.get('failed', 'the ledger audit')}"
    show(summary, f"ledger: {facts['ledger']}", f"key: {facts['key']}")
