"""Steps with keys and their placements, in every storage."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, Nonce, PanelId, TelegramId
from orbit_domain.storage import Transaction
from orbit_testing import samples
from orbit_testing.samples import MINUTE
from tests.integration.agreeing_storages import AgreeingStorages, failures, minutes, numbers, people


class KeySteps(AgreeingStorages):
    """Keys are added, moved, claimed and counted."""

    @rule(number=numbers, tg_id=people, applied=st.integers(0, 2), fails=failures)
    def add_key(self, number: int, tg_id: TelegramId, applied: int, fails: bool) -> None:
        key = samples.key(number, tg_id, username=f"u{number % 2}", applied_revision=applied)
        self.all(lambda tx: tx.keys.add(key), fails=fails)

    @rule(
        number=numbers,
        panel=st.none() | st.sampled_from(["m1", "m2"]),
        at=st.none() | minutes,
        moved=st.booleans(),
        places=st.booleans(),
        fails=failures,
    )
    def save_key(
        self, number: int, panel: str | None, at: datetime | None, moved: bool, places: bool, fails: bool
    ) -> None:
        key = samples.key(number, username=f"u{number % 2}", next_attempt_at=at, fence=99)
        if panel:
            key = samples.placed(key, panel, "node", ("in",))
        if moved:
            key = samples.placed(key, "m3", "node").confirm_removal(0)
        self.all(lambda tx: tx.keys.save_places([key]) if places else tx.keys.save(key), fails=fails)
        self.all(lambda tx: tx.keys.lock_of([key.tg_id]), fails=fails)

    @rule(number=numbers, nonce=numbers, tg_id=people, fails=failures)
    def make_key(self, number: int, nonce: int, tg_id: TelegramId, fails: bool) -> None:
        key = samples.key(number, tg_id, nonce=Nonce(f"{nonce}"), region="nl")
        self.all(lambda tx: tx.keys.add(key), fails=fails)

    @rule(number=numbers, at=minutes, fails=failures)
    def delete_key(self, number: int, at: datetime, fails: bool) -> None:
        async def step(tx: Transaction) -> Key | None:
            key = await tx.keys.lock(KeyId(samples.identity(number)))
            if key is not None:
                await tx.keys.save(key.delete(at))
            return key

        self.all(step, fails=fails)

    @rule(at=minutes, lease=st.integers(0, 3), limit=st.integers(0, 3), fails=failures)
    def claim_keys(self, at: datetime, lease: int, limit: int, fails: bool) -> None:
        self.all(lambda tx: tx.keys.claim_due(PanelId("m1"), at, at + lease * MINUTE, limit), fails=fails)
        known = (PanelId("m1"), PanelId("m3"))
        self.all(lambda tx: tx.keys.claim_homeless(known, known[1:], at, at + lease * MINUTE, limit), fails=fails)
        self.all(lambda tx: tx.keys.duties(), fails=fails)

    @rule(panel=st.sampled_from(["m1", "m3"]), fails=failures)
    def forget_removals(self, panel: str, fails: bool) -> None:
        self.all(lambda tx: tx.keys.forget_removals(PanelId(panel)), fails=fails)
