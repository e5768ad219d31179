"""Settings of payments through Crypto Pay."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from orbit_adapters.cryptopay.amounts import COINS
from orbit_adapters.payment_plugin.setting_types import SafeUrl
from orbit_domain.money import Currency

_TOKEN = re.compile(r"([0-9]{1,15}):[A-Za-z0-9_-]{20,100}", re.ASCII)


class CryptoPayNetwork(StrEnum):
    """Real coins, or the play money of @CryptoTestnetBot."""

    MAINNET = "mainnet"
    TESTNET = "testnet"


class CryptoPayCoin(StrEnum):
    """The coins that an invoice may be over, by the names that people know."""

    TON = "TON"
    USDT = "USDT"


_API = {
    CryptoPayNetwork.MAINNET: "https://pay.crypt.bot/api",
    CryptoPayNetwork.TESTNET: "https://testnet-pay.crypt.bot/api",
}


def _token(token: SecretStr) -> SecretStr:
    if _TOKEN.fullmatch(token.get_secret_value()) is None:
        raise ValueError("isn't a token of Crypto Pay: digits, a colon, and at least twenty letters and digits")
    return token


class CryptoPaySettings(BaseModel):
    """The app's token and its network. Without `api_url`, the network's own address is called."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        validation_alias="ORBIT_CRYPTOPAY_TOKEN",
        description="The token of your app at @CryptoBot, for payments in coins. It sends its news to /pay/cryptopay.",
        examples=["12345:the-token-from-the-crypto-bot"],
    )
    network: CryptoPayNetwork = Field(
        CryptoPayNetwork.MAINNET,
        validation_alias="ORBIT_CRYPTOPAY_NETWORK",
        description="`mainnet`, or `testnet` for an app of @CryptoTestnetBot, where no money is real.",
        examples=["mainnet"],
    )
    coin: CryptoPayCoin | None = Field(
        None,
        validation_alias="ORBIT_CRYPTOPAY_COIN",
        description="`USDT` or `TON`: invoices over it, at the shop's rate. Without it they are in your currency.",
        examples=["USDT"],
    )
    api_url: SafeUrl | None = Field(
        None,
        validation_alias="ORBIT_CRYPTOPAY_API_URL",
        description="Another address of the Crypto Pay API than the network's own: https, or http on this machine.",
        examples=["https://pay.crypt.bot/api"],
    )
    timeout_s: float = Field(default=5.0, gt=0, le=60)

    @property
    def app_id(self) -> int:
        """The number of the app, which stays when its token is replaced."""
        return int(self.token.get_secret_value().partition(":")[0])

    @property
    def asset(self) -> Currency | None:
        """The coin that invoices are over; None: the shop's currency."""
        return None if self.coin is None else COINS[self.coin]

    @property
    def source(self) -> str:
        """The name under which the app's paid invoices are recorded."""
        return f"cryptopay:{self.network}:{self.app_id}"

    @property
    def url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self.api_url or _API[self.network]
