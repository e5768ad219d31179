"""`orbit doctor`: checks everything that the shop needs, and prints a remedy for each error."""

import asyncio
import json
import os
from collections.abc import Sequence
from functools import partial

from rich.console import Console

from orbit_entry.config.reading import BadSettings, read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult, run_check


def run_doctor(*, as_json: bool) -> int:
    """Run every check and print all results. Returns 1 when any is bad."""
    try:
        settings = read_settings(Settings)
    except BadSettings as error:
        results: Sequence[CheckResult] = [
            CheckResult(problem.variable, False, problem.what, problem.remedy) for problem in error.problems
        ]
    else:
        results = [*_folder(settings), *asyncio.run(_run_checks(settings))]
    _print(results, as_json=as_json)
    return 0 if all(result.ok for result in results) else 1


async def _run_checks(settings: Settings) -> Sequence[CheckResult]:
    import httpx

    from orbit_adapters.system.clock import SystemClock
    from orbit_entry.doctor.outside import OutsideChecks
    from orbit_entry.doctor.redis import check_redis

    async with httpx.AsyncClient() as http:
        outside = OutsideChecks(settings, SystemClock(), http)
        checked = await asyncio.gather(
            run_check("database", outside.database, "check DATABASE_URL and that the server is up"),
            run_check("redis", partial(check_redis, settings.redis_url), "check REDIS_URL"),
            run_check("bot token", outside.telegram, "check the network and ORBIT_TELEGRAM_API_URL"),
            run_check("panel", outside.panel, "check ORBIT_PANEL_URL and that the panel is up"),
            run_check("chain", outside.chain, "check ORBIT_TON_API_URL"),
            run_check("rates", outside.rates, "set ORBIT_TON_RATE_RUB"),
        )
    return [result for results in checked for result in results]


def _folder(settings: Settings) -> Sequence[CheckResult]:
    if not settings.is_alone:
        return ()  # The database is on a server.
    folder = settings.data_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    writable = os.access(folder, os.W_OK)
    remedy = "make it writable for this user, or set ORBIT_DATA_DIR"
    return (CheckResult("data folder", writable, "writable" if writable else "can't be written to", remedy),)


def _print(results: Sequence[CheckResult], *, as_json: bool) -> None:
    console = Console()
    bad = [result for result in results if not result.ok]
    if as_json:
        lines = [{"about": one.about, "ok": one.ok, "seen": one.seen, "remedy": one.remedy} for one in results]
        console.print(
            json.dumps({"ok": not bad, "findings": lines}, indent=2), markup=False, highlight=False, soft_wrap=True
        )
        return
    for result in results:
        mark = "ok " if result.ok else "BAD"
        console.print(f"{mark} {result.about}: {result.seen}", markup=False, highlight=False, soft_wrap=True)
        if not result.ok and result.remedy:
            console.print(f"    Next: {result.remedy}", markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{len(bad)} of {len(results)} checks need attention." if bad else "Everything is in order.", highlight=False
    )
