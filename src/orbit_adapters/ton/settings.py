"""Settings of payments in the TON network's coin."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from orbit_adapters.payment_plugin.setting_types import Price, SafeUrl
from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_adapters.ton.request_interval import UNLIMITED, RequestInterval, request_interval_of

HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s?#]+$")]
_API = {
    Network.MAINNET: "https://toncenter.com/api/v3",
    Network.TESTNET: "https://testnet.toncenter.com/api/v3",
}
_SECOND_API = {Network.MAINNET: "https://tonapi.io", Network.TESTNET: "https://testnet.tonapi.io"}
_COIN = 10**9


class TonSettings(BaseModel):
    """Our wallet and the index of its history. Orbit only reads it: no key of the wallet is needed.

    `address` in any form; one marked as testnet is refused on the mainnet. `own_addresses` are
    further accounts of the shop. `page_limit` is rows a scan (3 to 1000), `quote_window` how long a
    rate is locked. With a second index, `confirm_from` coins and more need the word of both. `wallet_link` is the
    https prefix of links that open the customer's wallet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    network: Network = Field(
        Network.MAINNET,
        validation_alias="ORBIT_TON_NETWORK",
        description="`mainnet` or `testnet`.",
        examples=["mainnet"],
    )
    address: str = Field(
        validation_alias="ORBIT_TON_ADDRESS",
        description="The TON wallet customers pay to. Orbit only reads it and never asks for its keys.",
        examples=["UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"],
    )
    api_url: SafeUrl | None = Field(
        None,
        validation_alias="ORBIT_TON_API_URL",
        description="Another toncenter v3 endpoint than the network's public one: https, or http on this machine.",
        examples=["https://toncenter.com/api/v3"],
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_TON_API_KEY",
        description="A toncenter key; without one a single request a second is allowed.",
        examples=["the-key-from-the-toncenter-bot"],
    )
    second_api_url: SafeUrl | Literal["off"] | None = Field(
        None,
        validation_alias="ORBIT_TON_SECOND_API_URL",
        description="Another tonapi v2 endpoint than the public one, to confirm large transfers; `off`: none.",
        examples=["https://tonapi.io"],
    )
    second_api_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_TON_SECOND_API_KEY",
        description="A tonapi key; without one about a single request a second is allowed.",
        examples=["the-key-from-tonconsole"],
    )
    confirm_from: Price = Field(
        "20",
        validation_alias="ORBIT_TON_CONFIRM_FROM",
        description="From so many coins on a transfer buys nothing until both indexes show it alike.",
        examples=["20"],
    )
    own_addresses: tuple[str, ...] = ()
    api_attempts: int = Field(default=4, ge=1, le=10)
    api_timeout_s: float = Field(default=10.0, gt=0, le=60)
    page_limit: int = Field(default=1000, ge=3, le=1000)
    quote_window: timedelta = Field(default=timedelta(minutes=15), gt=timedelta(0), le=timedelta(days=1))
    wallet_link: HttpsUrl = "https://app.keeperwallet.com/transfer/"

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, address: str, info: ValidationInfo) -> str:
        _check_address(address, info.data.get("network", Network.MAINNET))
        return address

    @field_validator("own_addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for address in addresses:
            _check_address(address, info.data.get("network", Network.MAINNET))
        return addresses

    @property
    def account(self) -> TonAddress:
        """The account that receives payments."""
        return TonAddress.parse(self.address, self.network)

    @property
    def own(self) -> frozenset[TonAddress]:
        """Every account of the shop."""
        others = (TonAddress.parse(text, self.network) for text in self.own_addresses)
        return frozenset({self.account, *others})

    @property
    def url(self) -> str:
        """The index's address, the public one of the network unless set otherwise."""
        return self.api_url or _API[self.network]

    @property
    def second_url(self) -> str | None:
        """The second index's address, the public one of the network unless set otherwise; None: there is none."""
        return None if self.second_api_url == "off" else self.second_api_url or _SECOND_API[self.network]

    @property
    def confirm_from_units(self) -> int:
        """The same limit in nanotons."""
        return int(Decimal(self.confirm_from) * _COIN)

    def request_interval_of(self, url: str, key: SecretStr | None) -> RequestInterval:
        """The public indexes allow a request a second without a key, and ten with one; others aren't limited here."""
        is_public = url in (_API[self.network], _SECOND_API[self.network])
        return request_interval_of(url, interval_ms=100 if key else 1000) if is_public else UNLIMITED


def _check_address(address: str, network: Network) -> None:
    """The message doesn't repeat *address*: it is shown and logged."""
    try:
        TonAddress.parse(address, network)
    except AddressError as error:
        raise ValueError(f"isn't an address of the {network}: {error}") from None
