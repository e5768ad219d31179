"""`orbit doctor`: checks everything that the shop needs, and prints a remedy for each error."""

import asyncio
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from orbit_entry.commands.check_results import facts_of, show_results
from orbit_entry.commands.terminal import show, show_json
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult, run_check
from orbit_entry.doctor.inside import check_files, check_people
from orbit_entry.doctor.space import check_disk, check_sizes

if TYPE_CHECKING:
    from orbit_entry.config.payment_methods import ConfiguredPlugin
    from orbit_entry.doctor.outside import OutsideChecks


def run_doctor(*, as_json: bool) -> int:
    """Run every check and print all results. Returns 1 when any is bad."""
    _, results = examine()
    _print(results, as_json=as_json)
    return 0 if all(result.ok for result in results) else 1


def examine() -> tuple[Settings | None, Sequence[CheckResult]]:
    """The settings and every result; without settings, what is wrong with them."""
    try:
        settings = read_settings(Settings)
    except BadSettings as error:
        return None, [CheckResult(problem.variable, False, problem.what, problem.remedy) for problem in error.problems]
    return settings, check_shop(settings)


def check_shop(settings: Settings) -> Sequence[CheckResult]:
    """Run every check of a shop with *settings*. Nothing is changed."""
    inside = (*check_files(settings), *check_disk(settings), *check_people(settings))
    return [*inside, *asyncio.run(_run_checks(settings))]


async def _run_checks(settings: Settings) -> Sequence[CheckResult]:
    import httpx

    from orbit_adapters.system.clock import SystemClock
    from orbit_entry.doctor.alerts import check_alerts
    from orbit_entry.doctor.backup_copies import check_backup_copies
    from orbit_entry.doctor.backups import check_backups
    from orbit_entry.doctor.currency import check_currency
    from orbit_entry.doctor.messages import check_messages
    from orbit_entry.doctor.outside import OutsideChecks
    from orbit_entry.doctor.public_link import check_public_link
    from orbit_entry.doctor.redis import check_redis
    from orbit_entry.doctor.replay import check_replay
    from orbit_entry.doctor.secrets import check_sealed_links

    async with httpx.AsyncClient() as http:
        outside = OutsideChecks(settings, SystemClock(), http)
        checked = await asyncio.gather(
            run_check("database", outside.database, "check DATABASE_URL and that the server is up"),
            run_check("currency", partial(check_currency, settings), "check DATABASE_URL and that the server is up"),
            run_check("sealed links", partial(check_sealed_links, settings), "check DATABASE_URL and the secret keys"),
            run_check("size", partial(check_sizes, settings), "check DATABASE_URL and that the server is up"),
            run_check("alerts", partial(check_alerts, settings), "check DATABASE_URL and that the server is up"),
            run_check("messages", partial(check_messages, settings, outside.clock), "check DATABASE_URL"),
            run_check("backups", partial(check_backups, settings, outside.clock), "check ORBIT_BACKUP_DIR"),
            run_check("replay", partial(check_replay, settings), "check DATABASE_URL and that the server is up"),
            run_check("copies", partial(check_backup_copies, settings, outside.clock), "check ORBIT_BACKUP_DIR"),
            run_check("redis", partial(check_redis, settings.redis_url), "check REDIS_URL"),
            run_check("bot token", outside.telegram, "check the network and ORBIT_TELEGRAM_API_URL"),
            run_check("own links", partial(check_public_link, settings, http), "check ORBIT_PUBLIC_URL"),
            _panel_checks(settings, outside),
            run_check("scanner", outside.scanner, "check DATABASE_URL and that the server is up"),
            run_check("rates", outside.rates, "set ORBIT_TON_RATE"),
            *(_payment_check(outside, one) for one in settings.plugins),
        )
    return [result for results in checked for result in results]


def _payment_check(outside: "OutsideChecks", one: "ConfiguredPlugin") -> Coroutine[Any, Any, Sequence[CheckResult]]:
    about, *_ = one.plugin.methods
    return run_check(str(about), partial(outside.payment_method, one), "check the network and its settings")


async def _panel_checks(settings: Settings, outside: "OutsideChecks") -> Sequence[CheckResult]:
    """The checks of all panels; each has its own limit of time."""
    from orbit_entry.doctor.panels import check_panels

    try:
        return await check_panels(settings, outside.clock, outside.http)
    except BadSettings as error:
        return [CheckResult(problem.variable, False, problem.what, problem.remedy) for problem in error.problems]


def _print(results: Sequence[CheckResult], *, as_json: bool) -> None:
    bad = [result for result in results if not result.ok]
    warnings = [result for result in results if result.ok and result.is_warning]
    if as_json:
        show_json({"ok": not bad, "findings": [facts_of(result) for result in results]})
        return
    show_results(results)
    if bad:
        show(f"{len(bad)} of {len(results)} checks need attention.")
    else:
        show(f"Nothing is broken; {len(warnings)} to think about." if warnings else "Everything is in order.")
