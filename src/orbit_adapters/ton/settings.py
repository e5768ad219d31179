"""Settings of payments in the TON network's coin."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from orbit_adapters.ton.address import AddressError, Network, TonAddress

HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s?#]+$")]
LoopbackOrHttpsUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[^\s?#@]+|http://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(/[^\s?#@]*)?)$"
    ),
]
"""Whoever can change the answers on their way decides what was paid: http stays on this machine."""

_API = {
    Network.MAINNET: "https://toncenter.com/api/v3",
    Network.TESTNET: "https://testnet.toncenter.com/api/v3",
}


class TonSettings(BaseModel):
    """Our wallet and the index of its history. Orbit only reads it: no key of the wallet is needed.

    `address` in any form; one marked as testnet is refused on the mainnet. `own_addresses` are
    further accounts of the shop. `page_limit` is rows a scan (3 to 1000), `quote_window` how long a
    rate is locked. `wallet_link` is the https prefix of links that open the customer's wallet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    network: Network = Network.MAINNET
    own_addresses: tuple[str, ...] = ()
    api_url: LoopbackOrHttpsUrl | None = None
    api_key: SecretStr | None = None
    api_attempts: int = Field(default=4, ge=1, le=10)
    api_timeout_s: float = Field(default=10.0, gt=0, le=60)
    page_limit: int = Field(default=1000, ge=3, le=1000)
    quote_window: timedelta = Field(default=timedelta(minutes=15), gt=timedelta(0), le=timedelta(days=1))
    wallet_link: HttpsUrl = "https://app.keeperwallet.com/transfer/"

    @model_validator(mode="after")
    def _addresses_exist(self) -> Self:
        for text in (self.address, *self.own_addresses):
            try:
                TonAddress.parse(text, self.network)
            except AddressError as error:
                raise ValueError(f"{text!r} is not an address for the {self.network}: {error}") from error
        return self

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
