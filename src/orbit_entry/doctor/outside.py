"""The doctor's checks of the database and of the machines outside. None imports aiogram: it takes seconds to load."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx

from orbit_adapters.cryptopay.settings import CryptoPaySettings
from orbit_adapters.payment_plugin.plugin import CheckTools
from orbit_adapters.rates.bounds import RateOutOfBounds
from orbit_adapters.rates.factory import market_rates, rates_from
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import account_of, jetton_source_name, source_name
from orbit_domain.clock import Clock
from orbit_domain.money import TON, USDT
from orbit_domain.payment.ports import RateUnavailable
from orbit_entry.config.payment_methods import ConfiguredPlugin
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_HTTP_LIMIT_S = 5
_STALE_AFTER = timedelta(minutes=10)
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

    async def scanner(self) -> Sequence[CheckResult]:
        """Whether each wallet is read, as its stored cursor says: its watermark is neither too old nor later than now.

        Former ones too: customers may still send money there.
        """
        ton = self.settings.of(TonSettings)
        current, head = await schema_state(self.settings.database)
        if ton is None or current != head:
            return ()  # No chain is read, or the check of the database says so.
        engine = open_engine(self.settings.database)
        try:
            async with SqlStorage(engine, base=self.settings.base).transaction() as tx:
                recorded = {cursor.source: cursor for cursor in await tx.cursors.all()}
        finally:
            await engine.dispose()
        now, watched = self.clock.now(), {"scanner": source_name(ton.network, ton.account)}
        if ton.usdt:
            watched["USDT scanner"] = jetton_source_name(ton.network, ton.account)
        rows = [
            _scanner_result(line, cursor.watermark, now) if cursor else CheckResult(line, True, "hasn't begun")
            for line, cursor in [(line, recorded.pop(name, None)) for line, name in watched.items()]
        ]
        former = [(account_of(ton.network, name), one) for name, one in recorded.items()]
        names = [(account.friendly(ton.network, bounceable=False), one) for account, one in former if account]
        return *rows, *(_scanner_result(f"former wallet {name}", one.watermark, now) for name, one in names)

    async def rates(self) -> Sequence[CheckResult]:
        """Whether there is an acceptable rate of each coin that is taken, and the owner's bounds of it."""
        ton, cryptopay = self.settings.of(TonSettings), self.settings.of(CryptoPaySettings)
        asked_for = None if cryptopay is None else cryptopay.asset
        coin = await self._coin_rate() if ton is not None or asked_for == TON else ()
        takes_usdt = asked_for == USDT or (ton is not None and ton.usdt)
        is_fixed = ton is not None and ton.usdt_rate is not None
        remedy = (
            f"{'leave ORBIT_CRYPTOPAY_COIN out' if ton is None else 'set ORBIT_USDT_TON_RATE'} until the sources answer"
        )
        return (*coin, *(await self._usdt_rate(remedy) if takes_usdt and not is_fixed else ()))

    async def _usdt_rate(self, remedy: str) -> Sequence[CheckResult]:
        try:
            rate = await market_rates(self.settings.rates, self.http, self.clock).rate(USDT, self.settings.base)
        except RateUnavailable as error:
            return (CheckResult("USDT rate", False, str(error), remedy),)
        return (CheckResult("USDT rate", True, rate.evidence),)

    async def _coin_rate(self) -> Sequence[CheckResult]:
        try:
            rate = await rates_from(self.settings.rates, self.http, self.clock).rate(TON, self.settings.base)
        except RateOutOfBounds as error:
            remedy = f"if a coin really costs that, change {error.setting}; if not, correct ORBIT_TON_RATE, or wait"
            return (CheckResult("rates", False, str(error), remedy),)
        except RateUnavailable as error:
            return (CheckResult("rates", False, str(error), "set ORBIT_TON_RATE until the sources answer"),)
        bounds = str(self.settings.rates.bounds)
        return (CheckResult("rates", True, f"{rate.evidence}; yours: {bounds}" if bounds else rate.evidence),)

    async def payment_method(self, one: ConfiguredPlugin) -> Sequence[CheckResult]:
        """Return the results of the way to pay's own checks."""
        tools = CheckTools(self.http, self.clock, self.settings.base, self._call_telegram)
        seen = await one.plugin.check(one.settings, tools)
        return tuple(CheckResult(line.name, line.ok, line.seen, line.remedy, line.is_warning) for line in seen)

    async def _call_telegram(self, method: str) -> dict[str, object] | None:
        """Return the result, or None when Telegram refuses. The address holds the token, so it is never shown."""
        token = self.settings.bot_token.get_secret_value()
        response = await self.http.get(f"{self.settings.telegram_api_url}/bot{token}/{method}", timeout=_HTTP_LIMIT_S)
        if response.status_code in (401, 404):
            return None
        result = response.json().get("result")
        return result if isinstance(result, dict) else {}


def _scanner_result(about: str, watermark: datetime | None, now: datetime) -> CheckResult:
    if watermark is None:
        return CheckResult(about, False, "nothing is proved to be read yet", _STILL_REMEDY)
    seen = f"read up to {watermark.isoformat(timespec='seconds')}"
    if watermark > now:
        return CheckResult(about, False, f"{seen}, which is later than now", "orbit chain reset")
    return CheckResult(about, now - watermark <= _STALE_AFTER, seen, _STILL_REMEDY)
