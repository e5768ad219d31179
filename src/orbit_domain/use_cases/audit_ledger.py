"""Prove the ledger."""

from dataclasses import dataclass

from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was read, and every finding; no finding means that the ledger is proved."""

    check: LedgerAudit

    @property
    def findings(self) -> tuple[str, ...]:
        """One line for each thing that is wrong."""
        check = self.check
        return (
            *(f"entry {name} doesn't sum to zero" for name in check.unbalanced),
            *(f"balance of user {tg_id} isn't the sum of the account" for tg_id in check.wrong_balances),
            *(f"receipt {ref} isn't in the ledger" for ref in check.missing_receipts),
            *(f"receipt {ref} isn't what the raw log of its source says" for ref in check.wrong_receipts),
            *(f"record {ref} is money without a receipt" for ref in check.unbooked),
            *(f"receipt {ref} gave more than arrived" for ref in check.overcredited),
            *(f"order {ref} and its debit don't agree" for ref in check.wrong_orders),
            *(f"subscription of user {tg_id} isn't the sum of the grants" for tg_id in check.wrong_subscriptions),
            *(f"money of {ref} went back, and the ledger doesn't say so" for ref in check.unreversed),
            *(f"more went back of receipt {ref} than arrived" for ref in check.overreturned),
            *(f"the debt of user {tg_id} is below nothing" for tg_id in check.wrong_debts),
            *(f"a key of user {tg_id} ends at another time than the subscription" for tg_id in check.wrong_keys),
            *(f"adjustment {name} isn't what was asked for, or no second admin's" for name in check.wrong_adjustments),
            *(f"payout {payout_id} and its entries don't agree" for payout_id in check.wrong_payouts),
            *(f"what the wallet sent and paid in {asset} isn't what is booked" for asset in check.unbooked_moves),
        )

    @property
    def balanced(self) -> bool:
        """Whether everything holds."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class AuditLedger:
    """Read the whole ledger as one moment has left it, and compare; nothing is changed, and nobody waits for it."""

    storage: Storage

    async def __call__(self) -> AuditReport:
        async with self.storage.snapshot() as tx:
            return AuditReport(await tx.ledger.check())
