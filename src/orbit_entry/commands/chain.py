"""`orbit chain show` and `orbit chain reset`: how far the chain was read, and the owner's word to continue."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.ton.address import AddressError, TonAddress
from orbit_adapters.ton.factory import ton_source, usdt_source, usdt_wallet
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.source import Cursor, ResetRefused, ResettableSource, SourceReset, SourceUnavailable
from orbit_domain.storage import Storage
from orbit_domain.use_cases.reset_source import ResetSource
from orbit_domain.use_cases.show_source import ShowSource
from orbit_entry.commands.chain_report import chain_facts, show_view
from orbit_entry.commands.terminal import show, show_json
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.wiring.database import database_container

_ATTEMPTS = 2


def show_chain(*, as_json: bool, account: str = "", usdt: bool = False) -> int:
    """Print how far the wallet *account* of coins, or of *usdt*, was read, and what is seen now.

    Returns 1 at a standstill. An empty *account* is that of the settings.
    """

    async def run(storage: Storage, chain: ResettableSource) -> int:
        view = await ShowSource(storage, SystemClock())(chain)
        facts = chain_facts(view)
        if as_json:
            show_json(facts)
        else:
            show_view(facts)
        return 0 if facts["scanner"]["reads_on"] else 1

    return asyncio.run(_with_chain(read_settings(Settings), account, usdt, run))


def reset_chain(lt: int | None, reason: str, *, confirmed: bool, account: str = "", usdt: bool = False) -> int:
    """Print what a reset does, and do it when *confirmed*. Returns 1 when it is refused."""

    async def run(storage: Storage, chain: ResettableSource) -> int:
        use_case = ResetSource(storage, SystemClock(), SystemIds())
        try:
            plan = await use_case.plan(chain, None if lt is None else str(lt))
            _show_plan(plan)
            if not confirmed:
                show("Nothing was changed. Next: the same command with --yes and --reason.")
                return 0
            await use_case(plan, f"cli:{getpass.getuser()}", reason)
        except ResetRefused as refusal:
            show(f"Refused: {refusal}.", "Next: orbit chain show", error=True)
            return 1
        except SourceUnavailable as error:
            show(f"The chain can't be read ({error}); nothing was changed.", "Next: orbit doctor", error=True)
            return 1
        show("Done, and recorded. Next: orbit chain show, a minute later.")
        return 0

    return asyncio.run(_with_chain(read_settings(Settings), account, usdt, run))


async def _with_chain(
    settings: Settings, account: str, usdt: bool, run: Callable[[Storage, ResettableSource], Awaitable[int]]
) -> int:
    await require_schema(settings.database)
    async with _parts(settings, account, usdt) as (storage, chain):
        return await run(storage, chain)


@asynccontextmanager
async def _parts(settings: Settings, account: str, usdt: bool) -> AsyncIterator[tuple[Storage, ResettableSource]]:
    """The database and the chain, and nothing else: a shop that can't start can still be looked at."""
    ton = settings.of(TonSettings)
    if ton is None:
        raise CannotStart("no chain is read: this shop takes no coins", "to take them, set ORBIT_TON_ADDRESS")
    if usdt and not ton.usdt:
        raise CannotStart("no USDT is read: this shop takes none", "to take it, set ORBIT_USDT_TON=on")
    container = database_container(settings, SystemClock())
    try:
        async with httpx.AsyncClient() as http:
            few = ton.model_copy(update={"api_attempts": _ATTEMPTS, **_address(ton, account)})
            wallet = usdt_wallet(few, http, SystemClock())
            source = usdt_source(few, wallet, http) if usdt else ton_source(few, http, SystemClock(), wallet)
            yield await container.get(Storage), source
    finally:
        await container.close()


def _address(ton: TonSettings, account: str) -> dict[str, str]:
    """The settings' own address, or another one of the network that the owner types."""
    if not account:
        return {}
    try:
        TonAddress.parse(account, ton.network)
    except AddressError as error:
        raise CannotStart(f"--account: {error}", "orbit chain list") from None
    return {"address": account}


def _show_plan(plan: SourceReset) -> None:
    show(
        f"Chain: {plan.before.source}",
        f"Now at: {_position(plan.before)}",
        f"Continues at: {_position(plan.after)}",
    )
    if plan.unproved is None:
        show("Every transaction after it is read and proved again; those that are recorded already are skipped.")
        return
    after, until = plan.unproved
    show(
        f"Not proved: transactions after lt {after}, up to lt {until}. Money that came in them isn't booked by itself:",
        "compare them with a block explorer, and assign what is missing by hand. Payments that wait for it expire.",
    )


def _position(cursor: Cursor) -> str:
    lt, _, tx_hash = cursor.position.partition(":")
    return f"lt {lt}, hash {tx_hash}" if lt else "the beginning of the account"
