"""Invitations and their rewards."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.use_cases.settle_referrals import SettleReferrals
from orbit_domain.use_cases.show_invite import ShowInvite
from orbit_entry.wiring.storages import WorkerStorage


class ReferralProvider(Provider):
    """The link, and the job that pays for it."""

    scope = Scope.APP
    use_cases = provide_all(ShowInvite)

    @provide
    def settle_referrals(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, settings: CurrentSettings
    ) -> SettleReferrals:
        return SettleReferrals(storage, clock, ids, settings)
