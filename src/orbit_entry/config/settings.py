"""Everything the owner sets, assembled from its areas. `.env.example` is generated from here."""

from orbit_entry.config.adjustments import AdjustmentFields
from orbit_entry.config.backup import BackupSettings
from orbit_entry.config.backup_copies import BackupCopyFields
from orbit_entry.config.bot import BotFields
from orbit_entry.config.ephemeral_state import EphemeralStateFields
from orbit_entry.config.metrics import MetricsFields
from orbit_entry.config.observation import ObservationFields
from orbit_entry.config.panel import PanelFields
from orbit_entry.config.payment_methods import PaymentFields
from orbit_entry.config.process import ProcessFields
from orbit_entry.config.public_address import PublicAddressFields
from orbit_entry.config.rates import RatesFields
from orbit_entry.config.rebalance import RebalanceFields
from orbit_entry.config.referral import ReferralFields
from orbit_entry.config.secret_keys import SecretKeyFields
from orbit_entry.config.summary import SummaryFields
from orbit_entry.config.telegram import TelegramFields
from orbit_entry.config.top_up import TopUpFields
from orbit_entry.config.vpn_apps import VpnAppFields


# The fields of the last base come first: read the list from its end to see the order of `.env.example`.
class Settings(
    SummaryFields,
    AdjustmentFields,
    TopUpFields,
    ReferralFields,
    MetricsFields,
    ObservationFields,
    ProcessFields,
    PublicAddressFields,
    TelegramFields,
    RatesFields,
    PaymentFields,
    VpnAppFields,
    RebalanceFields,
    PanelFields,
    BotFields,
    EphemeralStateFields,
    SecretKeyFields,
    BackupCopyFields,
    BackupSettings,
):
    """What a running shop needs. Required are the bot's token, a panel with its password, and a way to pay."""
