"""What a scan has to leave behind: every transaction of the truth once, its money in the ledger, nothing else."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_domain.ledger.ledger import UNMATCHED, asset_account
from orbit_domain.money import TON
from orbit_domain.payment.payment import TON_METHOD
from tests.integration.ton.scan_marathon.history import FIRST_COINS
from tests.integration.ton.scan_marathon.marathon import Marathon, ScanFailed

_RECORDS = "SELECT external_id, digest FROM source_records ORDER BY external_id"
_RECEIPTS = "SELECT external_id, units FROM receipts ORDER BY external_id"
_ACCOUNTS = """
    SELECT CASE WHEN account LIKE 'user:%' THEN 'users' ELSE account END AS name, currency, {total}(units) AS units
    FROM ledger_postings GROUP BY name, currency ORDER BY name, currency
"""
_BALANCES = "SELECT tg_id, balance FROM users WHERE balance > 0 ORDER BY tg_id"
_ALARMS = "SELECT count(*) FROM outbox WHERE topic = 'scan_stopped'"


@dataclass(frozen=True)
class Outcome:
    """Sums of the ledger by account and currency, in smallest units, and how much there is."""

    records: int
    receipts: int
    accounts: dict[tuple[str, str], int]
    customers: int
    alarms: int


async def prove_outcome(engine: AsyncEngine, scan: Marathon) -> Outcome:
    """Compare the whole database with the truth of *scan*. Raises ScanFailed for the first difference."""
    audit = await scan.shop.audit_ledger()
    if audit.findings:
        raise ScanFailed(f"the ledger's audit found {len(audit.findings)} errors, the first: {audit.findings[0]}")
    records = await _same_records(engine, scan)
    receipts = await _same_receipts(engine, scan)
    async with engine.connect() as connection:
        total = "exact_sum" if engine.dialect.name == "sqlite" else "sum"
        rows = (await connection.execute(text(_ACCOUNTS.format(total=total)))).all()
        accounts = {(name, currency): int(units) for name, currency, units in rows}
        balances = {row.tg_id: row.balance for row in await connection.execute(text(_BALANCES))}
        alarms = (await connection.execute(text(_ALARMS))).scalar_one()
    held = scan.history.chain.account(scan.history.wallet).balance - FIRST_COINS
    if accounts[asset_account(TON_METHOD, TON), TON.code] != -held:
        raise ScanFailed(f"the wallet holds {held} nanotons more than at first, the ledger has {accounts}")
    if balances != scan.promised:
        raise ScanFailed(f"balances differ from what was paid: {set(balances.items()) ^ set(scan.promised.items())}")
    coins = {name: units for (name, currency), units in accounts.items() if currency == TON.code}
    if sum(coins.values()) or UNMATCHED not in coins:
        raise ScanFailed(f"the accounts don't sum to zero: {accounts}")
    return Outcome(records, receipts, accounts, len(balances), alarms)


async def _same_records(engine: AsyncEngine, scan: Marathon) -> int:
    truth, number = scan.history.truth, 0
    async with engine.connect() as connection:
        for external_id, digest in await connection.execute(text(_RECORDS)):
            if number >= len(truth) or (external_id, digest) != (str(truth.lt[number]), truth.hash(number)):
                raise ScanFailed(f"record {number} is {external_id}, which is not what happened")
            number += 1
    if number != len(truth):
        raise ScanFailed(f"{len(truth) - number} transactions were missed")
    return number


async def _same_receipts(engine: AsyncEngine, scan: Marathon) -> int:
    truth = scan.history.truth
    booked = (number for number in range(len(truth)) if truth.is_booked[number])
    count = 0
    async with engine.connect() as connection:
        for external_id, units in await connection.execute(text(_RECEIPTS)):
            number = next(booked, None)
            if number is None or (external_id, int(units)) != (str(truth.lt[number]), truth.units[number]):
                raise ScanFailed(f"receipt {external_id} is not what happened")
            count += 1
    if next(booked, None) is not None:
        raise ScanFailed("a deposit has no receipt")
    return count
