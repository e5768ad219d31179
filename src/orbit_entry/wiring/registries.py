"""Gateways, sources and names of transfers that the settings name, as ports."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property

from orbit_adapters.secret_box.secret_box import BrokenSeal, SealedWithUnknownKey, SecretBox
from orbit_domain.ids import PanelId
from orbit_domain.payment.claim import RECORDED_NAMES, TransferName, TransferNames
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import MethodUnavailable, PaymentGateway
from orbit_domain.payment.source import ReceiptSource
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.subscription_link.ports import SubscriptionSource, Unopenable


class GatewayRegistry:
    """The port `Gateways`. Which are offered is read from *settings* each time; without them it is every one."""

    def __init__(self, gateways: tuple[PaymentGateway, ...], settings: CurrentSettings | None = None) -> None:
        self._gateways = {gateway.method: gateway for gateway in gateways}
        self._settings = settings

    def get(self, method: Method) -> PaymentGateway:
        """The gateway of *method*. Raises MethodUnavailable."""
        gateway = self._gateways.get(method)
        if gateway is None:
            raise MethodUnavailable(method, "the shop doesn't take it")
        return gateway

    def all(self) -> tuple[PaymentGateway, ...]:
        """Every gateway."""
        return tuple(self._gateways.values())

    def offered(self) -> tuple[PaymentGateway, ...]:
        """Those of the settings, in their order."""
        if self._settings is None:
            return self.all()
        return tuple(self._gateways[method] for method in self._settings.now.offered(self._gateways.keys()))


class SourceRegistry:
    """The port `ReceiptSources`. *older* opens a source that the settings don't name any more, by its name.

    It is opened once: a source may remember which of its readers is down.
    """

    def __init__(self, sources: tuple[ReceiptSource, ...], older: Callable[[str], ReceiptSource | None]) -> None:
        self._sources = {source.name: source for source in sources}
        self._older = cache(older)

    def all(self) -> tuple[ReceiptSource, ...]:
        """The sources that the settings name."""
        return tuple(self._sources.values())

    def get(self, name: str) -> ReceiptSource | None:
        """The source of that name, if it can be opened."""
        return self._sources.get(name) or self._older(name)


class TransferNameRegistry:
    """The port `TransferNames` over those of several ways to pay."""

    def __init__(self, names: tuple[TransferNames, ...]) -> None:
        self._names = names

    def read(self, typed: str) -> TransferName | None:
        """The first that one of them reads."""
        found = (names.read(typed) for names in self._names)
        return next((name for name in found if name is not None), None)

    def of(self, record: SourceRecord) -> frozenset[str]:
        """What any of them calls *record*, and what is recorded of it."""
        return frozenset[str]().union(*(names.of(record) for names in (RECORDED_NAMES, *self._names)))


class SubscriptionSourceRegistry:
    """The port `SubscriptionSources`, by panel; panels come and go while the shop runs."""

    def __init__(self, sources: Mapping[PanelId, SubscriptionSource]) -> None:
        self._sources = dict(sources)

    def put(self, panel_id: PanelId, source: SubscriptionSource) -> None:
        """From now on the panel's content comes from *source*."""
        self._sources[panel_id] = source

    def drop(self, panel_id: PanelId, source: SubscriptionSource) -> None:
        """*source* is closed; another one may have taken its place."""
        if self._sources.get(panel_id) is source:
            del self._sources[panel_id]

    def get(self, panel_id: PanelId) -> SubscriptionSource | None:
        """That of the panel, if it gives content here."""
        return self._sources.get(panel_id)


class SealedSecrets:
    """The port `Seal` over a secret box, which is opened when it is first needed."""

    def __init__(self, open_box: Callable[[], SecretBox]) -> None:
        self._open_box = open_box

    def seal(self, plain: bytes, purpose: str) -> str:
        """*plain*, sealed."""
        return self._box.seal(plain, purpose)

    def open(self, sealed: str, purpose: str) -> bytes:
        """What was sealed. Raises Unopenable."""
        try:
            return self._box.open(sealed, purpose)
        except (BrokenSeal, SealedWithUnknownKey):
            raise Unopenable from None

    def is_current(self, sealed: str) -> bool:
        """Whether it needs no older key than the one that seals now."""
        try:
            return self._box.is_current(sealed)
        except BrokenSeal:
            return False  # Opening it says what is wrong.

    @cached_property
    def _box(self) -> SecretBox:
        return self._open_box()
