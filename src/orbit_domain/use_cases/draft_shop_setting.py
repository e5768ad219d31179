"""Someone of the staff types a new value, sees how customers will see it, and saves it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.shop_setting.checks import checked
from orbit_domain.shop_setting.setting import SettingKind, SettingName, StoredSetting
from orbit_domain.shop_setting.shop_settings import CurrentSettings, ShopSettings
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_shop_setting import ChangeShopSetting
from orbit_domain.use_cases.staff_action import DraftOver
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """What was typed for *name*, as it would be stored. `request` tells drafts apart."""

    request: UUID
    name: SettingName
    value: str

    def document(self) -> dict[str, str]:
        """The draft as a dialog keeps it."""
        return {**awaited(self.name), "request": self.request.hex, "value": self.value}

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Self:
        """The draft that a dialog has kept. Raises DraftOver for anything else."""
        request, value = kept.get("request"), kept.get("value")
        with suppress(ValueError):
            if isinstance(request, str) and isinstance(value, str):
                return cls(UUID(request), _awaited_name(kept), value)
        raise DraftOver


@dataclass(frozen=True, slots=True)
class SettingPreview:
    """Who types, the draft, and the shop as it would be with it."""

    user: User
    draft: SettingDraft
    shop: ShopSettings


@dataclass(frozen=True, slots=True)
class DraftShopSetting:
    """Take what was typed for the setting that a dialog waits for. Nothing is changed before `save`.

    Raises NotPermitted, NoSuchUser, DraftOver, SettingNotTaken.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    settings: CurrentSettings
    change_shop_setting: ChangeShopSetting
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, kept: Mapping[str, object], typed: str, html: str) -> SettingPreview:
        """*html* is what was typed with its markup, which only texts may have."""
        name = _awaited_name(kept)
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), name.permission)
            stored = await tx.settings.all()
        said = html if name.kind is SettingKind.TEXT else typed
        draft = SettingDraft(self.ids.uuid(), name, checked(name, said, self.settings.given.base, ()))
        drafted = StoredSetting(name, draft.value, self.clock.now(), "")
        return SettingPreview(user, draft, self.settings.given.all((drafted, *stored)))

    async def save(self, staff_id: TelegramId, kept: Mapping[str, object], request: UUID) -> SettingName:
        """Record the draft of that number. Raises DraftOver when it isn't the open one."""
        draft = SettingDraft.of(kept)
        if draft.request != request:
            raise DraftOver
        await self.change_shop_setting(staff_id, draft.name, draft.value)
        return draft.name


def awaited(name: SettingName) -> dict[str, str]:
    """What a dialog keeps that waits for a value of *name*."""
    return {"setting": name.value}


def _awaited_name(kept: Mapping[str, object]) -> SettingName:
    try:
        return SettingName(str(kept.get("setting")))
    except ValueError:
        raise DraftOver from None
