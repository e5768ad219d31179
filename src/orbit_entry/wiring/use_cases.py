"""Everything Orbit can do: each area lists its use cases once, for processes and for tests.

Use cases hold only ports, so one instance of each is enough.
"""

from orbit_entry.wiring.account import AccountProvider
from orbit_entry.wiring.adjustments import AdjustmentsProvider
from orbit_entry.wiring.admin import AdminProvider
from orbit_entry.wiring.backups import BackupsProvider
from orbit_entry.wiring.broadcasts import BroadcastsProvider
from orbit_entry.wiring.cards import CardsProvider
from orbit_entry.wiring.checkout import CheckoutProvider
from orbit_entry.wiring.claims import ClaimsProvider
from orbit_entry.wiring.delivery import DeliveryProvider
from orbit_entry.wiring.gifts import GiftsProvider
from orbit_entry.wiring.offers import OffersProvider
from orbit_entry.wiring.own_keys import OwnKeysProvider
from orbit_entry.wiring.panel_admin import PanelAdminProvider
from orbit_entry.wiring.payments import PaymentsProvider
from orbit_entry.wiring.payouts import PayoutsProvider
from orbit_entry.wiring.promo import PromoProvider
from orbit_entry.wiring.referral import ReferralProvider
from orbit_entry.wiring.shop_settings import ShopSettingsProvider
from orbit_entry.wiring.staff import StaffProvider
from orbit_entry.wiring.subscription_links import SubscriptionLinksProvider
from orbit_entry.wiring.support import SupportProvider
from orbit_entry.wiring.web import WEB_AREAS

AREAS = (
    *WEB_AREAS,
    AccountProvider,
    CheckoutProvider,
    PromoProvider,
    GiftsProvider,
    OffersProvider,
    ReferralProvider,
    PaymentsProvider,
    BroadcastsProvider,
    CardsProvider,
    PayoutsProvider,
    ClaimsProvider,
    SupportProvider,
    DeliveryProvider,
    SubscriptionLinksProvider,
    OwnKeysProvider,
    AdminProvider,
    PanelAdminProvider,
    AdjustmentsProvider,
    StaffProvider,
    ShopSettingsProvider,
    BackupsProvider,
)
