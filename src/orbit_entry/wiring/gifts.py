"""Plans that one pays and another gets."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.storage import Storage
from orbit_domain.subscription_link.ports import Seal
from orbit_domain.use_cases.give_up_gift import GiveUpGift
from orbit_domain.use_cases.open_gift import OpenGift
from orbit_domain.use_cases.reseal_gifts import ResealGifts
from orbit_domain.use_cases.show_gift import ListGifts, ShowGift
from orbit_domain.use_cases.take_gift import LookAtGift, TakeGift
from orbit_domain.use_cases.write_gift_message import WriteGiftMessage


class GiftsProvider(Provider):
    """Gifts are made, written to, shown, taken, and given up."""

    scope = Scope.APP
    use_cases = provide_all(OpenGift, ShowGift, ListGifts, WriteGiftMessage, LookAtGift, TakeGift, GiveUpGift)

    @provide
    def reseal_gifts(self, storage: Storage, seal: Seal) -> ResealGifts:
        return ResealGifts(storage, seal)
