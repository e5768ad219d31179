"""Settings of payments in the TON network's coin."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from orbit_adapters.payment_plugin.setting_types import Price, SafeUrl
from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_adapters.ton.request_interval import UNLIMITED, RequestInterval, request_interval_of
from orbit_domain.money import USDT

HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s?#]+$")]
_JETTON = "ton:jetton:"
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
    usdt: bool = Field(
        default=False,
        validation_alias="ORBIT_USDT_TON",
        description="`on` to take USDT at the same wallet, too. A toncenter key is advisable then.",
        examples=["on"],
    )
    usdt_rate: Price | None = Field(
        None,
        validation_alias="ORBIT_USDT_TON_RATE",
        description="A fixed price of one USDT in your currency. Without it the rate comes from two public sources.",
        examples=["95"],
    )
    usdt_confirm_from: Price = Field(
        "50",
        validation_alias="ORBIT_USDT_TON_CONFIRM_FROM",
        description="From so many USDT on a transfer buys nothing until both indexes show it alike.",
        examples=["50"],
    )
    usdt_wallet: str | None = Field(
        None,
        validation_alias="ORBIT_USDT_TON_WALLET",
        description="The account that holds your wallet's USDT, from an explorer: USDT is taken nowhere else then.",
        examples=["0:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"],
    )
    usdt_master: str | None = Field(
        None,
        validation_alias="ORBIT_USDT_TON_MASTER",
        validate_default=True,
        description="On the testnet, and only there: the issuer of the token that stands for USDT.",
        examples=["0:CDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCD"],
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

    @field_validator("usdt_wallet")
    @classmethod
    def _is_an_account(cls, address: str | None, info: ValidationInfo) -> str | None:
        if address is not None:
            _check_address(address, info.data.get("network", Network.MAINNET))
        return address

    @field_validator("usdt_master")
    @classmethod
    def _is_for_tests(cls, master: str | None, info: ValidationInfo) -> str | None:
        """On the mainnet only the real issuer counts, so that nobody can be talked into another one."""
        network = info.data.get("network", Network.MAINNET)
        if master is None and network is Network.TESTNET and info.data.get("usdt"):
            raise ValueError("is missing: there is no USDT on the testnet; name the token that stands for it")
        if master is not None and network is Network.MAINNET:
            raise ValueError("is for the testnet only: on the mainnet USDT has one issuer; remove it")
        if master is not None:
            _check_address(master, network)
        return master

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
    def usdt_issuer(self) -> TonAddress:
        """The account that issues USDT: the real one, or what stands for it on the testnet."""
        return TonAddress.parse(self.usdt_master or USDT.code.removeprefix(_JETTON), self.network)

    @property
    def usdt_account(self) -> TonAddress | None:
        """The only account that may hold the shop's USDT, where the owner has named one."""
        return TonAddress.parse(self.usdt_wallet, self.network) if self.usdt_wallet else None

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

    @property
    def usdt_confirm_from_units(self) -> int:
        """The limit of tokens in their smallest units."""
        return int(Decimal(self.usdt_confirm_from) * 10**USDT.decimals)

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
