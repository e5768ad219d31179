"""A database as OrbitVPN v2 creates it, to be filled by tests."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import make_url

from orbit_adapters.orbitvpn_import.orbitvpn_import import ImportReport, OrbitvpnImport
from orbit_adapters.system.ids import SystemIds
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from tests.support.clock import FakeClock

_TABLES = """
CREATE TABLE users (
    tg_id bigint PRIMARY KEY, balance numeric, subscription_end timestamp, created_at timestamp, username text,
    lang varchar, configs integer, referrer_id bigint, first_buy boolean, notifications boolean
);
CREATE TABLE configs (
    id serial PRIMARY KEY, tg_id bigint, name text, created_at timestamp, vless_link varchar, username varchar,
    deleted boolean
);
CREATE TABLE payments (
    id serial PRIMARY KEY, tg_id bigint, method varchar, amount numeric, currency varchar, status varchar, comment text,
    tx_hash text, created_at timestamp, confirmed_at timestamp, expires_at timestamp, expected_crypto_amount numeric,
    extra_data json
);
CREATE TABLE ton_transactions (
    tx_hash text PRIMARY KEY, amount numeric, comment text, sender varchar, created_at timestamp, processed_at timestamp
);
"""
JOINED = datetime(2025, 3, 1, 10, 0, 0, 250_000)  # noqa: DTZ001 - OrbitVPN's times have no zone

CLOCK = FakeClock()
ENDS = CLOCK.now().replace(tzinfo=None) + timedelta(days=20, microseconds=7)
ENDED = JOINED + timedelta(days=3)
VERA, OLEG, IVAN = TelegramId(901), TelegramId(902), TelegramId(903)


class PowerCut(Exception):
    """The import was interrupted."""


def vless(number: int) -> str:
    """The link of the *number*-th account."""
    return f"vless://00000000-0000-4000-8000-{number:012}@vpn.example.org:443?security=reality#OrbitVPN"


class OrbitvpnDatabase:
    """A connection to such a database; columns that a test doesn't name have default values."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def open(self) -> None:
        """Connect, and make the tables."""
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = await asyncpg.connect(plain)
        await self.run(_TABLES)

    async def close(self) -> None:
        """Disconnect."""
        await self.connection.close()

    async def run(self, statement: str) -> None:
        """Execute *statement*."""
        await self.connection.execute(statement)

    async def user(self, tg_id: int, **values: Any) -> None:
        """Insert a user without money and time."""
        row = {"balance": 0, "created_at": JOINED, "username": f"name_{tg_id}", "lang": "ru", "first_buy": True}
        await self._insert("users", {"tg_id": tg_id, **row, **values})

    async def config(self, number: int, tg_id: int, **values: Any) -> None:
        """Insert an active config."""
        row = {"name": "Configuration 1", "created_at": JOINED, "vless_link": vless(number), "deleted": False}
        await self._insert("configs", {"id": number, "tg_id": tg_id, "username": f"orbit_{tg_id}", **row, **values})

    async def payment(self, number: int, tg_id: int, **values: Any) -> None:
        """Insert a confirmed TON payment."""
        row = {
            "method": "ton",
            "amount": 200,
            "currency": "RUB",
            "status": "confirmed",
            "comment": f"{number:010x}",
            "created_at": JOINED,
            "confirmed_at": JOINED,
        }
        await self._insert("payments", {"id": number, "tg_id": tg_id, **row, **values})

    async def everything(self) -> list[Any]:
        """Every row of every table."""
        tables = ("users", "configs", "payments", "ton_transactions")
        return [await self.connection.fetch(f"SELECT t::text FROM {name} t ORDER BY 1") for name in tables]

    async def _insert(self, table: str, row: dict[str, Any]) -> None:
        places = ", ".join(f"${at}" for at in range(1, len(row) + 1))
        await self.connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())


def import_of(orbitvpn: OrbitvpnDatabase, target: str, zone: str = "UTC", batch: int = 2) -> OrbitvpnImport:
    return OrbitvpnImport(orbitvpn.url, target, ZoneInfo(zone), CLOCK, SystemIds(), "tester", RUB, batch)


async def run_import(orbitvpn: OrbitvpnDatabase, target: str, cut_after: int | None = None) -> ImportReport:
    """Run the import; with *cut_after* it is interrupted after that many batches."""
    recorded = 0

    def on_progress(table: str, rows: int) -> None:
        nonlocal recorded
        recorded += 1
        if recorded == cut_after:
            raise PowerCut

    return await import_of(orbitvpn, target).run(lambda report: None, on_progress)
