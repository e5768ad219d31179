"""Claims on receipts in memory."""

from collections.abc import Callable, Collection
from dataclasses import replace

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import ClaimId, TelegramId
from orbit_domain.payment.claim import NoSuchClaim, ReceiptClaim


class MemoryReceiptClaims:
    """The port `ReceiptClaims`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, claim: ReceiptClaim) -> None:
        """Record a new claim. Raises RecordConflict for an id in use or an unknown user."""
        claims = self._session.tables.receipt_claims
        if claim.id in claims:
            raise RecordConflict(f"there is a claim {claim.id} already")
        self._session.require_user(claim.tg_id)
        claims[claim.id] = sanitized(claim)

    async def get(self, claim_id: ClaimId) -> ReceiptClaim | None:
        """The claim, if it exists."""
        return self._session.tables.receipt_claims.get(claim_id)

    async def lock(self, claim_id: ClaimId) -> ReceiptClaim:
        """The claim. Raises NoSuchClaim."""
        claim = self._session.tables.receipt_claims.get(claim_id)
        if claim is None:
            raise NoSuchClaim(claim_id)
        return claim

    async def save(self, claim: ReceiptClaim) -> None:
        """Record its state and its receipt. Raises NoSuchClaim."""
        stored = await self.lock(claim.id)
        changed = replace(stored, external_id=claim.external_id, state=claim.state)
        self._session.tables.receipt_claims[claim.id] = sanitized(changed)

    async def open_of_user(self, tg_id: TelegramId) -> tuple[ReceiptClaim, ...]:
        """The user's open claims, oldest first."""
        return self._open(lambda claim: claim.tg_id == tg_id)

    async def open_of_receipt(self, source: str, external_id: str) -> tuple[ReceiptClaim, ...]:
        """Every open claim on the receipt, oldest first."""
        ref = (storable(source), storable(external_id))
        return self._open(lambda claim: (claim.source, claim.external_id) == ref)

    async def any_waiting(self, source: str) -> bool:
        """Whether one is open and without a receipt."""
        return bool(self._open(lambda claim: claim.external_id is None and claim.source == storable(source)))

    async def waiting(self, source: str, names: Collection[str]) -> tuple[ReceiptClaim, ...]:
        """Open claims without a receipt that name one of *names*, oldest first."""
        named = {(storable(source), storable(name)) for name in names}
        return self._open(lambda claim: claim.external_id is None and (claim.source, claim.name) in named)

    def _open(self, wanted: Callable[[ReceiptClaim], bool]) -> tuple[ReceiptClaim, ...]:
        claims = self._session.tables.receipt_claims.values()
        found = [claim for claim in claims if claim.is_open and wanted(claim)]
        return tuple(sorted(found, key=lambda claim: (claim.at, claim.id)))
