"""`orbit doctor`: everything that could keep the shop from selling, each with its remedy."""

import asyncio
import json
import os
from collections.abc import Sequence
from functools import partial

from rich.console import Console

from orbit_entry.config.reading import BadSettings, read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult, within_limit


def run_doctor(*, as_json: bool) -> int:
    """Look at everything and say it all at once; 1 when anything isn't in order."""
    try:
        settings = read_settings(Settings)
    except BadSettings as error:
        findings: Sequence[CheckResult] = [
            CheckResult(problem.variable, False, problem.what, problem.remedy) for problem in error.problems
        ]
    else:
        findings = [*_folder(settings), *asyncio.run(_examine(settings))]
    _print(findings, as_json=as_json)
    return 0 if all(finding.ok for finding in findings) else 1


async def _examine(settings: Settings) -> Sequence[CheckResult]:
    import httpx

    from orbit_adapters.system.clock import SystemClock
    from orbit_entry.doctor.outside import OutsideChecks
    from orbit_entry.doctor.redis import look_at_redis

    async with httpx.AsyncClient() as http:
        world = OutsideChecks(settings, SystemClock(), http)
        looks = await asyncio.gather(
            within_limit("database", world.database, "check DATABASE_URL and that the server is up"),
            within_limit("redis", partial(look_at_redis, settings.redis_url), "check REDIS_URL"),
            within_limit("bot token", world.telegram, "check the network and ORBIT_TELEGRAM_API_URL"),
            within_limit("panel", world.panel, "check ORBIT_PANEL_URL and that the panel is up"),
            within_limit("chain", world.chain, "check ORBIT_TON_API_URL"),
            within_limit("rates", world.rates, "set ORBIT_TON_RATE_RUB"),
        )
    return [finding for look in looks for finding in look]


def _folder(settings: Settings) -> Sequence[CheckResult]:
    if not settings.is_alone:
        return ()  # The books are on a server.
    folder = settings.data_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    writable = os.access(folder, os.W_OK)
    remedy = "make it writable for this user, or set ORBIT_DATA_DIR"
    return (CheckResult("data folder", writable, "writable" if writable else "can't be written to", remedy),)


def _print(findings: Sequence[CheckResult], *, as_json: bool) -> None:
    console = Console()
    bad = [finding for finding in findings if not finding.ok]
    if as_json:
        lines = [{"about": one.about, "ok": one.ok, "seen": one.seen, "remedy": one.remedy} for one in findings]
        console.print(
            json.dumps({"ok": not bad, "findings": lines}, indent=2), markup=False, highlight=False, soft_wrap=True
        )
        return
    for finding in findings:
        mark = "ok " if finding.ok else "BAD"
        console.print(f"{mark} {finding.about}: {finding.seen}", markup=False, highlight=False, soft_wrap=True)
        if not finding.ok and finding.remedy:
            console.print(f"    Next: {finding.remedy}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(bad)} of {len(findings)} need attention." if bad else "All is well.", highlight=False)
