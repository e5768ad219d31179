"""A customer chooses the language."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.user.user import known_language


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak *language* from now on. Raises NoSuchUser, NoSuchLanguage."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId, language: str) -> None:
        chosen = known_language(language)
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            await tx.users.set_language(tg_id, chosen)
