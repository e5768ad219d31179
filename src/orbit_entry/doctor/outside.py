"""The doctor's checks of the database and of the machines outside. None imports aiogram: it takes seconds to load."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.rates.bounds import RateOutOfBounds
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import source_name
from orbit_domain.clock import Clock
from orbit_domain.money import TON
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.payment.source import SourceUnavailable
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_MAX_DRIFT_S = 30
_HTTP_LIMIT_S = 5
_CLOCK_REMEDY = "set it to network time; if it is right, the index lies about time: use another endpoint"
_STALE_AFTER = timedelta(minutes=10)
_STARS_REMEDY = "check BOT_TOKEN; without ORBIT_STARS_PRICE the shop takes no Stars"
_STILL_REMEDY = "start a worker; orbit chain show says why it stands still"


class OutsideChecks:
    """Checks everything that a shop with these settings depends on."""

    def __init__(self, settings: Settings, clock: Clock, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self.clock = clock
        self.http = http

    async def database(self) -> Sequence[CheckResult]:
        """Whether the database answers and has the schema of this version."""
        current, head = await schema_state(self.settings.database)
        if current is None:
            seen = "no shop in it yet; the first `orbit run` or `orbit migrate` makes its tables"
            return (CheckResult("database", True, seen),)
        seen = f"schema at {current}, this version's is {head}"
        return (CheckResult("database", current == head, seen, "orbit migrate"),)

    async def telegram(self) -> Sequence[CheckResult]:
        """Whether Telegram accepts the token, and whether updates come as the settings say."""
        me = await self._call_telegram("getMe")
        if me is None:
            return (CheckResult("bot token", False, "refused by Telegram", "ask @BotFather for the token: BOT_TOKEN"),)
        webhook = await self._call_telegram("getWebhookInfo") or {}
        expected = self.settings.webhook_url or ""
        url = str(webhook.get("url", ""))
        fits = url.startswith(expected) if expected else not url
        seen = f"{'webhook' if url else 'polling'}, {webhook.get('pending_update_count', 0)} updates waiting"
        remedy = "orbit run sets it to what the settings say"
        return (CheckResult("bot token", True, f"@{me.get('username')}"), CheckResult("updates", fits, seen, remedy))

    async def panel(self) -> Sequence[CheckResult]:
        """Return the results of the panel adapter's own checks."""
        # Nothing is sent twice: a retry would be logged among the results.
        settings = self.settings.panel.model_copy(update={"attempts": 1})
        async with panel_client(settings) as http:
            seen = await MarzbanPanel(settings, http, self.clock).check()
        return tuple(CheckResult(f"panel {one.name}", one.ok, one.seen, one.remedy) for one in seen)

    async def chain(self) -> Sequence[CheckResult]:
        """Whether the chain can be read, is up to date, and has the shop's wallet."""
        ton = self.settings.ton
        key = ton.api_key.get_secret_value() if ton.api_key else None
        api = ToncenterApi(self.http, ton.url, ton.network, key, attempts=1, timeout_s=_HTTP_LIMIT_S)
        try:
            block = await api.masterchain()
            tail = await api.tail(ton.account)
        except SourceUnavailable as error:
            return (CheckResult("chain", False, str(error), "check ORBIT_TON_API_URL and ORBIT_TON_API_KEY"),)
        drift = round((self.clock.now() - block.at).total_seconds())
        return (
            CheckResult(
                "chain", drift <= _MAX_DRIFT_S, f"newest block is {drift} s old", "wait, or use another endpoint"
            ),
            CheckResult("clock", drift >= -_MAX_DRIFT_S, f"{drift:+d} s against the chain", _CLOCK_REMEDY),
            CheckResult("wallet", tail.status == "active", tail.status, "deploy it: send any coin out of it once"),
        )

    async def scanner(self) -> Sequence[CheckResult]:
        """Whether the chain is read, as the stored cursor says: its watermark is neither too old nor later than now."""
        current, head = await schema_state(self.settings.database)
        if current != head:
            return ()  # The check of the database says so.
        engine = open_engine(self.settings.database)
        try:
            async with SqlStorage(engine, base=self.settings.base).transaction() as tx:
                cursor = await tx.cursors.get(source_name(self.settings.ton.network, self.settings.ton.account))
        finally:
            await engine.dispose()
        if cursor is None:
            return (CheckResult("scanner", True, "hasn't begun"),)
        return (_scanner_result(cursor.watermark, self.clock.now()),)

    async def rates(self) -> Sequence[CheckResult]:
        """Whether there is an acceptable rate, and the owner's bounds of it."""
        try:
            rate = await rates_from(self.settings.rates, self.http, self.clock).rate(TON, self.settings.base)
        except RateOutOfBounds as error:
            remedy = f"if a coin really costs that, change {error.setting}; if not, correct ORBIT_TON_RATE, or wait"
            return (CheckResult("rates", False, str(error), remedy),)
        except RateUnavailable as error:
            return (CheckResult("rates", False, str(error), "set ORBIT_TON_RATE until the sources answer"),)
        bounds = str(self.settings.rates.bounds)
        return (CheckResult("rates", True, f"{rate.evidence}; yours: {bounds}" if bounds else rate.evidence),)

    async def stars(self) -> Sequence[CheckResult]:
        """What a Star is worth to the shop, and how many the bot holds; nothing where the shop takes none."""
        stars = self.settings.stars
        if stars is None:
            return ()
        held = (await self._call_telegram("getMyStarBalance") or {}).get("amount")
        if type(held) is not int:
            return (CheckResult("stars", False, "Telegram doesn't say how many the bot holds", _STARS_REMEDY),)
        seen = f"one is {stars.price} {stars.base.code}; the bot holds {held}"
        remedy = "more was given back than the bot held: see the bot's balance in Telegram"
        return (CheckResult("stars", True, seen, remedy if held < 0 else "", is_warning=held < 0),)

    async def _call_telegram(self, method: str) -> dict[str, object] | None:
        """Return the result, or None when Telegram refuses. The address holds the token, so it is never shown."""
        token = self.settings.bot_token.get_secret_value()
        response = await self.http.get(f"{self.settings.telegram_api_url}/bot{token}/{method}", timeout=_HTTP_LIMIT_S)
        if response.status_code in (401, 404):
            return None
        result = response.json().get("result")
        return result if isinstance(result, dict) else {}


def _scanner_result(watermark: datetime | None, now: datetime) -> CheckResult:
    if watermark is None:
        return CheckResult("scanner", False, "nothing is proved to be read yet", _STILL_REMEDY)
    seen = f"read up to {watermark.isoformat(timespec='seconds')}"
    if watermark > now:
        return CheckResult("scanner", False, f"{seen}, which is later than now", "orbit chain reset")
    return CheckResult("scanner", now - watermark <= _STALE_AFTER, seen, _STILL_REMEDY)
